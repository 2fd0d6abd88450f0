"""A row that the database refuses to change: the mail of all others leaves, and staff see the one that waits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.db import OperationalError, connection
from pytest_django import Settings

from accounts.enums import Role
from accounts.models import Membership, Program
from core.health import Part
from core.tests.broken_rows import break_row, mend_row
from notifications import outbox
from notifications.channels import Channel, Connection, Unreachable
from notifications.models import Delivery, Message
from notifications.outbox import LEASE, OPENING, DrainResult, drain
from notifications.selectors import delivery_readiness, late_lines
from notifications.services import enqueue
from notifications.sorting import MAX_ATTEMPTS
from notifications.tests.conftest import EnqueueTo
from notifications.tests.mail_server import MailServer
from people.models import Invitation
from people.services.invitations import invite

pytestmark = pytest.mark.django_db(transaction=True)

AFTER_LEASE = LEASE + OPENING + timedelta(seconds=30)


def test_delivery_that_is_refused_stays_pending_and_all_others_leave(
    *,
    mail_server: MailServer,
    ben: Membership,
    sam: Membership,
    alice: Membership,
    enqueue_to: EnqueueTo,
    now: datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    bad, _good = enqueue_to(ben), enqueue_to(sam)
    break_row(bad)

    results = [drain(now), drain(now)]

    assert results == [DrainResult(sent=1), DrainResult()]
    assert [mail["To"] for mail in mail_server.mails] == [sam.user.email]
    assert [record.getMessage().rpartition(": ")[0] for record in caplog.records] == [
        f"The database refuses the delivery {bad.pk}"
    ] * 2
    later = now + timedelta(hours=2)
    assert [(line.delivery, str(line.why)) for line in late_lines(alice, later)] == [
        (bad, "It has not been tried yet. Is the worker running?")
    ]
    assert delivery_readiness(later) == Part(ok=False, detail="7200 s")
    mend_row(bad)
    assert drain(now) == DrainResult(sent=1)


def test_batch_of_nothing_but_refused_deliveries_holds_up_no_other(
    *,
    mail_server: MailServer,
    ben: Membership,
    sam: Membership,
    enqueue_to: EnqueueTo,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "BATCH", 2)
    for bad in [enqueue_to(ben, at=now - timedelta(hours=1)) for _ in range(3)]:
        break_row(bad)
    enqueue_to(sam)

    assert drain(now) == DrainResult(sent=1)


@pytest.mark.parametrize("broken", ["message", "notice"])
def test_message_that_cannot_be_cancelled_keeps_no_other_from_it(
    *, mail_server: MailServer, ben: Membership, sam: Membership, enqueue_to: EnqueueTo, now: datetime, broken: str
) -> None:
    bad, other, fine = enqueue_to(ben), enqueue_to(ben), enqueue_to(sam)
    Membership.objects.filter(pk=ben.pk).update(is_active=False)
    break_row(bad.message if broken == "message" else bad.message.notice)

    assert drain(now) == DrainResult(sent=1)

    assert mail_server.ids == [f"<{fine.message_id}@127.0.0.1>"]
    assert set(Message.objects.filter(cancelled_at__isnull=False)) == {other.message}
    assert list(Delivery.objects.pending()) == [bad]
    mend_row(bad.message if broken == "message" else bad.message.notice)
    assert drain(now + AFTER_LEASE) == DrainResult()
    assert not Delivery.objects.pending().exists()


def test_message_that_cannot_be_put_off_to_the_morning_keeps_no_other_from_it(
    mail_server: MailServer, maya: Membership, ben: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    Program.objects.update(quiet_from_hour=0, quiet_until_hour=23)
    bad, asleep = enqueue_to(maya, kind="test.quiet"), enqueue_to(maya, kind="test.quiet")
    enqueue_to(ben)
    break_row(bad.message)

    assert drain(now) == DrainResult(sent=1)

    assert list(Delivery.objects.pending().filter(lease_token=None)) == [asleep]
    assert list(Message.objects.filter(due_at__gt=now)) == [asleep.message]


@pytest.mark.parametrize("answer", [None, "451 Try later"])
def test_outcome_that_is_refused_holds_up_no_other(
    *, mail_server: MailServer, ben: Membership, sam: Membership, enqueue_to: EnqueueTo, now: datetime, answer: str | None
) -> None:
    bad, fine = enqueue_to(ben, at=now - timedelta(hours=1)), enqueue_to(sam)

    def answer_first(mail: object) -> str | None:
        if len(mail_server.mails) == 1 and not refused:
            refused.append(bad)
            break_row(bad)
            connection.close()
            return answer
        return None

    refused: list[Delivery] = []
    mail_server.answer_data = answer_first

    assert drain(now) == DrainResult(sent=1)

    fine.refresh_from_db()
    assert (refused, fine.sent_at is None, list(Delivery.objects.pending())) == ([bad], False, [bad])


class Gone(Channel):
    """A server that is away, while the database begins to refuse one row."""

    name = "gone"

    def explain(self, error: str) -> str:
        return ""

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        yield GoneConnection()


class GoneConnection(Connection):
    def open(self) -> None:
        break_row(Delivery.objects.earliest("message__due_at"))
        raise Unreachable("Away")

    def send(self, message: Message, now: datetime) -> None: ...


def test_server_away_and_one_delivery_refused_puts_off_the_others(ben: Membership, now: datetime, settings: Settings) -> None:
    settings.DELIVERY_CHANNELS = [f"{__name__}.Gone"]
    for number in range(3):
        at = now - timedelta(minutes=number)
        enqueue("test.any", subject_id=uuid4(), recipient=ben.user, program=ben.program, now=at)

    assert drain(now) == DrainResult(failed=2)

    errors = Delivery.objects.order_by("message__due_at").values_list("last_error", flat=True)
    assert list(errors) == ["", "Away", "Away"]


def test_letter_whose_invitation_refuses_the_note_holds_up_no_other_and_ends(
    mail_server: MailServer, alice: Membership, ben: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    invitation = invite(
        program=alice.program, email="n@example.org", first_name="", role=Role.MENTEE, by=alice, now=now, submission_key=uuid4()
    )
    break_row(invitation)
    enqueue_to(ben)

    passes = [drain(now + number * AFTER_LEASE) for number in range(MAX_ATTEMPTS + 1)]

    assert passes == [DrainResult(sent=1), *[DrainResult()] * (MAX_ATTEMPTS - 1), DrainResult(dead=1)]
    assert len({*mail_server.ids}) == 2
    assert Invitation.objects.get().token == invitation.token


def test_database_that_is_away_ends_the_drain_with_its_error(
    ben: Membership, enqueue_to: EnqueueTo, now: datetime, mailoutbox: list[EmailMessage]
) -> None:
    enqueue_to(ben)

    def away(execute: Callable[..., Any], sql: str, *others: Any) -> Any:
        if sql.startswith("UPDATE"):
            raise OperationalError
        return execute(sql, *others)

    with pytest.raises(OperationalError), connection.execute_wrapper(away):
        drain(now)

    assert mailoutbox == []
