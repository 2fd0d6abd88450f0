"""Addresses that only the tests of the middleware serve."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import path

from accounts.enums import Role
from core.policy import allow, public, signed_in
from mentorship.urls import handler400
from mentorship.urls import urlpatterns as site

__all__ = ["handler400", "urlpatterns"]


def _fresh() -> Callable[[HttpRequest], HttpResponse]:
    """A view declares one policy, so each route gets one of its own."""
    return lambda request: HttpResponse(f"{request.method} answered")


def _cacheable(request: HttpRequest) -> HttpResponse:
    return HttpResponse("for all", headers={"Cache-Control": "max-age=60"})


urlpatterns = [
    *site,
    path("test/undeclared/", _fresh()),
    path("test/public/", public()(_fresh())),
    path("test/cacheable/", public()(_cacheable)),
    path("test/signed-in/", signed_in(methods=("GET", "POST"))(_fresh())),
    path("test/post/", signed_in(methods=("POST",))(_fresh())),
    path("test/mentors/", allow(Role.MENTOR)(_fresh())),
]
