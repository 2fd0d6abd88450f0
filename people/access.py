"""The only door to one person's page."""

from datetime import datetime
from uuid import UUID

from django.http import Http404

from accounts.enums import Role
from accounts.models import Membership
from people.audit_events import INTAKE_OPENED
from privacy import audit
from privacy.events import Event


def get_person_for(membership: Membership, person_id: UUID, *, now: datetime, event: Event = INTAKE_OPENED) -> Membership:
    """A person of the same program, or 404. A coordinator reads the person's intake, so the person can see that they did."""
    person = (
        Membership.objects.visible_to(membership)
        .select_related("user", "program", "mentor_profile__supervisor__user", "mentee_profile")
        .filter(pk=person_id)
        .first()
    )
    if person is None:
        raise Http404
    if may_read_intake(membership, person):
        audit.record(event, person, person=person.user_id, program=membership.program_id, by=membership, at=now)
    return person


def may_read_intake(membership: Membership, person: Membership) -> bool:
    """Intake is for coordinators; an admin sees roles and status only."""
    return membership.role == Role.COORDINATOR and person.role in (Role.MENTOR, Role.MENTEE)
