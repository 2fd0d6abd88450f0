"""A call for support is taken up at once, whatever the mail server does: in both modes, with real workers."""

import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Membership, Program
from checkins.schedule import Nudge
from checkins.services import submit_checkin
from core import tether
from core.scans import Lane
from core.tasks import ring
from core.tests.services import StartWorker, on_test_database, wait_until
from notifications.models import Delivery, Notice
from notifications.services import enqueue_all, message_for
from notifications.tests.mail_server import free_port, port_of, silent_server
from supervision.kinds import FlagKind
from supervision.models import Flag
from supervision.tests.conftest import MakePair

pytestmark = pytest.mark.django_db(transaction=True)
AT_MOST = 15.0
"""Seconds."""


@pytest.fixture
def hanging() -> Iterator[socket.socket]:
    with silent_server() as listener:
        yield listener


@pytest.fixture
def _reminders_wait(make_pair: MakePair, alice: Membership, mona: Membership, ben: Membership, north: Program) -> None:
    """A hundred of them, at whatever hour this runs, in a program that knows no quiet hours."""
    north.quiet_from_hour = north.quiet_until_hour
    north.save()
    make_pair(mona, ben, by=alice, at=timezone.now())
    Delivery.objects.all().delete()
    reminders = [
        message_for(Nudge.REMINDER, subject_id=uuid4(), recipient=ben.user, program=north, now=timezone.now())
        for _ in range(100)
    ]
    assert enqueue_all(reminders) == 100


def is_held_up(listener: socket.socket) -> bool:
    """Somebody has connected, and waits."""
    return bool(select.select([listener], [], [], 0)[0])


def ask_for_support_now(mentee: Membership) -> None:
    submit_checkin(mentee=mentee, now=timezone.now(), submission_key=uuid4(), support="now")


def is_taken_up(supervisor: Membership) -> bool:
    flag = Flag.objects.open().filter(kind=FlagKind.SAFETY)
    notice = Notice.objects.visible_to(supervisor).unread().filter(message__kind="supervision.safety")
    return flag.exists() and notice.exists()


@pytest.mark.once
@pytest.mark.real_time
@pytest.mark.xdist_group("one site is started")
@pytest.mark.usefixtures("_reminders_wait")
def test_embedded_mode_takes_up_a_call_while_the_mail_server_hangs(
    ben: Membership, sam: Membership, hanging: socket.socket, tmp_path: Path
) -> None:
    site = subprocess.Popen(
        tether.command([sys.executable, "manage.py", "up", "--port", str(free_port())]),
        env=on_test_database(tmp_path, EMAIL_URL=f"smtp://127.0.0.1:{port_of(hanging)}"),
        cwd=settings.BASE_DIR,
    )
    try:
        wait_until(lambda: is_held_up(hanging), "the first mail")
        ask_for_support_now(ben)
        wait_until(lambda: is_taken_up(sam), "the flag and its notice", AT_MOST)
        assert not Delivery.objects.filter(sent_at__isnull=False).exists()
    finally:
        site.terminate()
        site.wait(30)


@pytest.mark.services
@pytest.mark.usefixtures("_reminders_wait")
def test_worker_on_redis_takes_up_a_call_while_the_mail_server_hangs(
    ben: Membership, sam: Membership, hanging: socket.socket, start_worker: StartWorker
) -> None:
    start_worker("-Q", Lane.DELIVERY, EMAIL_URL=f"smtp://127.0.0.1:{port_of(hanging)}")
    start_worker("-Q", Lane.MAIN)
    ring.apply_async(("notifications.drain",))
    wait_until(lambda: is_held_up(hanging), "the first mail")

    ask_for_support_now(ben)
    ring.apply_async(("supervision.requests",))  # as the beat does

    wait_until(lambda: is_taken_up(sam), "the flag and its notice", AT_MOST)
    assert not Delivery.objects.filter(sent_at__isnull=False).exists()
