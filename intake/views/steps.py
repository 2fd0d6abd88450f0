"""The steps that end intake: keep the consent, and put a mentee on the waiting list."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.models import Membership
from core.errors import DomainError
from core.policy import allow
from core.refusals import refuse
from intake import services
from intake.forms import ConsentForm
from intake.standing import saying_what_became
from intake.views.people import person_page
from people.access import get_person_for, may_read_intake
from people.audit_events import INTAKE_OPENED_TO_EDIT
from privacy.consents import revoke_consent


@allow(Role.COORDINATOR, methods=("POST",))
def consent_give(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """Record a consent that the person gave, on paper or in words."""
    shown = _person(request, person_id)
    form = ConsentForm(request.POST, today=shown.program.today(request.now))
    if form.is_valid():
        try:
            with saying_what_became(request, shown):
                services.note_consent(
                    person=shown,
                    given_on=form.cleaned_data["given_on"],
                    expires_on=form.cleaned_data["expires_on"],
                    by=request.membership,
                    now=request.now,
                )
        except DomainError as error:
            form.add_error("expires_on", str(error))
        else:
            messages.success(request, _("The consent is recorded."))
            return redirect("intake:person", shown.pk)
    return person_page(request, shown, consent_form=form)


@allow(Role.COORDINATOR, methods=("POST",))
def consent_revoke(request: MemberRequest, person_id: UUID) -> HttpResponse:
    shown = _person(request, person_id)
    with saying_what_became(request, shown):
        revoke_consent(person=shown, by=request.membership, now=request.now)
        messages.success(request, _("The consent is no longer in force."))
    return redirect("intake:person", shown.pk)


@allow(Role.COORDINATOR, methods=("POST",))
def start_waiting(request: MemberRequest, person_id: UUID) -> HttpResponse:
    shown = _person(request, person_id)
    try:
        services.start_waiting(person=shown, by=request.membership, now=request.now)
    except DomainError as error:
        refuse(request, error)
    else:
        messages.success(request, _("%(name)s is on the waiting list.") % {"name": shown.user.first_name})
    return redirect("intake:person", shown.pk)


@allow(Role.COORDINATOR, methods=("POST",))
def leave_unmatched(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """After an end for safety: no new mentor for now."""
    shown = _person(request, person_id)
    services.leave_unmatched(person=shown, by=request.membership, now=request.now)
    messages.success(request, _("Noted: no new mentor for %(name)s for now.") % {"name": shown.user.first_name})
    return redirect("home")


def _person(request: MemberRequest, person_id: UUID) -> Membership:
    """A mentor or mentee of the coordinator's program, or 404."""
    shown = get_person_for(request.membership, person_id, now=request.now, event=INTAKE_OPENED_TO_EDIT)
    if not may_read_intake(request.membership, shown):
        raise Http404
    return shown
