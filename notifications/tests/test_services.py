from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import monotonic
from uuid import UUID, uuid4

import pytest
from celery import Celery
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.enums import Role
from accounts.models import Membership
from core.errors import DomainError
from core.health import Part
from core.scans import all_scans
from mentorship.celery import app as celery_of_the_site
from notifications import services
from notifications.channels import all_channels
from notifications.kinds import UnknownKind
from notifications.models import CancelReason, Delivery, Message, Notice
from notifications.outbox import drain
from notifications.selectors import delivery_readiness
from notifications.tests.conftest import EnqueueTo
from people.services.invitations import invite
from privacy.models import Action, AuditEntry


def enqueue(recipient: Membership, subject: UUID, now: datetime) -> bool:
    return services.enqueue("test.any", subject_id=subject, recipient=recipient.user, program=recipient.program, now=now)


def test_enqueue_twice_on_one_local_day_is_one_message(ben: Membership) -> None:
    subject = uuid4()
    evening = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # 18:30 in New York

    owed = [enqueue(ben, subject, evening + timedelta(hours=hours)) for hours in (0, 5, 6)]

    assert owed == [True, False, True]
    days = Message.objects.order_by("due_at").values_list("local_date", flat=True)
    assert [str(day) for day in days] == ["2026-03-02", "2026-03-03"]


@pytest.mark.django_db(transaction=True)
def test_enqueue_transaction_that_breaks_owes_nothing(ben: Membership, now: datetime) -> None:
    with suppress(DatabaseError), transaction.atomic():
        enqueue(ben, uuid4(), now)
        raise DatabaseError

    assert (Message.objects.count(), Delivery.objects.count(), Notice.objects.count()) == (0, 0, 0)


def test_enqueue_puts_the_notice_on_the_site_at_once(ben: Membership, now: datetime) -> None:
    enqueue(ben, uuid4(), now)

    message = Message.objects.get()
    assert list(Notice.objects.values_list("message_id", "recipient_id", "created_at")) == [(message.pk, ben.user_id, now)]


def test_enqueue_kind_that_nobody_declares_is_refused(ben: Membership, now: datetime) -> None:
    with pytest.raises(UnknownKind):
        services.enqueue("test.anny", subject_id=uuid4(), recipient=ben.user, program=ben.program, now=now)


def test_channel_that_does_not_exist_stops_the_start(settings: Settings) -> None:
    settings.DELIVERY_CHANNELS = ["notifications.channels.mail.Mail", "notifications.channels.pigeon.Pigeon"]

    with pytest.raises(ImproperlyConfigured, match="pigeon"):
        all_channels()


def test_cancel_message_owed_says_why(ben: Membership, enqueue_to: EnqueueTo, now: datetime) -> None:
    message = enqueue_to(ben).message

    assert services.cancel("test.any", subject_id=message.subject_id, now=now) == 1
    assert services.cancel("test.any", subject_id=message.subject_id, now=now) == 0

    message.refresh_from_db()
    assert (message.cancelled_at, message.cancel_reason) == (now, CancelReason.NOT_NEEDED)
    assert (Notice.objects.get().read_at, drain(now).sent) == (now, 0)


def test_cancel_message_sent_marks_its_notice_read(ben: Membership, enqueue_to: EnqueueTo, now: datetime) -> None:
    message = enqueue_to(ben).message
    drain(now)

    assert services.cancel("test.any", subject_id=message.subject_id, now=now) == 0

    assert Notice.objects.get().read_at == now


def test_try_again_dead_message_is_owed_anew_and_recorded(
    ben: Membership, alice: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    delivery = enqueue_to(ben)
    Delivery.objects.update(dead_at=now, next_try_at=None, attempts=8)

    services.try_again(delivery=delivery, by=alice, now=now)

    assert drain(now).sent == 1
    assert list(AuditEntry.objects.values_list("action", "object_id", "actor_id", "person_id", "reason")) == [
        (Action.CHANGED, delivery.message_id, alice.user_id, ben.user_id, "try_again")
    ]


def test_try_again_second_time_is_refused(ben: Membership, alice: Membership, enqueue_to: EnqueueTo, now: datetime) -> None:
    delivery = enqueue_to(ben)
    Delivery.objects.update(dead_at=now, next_try_at=None)
    services.try_again(delivery=delivery, by=alice, now=now)

    with pytest.raises(DomainError) as refusal:
        services.try_again(delivery=delivery, by=alice, now=now)

    assert refusal.value.code == "not_dead"
    assert AuditEntry.objects.count() == 1


def test_drain_kind_that_keeps_quiet_hours_waits_for_the_morning(ben: Membership, enqueue_to: EnqueueTo) -> None:
    evening = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)  # 21:30 in New York
    morning = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)  # 9:00
    delivery = enqueue_to(ben, kind="test.quiet", at=evening)

    assert drain(evening).sent == 0
    delivery = Delivery.objects.select_related("message").get(pk=delivery.pk)
    assert (delivery.next_try_at, delivery.message.due_at, delivery.attempts) == (morning, morning, 0)
    assert drain(morning - timedelta(minutes=1)).sent == 0
    assert drain(morning).sent == 1


def test_drain_scan_runs_last_of_a_tick(db: None) -> None:
    scan = next(scan for scan in all_scans() if scan.name == "notifications.drain")

    assert (scan.order, scan.every_seconds) == (90, 10)


def test_delivery_readiness_says_how_long_the_oldest_waits(ben: Membership, enqueue_to: EnqueueTo, now: datetime) -> None:
    assert delivery_readiness(now) == Part(ok=True, detail="nothing pending")
    enqueue_to(ben, at=now - timedelta(seconds=90))
    enqueue_to(ben, at=now + timedelta(days=1))

    assert delivery_readiness(now) == Part(ok=True, detail="90 s")
    assert delivery_readiness(now + timedelta(hours=1)) == Part(ok=False, detail="3690 s")


def test_delivery_readiness_counts_invitations_that_wait(
    alice: Membership, ben: Membership, enqueue_to: EnqueueTo, now: datetime
) -> None:
    invite(
        program=alice.program,
        email="nora@example.org",
        first_name="",
        role=Role.MENTEE,
        by=alice,
        now=now - timedelta(hours=2),
        submission_key=uuid4(),
    )
    enqueue_to(ben, at=now - timedelta(seconds=90))

    assert delivery_readiness(now) == Part(ok=False, detail="7200 s")


def test_ring_broker_down_does_not_break_the_request(
    ben: Membership,
    now: datetime,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.REDIS_URL = broker = "redis://127.0.0.1:1/0"
    began = monotonic()
    with Celery("nobody", broker=broker, set_as_current=True) as app:
        app.conf.task_ignore_result = True
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            enqueue(ben, uuid4(), now)
            enqueue(ben, uuid4(), now)
    celery_of_the_site.set_current()

    assert monotonic() - began < 3
    assert len(callbacks) == 1
    assert [record.getMessage() for record in caplog.records if record.name == "notifications.doorbell"] == [
        "The broker could not be rung (OperationalError); the next pass delivers."
    ]
    assert Message.objects.count() == 2


def test_ring_without_redis_is_not_rung(
    ben: Membership, now: datetime, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    settings.REDIS_URL = ""

    with django_capture_on_commit_callbacks() as callbacks:
        enqueue(ben, uuid4(), now)

    assert callbacks == []
