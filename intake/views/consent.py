"""What people see of their own consent, and how they take it back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.http import MemberRequest
from core.policy import allow
from intake import services
from intake.access import get_own_consent
from intake.selectors import newest_consent, staff_who_hear_of_consent
from intake.standing import standing_of
from people.models import MenteeProfile


@allow(Role.MENTEE, Role.MENTOR)
def my_consent(request: MemberRequest) -> HttpResponse:
    """What I agreed to in this program, since when and until when."""
    today = request.membership.program.today(request.now)
    consent = newest_consent(request.membership, today)
    staff = staff_who_hear_of_consent(request.membership.program_id)
    context = {
        "consent": consent,
        "is_in_force": consent is not None and consent.is_in_force(today),
        "has_begun": consent is not None and consent.given_on <= today,
        "has_coordinator": any(one.role == Role.COORDINATOR for one in staff),
    }
    return render(request, "intake/my_consent.html", context)


@allow(Role.MENTEE, Role.MENTOR, methods=("GET", "POST"))
def take_back_consent(request: MemberRequest, consent_id: UUID) -> HttpResponse:
    """Says what it will touch; does it on POST. The address names the consent: the form sent once more later ends no other."""
    consent = get_own_consent(request.membership, consent_id)
    staff_hear = bool(staff_who_hear_of_consent(consent.program_id))
    is_in_force = consent.is_in_force(request.membership.program.today(request.now))
    if request.method == "POST" and (is_in_force or consent.revoked_at):
        services.take_back_consent(consent=consent, by=request.membership, now=request.now)
        told = _("You took back your consent. The program's staff are told, and will talk with you.")
        alone = _("You took back your consent. Your program has no staff right now who could be told.")
        messages.success(request, told if staff_hear else alone)
        return redirect("intake:my_consent")
    if not is_in_force:
        return redirect("intake:my_consent")
    waits = MenteeProfile.objects.filter(membership=request.membership).exclude(waiting_since=None).exists()
    context = {"standing": standing_of(request.membership), "waits": waits, "staff_hear": staff_hear}
    return render(request, "intake/take_back_consent.html", context)
