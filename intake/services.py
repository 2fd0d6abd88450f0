"""Put a mentee on the waiting list."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership
from core.errors import DomainError
from intake.audit_events import WAITING
from intake.selectors import missing_of
from people.models import MenteeProfile
from privacy import audit
from relationships.selectors import pairs_of_mentees


@transaction.atomic
def start_waiting(*, person: Membership, by: Membership, now: datetime) -> None:
    """Put a mentee on the waiting list from today; one who waits already keeps their day.

    Refuses with `not_a_mentee`, `has_a_mentor` or `intake_missing`.
    """
    profile = MenteeProfile.objects.select_for_update().filter(membership=person).first()
    if profile is None or person.role != Role.MENTEE or not person.is_active:
        raise DomainError(_("Only a mentee who takes part can wait for a mentor."), code="not_a_mentee")
    if profile.waiting_since is not None:
        return
    if pairs_of_mentees(person.program).get(person.pk):
        raise DomainError(_("This person has a mentor, or a proposal to answer."), code="has_a_mentor")
    if missing_of(person, now):
        raise DomainError(_("Something is still missing from intake."), code="intake_missing")
    profile.waiting_since = person.program.today(now)
    profile.save(update_fields=["waiting_since"])
    audit.record(WAITING, profile, person=person.user_id, program=person.program_id, by=by, at=now)
