"""What a person reads when a request is refused. The pages for it need no session, user or database, but for the last two."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from core import typed
from core.errors import DomainError
from core.http import ClockRequest


def refuse(request: ClockRequest, why: DomainError | str) -> None:
    """Say on the page that the view leads to why it did not do what was asked. What was typed goes along (`core.typed`)."""
    messages.error(request, str(why))
    request.is_refused = True


def bad_request(request: HttpRequest, exception: Exception | None = None, *, status: int = 400) -> HttpResponse:
    """Also Django's `handler400`."""
    return render(request, "400.html", status=status)


def too_large(request: HttpRequest, file: str = "") -> HttpResponse:
    """Names the limit for one file, the only thing of that size a person sends here, and the file where it is known."""
    return render(request, "413.html", {"limit": settings.UPLOAD_LIMIT_BYTES, "file": file}, status=413)


def not_allowed(request: HttpRequest, methods: list[str]) -> HttpResponse:
    """For an address that only a form leads to, opened or loaded again by itself."""
    return HttpResponseNotAllowed(methods, render_to_string("405.html", request=request))


def open_too_long(request: ClockRequest, reason: str = "") -> HttpResponse:
    """Django's view for a form without its token: where `core.typed` may keep what was typed, the page comes back with it; to
    somebody whose session has ended with it, after signing in."""
    if request.POST.get(typed.OWNER) and not request.user.is_authenticated:
        return typed.to_sign_in(request)
    page = typed.put_aside(request)
    return redirect(page) if request.is_put_aside else render(request, "403_csrf.html", status=403)
