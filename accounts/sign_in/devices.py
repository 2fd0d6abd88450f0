"""A device on which somebody has signed in before. What is tried there is counted apart, so that no stranger uses it up.

The browser keeps a signed cookie: an id of its own, and for each account that signed in there a mark, which only this site can
make and which ends with the account's password; the device on which the new one is chosen gets a new mark. A device that is
shared gets none.
"""

from secrets import token_hex
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.http import ActingRequest
from accounts.middleware import SHARED_DEVICE, GetResponse
from accounts.models import User

COOKIE = "__Host-device" if settings.HTTPS else "device"
SALT = "accounts.device"
AGE = 400 * 24 * 3600
"""Seconds: as long as browsers keep a cookie."""
ACCOUNTS = 5
"""The latest that signed in on one device; the rest is forgotten."""


def device_known_to(request: HttpRequest, user: User | None) -> str | None:
    """The id of the device, if this user has signed in on it, else None."""
    device = _read(request)
    if user is None or not any(constant_time_compare(mark, _mark(user)) for mark in device["of"]):
        return None
    return str(device["id"])


def device_of(request: HttpRequest) -> str:
    """The id of the device, whoever signs in on it; any other where it has none yet."""
    return str(_read(request)["id"])


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """From here on the device is known to this user."""
    device = _read(request)
    mark = _mark(user)
    _write(response, device | {"of": [mark, *(other for other in device["of"] if other != mark)][:ACCOUNTS]})


def forget(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """From here on the device is not known to this user."""
    device = _read(request)
    others = [mark for mark in device["of"] if mark != _mark(user)]
    if others != device["of"]:
        _write(response, device | {"of": others})


def _write(response: HttpResponse, device: dict[str, Any]) -> None:
    response.set_cookie(COOKIE, dumps(device, salt=SALT), max_age=AGE, secure=settings.HTTPS, httponly=True, samesite="Lax")


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        return dict(loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE))
    except BadSignature:
        return {"id": token_hex(8), "of": []}


def _mark(user: User) -> str:
    return salted_hmac(SALT, f"{user.pk} {user.get_session_auth_hash()}", algorithm="sha256").hexdigest()[:24]


class KnownDeviceMiddleware:
    """Remembers a device once somebody has signed in on it, however they did; forgets it once they say that it is shared."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: ActingRequest) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        if not was_signed_in and request.user.is_authenticated:
            keep = forget if SHARED_DEVICE in request.session else remember
            keep(request, response, request.user)
        return response
