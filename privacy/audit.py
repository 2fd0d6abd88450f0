"""Write down what a member, or the program itself, did to which person's data. Ids only."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import models

from privacy.events import Event
from privacy.models import Actor, AuditEntry


def record(
    event: Event,
    about: models.Model,
    *,
    person: UUID | None,
    program: UUID,
    by: Actor | None,
    at: datetime,
    detail: str = "",
) -> AuditEntry:
    """One audit entry, in the caller's transaction.

    `about` is the row that was opened or changed, `person` the user whose data it is, `by` the membership that acted (None
    when the program itself did), `detail` a code that the person does not read.
    """
    entry = _entry(event, about, person=person, program=program, by=by, at=at, detail=detail)
    entry.save()
    return entry


def record_many(
    event: Event, rows: Iterable[tuple[models.Model, UUID | None]], *, program: UUID, by: Actor | None, at: datetime
) -> None:
    """As `record`, for many rows in a few queries; `rows` pairs each row with the user whose data it is."""
    entries = (_entry(event, row, person=person, program=program, by=by, at=at) for row, person in rows)
    AuditEntry.objects.bulk_create(entries, batch_size=500)


def _entry(
    event: Event,
    about: models.Model,
    *,
    person: UUID | None,
    program: UUID,
    by: Actor | None,
    at: datetime,
    detail: str = "",
) -> AuditEntry:
    return AuditEntry(
        at=at,
        action=event.action,
        program_id=program,
        actor_id=by.user_id if by else None,
        actor_role=by.role if by else "",
        person_id=person,
        object_type=about._meta.label_lower,
        object_id=about.pk,
        reason=f"{event.code}:{detail}" if detail else event.code,
    )
