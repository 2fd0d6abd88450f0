"""The page everybody signs in to, and the switch between one's own roles."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.home import cards_for
from accounts.http import MemberRequest
from accounts.middleware import SESSION_KEY
from core.policy import signed_in


@signed_in()
def home(request: MemberRequest) -> HttpResponse:
    """What needs this person now, in the role they act as."""
    if request.membership is None:
        return render(request, "accounts/no_membership.html")
    return render(request, "home.html", {"cards": cards_for(request)})


@signed_in(methods=("POST",))
def act_as(request: MemberRequest) -> HttpResponse:
    """Act as another of one's own memberships from here on, and go on to the page that asked for it."""
    chosen = request.POST.get("membership", "")
    if chosen not in {str(membership.pk) for membership in request.memberships}:
        raise Http404
    request.session[SESSION_KEY] = chosen
    back_to = request.POST.get("next", "")
    return redirect(back_to if url_has_allowed_host_and_scheme(back_to, allowed_hosts=None) else "home")
