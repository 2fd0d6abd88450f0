"""Invite people; open an invitation."""

from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.middleware import SESSION_KEY
from accounts.models import Membership
from core.deployment import mail_leaves
from core.errors import DomainError
from core.forms import posted, status_of
from core.limits import network_of
from core.once import answered_once
from core.policy import allow, public
from core.refusals import refuse
from people.forms import InvitationForm, JoinForm
from people.models import Invitation
from people.notices import link_of
from people.services import invitations, inviting_all, joining
from people.services.mailbox import is_asked_of
from people.views import mailbox

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@allow(Role.COORDINATOR, Role.ADMIN, methods=("GET", "POST"))
def invitation_list(request: MemberRequest) -> HttpResponse:
    """Every person who was invited, newest first, and the form that invites.

    Where mail leaves, the link goes to the mailbox alone and so proves it; else it is shown once, right after.
    """
    form = _form(request, posted(request))
    made = None
    if form.is_valid():
        try:
            made = invitations.invite(
                program=request.membership.program, by=request.membership, now=request.now, **form.cleaned_data
            )
        except DomainError as error:
            form.refuse(error)
        else:
            form = _form(request)
    return _list(request, form, made)


@allow(Role.COORDINATOR, Role.ADMIN, methods=("POST",))
def invitation_send_again(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    try:
        made = invitations.send_again(
            invitation=_get_invitation(request.membership, invitation_id), by=request.membership, now=request.now
        )
    except DomainError as error:
        refuse(request, error)
        return redirect("people:invitations")
    return _list(request, _form(request), made)


@allow(Role.COORDINATOR, Role.ADMIN, methods=("POST",))
def invitation_withdraw(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    try:
        invitations.withdraw(
            invitation=_get_invitation(request.membership, invitation_id), by=request.membership, now=request.now
        )
    except DomainError as error:
        refuse(request, error)
    return redirect("people:invitations")


@allow(Role.COORDINATOR, Role.ADMIN, methods=("GET", "POST"))
def invite_everybody(request: MemberRequest) -> HttpResponse:
    """Say what will happen, then invite every person who was imported and has not joined yet."""
    waiting = inviting_all.not_invited(by=request.membership, now=request.now).count()
    if not waiting or not mail_leaves():
        messages.info(request, _("There is nobody to invite by e-mail now."))
        return redirect("intake:people")
    if request.method != "POST":
        return render(request, "people/invite_everybody.html", {"not_invited": waiting})
    count = inviting_all.invite_everybody(by=request.membership, now=request.now)
    done = ngettext("%(count)d invitation is on its way.", "%(count)d invitations are on their way.", count)
    messages.success(request, done % {"count": count})
    return redirect("people:invitations")


def _form(request: MemberRequest, data: QueryDict | None = None) -> InvitationForm:
    """Begins with the inviter's own language."""
    roles = invitations.MAY_INVITE[request.membership.role]
    return InvitationForm(data, roles=roles, initial={"language": request.LANGUAGE_CODE})


def _get_invitation(membership: Membership, invitation_id: UUID) -> Invitation:
    """One invitation of the program to a role that this member may invite."""
    visible = Invitation.objects.visible_to(membership).filter(role__in=invitations.MAY_INVITE[membership.role])
    invitation = visible.filter(pk=invitation_id).first()
    if invitation is None:
        raise Http404
    return invitation


def _list(request: MemberRequest, form: InvitationForm, made: Invitation | None) -> HttpResponse:
    visible = Invitation.objects.visible_to(request.membership).filter(role__in=invitations.MAY_INVITE[request.membership.role])
    page = Paginator(visible.with_mail().order_by("-created_at", "id").defer("token"), 50).get_page(request.GET.get("page"))
    rows = [(invitation, _status(invitation, request.now)) for invitation in page.object_list]
    context: dict[str, Any] = {"form": form, "made": made, "page": page, "rows": rows}
    if made:
        context |= {"made_asks_for_code": is_asked_of(made)} if mail_leaves() else {"link": link_of(made)}
    return render(request, "people/invitations.html", context, status=status_of(form))


def _status(invitation: Any, now: datetime) -> str:
    """A word for the template: accepted, withdrawn, expired, unsent (given up), pending or sent. It came `with_mail`."""
    if invitation.accepted_at:
        return "accepted"
    if invitation.withdrawn_at:
        return "withdrawn"
    if not invitation.is_open(now):
        return "expired"
    if invitation.dead_at:
        return "unsent"
    return "sent" if invitation.sent_at else "pending"


@public(methods=("GET", "POST"))
@answered_once
@sensitive_post_parameters("password")
def join(request: Any, token: str) -> HttpResponse:
    """Open an invitation: choose a password, or accept when signed in. A used, withdrawn or unknown link looks the same.

    So does the page of an address that has an account: only choosing a password tells, and the link came to the mailbox.
    The person who joined by it and is signed in goes home: they pressed twice, or came back. Who is not signed in reads it in
    the language of the invitation, or in the one they choose.
    """
    if not invitations.may_open(token, network=network_of(request), now=request.now):
        return render(request, "people/join_closed.html", {"is_limited": True}, status=429)
    invitation = invitations.find_open(token, request.now)
    if invitation is None:
        return _closed(request, token)
    if request.user.is_authenticated:
        return _opened(request, invitation, token)
    chosen = request.POST.get("language") or request.GET.get("language")
    with translation.override(chosen if chosen in dict(settings.LANGUAGES) else invitation.language):
        response = _opened(request, invitation, token)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


def _opened(request: Any, invitation: Invitation, token: str) -> HttpResponse:
    if request.user.is_authenticated and request.user.email != invitation.email:
        return render(request, "people/join_sign_in.html", {"invitation": invitation})
    if mailbox.is_asked(request, invitation):
        return mailbox.ask(request, invitation)
    return _join_known(request, invitation, token) if request.user.is_authenticated else _join_new(request, invitation)


def _closed(request: Any, token: str) -> HttpResponse:
    joined = invitations.joined_by(token, request.user) if request.user.is_authenticated else None
    if joined is None:
        return render(request, "people/join_closed.html", status=404)
    if request.method == "POST":
        request.session[SESSION_KEY] = str(joined.pk)
    elif request.membership != joined:
        return render(request, "accounts/act_as.html", {"other": joined, "next": reverse("home")})
    return redirect("home")


def _join_known(request: Any, invitation: Invitation, token: str) -> HttpResponse:
    if request.method != "POST":
        return render(request, "people/join_accept.html", {"invitation": invitation})
    try:
        membership = joining.join_known(invitation=invitation, user=request.user, now=request.now)
    except DomainError:
        return _closed(request, token)
    request.session[SESSION_KEY] = str(membership.pk)
    return redirect("home")


def _join_new(request: Any, invitation: Invitation) -> HttpResponse:
    initial = joining.known_answers(invitation, language=translation.get_language())
    form = JoinForm(posted(request), initial=initial, invitation=invitation)
    if not form.is_valid():
        return render(request, "people/join.html", {"form": form, "invitation": invitation}, status=status_of(form))
    try:
        membership = joining.join_new(invitation=invitation, chosen=joining.NewSignIn(**form.cleaned_data), now=request.now)
    except DomainError as error:
        if error.code == "sign_in_first":
            return render(request, "people/join_sign_in.html", {"invitation": invitation})
        return render(request, "people/join_closed.html", status=404)
    login(request, membership.user, backend=BACKEND)
    reauthenticate_by_password(request)  # they chose it a moment ago, and staff go on to their second step
    UserSession.objects.create_from_request(request)
    request.session[SESSION_KEY] = str(membership.pk)
    return redirect("home")
