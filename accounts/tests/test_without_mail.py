"""A site whose mail reaches nobody promises none: it says who can help instead."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Membership
from accounts.sign_in.limits import PASSWORDS
from accounts.tests.signing_in import log_in
from core.deployment import FILES
from core.limits import Limit
from notifications.models import Delivery

pytestmark = pytest.mark.django_db

PAGES = ("account_login", "account_request_login_code", "account_reset_password", "account_reset_password_done")
HELP = "This site does not send e-mail yet. Ask the people who run your program: they can help you get in."
PROMISES = re.compile(r"we will send|is on its way|send me|let us send|by e-mail", re.IGNORECASE)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.split("<main", 1)[1].split("</main>", 1)[0]).split())


@pytest.fixture
def no_mail(settings: Settings) -> None:
    settings.EMAIL_BACKEND = FILES


@pytest.mark.parametrize("page", PAGES)
def test_page_promises_mail_only_where_mail_leaves(client: Client, settings: Settings, page: str) -> None:
    with_mail = words(client.get(reverse(page)).content.decode())
    settings.EMAIL_BACKEND = FILES
    without = words(client.get(reverse(page)).content.decode())

    assert (bool(PROMISES.search(with_mail)), bool(PROMISES.search(without))) == (True, False)
    assert (HELP in with_mail, HELP in without) == (False, page != "account_login")


@pytest.mark.usefixtures("no_mail", "benny")
@pytest.mark.parametrize(
    ("page", "field"), [("account_request_login_code", "login"), ("account_reset_password", "email")], ids=["code", "link"]
)
def test_form_from_an_older_page_sends_nothing_and_says_who_can_help(client: Client, page: str, field: str) -> None:
    answer = client.post(reverse(page), {field: "ben@example.org"})

    assert HELP in words(answer.content.decode())
    assert not Delivery.objects.exists()


@pytest.mark.usefixtures("no_mail", "benny")
@pytest.mark.parametrize("limit", [PASSWORDS.network, *PASSWORDS.here], ids=lambda limit: limit.name)
def test_too_many_passwords_lead_to_no_mail(client: Client, limit: Limit) -> None:
    counted = ("127.0.0.1",) if limit is PASSWORDS.network else ("ben@example.org", "127.0.0.1")
    for _time in range(limit.times):
        limit.take(*counted, now=timezone.now())

    answer = client.post(reverse("account_login"), {"login": "ben@example.org", "password": "wrong-wrong"})

    assert "Too many" in words(answer.content.decode())
    assert not PROMISES.search(words(answer.content.decode()))


@pytest.mark.usefixtures("no_mail")
def test_page_of_ones_address_offers_no_change_that_could_not_be_confirmed(client: Client, benny: Membership) -> None:
    log_in(client, "ben@example.org")

    page = client.get(reverse("account_email")).content.decode()

    assert ("a new address cannot be confirmed" in page, 'name="action_add"' in page) == (True, False)
