"""What pages of every role share."""

from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import redirect

from core import typed
from core.http import ClockRequest
from core.policy import public


@public(methods=("POST",))
def forget_typed(request: ClockRequest) -> HttpResponse:
    """The person does not want what they typed on this page before; the page comes back as it is without it.

    Where their session has ended meanwhile nothing is thrown away: nobody can see what, until they have signed in again.
    """
    if request.POST.get(typed.OWNER) and not request.user.is_authenticated:
        return typed.to_sign_in(request)
    page = typed.page_of(request)
    typed.forget(request, urlsplit(page).path)
    return redirect(page)
