"""The drain against a real mail server, on real transactions."""

import signal
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email.message import Message as Mail
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from accounts.models import Membership
from core.tests.services import StartWorker, on_test_database, wait_until
from notifications.models import CancelReason, Delivery, Notice
from notifications.outbox import GIVE_UP_AFTER, LEASE, UNREACHABLE_WAIT, WAITS, DrainResult, drain
from notifications.services import cancel
from notifications.sorting import MAX_ATTEMPTS
from notifications.tests.conftest import EnqueueTo, drain_in_thread
from notifications.tests.mail_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)


def is_soon_after(moment: datetime | None, begin: datetime) -> bool:
    """Outcomes carry the time that it was: when the drain began, and the moment that it took."""
    return moment is not None and begin <= moment < begin + timedelta(seconds=30)


def id_of(delivery: Delivery) -> str:
    return f"<{delivery.message_id}@127.0.0.1>"


def test_drain_message_owed_leaves_once_with_a_notice(
    mail_server: MailServer, ben: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    delivery = enqueue_to(ben)

    results = [drain(now), drain(now)]

    assert results == [DrainResult(sent=1), DrainResult()]
    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.lease_token, delivery.next_try_at) == (1, None, None)
    assert is_soon_after(delivery.sent_at, now)
    assert Notice.objects.count() == 1
    assert [(mail["To"], mail["Message-ID"]) for mail in mail_server.mails] == [(ben.user.email, id_of(delivery))]


def test_drain_message_due_later_waits(mail_server: MailServer, ben: Membership, enqueue_to: EnqueueTo, now: datetime) -> None:
    enqueue_to(ben, at=now + timedelta(minutes=1))

    assert drain(now) == DrainResult()
    assert drain(now + timedelta(minutes=1)) == DrainResult(sent=1)


@pytest.mark.real_time
def test_drain_killed_between_send_and_mark_costs_one_extra_mail_whatever_the_batch(
    mail_server: MailServer, enqueue_to: EnqueueTo, ben: Membership, now: datetime, tmp_path: Path
) -> None:
    for _ in range(5):
        enqueue_to(ben)
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "drain_outbox"],
        env=on_test_database(tmp_path, EMAIL_URL=f"smtp://127.0.0.1:{mail_server.port}"),
        start_new_session=True,
    )

    def kill(mail: Mail) -> None:
        if len(mail_server.mails) == 3:
            worker.send_signal(signal.SIGKILL)
            worker.wait(10)

    mail_server.answer_data = kill
    assert worker.wait(60) == -signal.SIGKILL
    mail_server.answer_data = lambda mail: None
    assert Delivery.objects.filter(sent_at__isnull=False).count() == 2
    assert Delivery.objects.filter(attempts=0).count() == 2
    interrupted = Delivery.objects.pending().get(attempts=1)
    lease_end = interrupted.next_try_at
    assert lease_end is not None
    assert now + LEASE <= lease_end <= now + LEASE + timedelta(seconds=90)

    assert drain(now + LEASE - timedelta(seconds=30)) == DrainResult()
    assert drain(lease_end) == DrainResult(sent=3)

    copies = Counter(mail_server.ids)
    assert (len(copies), copies.pop(id_of(interrupted)), set(copies.values())) == (5, 2, {1})
    assert Notice.objects.count() == 5


def test_drain_killed_every_time_ends_dead(ben: Membership, enqueue_to: EnqueueTo, now: datetime) -> None:
    delivery = enqueue_to(ben)
    Delivery.objects.update(attempts=MAX_ATTEMPTS)

    assert drain(now) == DrainResult(dead=1)

    delivery.refresh_from_db()
    assert (is_soon_after(delivery.dead_at, now), delivery.last_error) == (True, "Interrupted")
    assert Notice.objects.count() == 1


def test_drain_four_at_once_each_message_leaves_once(
    mail_server: MailServer, ben: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    pending = [enqueue_to(ben) for _ in range(60)]

    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(drain_in_thread, [now] * 4))

    assert sum(result.sent for result in results) == 60
    assert Counter(mail_server.ids) == Counter(id_of(delivery) for delivery in pending)
    assert Notice.objects.count() == 60


