"""Say something to a person; cancel it; try again what was given up; mark notices as read."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Program, User
from core.errors import DomainError
from notifications.audit_events import TRIED_AGAIN
from notifications.channels import all_channels
from notifications.doorbell import ring_after_commit
from notifications.kinds import declared, kind_of
from notifications.models import CancelReason, Delivery, Message, Notice, Urgency
from notifications.outbox import stop
from privacy import audit


def message_for(kind: str, *, subject_id: UUID, recipient: User | None, program: Program | None, now: datetime) -> Message:
    """A message not yet said, for `enqueue_all`. Without a recipient it goes where its kind's letters say.

    Raises `UnknownKind` for a name that no app declares.
    """
    owner = recipient or program
    return Message(
        kind=declared(kind).name,
        subject_id=subject_id,
        recipient=recipient,
        program=program,
        local_date=owner.today(now) if owner else now.date(),
        created_at=now,
        due_at=now,
    )


def enqueue(kind: str, *, subject_id: UUID, recipient: User, program: Program, now: datetime) -> bool:
    """Say this to `recipient`: a notice on the site at once, and whatever leaves the site, in the caller's transaction.

    The same kind about the same subject is said at most once per local day of the recipient, unless what was said is over;
    returns whether it is new.
    """
    return enqueue_all([message_for(kind, subject_id=subject_id, recipient=recipient, program=program, now=now)]) == 1


@transaction.atomic(savepoint=False)
def enqueue_all(messages: Iterable[Message]) -> int:
    """Say many things at once, in the caller's transaction; returns how many are new."""
    wanted = {message.pk: message for message in messages}
    Message.objects.bulk_create(wanted.values(), ignore_conflicts=True)
    new = [wanted[pk] for pk in Message.objects.filter(pk__in=wanted).values_list("pk", flat=True)]
    if new:
        Notice.objects.bulk_create(_notices(new))
        Delivery.objects.bulk_create(_deliveries(new))
        ring_after_commit()
    return len(new)


def _notices(messages: Sequence[Message]) -> list[Notice]:
    return [
        Notice(message=message, recipient_id=message.recipient_id, program_id=message.program_id, created_at=message.created_at)
        for message in messages
        if message.recipient_id and message.program_id
    ]


def _deliveries(messages: Sequence[Message]) -> list[Delivery]:
    return [
        Delivery(
            message=message,
            channel=channel.name,
            urgency=Urgency.URGENT if kind_of(message).is_urgent else Urgency.ORDINARY,
            next_try_at=message.due_at,
        )
        for message in messages
        for channel in all_channels()
        if channel.reaches(message)
    ]


def cancel(kind: str, *, subject_id: UUID, now: datetime) -> int:
    """Cancel what is still pending of this kind about this subject; returns how many. See `cancel_all`."""
    return cancel_all([kind], [subject_id], now=now)


def cancel_all(kinds: Collection[str], subject_ids: Collection[UUID], *, now: datetime) -> int:
    """Cancel what is still pending of these kinds about these subjects; returns how many messages.

    What was said is over, and no longer asks for attention: its notice says so and counts as read. A drain that holds one of
    the deliveries at this moment loses its lease, so it does not send it if it has not yet.
    """
    said = Message.objects.about(kinds, subject_ids).filter(over_at=None)
    with transaction.atomic():
        stopped = stop(said, CancelReason.NOT_NEEDED, now)
        said.update(over_at=now)
    return stopped


def note_seen(kinds: Collection[str], subject_ids: Collection[UUID], *, now: datetime) -> None:
    """Whoever was told saw what these kinds say about these subjects, whichever way they came: the notice counts as read, and
    nothing more of it leaves. What it is about goes on, unlike after `cancel_all`."""
    stop(Message.objects.about(kinds, subject_ids), CancelReason.SEEN, now)


@transaction.atomic
def try_again(*, delivery: Delivery, by: Membership, now: datetime) -> None:
    """What was given up is pending anew, with all its tries. Refuses with `not_dead` when another member was quicker."""
    revived = Delivery.objects.dead().filter(pk=delivery.pk).update(dead_at=None, next_try_at=now, attempts=0)
    if not revived:
        raise DomainError(_("This message is no longer on the list: it was already tried again."), code="not_dead")
    message = delivery.message
    Message.objects.filter(pk=message.pk).update(due_at=now)
    audit.record(TRIED_AGAIN, message, person=message.recipient_id, program=by.program_id, by=by, at=now)
    ring_after_commit()


def read_notice(*, notice: Notice, now: datetime) -> None:
    """The person followed the notice; a second time changes nothing."""
    Notice.objects.unread().filter(pk=notice.pk).update(read_at=now)


def read_all(*, by: Membership, now: datetime) -> int:
    """Everything this person has in this program counts as read; returns how many were not."""
    return Notice.objects.visible_to(by).unread().update(read_at=now)
