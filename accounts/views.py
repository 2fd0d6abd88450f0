"""The page everybody signs in to, the switch between one's own roles, and a program's settings."""

from allauth.account import views as account
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts import services
from accounts.enums import Role
from accounts.forms import ProgramForm
from accounts.home import cards_for
from accounts.http import MemberRequest
from accounts.middleware import SESSION_KEY
from accounts.models import Program
from core.forms import posted, status_of
from core.http import leave_nothing
from core.policy import allow, public, signed_in


@signed_in()
def home(request: MemberRequest) -> HttpResponse:
    """What needs this person now, in the role they act as."""
    if request.membership is None:
        return render(request, "accounts/no_membership.html")
    return render(request, "home.html", {"cards": cards_for(request)})


@csrf_exempt  # a form of another site carries no session cookie (SameSite), and a page open too long must still let out
@public(methods=("POST",), threads="calls")
def leave(request: MemberRequest) -> HttpResponse:
    """Exit this page: the session ends, and the browser goes where anybody may be. The page's own script goes by itself."""
    logout(request)
    return leave_nothing(HttpResponse(status=204) if "by_script" in request.POST else redirect(settings.WAY_OUT))


@signed_in(methods=("POST",))
def stay(request: MemberRequest) -> JsonResponse:
    """Stay signed in: this request is what it takes. Says in how many seconds the session ends now."""
    return JsonResponse({"seconds": int(request.ends_in.total_seconds())})


def sign_out(request: MemberRequest) -> HttpResponse:
    """allauth's page; its policy stands with its route. Once signed out, the browser forgets what it kept."""
    response: HttpResponse = account.logout(request)
    return leave_nothing(response) if request.method == "POST" else response


@signed_in(methods=("POST",))
def act_as(request: MemberRequest) -> HttpResponse:
    """Act as another of one's own memberships from here on, and go on to the page that asked for it."""
    chosen = request.POST.get("membership", "")
    if chosen not in {str(membership.pk) for membership in request.memberships}:
        raise Http404
    request.session[SESSION_KEY] = chosen
    back_to = request.POST.get("next", "")
    return redirect(back_to if url_has_allowed_host_and_scheme(back_to, allowed_hosts=None) else "home")


@allow(Role.ADMIN, methods=("GET", "POST"))
def program(request: MemberRequest) -> HttpResponse:
    """The settings of the program acted in."""
    form = ProgramForm(posted(request), instance=Program.objects.get(pk=request.membership.program_id))
    if form.is_valid():
        services.save_program(program=form.save(commit=False), by=request.membership, now=request.now)
        messages.success(request, _("Saved."))
        return redirect("accounts:program")
    return render(request, "accounts/program.html", {"form": form}, status=status_of(form))
