"""Write down who did what to whose data. Ids only."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import models

from privacy.models import Action, AuditEntry


class Actor(Protocol):
    """A membership, as far as this app needs to know it."""

    user_id: UUID
    program_id: UUID
    role: str


def record(
    action: Action,
    *,
    by: Actor | None,
    about: models.Model,
    person_id: UUID | None,
    program_id: UUID,
    at: datetime,
    reason: str = "",
) -> AuditEntry:
    """One audit entry, in the caller's transaction.

    `about` is the row that was opened or changed, `person_id` the user whose data it is, `by` the membership that acted
    (None when the program itself did), `reason` a code.
    """
    return AuditEntry.objects.create(
        at=at,
        action=action,
        program_id=program_id,
        actor_id=by.user_id if by else None,
        actor_role=by.role if by else "",
        person_id=person_id,
        object_type=about._meta.label_lower,
        object_id=about.pk,
        reason=reason,
    )


def record_many(
    action: Action,
    *,
    by: Actor | None,
    about: Iterable[tuple[models.Model, UUID | None]],
    program_id: UUID,
    at: datetime,
    reason: str = "",
) -> None:
    """As `record`, for many rows in a few queries; `about` pairs each row with the user whose data it is."""
    AuditEntry.objects.bulk_create(
        (
            AuditEntry(
                at=at,
                action=action,
                program_id=program_id,
                actor_id=by.user_id if by else None,
                actor_role=by.role if by else "",
                person_id=person_id,
                object_type=row._meta.label_lower,
                object_id=row.pk,
                reason=reason,
            )
            for row, person_id in about
        ),
        batch_size=500,
    )
