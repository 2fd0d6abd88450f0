"""A letter leaves while its owner sends it again, withdraws it, or the person joins: neither waits for the other for ever."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import uuid4

import pytest
from django.db import connection, transaction

from accounts.enums import Role
from accounts.models import Membership, User
from core.tests.services import wait_until
from notifications.models import Delivery
from notifications.outbox import DrainResult, drain
from notifications.tests.conftest import drain_in_thread
from notifications.tests.mail_server import MailServer
from people.models import Invitation
from people.services import invitations, joining

pytestmark = pytest.mark.django_db(transaction=True)

PageDoes = Callable[[Invitation, Membership, datetime], object]
NORA = joining.NewSignIn("Nora", "", "a-long-quiet-river", "America/Chicago", "en")


@pytest.fixture
def invitation(alice: Membership, now: datetime) -> Invitation:
    return invitations.invite(
        program=alice.program,
        email="nora@example.org",
        first_name="Nora",
        role=Role.MENTEE,
        by=alice,
        now=now,
        submission_key=uuid4(),
    )


def send_again(invitation: Invitation, by: Membership, now: datetime) -> None:
    invitations.send_again(invitation=invitation, by=by, now=now)


def withdraw(invitation: Invitation, by: Membership, now: datetime) -> None:
    invitations.withdraw(invitation=invitation, by=by, now=now)


def join_new(invitation: Invitation, by: Membership, now: datetime) -> None:
    joining.join_new(invitation=invitation, chosen=NORA, now=now)


def join_known(invitation: Invitation, by: Membership, now: datetime) -> None:
    joining.join_known(invitation=invitation, user=User.objects.create_user("nora@example.org"), now=now)


def somebody_waits_for_a_row() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("page_does", [send_again, withdraw, join_new, join_known])
def test_letter_that_leaves_while_a_page_changes_its_invitation_neither_fails(
    *, mail_server: MailServer, alice: Membership, invitation: Invitation, now: datetime, page_does: PageDoes
) -> None:
    arrived, released = threading.Event(), threading.Event()

    def hold(mail: object) -> None:
        arrived.set()
        released.wait(10)

    mail_server.answer_data = hold
    with ThreadPoolExecutor(1) as thread:
        drained = thread.submit(drain_in_thread, now)
        assert arrived.wait(10)
        with transaction.atomic():
            Invitation.objects.select_for_update().get()  # what each of the pages begins with
            released.set()
            if connection.vendor == "postgresql":
                wait_until(somebody_waits_for_a_row, "the drain's wait for the invitation")
            page_does(invitation, alice, now)

    later = Delivery.objects.exclude(message=invitation.message_id)
    assert drained.result() == DrainResult(sent=later.count())
    assert later.filter(sent_at=None).count() == 0
    first = Delivery.objects.get(message=invitation.message_id)
    assert (first.sent_at, first.next_try_at) == (None, None)
    assert later.count() == (1 if page_does is send_again else 0)


def test_letter_whose_lease_was_lost_while_it_left_keeps_its_link(
    mail_server: MailServer, invitation: Invitation, now: datetime
) -> None:
    """Whoever has it now sends it, and needs the token for that."""

    def take_over(mail: object) -> None:
        Delivery.objects.update(lease_token=uuid4())
        connection.close()

    mail_server.answer_data = take_over

    assert drain(now) == DrainResult()

    assert Invitation.objects.get().token == invitation.token
