"""What becomes of a batch of deliveries that a drain has taken: which go out now, and which do not."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from accounts.models import Membership, Program, User
from accounts.timezones import zone_of
from notifications.kinds import kind_of
from notifications.models import CancelReason, Delivery, Message
from notifications.quiet import QuietHours, wake_time

MAX_ATTEMPTS = 8
"""Tries over about 13 hours; then the delivery is dead and staff see it."""


@dataclass
class SortedOut:
    """Of a batch: who is gone, by why; who is asleep and is not woken for this, by when they get up; what nobody could tell;
    what was begun too often; and what goes out now.
    """

    gone: dict[CancelReason, list[Delivery]] = field(default_factory=lambda: defaultdict(list))
    asleep: dict[datetime, list[Delivery]] = field(default_factory=lambda: defaultdict(list))
    broken: list[tuple[Delivery, Exception]] = field(default_factory=list)
    interrupted: list[Delivery] = field(default_factory=list)
    awake: list[Delivery] = field(default_factory=list)

    def put(self, delivery: Delivery, members: set[tuple[UUID, UUID]], now: datetime) -> None:
        if reason := _reason_to_cancel(delivery.message, members):
            self.gone[reason].append(delivery)
        elif delivery.attempts >= MAX_ATTEMPTS:
            self.interrupted.append(delivery)
        elif morning := _wait_until(delivery.message, now):
            self.asleep[morning].append(delivery)
        else:
            self.awake.append(delivery)


def sort_out(batch: Sequence[Delivery], now: datetime) -> SortedOut:
    members = _members(batch)
    found = SortedOut()
    for delivery in batch:
        try:
            found.put(delivery, members, now)
        except Exception as error:  # one row that breaks must not hold up its batch
            found.broken.append((delivery, error))
    return found


def _members(batch: Iterable[Delivery]) -> set[tuple[UUID, UUID]]:
    """(user, program) of who is active, in one query."""
    users = {delivery.message.recipient_id for delivery in batch}
    found = Membership.objects.active().filter(user__in=users - {None})
    return set(found.values_list("user_id", "program_id"))


def _reason_to_cancel(message: Message, members: set[tuple[UUID, UUID]]) -> CancelReason | None:
    if message.over_at is not None:  # given up, over since, and tried again
        return CancelReason.NOT_NEEDED
    if message.recipient is None or message.program_id is None:  # a letter is for its address, whoever lets the person go
        return None
    if not message.recipient.is_active:
        return CancelReason.ACCOUNT_CLOSED
    return None if (message.recipient.pk, message.program_id) in members else CancelReason.LEFT_PROGRAM


def _wait_until(message: Message, now: datetime) -> datetime | None:
    """The end of the person's quiet hours, when this kind keeps them and they run now."""
    if message.recipient is None or message.program is None or not kind_of(message).keeps_quiet_hours:
        return None
    return sleeps_until(message.recipient, message.program, now)


def sleeps_until(person: User, program: Program, now: datetime) -> datetime | None:
    """The end of the quiet hours that `program` keeps for this person, when they run now."""
    moment = wake_time(now, QuietHours(program.quiet_from_hour, program.quiet_until_hour), zone_of(person.timezone))
    return moment if moment > now else None
