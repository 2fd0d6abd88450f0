"""Uploaded people files between the look and the confirmation: sealed, one person's own, for a day.

What an import leaves out, because a row needs fixing, goes on waiting.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.enums import Role
from accounts.models import Membership
from intake.files.apply import import_people
from intake.files.format import PeopleFile, read_people
from intake.files.left import left_of
from intake.files.plan import ImportPlan
from intake.models import PendingImport

KEPT_FOR = timedelta(hours=24)


def keep(*, owner: Membership, texts: Mapping[str, str], now: datetime) -> PendingImport:
    """The texts of the files, by kind, until confirmed."""
    return PendingImport.objects.create(
        owner=owner,
        mentors=texts.get(Role.MENTOR, ""),
        mentees=texts.get(Role.MENTEE, ""),
        created_at=now,
        expires_at=now + KEPT_FOR,
    )


def find(pending_id: UUID, *, owner: Membership, now: datetime) -> PendingImport | None:
    return PendingImport.objects.filter(pk=pending_id, owner=owner, expires_at__gt=now).first()


def texts_of(pending: PendingImport) -> dict[str, str]:
    """The texts of the files that wait, by kind."""
    texts = {Role.MENTOR: pending.mentors, Role.MENTEE: pending.mentees}
    return {kind: text for kind, text in texts.items() if text}


def files_of(pending: PendingImport) -> list[PeopleFile]:
    return [read_people(kind, text.encode()) for kind, text in texts_of(pending).items()]


@transaction.atomic
def confirm(pending_id: UUID, *, by: Membership, now: datetime) -> ImportPlan | None:
    """Import what waits, as the program is now; None when it was confirmed before or has expired. Rows that need fixing stay.

    Of two confirmations at once the second waits for the first, and finds nothing left to do.
    """
    pending = PendingImport.objects.select_for_update().filter(pk=pending_id, owner=by, expires_at__gt=now).first()
    if pending is None:
        return None
    files = files_of(pending)
    plan = import_people(program=by.program, files=files, by=by, now=now)
    left = {file.kind: left_of(file, plan) for file in files}
    if any(left.values()):
        pending.mentors, pending.mentees = left.get(Role.MENTOR, ""), left.get(Role.MENTEE, "")
        pending.save(update_fields=["mentors", "mentees"])
    else:
        pending.delete()
    return plan


def drop_expired(now: datetime) -> int:
    """A due scan: forget uploads that the member who sent them did not confirm."""
    return PendingImport.objects.filter(expires_at__lte=now).delete()[0]
