"""The pages for requests that are refused. But for the last they need no session, user or database."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception | None = None, *, status: int = 400) -> HttpResponse:
    """Also Django's `handler400`."""
    return render(request, "400.html", status=status)


def too_large(request: HttpRequest) -> HttpResponse:
    """Names the limit for one file, the only thing of that size a person sends here."""
    return render(request, "413.html", {"limit": settings.UPLOAD_LIMIT_BYTES}, status=413)


def not_allowed(request: HttpRequest, methods: list[str]) -> HttpResponse:
    """For an address that only a form leads to, opened or loaded again by itself."""
    return HttpResponseNotAllowed(methods, render_to_string("405.html", request=request))
