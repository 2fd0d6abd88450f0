"""Owe a message; deliver what is owed."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import Program, User
from notifications.models import Message


def owe(
    kind: str, *, subject_id: UUID, recipient: User, program: Program, now: datetime, due_at: datetime | None = None
) -> bool:
    """A message owed to `recipient`, at `due_at` (now when not given), in the caller's transaction.

    The same kind about the same subject is owed at most once per local day of the recipient; returns whether it is new.
    """
    due = due_at or now
    message = Message(
        kind=kind,
        subject_id=subject_id,
        recipient=recipient,
        program=program,
        local_date=due.astimezone(ZoneInfo(recipient.timezone)).date(),
        created_at=now,
        due_at=due,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    return Message.objects.filter(pk=message.pk).exists()


def cancel(kind: str, *, subject_id: UUID, now: datetime) -> int:
    """Cancel what is still owed of this kind about this subject; returns how many."""
    return Message.objects.filter(kind=kind, subject_id=subject_id, sent_at=None, dead_at=None, cancelled_at=None).update(
        cancelled_at=now
    )
