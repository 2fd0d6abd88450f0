"""The pages for requests that could not be read. They need no session, user or database."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception | None = None, *, status: int = 400) -> HttpResponse:
    """Also Django's `handler400`."""
    return render(request, "400.html", status=status)


def too_large(request: HttpRequest) -> HttpResponse:
    """Names the limit for one file, the only thing of that size a person sends here."""
    return render(request, "413.html", {"limit": settings.UPLOAD_LIMIT_BYTES}, status=413)
