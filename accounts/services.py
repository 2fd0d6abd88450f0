"""Change what is known of people and programs. Each change is one transaction and one audit entry."""

from datetime import datetime

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import Membership, Program, User
from core.errors import DomainError
from privacy import audit
from privacy.models import Action


@transaction.atomic
def save_user(*, user: User, by: Membership, now: datetime) -> None:
    """Keep changed names, zone and language; only people themselves change these."""
    user.save(update_fields=["first_name", "last_name", "timezone", "language"])
    audit.record(Action.CHANGED, by=by, about=user, person_id=user.pk, program_id=by.program_id, at=now, reason="account")


@transaction.atomic
def set_active(*, person: Membership, is_active: bool, by: Membership, now: datetime) -> None:
    """Suspend or bring back a membership; it works on the person's next request. Refuses `yourself`."""
    if person.pk == by.pk:
        raise DomainError(_("You cannot suspend yourself."), code="yourself")
    if Membership.objects.filter(pk=person.pk, is_active=not is_active).update(is_active=is_active):
        _changed(person, person=person, by=by, now=now, reason="reactivated" if is_active else "suspended")


@transaction.atomic
def save_program(*, program: Program, by: Membership, now: datetime) -> None:
    """Keep changed settings."""
    program.save()
    audit.record(Action.CHANGED, by=by, about=program, person_id=None, program_id=program.pk, at=now, reason="settings")


def _changed(row: Model, *, person: Membership, by: Membership, now: datetime, reason: str) -> None:
    audit.record(
        Action.CHANGED,
        by=by,
        about=row,
        person_id=person.user_id,
        program_id=person.program_id,
        at=now,
        reason=reason,
    )
