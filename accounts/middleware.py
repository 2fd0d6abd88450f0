"""The membership a person acts as, how long their session lasts, and the second factor that staff need."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.http import ActingRequest
from accounts.models import Membership, User
from accounts.timezones import zone_of
from core.http import ACTING_AS
from core.policy import policy_of, threads_for
from core.typed import put_aside, to_sign_in

SESSION_KEY = "acting_membership"
SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
SHARED_DEVICE = "shared_device"
SHARED_DEVICE_IDLE = timedelta(minutes=10)
SEEN_EVERY = timedelta(seconds=30)
"""How fine idle time is measured: the session is written at most this often."""
SECOND_FACTOR_PAGES = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
    }
)
"""Where staff without a second factor may go: what setting one up needs, and out."""

GetResponse = Callable[[ActingRequest], HttpResponse]


class LeftMiddleware:
    """Ends the session of a person who pressed Exit where the post that ends it did not come through, for want of a network.

    The script marks the browser before it leaves, so whatever this browser asks for next, by Back or by hand, finds nobody.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: ActingRequest) -> HttpResponse:
        if not request.COOKIES.get(settings.LEFT_COOKIE_NAME):
            return self.get_response(request)
        logout(request)
        response = self.get_response(request)
        response.delete_cookie(settings.LEFT_COOKIE_NAME)
        return response


class ActingMembershipMiddleware:
    """Sets `request.memberships` (all active ones) and `request.membership` (the one acted as, or None).

    Read anew on each request, so a changed role or a suspension works on the next one. A form is sent as the membership that
    its page was drawn for, whatever was switched in another window; where that is suspended by now, as none. The page is made
    in the person's own language and time zone.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: ActingRequest) -> HttpResponse:
        memberships = _memberships_of(request.user) if request.user.is_authenticated else []
        request.memberships = memberships
        request.membership = _acted_as(request)
        if not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(zone_of(request.user.timezone)), translation.override(request.user.language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
            return response


def _acted_as(request: ActingRequest) -> Membership | None:
    by_key = {str(membership.pk): membership for membership in request.memberships}
    chosen = request.session.get(SESSION_KEY, "")
    asked = request.POST.get(ACTING_AS) if request.method == "POST" else None
    if asked is None:
        return by_key.get(chosen) or next(iter(request.memberships), None)
    if asked in by_key and asked != chosen:
        request.session[SESSION_KEY] = asked
    return by_key.get(asked)


def _memberships_of(user: User) -> list[Membership]:
    """Active ones, oldest first; each knows whether its user has set up a second factor."""
    authenticators = Authenticator.objects.filter(
        user_id=OuterRef("user_id"), type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    )
    return list(
        Membership.objects.active()
        .filter(user=user)
        .annotate(has_second_factor=Exists(authenticators))
        .select_related("program", "user")
        .order_by("joined_at", "id")
    )


class SessionLimitMiddleware:
    """Ends a session that stood idle or lasted too long: that of a person who is staff anywhere, or on a shared device.

    Such a session ends with the browser too. Everybody else stays signed in for days, counted anew with each visit.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: ActingRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = request.now
        is_staff = any(membership.is_staff for membership in request.memberships)
        signed_in_at = _moment(request, SIGNED_IN_AT, now)
        seen_at = _moment(request, SEEN_AT, now)
        is_shared = SHARED_DEVICE in request.session
        left = partial(_time_left, now - signed_in_at, is_staff=is_staff, is_shared=is_shared)
        if left(now - seen_at) <= timedelta(0):
            logout(request)
            messages.info(request, _("You were signed out to keep your account safe. Sign in again to go on."))
            return to_sign_in(request)
        if threads_for(request.path) != "help":  # those pages never wait to write
            if now - seen_at >= SEEN_EVERY:
                request.session[SEEN_AT] = now.isoformat()
                seen_at = now
            _keep(request, None if is_staff or is_shared else timedelta(days=settings.STAY_SIGNED_IN_DAYS))
        request.ends_in = left(now - seen_at)
        return self.get_response(request)


def _keep(request: ActingRequest, stay: timedelta | None) -> None:
    """For so long after the last visit; None: until the browser closes."""
    seconds = int(stay.total_seconds()) if stay else 0
    if request.session.get("_session_expiry") != seconds:
        request.session.set_expiry(seconds)


def _moment(request: ActingRequest, key: str, now: datetime) -> datetime:
    """The time kept in the session under `key`; the first request of a session starts it."""
    kept = request.session.get(key)
    if kept is None:
        request.session[key] = now.isoformat()
        return now
    return datetime.fromisoformat(kept)


def _time_left(lasted: timedelta, idle: timedelta, *, is_staff: bool, is_shared: bool) -> timedelta:
    """How long the session goes on without another request; `timedelta.max` where nothing ends it."""
    left = [timedelta.max]
    if is_staff:
        left += [timedelta(minutes=settings.STAFF_IDLE_MINUTES) - idle, timedelta(hours=settings.STAFF_SESSION_HOURS) - lasted]
    if is_shared:
        left.append(SHARED_DEVICE_IDLE - idle)
    return min(left)


class SecondFactorMiddleware:
    """A person who is staff anywhere sets up a second factor before anything else opens. Demo mode asks for none."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: ActingRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: ActingRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        if settings.DEMO_MODE or not any(_lacks_second_factor(m) for m in request.memberships):
            return None
        policy = policy_of(view)
        match = request.resolver_match
        if policy is None or policy.audience == "public" or (match and match.url_name in SECOND_FACTOR_PAGES):
            return None
        messages.info(request, _("Your role opens other people's data, so set up a second step for signing in first."))
        back_to = put_aside(request)
        return redirect(f"{reverse('mfa_activate_totp')}?{urlencode({'next': back_to})}")


def _lacks_second_factor(membership: Membership) -> bool:
    return membership.is_staff and not membership.has_second_factor  # type: ignore[attr-defined]
