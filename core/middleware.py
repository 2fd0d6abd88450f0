"""Middleware every request passes: nothing kept, bad bytes, mangled links, one clock, the declared policy."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone, translation

from core import refusals, typed
from core.bad_input import FileTooLarge, LengthUnknown, check_request
from core.http import ClockRequest, GetResponse
from core.links import mended
from core.policy import Policy, policy_of
from core.refill import fill, left_over

PLACE_FOR_WORDS = "<!-- what was not saved -->"
"""Where `base.html` and `plain.html` leave room for it."""


class NoStoreMiddleware:
    """No browser keeps an answer, not even a refusal or a redirect, unless what made it said for how long it may."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: ClockRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class BadInputMiddleware:
    """Refuses what `core.bad_input` finds, before a session or a row is touched: 413 too large, 411 or 400 unreadable."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: ClockRequest) -> HttpResponse:
        try:
            check_request(request)
        except FileTooLarge as file:
            return refusals.too_large(request, str(file))
        except RequestDataTooBig:
            return refusals.too_large(request)
        except LengthUnknown:
            return refusals.bad_request(request, status=411)
        except (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError):
            return refusals.bad_request(request)
        return self.get_response(request)


class MangledLinkMiddleware:
    """Leads from a secret link that a mail program mangled to the one that was sent."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: ClockRequest) -> HttpResponse:
        address = mended(request.path) if request.method in ("GET", "HEAD") else None
        return redirect(address) if address else self.get_response(request)


class ClockMiddleware:
    """Reads the time once; views pass `request.now` down."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: ClockRequest) -> HttpResponse:
        request.now = timezone.now()
        request.is_refused = request.is_put_aside = False
        return self.get_response(request)


class TypedMiddleware:
    """Nothing typed is lost (`core.typed`): a page is drawn with what its person typed before, until that is sent again and
    taken; an answer that refuses what was typed shows the words that have no place on it.

    What was taken the page's own script need not keep either: the cookie `taken` tells it so.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: ClockRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in ("GET", "POST"):
            return response
        leads_to = response.headers.get("HX-Redirect") or response.headers.get("Location")
        if request.method == "POST" and response.status_code < 400 and not request.is_refused:
            _note_taken(request, response)
        elif leads_to:
            typed.go_along(request, leads_to)
        elif response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            with translation.override(response.headers.get("Content-Language") or translation.get_language()):
                _draw_typed(request, response)
        return response


def _note_taken(request: ClockRequest, response: HttpResponse) -> None:
    typed.forget(request, request.path)
    if re.fullmatch(r"[a-z0-9.]{1,200}", draft := request.POST.get(typed.DRAFT, "")):
        response.set_cookie("taken", draft, max_age=600, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)


def _draw_typed(request: ClockRequest, response: HttpResponse) -> None:
    """What waits for this page goes into its form; words without one, and those just posted that it does not show, above it: in
    the language of the page, which follows the mail that led to it, and no browser."""
    waiting = typed.kept_for(request) if request.method == "GET" else []
    refused = typed.to_give_back(request)
    if not (waiting or refused):
        return
    html = response.content.decode()
    left = left_over(html, page=request.path, action=request.path, values=refused)
    for kept in waiting:
        note = render_to_string("components/typed_before.html", request=request)
        way_out = render_to_string("components/start_anew.html", request=request)
        html = fill(html, page=request.path, action=kept.action, values=kept.values, note=note, way_out=way_out)
        left += left_over(html, page=request.path, action=kept.action, values=kept.values)
    if left:
        is_kept = bool(waiting) or request.is_put_aside
        # The page of a server error was drawn without a context, and so is this.
        block = render_to_string("components/not_saved.html", {"left": left, "is_kept": is_kept}, request if is_kept else None)
        html = block + html if "HX-Request" in request.headers else html.replace(PLACE_FOR_WORDS, block, 1)
    response.content = html


class PolicyMiddleware:
    """Refuses what the view's policy does not allow: 403 undeclared or wrong role, 405 wrong method, sign-in for strangers.

    What a signed-in person sees is never kept by a browser, whatever the view says.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: ClockRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        return response

    def process_view(self, request: ClockRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        policy = policy_of(view)
        if policy is None:
            raise PermissionDenied("This address declares no policy.")
        if policy.audience != "public" and not request.user.is_authenticated:
            return typed.to_sign_in(request)
        if policy.audience == "roles":
            _check_role(request, policy)
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": _allow_header(policy)})
        if request.method not in policy.methods:
            return refusals.not_allowed(request, _allow_header(policy).split(", "))
        return None


def _check_role(request: ClockRequest, policy: Policy) -> None:
    membership = getattr(request, "membership", None)
    if membership is not None and membership.role in policy.roles:
        return
    typed.put_aside(request)
    # The 403 page offers to switch to one of these.
    memberships = getattr(request, "memberships", [])
    request.could_act_as = [other for other in memberships if other.role in policy.roles]
    raise PermissionDenied("This page belongs to another role.")


def _allow_header(policy: Policy) -> str:
    return ", ".join(sorted(policy.methods | {"OPTIONS"}))