def test_drain_lease_lost_to_a_slow_server_writes_one_outcome(
    mail_server: MailServer, ben: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    delivery = enqueue_to(ben)
    arrived, released = threading.Event(), threading.Event()

    def stall(mail: Mail) -> None:
        if not arrived.is_set():
            arrived.set()
            released.wait(10)

    mail_server.answer_data = stall
    with ThreadPoolExecutor(1) as thread:
        slow = thread.submit(drain_in_thread, now)
        assert arrived.wait(10)
        later = now + LEASE + timedelta(seconds=30)
        quick = drain(later)
        released.set()

    assert (slow.result(), quick) == (DrainResult(), DrainResult(sent=1))
    delivery.refresh_from_db()
    assert is_soon_after(delivery.sent_at, later)
    assert len(set(mail_server.ids)) == 1
    assert Notice.objects.count() == 1


def test_drain_message_cancelled_while_it_leaves_stays_cancelled(
    mail_server: MailServer, ben: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    delivery = enqueue_to(ben)

    def cancel_it(address: str) -> None:
        cancel(delivery.message.kind, subject_id=delivery.message.subject_id, now=now)
        connection.close()

    mail_server.answer_recipient = cancel_it
    result = drain(now)

    assert result == DrainResult()
    delivery = Delivery.objects.select_related("message").get()
    assert (delivery.message.cancelled_at, delivery.sent_at, delivery.next_try_at) == (now, None, None)
    assert Notice.objects.get().read_at == now


def test_drain_three_percent_errors_all_leave_exactly_once(
    mail_server: MailServer, ben: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    pending = [enqueue_to(ben) for _ in range(100)]
    calls = iter(range(1_000))
    mail_server.answer_data = lambda mail: "451 Try later" if next(calls) % 33 == 0 else None

    first = drain(now)
    second = drain(now + WAITS[0] + timedelta(seconds=30))

    assert (first, second) == (DrainResult(sent=96, failed=4), DrainResult(sent=4))
    assert Counter(mail_server.ids) == Counter(id_of(delivery) for delivery in pending)
    assert Notice.objects.count() == 100


def test_drain_server_says_no_each_time_backs_off_and_ends_dead(
    mail_server: MailServer, ben: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    delivery = enqueue_to(ben)
    mail_server.answer_data = lambda mail: "451 Try later"
    moment, waits = now, []

    while True:
        drain(moment)
        delivery.refresh_from_db()
        if delivery.next_try_at is None:
            break
        waits.append(round((delivery.next_try_at - moment) / timedelta(minutes=1)))
        moment = delivery.next_try_at

    assert [timedelta(minutes=minutes) for minutes in waits] == [*WAITS, WAITS[-1], WAITS[-1]]
    assert is_soon_after(delivery.dead_at, moment)
    assert (delivery.attempts, delivery.last_error) == (MAX_ATTEMPTS, "SMTPDataError")
    assert Notice.objects.count() == 1
    assert drain(moment + timedelta(days=9)) == DrainResult()


def test_drain_address_unknown_ends_dead_at_the_second_refusal(
    mail_server: MailServer, ben: Membership, mona: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    lost, fine = enqueue_to(ben), enqueue_to(mona)
    mail_server.answer_recipient = lambda address: "550 No such user" if address == ben.user.email else None

    results = [drain(now), drain(now + WAITS[0] + timedelta(seconds=30))]

    assert results == [DrainResult(sent=1, failed=1), DrainResult(dead=1)]
    lost.refresh_from_db()
    assert (lost.attempts, lost.last_error) == (2, "Refused")
    assert mail_server.ids == [id_of(fine)]


def test_drain_server_away_stops_at_once_and_charges_nobody_a_try(
    settings: Settings, mail_server: MailServer, ben: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    pending = [enqueue_to(ben) for _ in range(3)]
    settings.EMAIL_PORT = 1

    away = drain(now)
    settings.EMAIL_PORT = mail_server.port
    back = drain(now + UNREACHABLE_WAIT + timedelta(seconds=30))

    assert (away, back) == (DrainResult(failed=3), DrainResult(sent=3))
    assert sorted(mail_server.ids) == sorted(id_of(delivery) for delivery in pending)
    assert list(Delivery.objects.values_list("attempts", "last_error")) == [(1, "")] * 3


def test_drain_server_away_for_days_gives_up_where_staff_see_it(
    settings: Settings, mail_server: MailServer, ben: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    delivery = enqueue_to(ben)
    settings.EMAIL_PORT = 1

    assert drain(now + GIVE_UP_AFTER) == DrainResult(dead=1)

    delivery.refresh_from_db()
    assert delivery.last_error == "ConnectionRefusedError"


def test_drain_account_closed_cancels_with_the_reason(
    mail_server: MailServer, ben: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    enqueue_to(ben)
    ben.user.is_active = False
    ben.user.save()

    assert drain(now) == DrainResult()

    message = Delivery.objects.select_related("message").get().message
    assert (is_soon_after(message.cancelled_at, now), message.cancel_reason) == (True, CancelReason.ACCOUNT_CLOSED)
    assert (mail_server.mails, Notice.objects.unread().count()) == ([], 0)


def test_drain_person_left_the_program_cancels_with_the_reason(
    mail_server: MailServer, ben: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    enqueue_to(ben)
    ben.is_active = False
    ben.save()

    assert drain(now) == DrainResult()

    message = Delivery.objects.select_related("message").get().message
    assert (is_soon_after(message.cancelled_at, now), message.cancel_reason) == (True, CancelReason.LEFT_PROGRAM)
    assert (mail_server.mails, Notice.objects.unread().count()) == ([], 0)


@pytest.mark.services
def test_ring_after_commit_makes_a_worker_deliver(
    mail_server: MailServer, ben: Membership, enqueue_to: EnqueueTo, start_worker: StartWorker
) -> None:
    start_worker(EMAIL_URL=f"smtp://127.0.0.1:{mail_server.port}")

    delivery = enqueue_to(ben)

    wait_until(lambda: mail_server.ids == [id_of(delivery)], "the mail")
    wait_until(lambda: Notice.objects.count() == 1, "the notice")
