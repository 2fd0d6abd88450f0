"""Owe a message; cancel one; try a dead one again; mark notices as read. `drain` delivers what is owed."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Program, User
from core.errors import DomainError
from notifications.audit_events import TRIED_AGAIN
from notifications.doorbell import ring_after_commit
from notifications.models import CancelReason, Message, Notice
from notifications.outbox import DrainResult, drain
from privacy import audit

__all__ = [
    "DrainResult",
    "cancel",
    "cancel_all",
    "drain",
    "enqueue",
    "enqueue_all",
    "message_for",
    "read_all",
    "read_notice",
    "try_again",
]


def message_for(
    kind: str, *, subject_id: UUID, recipient: User, program: Program, now: datetime, due_at: datetime | None = None
) -> Message:
    """A message not yet owed, for `enqueue_all`."""
    due = due_at or now
    return Message(
        kind=kind,
        subject_id=subject_id,
        recipient=recipient,
        program=program,
        local_date=recipient.today(due),
        created_at=now,
        due_at=due,
        next_try_at=due,
    )


def enqueue(
    kind: str, *, subject_id: UUID, recipient: User, program: Program, now: datetime, due_at: datetime | None = None
) -> bool:
    """A message owed to `recipient`, at `due_at` (now when not given), in the caller's transaction.

    The same kind about the same subject is owed at most once per local day of the recipient; returns whether it is new.
    """
    return (
        enqueue_all([message_for(kind, subject_id=subject_id, recipient=recipient, program=program, now=now, due_at=due_at)])
        == 1
    )


def enqueue_all(messages: Iterable[Message]) -> int:
    """Owe many at once, in the caller's transaction; returns how many are new."""
    owed = list(messages)
    if not owed:
        return 0
    Message.objects.bulk_create(owed, ignore_conflicts=True)
    new = Message.objects.filter(pk__in=[message.pk for message in owed]).count()
    if new:
        ring_after_commit()
    return new


def cancel(kind: str, *, subject_id: UUID, now: datetime) -> int:
    """Cancel what is still owed of this kind about this subject; returns how many. See `cancel_all`."""
    return cancel_all([kind], [subject_id], now=now)


@transaction.atomic
def cancel_all(kinds: Collection[str], subject_ids: Collection[UUID], *, now: datetime) -> int:
    """Cancel what is still owed of these kinds about these subjects; returns how many.

    What was said already no longer asks for attention: its notice counts as read. A drain that holds one of the messages at
    this moment loses its lease, so it does not send it if it has not yet.
    """
    about = Message.objects.about(kinds, subject_ids)
    Notice.objects.unread().filter(message__in=about).update(read_at=now)
    return about.pending().update(cancelled_at=now, cancel_reason=CancelReason.NOT_NEEDED, lease_token=None)


@transaction.atomic
def try_again(*, message: Message, by: Membership, now: datetime) -> None:
    """A dead message is owed anew, with all its tries. Refuses with `not_dead` when somebody was quicker."""
    revived = Message.objects.dead().filter(pk=message.pk).update(dead_at=None, due_at=now, next_try_at=now, attempts=0)
    if not revived:
        raise DomainError(_("This message is no longer on the list: it was already tried again."), code="not_dead")
    audit.record(TRIED_AGAIN, message, person=message.recipient_id, program=message.program_id, by=by, at=now)
    ring_after_commit()


def read_notice(*, notice: Notice, now: datetime) -> None:
    """The person followed the notice; a second time changes nothing."""
    Notice.objects.unread().filter(pk=notice.pk).update(read_at=now)


def read_all(*, by: Membership, now: datetime) -> int:
    """Everything this person has in this program counts as read; returns how many were not."""
    return Notice.objects.visible_to(by).unread().update(read_at=now)
