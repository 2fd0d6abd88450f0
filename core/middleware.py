"""Middleware every request passes: bad bytes, one clock, the declared policy."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone

from core.policy import policy_of

GetResponse = Callable[[HttpRequest], HttpResponse]


class BadInputMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class ClockMiddleware:
    """Reads the time once; views pass `request.now` down."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()  # type: ignore[attr-defined]
        return self.get_response(request)


class PolicyMiddleware:
    """Refuses what the view's policy does not allow: 403 undeclared or wrong role, 405 wrong method, sign-in for strangers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        policy = policy_of(view)
        if policy is None:
            raise PermissionDenied("This address declares no policy.")
        if policy.audience != "public" and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path() if request.method in ("GET", "HEAD") else "/")
        if policy.audience == "roles":
            membership = getattr(request, "membership", None)
            if membership is None or membership.role not in policy.roles:
                raise PermissionDenied("This page belongs to another role.")
        if request.method not in policy.methods:
            return HttpResponseNotAllowed(sorted(policy.methods))
        return None
