"""Change what is known of people and programs. Each change is one transaction and one audit entry."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit_events import ACCOUNT_SAVED, PROGRAM_SAVED, REACTIVATED, SUSPENDED
from accounts.models import Membership, Program, User
from accounts.signals import active_changed
from core.errors import DomainError
from privacy import audit
from privacy.signals import person_changed


@transaction.atomic
def save_user(*, user: User, by: Membership, now: datetime) -> None:
    """Keep changed names, zone and language; only people themselves change these.

    The caller sends `person_changed` once all that is saved with it is written: the hours two people share are in the zone.
    """
    user.save(update_fields=["first_name", "last_name", "name_key", "timezone", "language"])
    audit.record(ACCOUNT_SAVED, user, person=user.pk, program=by.program_id, by=by, at=now)


@transaction.atomic
def set_active(*, person: Membership, is_active: bool, by: Membership, now: datetime) -> None:
    """Suspend or bring back a membership; it works on the person's next request. Refuses `yourself`."""
    if person.pk == by.pk:
        raise DomainError(_("You cannot suspend yourself."), code="yourself")
    if Membership.objects.filter(pk=person.pk, is_active=not is_active).update(is_active=is_active):
        event = REACTIVATED if is_active else SUSPENDED
        audit.record(event, person, person=person.user_id, program=person.program_id, by=by, at=now)
        active_changed.send(Membership, membership_ids=[person.pk], now=now)
        person_changed.send(Membership, program_id=person.program_id, person_ids=[person.user_id], by=by, now=now)


@transaction.atomic
def save_program(*, program: Program, by: Membership, now: datetime) -> None:
    """Keep changed settings."""
    program.save()
    audit.record(PROGRAM_SAVED, program, person=None, program=program.pk, by=by, at=now)
    person_changed.send(Program, program_id=program.pk, person_ids=None, now=now)
