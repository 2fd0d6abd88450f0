"""A mail server that hangs, dawdles, hangs up or is away: what the drain does about it."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from time import monotonic
from uuid import uuid4

import pytest
from django.conf import settings as site
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.enums import Role
from accounts.models import Membership, Program
from core.health import Part
from notifications.channels import Channel, Connection
from notifications.models import Delivery, Message, Notice
from notifications.outbox import BATCH, LEASE, UNREACHABLE_WAIT, DrainResult, drain
from notifications.selectors import delivery_readiness
from notifications.services import cancel
from notifications.tests.conftest import EnqueueTo, drain_in_thread
from notifications.tests.mail_server import MailServer, free_port, port_of, silent_server
from people.models import Invitation
from people.services.invitations import invite

pytestmark = pytest.mark.django_db(transaction=True)


def invite_nora(by: Membership, now: datetime) -> Invitation:
    return invite(
        program=by.program,
        email="nora@example.org",
        first_name="",
        role=Role.MENTEE,
        by=by,
        now=now,
        submission_key=uuid4(),
    )


def test_silent_server_ends_the_pass_at_the_first_time_out_and_charges_nobody(
    mail_server: MailServer, ben: Membership, enqueue_to: EnqueueTo, now: datetime, settings: Settings
) -> None:
    for _ in range(BATCH + 10):
        enqueue_to(ben)
    settings.EMAIL_TIMEOUT = 1
    began = monotonic()
    with silent_server() as listener:
        settings.EMAIL_PORT = port_of(listener)
        result = drain(now)
    took = monotonic() - began

    assert result == DrainResult(failed=BATCH)
    assert took < 5
    rows = Counter(Delivery.objects.values_list("attempts", "last_error", "lease_token"))
    assert rows == {(0, "TimeoutError", None): BATCH, (0, "", None): 10}
    settings.EMAIL_PORT = mail_server.port
    assert drain(now + UNREACHABLE_WAIT + timedelta(seconds=30)) == DrainResult(sent=BATCH + 10)


def test_worker_that_waits_for_the_connection_keeps_what_it_took(
    mail_server: MailServer, ben: Membership, enqueue_to: EnqueueTo, now: datetime, settings: Settings
) -> None:
    """Its opening may take longer than a lease: a time-out for each exchange."""
    for _ in range(3):
        enqueue_to(ben)
    with silent_server() as listener, ThreadPoolExecutor(1) as thread:
        settings.EMAIL_PORT = port_of(listener)
        slow = thread.submit(drain_in_thread, now)
        opening, _address = listener.accept()
        settings.EMAIL_PORT = mail_server.port
        quick = drain(now + LEASE + timedelta(minutes=2))
        opening.close()

    assert (slow.result(), quick) == (DrainResult(failed=3), DrainResult())
    assert drain(now + UNREACHABLE_WAIT + timedelta(seconds=30)) == DrainResult(sent=3)


def test_urgent_goes_first_and_a_server_that_stalls_over_it_ends_the_pass(
    *, mail_server: MailServer, ben: Membership, sam: Membership, enqueue_to: EnqueueTo, now: datetime, settings: Settings
) -> None:
    for _ in range(100):
        enqueue_to(ben, at=now - timedelta(hours=1))
    urgent = enqueue_to(sam, kind="test.urgent")
    settings.EMAIL_TIMEOUT = 1
    asked: list[str] = []
    released = threading.Event()

    def stall(address: str) -> None:
        asked.append(address)
        released.wait(20)

    mail_server.answer_recipient = stall
    began = monotonic()
    result = drain(now)
    took = monotonic() - began
    released.set()

    assert (asked, result) == ([sam.user.email], DrainResult(failed=BATCH))
    assert took < 5
    urgent.refresh_from_db()
    assert (urgent.attempts, urgent.last_error) == (1, "Stalled")
    assert set(Delivery.objects.exclude(pk=urgent.pk).values_list("attempts", "lease_token")) == {(0, None)}


def test_urgent_that_comes_during_a_pass_goes_before_the_next_batch(
    mail_server: MailServer, ben: Membership, sam: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    for _ in range(BATCH + 20):
        enqueue_to(ben)
    late: list[Delivery] = []

    def call_for_help(address: str) -> None:
        if not late:
            late.append(enqueue_to(sam, kind="test.urgent"))

    mail_server.answer_recipient = call_for_help
    drain(now)

    to = [mail["To"] for mail in mail_server.mails]
    assert (len(to), to.index(sam.user.email)) == (BATCH + 21, BATCH)


def test_budget_ends_a_pass_and_gives_back_what_is_left(
    mail_server: MailServer, ben: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    for _ in range(20):
        enqueue_to(ben)
    mail_server.answer_data = lambda mail: time.sleep(0.3)

    result = drain(now, budget=timedelta(seconds=1))

    assert 1 <= result.sent <= 5
    left = Delivery.objects.pending()
    assert set(left.values_list("attempts", "lease_token")) == {(0, None)}
    assert left.ready("mail", now + timedelta(seconds=20)).count() == 20 - result.sent
    sent = sorted(one.sent_at for one in Delivery.objects.all() if one.sent_at)
    apart = [later - earlier for earlier, later in pairwise(sent)]
    assert [gap for gap in apart if gap < timedelta(seconds=0.3)] == []


@pytest.mark.parametrize("is_rude", [False, True])
def test_server_that_ends_the_connection_costs_nobody_a_try(
    mail_server: MailServer, ben: Membership, enqueue_to: EnqueueTo, now: datetime, *, is_rude: bool
) -> None:
    mail_server.mails_a_connection, mail_server.is_rude = 7, is_rude
    deliveries = [enqueue_to(ben) for _ in range(30)]

    assert drain(now) == DrainResult(sent=30)

    assert sorted(mail_server.ids) == sorted(f"<{one.message_id}@127.0.0.1>" for one in deliveries)
    assert set(Delivery.objects.values_list("attempts", "last_error")) == {(1, "")}
    assert sorted(mail_server.brought.values()) == [2, 7, 7, 7, 7]


def test_row_that_breaks_holds_up_nobody_elses_mail(
    mail_server: MailServer, ben: Membership, maya: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    broken, fine = enqueue_to(maya, kind="test.quiet"), enqueue_to(ben)
    Program.objects.filter(pk=maya.program_id).update(quiet_from_hour=0, quiet_until_hour=99)

    assert drain(now) == DrainResult(sent=1, failed=1)

    assert mail_server.ids == [f"<{fine.message_id}@127.0.0.1>"]
    broken.refresh_from_db()
    assert (broken.attempts, broken.last_error) == (1, "ValueError")


def test_one_connection_is_enough_for_a_pass(
    mail_server: MailServer, ben: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    for _ in range(BATCH + 5):
        enqueue_to(ben)

    drain(now)

    assert list(mail_server.brought.values()) == [BATCH + 5]


def test_a_batch_costs_two_queries_a_message_and_few_more(
    mail_server: MailServer,
    ben: Membership,
    enqueue_to: EnqueueTo,
    now: datetime,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for count in (3, 30):
        for _ in range(count):
            enqueue_to(ben)
        with django_assert_num_queries(2 * count + 15):
            drain(now)


def test_server_away_for_six_hours_loses_neither_notices_nor_invitations(
    *, mail_server: MailServer, alice: Membership, ben: Membership, enqueue_to: EnqueueTo, now: datetime, settings: Settings
) -> None:
    message = enqueue_to(ben)
    invitation = invite_nora(alice, now)
    settings.EMAIL_PORT = free_port()
    for minutes in range(0, 6 * 60, 2):
        drain(now + timedelta(minutes=minutes))
    assert delivery_readiness(now + timedelta(hours=5)) == Part(ok=False, detail="18000 s")

    settings.EMAIL_PORT = mail_server.port
    assert drain(now + timedelta(hours=6)) == DrainResult(sent=2)

    assert {mail["To"] for mail in mail_server.mails} == {ben.user.email, "nora@example.org"}
    assert set(mail_server.ids) == {f"<{pk}@127.0.0.1>" for pk in (message.message_id, invitation.message_id)}
    assert Invitation.objects.get().token == ""


class Chime(Channel):
    """A second way out, with what it brought. It knows no strangers."""

    name = "chime"
    heard: list[str] = []

    def reaches(self, message: Message) -> bool:
        return message.recipient is not None

    def explain(self, error: str) -> str:
        return "The bell is broken."

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        yield ChimeConnection()


class ChimeConnection(Connection):
    def open(self) -> None: ...

    def send(self, message: Message, now: datetime) -> None:
        assert message.recipient is not None
        if message.kind == "test.other":
            raise ValueError
        Chime.heard.append(message.recipient.email)


class Broken(Chime):
    """A way out whose code is wrong."""

    name = "broken"

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        yield BrokenConnection()


class BrokenConnection(ChimeConnection):
    def open(self) -> None:
        raise KeyError("its settings")


def test_channel_that_breaks_is_heard_of_and_keeps_no_other_from_its_pass(
    ben: Membership, enqueue_to: EnqueueTo, now: datetime, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DELIVERY_CHANNELS = [f"{__name__}.Broken", *site.DELIVERY_CHANNELS, f"{__name__}.Chime"]
    Chime.heard.clear()
    enqueue_to(ben)

    with pytest.raises(KeyError, match="its settings"):
        drain(now)

    sent = Delivery.objects.filter(sent_at__isnull=False).values_list("channel", flat=True)
    assert (set(sent), Chime.heard) == ({"mail", "chime"}, [ben.user.email])
    assert [record.getMessage() for record in caplog.records] == ["The pass through broken ended with KeyError"]


def channels_of(invited: Invitation) -> Sequence[str]:
    return list(invited.message.deliveries.values_list("channel", flat=True))


def test_second_channel_brings_the_same_message_and_fails_alone(
    *, mail_server: MailServer, alice: Membership, ben: Membership, enqueue_to: EnqueueTo, now: datetime, settings: Settings
) -> None:
    settings.DELIVERY_CHANNELS = [*site.DELIVERY_CHANNELS, f"{__name__}.Chime"]
    Chime.heard.clear()
    enqueue_to(ben)
    enqueue_to(ben, kind="test.other")
    invited = invite_nora(alice, now)

    result = drain(now)

    assert (result, Chime.heard, channels_of(invited)) == (DrainResult(sent=4, failed=1), [ben.user.email], ["mail"])
    assert sorted(mail["To"] for mail in mail_server.mails) == [ben.user.email, ben.user.email, "nora@example.org"]
    assert Notice.objects.count() == 2
    failed = Delivery.objects.get(last_error="ValueError")
    assert (failed.channel, failed.message.kind) == ("chime", "test.other")


def test_message_that_left_through_one_channel_is_stopped_in_the_other_and_not_cancelled(
    ben: Membership, enqueue_to: EnqueueTo, now: datetime, settings: Settings, mail_server: MailServer
) -> None:
    settings.DELIVERY_CHANNELS = [*site.DELIVERY_CHANNELS, f"{__name__}.Chime"]
    settings.EMAIL_PORT = free_port()
    told = enqueue_to(ben)
    drain(now)
    untold = enqueue_to(ben)

    stopped = [cancel("test.any", subject_id=one.message.subject_id, now=now) for one in (told, untold)]

    assert (stopped, Delivery.objects.pending().count()) == ([0, 1], 0)
    assert list(Message.objects.filter(cancelled_at=now)) == [untold.message]
    assert set(Notice.objects.values_list("read_at", flat=True)) == {now}
