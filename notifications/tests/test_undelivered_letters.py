"""A letter about an account that cannot be delivered: who sees that it did not arrive, and what they do not see."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, Program
from conftest import SignIn
from demo import factories
from notifications.account_mail import drop_old
from notifications.models import AccountLetter, Delivery, Message
from notifications.outbox import DrainResult, drain
from notifications.tests.mail_server import MailServer

pytestmark = pytest.mark.django_db
UNDELIVERED, RESET = reverse("notifications:undelivered"), reverse("account_reset_password")
LETTER = "about signing in"


def refuse(mail_server: MailServer, address: str) -> None:
    mail_server.answer_recipient = lambda to: "550 No such mailbox" if to == address else None


def give_up(now: datetime) -> None:
    """As long as it takes to be refused twice."""
    drain(now)
    assert drain(now + timedelta(minutes=2)).dead == 1


@pytest.fixture
def given_up(mail_server: MailServer, ben: Membership) -> Delivery:
    """Ben asked for a link to choose a password, and his address takes no mail."""
    refuse(mail_server, "ben@example.org")
    Client().post(RESET, {"email": "ben@example.org"})
    give_up(timezone.now())
    return Delivery.objects.get()


@pytest.mark.usefixtures("given_up")
def test_letter_that_was_given_up_is_seen_by_staff_of_the_persons_program(
    alice: Membership, ada: Membership, otto: Membership, sam: Membership, sign_in: SignIn
) -> None:
    pages = {member: sign_in(member).get(UNDELIVERED).content.decode() for member in (alice, ada, otto)}

    assert {member: page.count(LETTER) for member, page in pages.items()} == {alice: 1, ada: 1, otto: 0}
    assert "The mail server says this address does not exist." in pages[ada]
    assert "1 message was given up" in sign_in(ada).get(reverse("home")).content.decode()
    assert sign_in(sam).get(UNDELIVERED).status_code == 403


@pytest.mark.usefixtures("given_up")
def test_letter_that_was_given_up_shows_in_each_program_of_the_person_and_says_nothing_of_the_other(
    ben: Membership, ada: Membership, otto: Membership, south: Program, sign_in: SignIn
) -> None:
    factories.make_member(south, Role.MENTOR, "", user=ben.user)

    pages = [sign_in(member).get(UNDELIVERED).content.decode() for member in (ada, otto)]

    assert [page.count(LETTER) for page in pages] == [1, 1]
    assert ["South" in pages[0], "North" in pages[1]] == [False, False]


def test_program_where_the_address_is_only_pending_learns_nothing_of_the_account(
    mail_server: MailServer, otto: Membership, north: Program, sign_in: SignIn
) -> None:
    factories.not_joined(factories.make_member(otto.program, Role.MENTEE, "ben@example.org"))
    factories.make_member(north, Role.MENTEE, "ben@example.org")
    refuse(mail_server, "ben@example.org")
    Client().post(RESET, {"email": "ben@example.org"})
    give_up(timezone.now())

    page = sign_in(otto).get(UNDELIVERED).content.decode()

    assert (page.count(LETTER), page.count("ben@example.org")) == (0, 0)


def test_letter_to_an_address_without_an_account_shows_nowhere(
    mail_server: MailServer, ada: Membership, sign_in: SignIn
) -> None:
    refuse(mail_server, "xyz@example.org")
    Client().post(RESET, {"email": "xyz@example.org"})

    assert drain(timezone.now()) == DrainResult()
    assert LETTER not in sign_in(ada).get(UNDELIVERED).content.decode()


def test_address_that_a_person_has_only_typed_is_not_named(
    mail_server: MailServer, ben: Membership, ada: Membership, sign_in: SignIn
) -> None:
    refuse(mail_server, "new@example.net")
    ben.user.set_password("a-long-quiet-river")
    ben.user.save()
    client = sign_in(ben)
    client.post(reverse("account_reauthenticate"), {"password": "a-long-quiet-river"})
    client.post(reverse("account_email"), {"action_add": "", "email": "new@example.net"})
    give_up(timezone.now())

    page = sign_in(ada).get(UNDELIVERED).content.decode()

    assert (page.count(LETTER), page.count("new@example.net")) == (1, 0)


def test_letter_that_was_given_up_is_not_for_staff_to_send(given_up: Delivery, ada: Membership, sign_in: SignIn) -> None:
    client, address = sign_in(ada), reverse("notifications:try_again", args=[given_up.pk])

    assert address not in client.get(UNDELIVERED).content.decode()
    assert client.post(address).status_code == 404


@pytest.mark.usefixtures("given_up")
def test_letter_that_was_given_up_is_shown_for_two_weeks_without_its_words(ada: Membership, sign_in: SignIn) -> None:
    begun = timezone.now()

    assert (drop_old(begun + timedelta(days=13)), AccountLetter.objects.count()) == (0, 0)
    assert sign_in(ada).get(UNDELIVERED).content.decode().count(LETTER) == 1
    assert (drop_old(begun + timedelta(days=15)), Message.objects.count()) == (1, 0)


def test_letter_that_no_server_took_for_a_day_is_given_up_and_does_not_vanish(
    ben: Membership, ada: Membership, sign_in: SignIn
) -> None:
    for address in ("ben@example.org", "xyz@example.org"):
        Client().post(RESET, {"email": address})
    asked = timezone.now()

    assert [drop_old(asked + timedelta(hours=23)), drop_old(asked + timedelta(hours=25))] == [0, 1]

    page = sign_in(ada).get(UNDELIVERED).content.decode()
    assert (page.count(LETTER), AccountLetter.objects.count()) == (1, 0)
    assert "1 message was given up" in sign_in(ada).get(reverse("home")).content.decode()


def test_letter_reaches_a_person_whom_every_program_has_let_go(mail_server: MailServer, ben: Membership) -> None:
    Membership.objects.filter(pk=ben.pk).update(is_active=False)
    Client().post(RESET, {"email": "ben@example.org"})

    assert drain(timezone.now()) == DrainResult(sent=1)
    assert [mail["To"] for mail in mail_server.mails] == ["ben@example.org"]
