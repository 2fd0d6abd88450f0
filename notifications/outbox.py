"""The drain: take one owed message at a time on a lease, send it, and write down that it went.

Nothing is lost: a row stays owed until its outcome is committed. Nothing is said twice without a fault: a message is taken by
compare-and-set, and only the holder of the lease may write the outcome. A worker killed between the mail and the mark costs
one extra mail with the same Message-ID, and never a second notice. See docs/adr/0002-outbox.md.

Time: what is due, and what is written, goes by the `now` that was passed. A lease must outlast the sending itself, so it
counts from `now` plus the seconds that really went by since the drain began.
"""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F

from accounts.models import Membership
from accounts.timezones import zone_of
from notifications.channels import MailChannel, Refused, Unreachable
from notifications.kinds import kind_of
from notifications.models import CancelReason, Message, Notice
from notifications.quiet import QuietHours, wake_time

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""Longer than `EMAIL_TIMEOUT`, and counted again once the server has answered the connection."""
WAITS = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4)]
"""Between tries; the last one repeats."""
MAX_ATTEMPTS = 8
"""Tries over about 13 hours; then the message is dead and staff see it."""
REFUSALS = 2
"""An address that the server refuses for good is tried once more, in case the server was wrong."""
UNREACHABLE_WAIT = timedelta(minutes=1)
GIVE_UP_AFTER = timedelta(days=3)
"""What could not leave for this long is too old to say, even when only the mail server was away."""
INTERRUPTED = "Interrupted"


@dataclass
class DrainResult:
    """How many messages left, how many will be tried again, how many are given up."""

    sent: int = 0
    failed: int = 0
    dead: int = 0

    def __str__(self) -> str:
        return f"sent {self.sent}, failed {self.failed}, dead {self.dead}"


def drain(now: datetime, limit: int = 200) -> DrainResult:
    """Deliver up to `limit` messages that were due at `now`. Any number of drains may run at once.

    Stops at the first connection that the mail server does not answer; the next drain tries again.
    """
    run = _Drain(now)
    for _turn in range(limit):
        message = run.claim()
        if message is None:
            break
        try:
            run.settle(message)
        except Unreachable as error:
            run.postpone(message, str(error))
            break
    return run.result


class _Drain:
    """One pass over the outbox."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.result = DrainResult()
        self._began = monotonic()

    def lease_end(self) -> datetime:
        return self.now + timedelta(seconds=monotonic() - self._began) + LEASE

    def claim(self) -> Message | None:
        """Take the message that has waited longest, on a lease; None when nothing is ready.

        Two drains on PostgreSQL skip each other's locked rows; on SQLite the transaction itself admits one at a time.
        """
        with transaction.atomic():
            ready = Message.objects.ready(self.now)
            first = ready.select_for_update(skip_locked=True).order_by("next_try_at").values_list("pk", flat=True).first()
            if first is None:
                return None
            ready.filter(pk=first).update(lease_token=uuid.uuid4(), next_try_at=self.lease_end(), attempts=F("attempts") + 1)
            return Message.objects.select_related("recipient", "program").get(pk=first)

    def settle(self, message: Message) -> None:
        """Send it, or end it, or leave it for later. Raises `Unreachable` only."""
        reason = _reason_to_cancel(message)
        if reason:
            self._write(message, cancelled_at=self.now, cancel_reason=reason)
            return
        if message.attempts > MAX_ATTEMPTS:
            self._give_up(message, INTERRUPTED)
            return
        try:
            morning = _wait_until(message, self.now)
            if morning:
                self._write(message, next_try_at=morning, due_at=morning, attempts=message.attempts - 1)
            else:
                self._send(message)
        except (DatabaseError, Unreachable):
            raise
        except Exception as error:
            self._fail(message, error)

    def postpone(self, message: Message, error: str) -> None:
        """The mail server is away: this message is not charged a try, but it does not wait for ever either."""
        if self.now - message.due_at >= GIVE_UP_AFTER:
            self._give_up(message, error)
            return
        self.result.failed += 1
        self._write_with_notice(
            message, next_try_at=self.now + UNREACHABLE_WAIT, attempts=message.attempts - 1, last_error=error
        )

    def _send(self, message: Message) -> None:
        with MailChannel() as channel:
            if not self._still_ours(message):
                return
            channel.send(message)
            if self._write_with_notice(message, sent_at=self.now, last_error=""):
                self.result.sent += 1

    def _still_ours(self, message: Message) -> bool:
        """Count the lease anew, unless it was lost, or the message cancelled, while the server kept us waiting."""
        ours = Message.objects.pending().filter(pk=message.pk, lease_token=message.lease_token)
        return bool(ours.update(next_try_at=self.lease_end()))

    def _fail(self, message: Message, error: Exception) -> None:
        name = type(error).__name__
        logger.warning("Message %s did not leave, try %d: %s", message.pk, message.attempts, name)
        allowed = REFUSALS if isinstance(error, Refused) else MAX_ATTEMPTS
        if message.attempts >= allowed or self.now - message.due_at >= GIVE_UP_AFTER:
            self._give_up(message, name)
            return
        wait = WAITS[min(message.attempts, len(WAITS)) - 1]
        self.result.failed += 1
        self._write_with_notice(message, next_try_at=self.now + wait, last_error=name)

    def _give_up(self, message: Message, error: str) -> None:
        logger.error("Message %s is given up after %d tries: %s", message.pk, message.attempts, error)
        if self._write_with_notice(message, dead_at=self.now, last_error=error):
            self.result.dead += 1

    def _write_with_notice(self, message: Message, **outcome: Any) -> bool:
        """The outcome of a try and, after the first, the person's notice on the site: both or neither."""
        with transaction.atomic():
            written = self._write(message, **outcome)
            if written:
                Notice.objects.get_or_create(
                    message=message,
                    defaults={
                        "recipient_id": message.recipient_id,
                        "program_id": message.program_id,
                        "created_at": self.now,
                    },
                )
        return written

    def _write(self, message: Message, **outcome: Any) -> bool:
        """Only the holder of the lease writes; whoever lost it, or finds the message cancelled, changes nothing."""
        held = Message.objects.filter(pk=message.pk, lease_token=message.lease_token)
        return bool(held.update(lease_token=None, **outcome))


def _reason_to_cancel(message: Message) -> CancelReason | None:
    if not message.recipient.is_active:
        return CancelReason.ACCOUNT_CLOSED
    member = Membership.objects.active().filter(user_id=message.recipient_id, program_id=message.program_id)
    return None if member.exists() else CancelReason.LEFT_PROGRAM


def _wait_until(message: Message, now: datetime) -> datetime | None:
    """The end of the person's quiet hours, when this kind keeps them and they run now."""
    if not kind_of(message).keeps_quiet_hours:
        return None
    quiet = QuietHours(message.program.quiet_from_hour, message.program.quiet_until_hour)
    moment = wake_time(now, quiet, zone_of(message.recipient.timezone))
    return moment if moment > now else None
