"""The drain: take a batch of what is pending on a lease, send one after the other, and write down what became of each.

Nothing is lost: a delivery stays pending until its outcome is committed. Nothing is sent twice without a fault: a batch is
taken by compare-and-set, each sending begins with a look whether the lease still holds, and only its holder may write the
outcome, which is committed before the next sending begins. So a worker killed between the mail and the mark costs one extra
mail with the same Message-ID, however large the batch. See docs/adr/0002-outbox.md.

A row that the database refuses to change is left as it is, pending, and holds up no other.

A pass holds up nothing for long: the urgent goes first, no sending begins after `BUDGET`, and the first server that does not
answer ends it.

Time is the `now` that was passed plus the seconds that really went by since.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

from django.db import DatabaseError, transaction
from django.db.models import F, QuerySet

from core.errors import DATABASE_AWAY
from notifications.channels import Channel, Connection, NothingToSay, Refused, Stalled, Unreachable, all_channels
from notifications.kinds import kind_of
from notifications.models import CancelReason, Delivery, Message, Notice
from notifications.sorting import MAX_ATTEMPTS, sort_out

logger = logging.getLogger(__name__)

BUDGET = timedelta(seconds=20)
"""No sending begins later in a pass, but for the first, which waits for the connection. So a pass may take this long, plus
the opening, plus one sending. Both are several exchanges with the server, of which each may take `EMAIL_TIMEOUT`.
"""
BATCH = 50
LEASE = timedelta(seconds=60)
"""Longer than `BUDGET`. Counted anew for a batch once the connection is open, and for a delivery as its sending begins. Over
one message a server can take longer, if each exchange takes most of `EMAIL_TIMEOUT`; another worker may then send it as well.
"""
OPENING = timedelta(minutes=3)
"""What is taken before the connection is open is leased for so much longer, so that no worker takes it from one that is
opening, only to open as long itself. More than eight time-outs: connect, greeting, EHLO, STARTTLS, TLS, EHLO, two to sign in.
"""
WAITS = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4)]
"""Between tries; the last one repeats."""
REFUSALS = 2
"""An address that the server refuses for good is tried once more, in case the server was wrong."""
UNREACHABLE_WAIT = timedelta(minutes=1)
GIVE_UP_AFTER = timedelta(days=3)
"""What could not leave for this long is too old to say, even when only the server was away."""
INTERRUPTED = "Interrupted"


@dataclass
class DrainResult:
    """How many deliveries left, how many will be tried again, how many are given up."""

    sent: int = 0
    failed: int = 0
    dead: int = 0

    def __str__(self) -> str:
        return f"sent {self.sent}, failed {self.failed}, dead {self.dead}"


def drain(now: datetime, *, budget: timedelta = BUDGET) -> DrainResult:
    """One pass through each channel. Any number of drains may run at once.

    What ends the pass of one channel ends no other. Raises the first such error when all have had theirs.
    """
    result = DrainResult()
    began = monotonic()
    errors: list[Exception] = []
    for channel in all_channels():
        try:
            _Pass(channel, now + timedelta(seconds=monotonic() - began), budget, result).run()
        except Exception as error:
            logger.error("The pass through %s ended with %s", channel.name, type(error).__name__)
            errors.append(error)
    if errors:
        raise errors[0]
    return result


@transaction.atomic
def stop(messages: QuerySet[Message], reason: CancelReason, now: datetime) -> int:
    """Send none of these that is still pending, and take their notices off the home page.

    Returns how many messages are cancelled by that. One that has left through another channel is not: the person was told.
    """
    pending = Delivery.objects.pending().filter(message__in=messages).select_for_update().order_by("pk")
    deliveries = dict(pending.values_list("pk", "message_id"))
    Notice.objects.unread().filter(message__in=messages).update(read_at=now)
    Delivery.objects.filter(pk__in=deliveries).update(next_try_at=None, lease_token=None)
    stopped = Message.objects.filter(pk__in=set(deliveries.values())).exclude(deliveries__sent_at__isnull=False)
    return stopped.update(cancelled_at=now, cancel_reason=reason)


class _Pass:
    """One pass through one channel."""

    def __init__(self, channel: Channel, now: datetime, budget: timedelta, result: DrainResult) -> None:
        self.channel = channel
        self.result = result
        self._now = now
        self._began = monotonic()
        self._ends_at = now + budget
        self._lease_time = LEASE + OPENING
        self._refused: set[Delivery] = set()

    def clock(self) -> datetime:
        return self._now + timedelta(seconds=monotonic() - self._began)

    def run(self) -> None:
        with self.channel.connect() as connection:
            goes_on = True
            while goes_on and self.clock() < self._ends_at and (batch := self.claim()):
                goes_on = self.deliver(self.may_leave(batch), connection)

    def claim(self) -> list[Delivery]:
        """Take what is ready, on a lease: the urgent first, then what has waited longest.

        Two drains on PostgreSQL skip each other's locked rows; on SQLite the transaction itself admits one at a time.
        """
        token = uuid4()
        ready = Delivery.objects.ready(self.channel.name, self.clock()).exclude(pk__in=[one.pk for one in self._refused])
        with transaction.atomic():
            first = ready.order_by("urgency", "next_try_at").only("pk")[:BATCH]
            taken = list(first.select_for_update(skip_locked=True))
            if not taken:
                return []
            _apart(taken, partial(self._lease, token))
        ours = Delivery.objects.filter(pk__in=[one.pk for one in taken], lease_token=token).order_by(
            "urgency", "message__due_at"
        )
        batch = list(ours.select_related("message__recipient", "message__program", "message__notice"))
        self._refused.update(set(taken).difference(batch))
        return batch or self.claim()

    @transaction.atomic
    def _lease(self, token: UUID, deliveries: Sequence[Delivery]) -> int:
        wanted = Delivery.objects.filter(pk__in=[one.pk for one in deliveries])
        return wanted.update(lease_token=token, next_try_at=self.clock() + self._lease_time)

    def may_leave(self, batch: Sequence[Delivery]) -> list[Delivery]:
        """Those that go out now, of a batch; the others are cancelled, given up, or wait for the morning."""
        now = self.clock()
        sorted_out = sort_out(batch, now)
        for reason, ended in sorted_out.gone.items():
            _apart(ended, partial(_stop, reason, now))
        for morning, waiting in sorted_out.asleep.items():
            _apart(waiting, partial(self._let_sleep, morning))
        for delivery, error in sorted_out.broken:
            if _apart([delivery], self._begin):
                self.fail(delivery, error)
        self._give_up(sorted_out.interrupted, INTERRUPTED)
        return sorted_out.awake

    def deliver(self, batch: Sequence[Delivery], connection: Connection) -> bool:
        """Send one after the other; False when the pass is over, with what is left of the batch given back."""
        for at, delivery in enumerate(batch):
            if self.clock() >= self._ends_at:
                self._write(batch[at:], next_try_at=self.clock())
                return False
            try:
                connection.open()
                self._note_open(batch[at + 1 :])
                self.result.sent += _apart([delivery], partial(self._send, connection))
            except Unreachable as error:
                self.postpone(batch[at:], str(error))
                return False
            except Stalled as error:
                self.fail(delivery, error)
                self.postpone(batch[at + 1 :], type(error).__name__)
                return False
        return True

    def _note_open(self, waiting: Sequence[Delivery]) -> None:
        """The first time, what waits behind the first sending goes on with the lease of an open connection."""
        if self._lease_time != LEASE:
            self._lease_time = LEASE
            _apart(waiting, partial(_update_held, next_try_at=self.clock() + LEASE))

    def _send(self, connection: Connection, deliveries: Sequence[Delivery]) -> int:
        """Returns 1 when it left, else 0. Raises `Unreachable`, `Stalled` and what the database raises only; whatever else
        goes wrong concerns this delivery alone.
        """
        (delivery,) = deliveries
        if not self._begin(deliveries):
            return 0
        try:
            connection.send(delivery.message, self.clock())
        except (*DATABASE_AWAY, Stalled):
            raise
        except Unreachable:  # it ended the connection, and then let nobody in: the try that was begun does not count
            _held(deliveries).update(attempts=F("attempts") - 1)
            raise
        except NothingToSay:
            _stop(CancelReason.NOT_NEEDED, self.clock(), deliveries)
        except Exception as error:
            self.fail(delivery, error)
        else:
            return self._note_sent(delivery)
        return 0

    def postpone(self, batch: Sequence[Delivery], error: str) -> None:
        """The server is away: nobody is charged a try, but nobody waits for ever either."""
        too_old = self.clock() - GIVE_UP_AFTER
        waiting = [delivery for delivery in batch if delivery.message.due_at > too_old]
        self._give_up([delivery for delivery in batch if delivery.message.due_at <= too_old], error)
        self.result.failed += self._write(waiting, next_try_at=self.clock() + UNREACHABLE_WAIT, last_error=error)

    def fail(self, delivery: Delivery, error: Exception) -> None:
        """The try that was begun counts."""
        tries, name = delivery.attempts + 1, type(error).__name__
        logger.warning("Message %s did not leave, try %d: %s", delivery.message_id, tries, name)
        allowed = REFUSALS if isinstance(error, Refused) else MAX_ATTEMPTS
        if tries >= allowed or self.clock() - delivery.message.due_at >= GIVE_UP_AFTER:
            self._give_up([delivery], name)
            return
        wait = WAITS[min(tries, len(WAITS)) - 1]
        self.result.failed += self._write([delivery], next_try_at=self.clock() + wait, last_error=name)

    def _begin(self, deliveries: Sequence[Delivery]) -> int:
        """Count the try and the lease anew; 0 when the lease was lost or the message cancelled while the server kept us."""
        return _held(deliveries).update(attempts=F("attempts") + 1, next_try_at=self.clock() + LEASE)

    @transaction.atomic
    def _let_sleep(self, morning: datetime, deliveries: Sequence[Delivery]) -> int:
        Message.objects.filter(pk__in=[delivery.message_id for delivery in deliveries]).update(due_at=morning)
        return _update_held(deliveries, next_try_at=morning, lease_token=None)

    def _note_sent(self, delivery: Delivery) -> int:
        letters = kind_of(delivery.message).letters
        outcome = {"sent_at": self.clock(), "next_try_at": None, "last_error": ""}
        if letters is None:
            return _update_held([delivery], lease_token=None, **outcome)
        with transaction.atomic():  # the letter's owner first, as when its owner cancels it: else each waits for the other
            letters.sent(delivery.message)
            written = _update_held([delivery], lease_token=None, **outcome)
            transaction.set_rollback(not written)
        return written

    def _give_up(self, deliveries: Sequence[Delivery], error: str) -> None:
        for delivery in deliveries:
            logger.error("Message %s is given up: %s", delivery.message_id, error)
        self.result.dead += self._write(deliveries, dead_at=self.clock(), next_try_at=None, last_error=error)

    def _write(self, deliveries: Sequence[Delivery], **outcome: Any) -> int:
        return _apart(deliveries, partial(_update_held, lease_token=None, **outcome))


def _held(deliveries: Sequence[Delivery]) -> QuerySet[Delivery]:
    """Those of one claim whose lease still stands."""
    return Delivery.objects.filter(pk__in=[one.pk for one in deliveries], lease_token=deliveries[0].lease_token)


def _update_held(deliveries: Sequence[Delivery], **values: Any) -> int:
    """Only the holder of the lease writes; whoever lost it, or finds the message cancelled, changes nothing."""
    if len(deliveries) < 2:
        return sum(_held([delivery]).update(**values) for delivery in deliveries)
    with transaction.atomic():  # locked in the order of `stop`, so that neither waits for the other
        held = list(_held(deliveries).select_for_update().order_by("pk").values_list("pk", flat=True))
        return Delivery.objects.filter(pk__in=held).update(**values)


def _stop(reason: CancelReason, now: datetime, deliveries: Sequence[Delivery]) -> int:
    return stop(Message.objects.filter(pk__in=[delivery.message_id for delivery in deliveries]), reason, now)


def _apart(deliveries: Sequence[Delivery], work: Callable[[Sequence[Delivery]], int]) -> int:
    """Do `work`, which is one transaction, for all; where the database refuses that, for each alone, without those it refuses.

    A row that is left out stays as it is: pending, and before long late, which staff see. `work` returns how many it did.
    """
    try:
        return work(deliveries)
    except DATABASE_AWAY:
        raise
    except DatabaseError as error:
        if len(deliveries) == 1:
            logger.error("The database refuses the delivery %s: %s", deliveries[0].pk, type(error).__name__)
            return 0
    return sum(_apart([delivery], work) for delivery in deliveries)
