"""Signing in by a code sent to a person; staying signed in; and arriving where a link led."""

from datetime import timedelta
from http.cookies import Morsel

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.conf import settings as site
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.enums import Role
from accounts.middleware import SHARED_DEVICE
from accounts.models import Membership, User
from accounts.sign_in.sessions import forget_ended
from accounts.tests.signing_in import PASSWORD, code_in_last_mail, current_code, log_in, mails
from demo import factories
from notifications.tests.test_channels import GIVES_AWAY

pytestmark = pytest.mark.django_db

ASK, TYPE = reverse("account_request_login_code"), reverse("account_confirm_login_code")
DAY = 24 * 3600


def ask_for_code(client: Client, email: str = "ben@example.org", **more: str) -> str:
    """Returns where it leads, or an empty text when it stays."""
    return str(client.post(ASK, {"login": email, **more}).headers.get("Location", ""))


def type_code(client: Client, code: str, **more: str) -> str:
    return str(client.post(TYPE, {"code": code, **more}).headers.get("Location", ""))


def test_wrong_code_says_what_helps(client: Client, ben: Membership) -> None:
    ask_for_code(client)

    page = client.post(TYPE, {"code": "0000-0000"}).content.decode()

    assert "Type the one from the newest mail, or ask for another below." in page
    assert ("Another code, or a password" in page, "Incorrect code" in page) == (True, False)


@pytest.mark.parametrize("written", ["{}", "{} ", "plain"])
def test_code_that_was_sent_signs_in(client: Client, ben: Membership, written: str) -> None:
    assert ask_for_code(client) == TYPE
    code = code_in_last_mail()

    assert type_code(client, code.replace("-", "") if written == "plain" else written.format(code)) == reverse("home")
    assert client.get(reverse("home")).status_code == 200


def test_code_works_in_the_browser_that_asked_for_it_and_once(client: Client, ben: Membership) -> None:
    ask_for_code(client)
    other = Client()
    ask_for_code(other, "xyz@example.org")
    code = code_in_last_mail()

    assert type_code(other, code) == ""
    assert type_code(client, code) == reverse("home")
    client.logout()
    assert type_code(client, code) == reverse("account_request_login_code")


def test_three_wrong_codes_end_it(client: Client, ben: Membership) -> None:
    ask_for_code(client)
    code = code_in_last_mail()

    assert [type_code(client, "0000-0000") for _ in range(3)] == ["", "", ASK]
    assert type_code(client, code) == ASK


def test_code_for_an_unknown_address_goes_nowhere_and_does_the_same_work(client: Client, ben: Membership) -> None:
    def work_of(address: str) -> tuple[str, list[str], int]:
        own = Client()
        with CaptureQueriesContext(connection) as captured:
            leads = ask_for_code(own, address)
        page = own.get(TYPE)
        statements = [str(query["sql"]).split() for query in captured]
        words = [" ".join(words[:3]) for words in statements if words[0] in ("INSERT", "UPDATE", "DELETE")]
        return leads, words, page.content.decode().count(address)

    known, unknown = work_of("ben@example.org"), work_of("xyz@example.org")

    assert known == unknown
    assert [mail.to for mail in mails()] == [["ben@example.org"]]


def test_code_is_sent_when_passwords_are_used_up(client: Client, benny: Membership) -> None:
    for number in range(30):
        log_in(Client(), "ben@example.org", f"wrong-guess-{number}")

    assert log_in(client, "ben@example.org") == ""
    ask_for_code(client)
    assert type_code(client, code_in_last_mail()) == reverse("home")


def test_codes_are_limited_alike_for_everybody_and_not_for_the_owner_elsewhere(client: Client, ben: Membership) -> None:
    def answers(address: str) -> list[bool]:
        return [ask_for_code(Client(), address) == TYPE for _ in range(7)]

    assert answers("ben@example.org") == answers("xyz@example.org") == [True] * 6 + [False]
    elsewhere = client.post(ASK, {"login": "ben@example.org"}, REMOTE_ADDR="203.0.113.5")
    assert elsewhere.headers["Location"] == TYPE


def test_code_of_staff_is_the_first_of_two_steps(client: Client, cora: Membership) -> None:
    secret = generate_totp_secret()
    TOTP.activate(cora.user, secret)
    ask_for_code(client, "cora@example.org", next="/people/")

    second = type_code(client, code_in_last_mail(), next="/people/")
    before = client.get(reverse("home")).status_code
    last = client.post(reverse("mfa_authenticate"), {"code": current_code(secret)})

    assert (second, before, last.headers["Location"]) == (reverse("mfa_authenticate"), 302, "/people/")


def test_mail_with_a_code_is_in_the_persons_language_and_gives_nothing_away(client: Client, ben: Membership) -> None:
    for language in ("en", "es"):
        User.objects.filter(pk=ben.user_id).update(language=language)
        ask_for_code(Client())

    english, spanish = (f"{mail.subject} {mail.body}" for mail in mails())

    assert english.startswith("Your code to sign in")
    assert english != spanish
    assert GIVES_AWAY.findall(english + spanish) == []


@pytest.mark.parametrize("wanted", ["/notices/", ""])
def test_another_way_in_keeps_the_page_that_was_wanted(client: Client, ben: Membership, wanted: str) -> None:
    ask_for_code(client)

    response = client.post(reverse("start_again"), {"next": wanted} if wanted else {})

    assert response.headers["Location"] == reverse("account_login") + ("?next=%2Fnotices%2F" if wanted else "")
    assert client.get(reverse("account_login")).status_code == 200


def test_another_way_in_from_the_second_step_keeps_the_page_too(client: Client, cora: Membership) -> None:
    TOTP.activate(cora.user, generate_totp_secret())
    log_in(client, "cora@example.org", next="/people/")

    response = client.post(reverse("start_again"))

    assert response.headers["Location"] == reverse("account_login") + "?next=%2Fpeople%2F"
    assert client.get(reverse("account_login")).status_code == 200


def cookie_of(client: Client) -> "Morsel[str]":
    """The session's, as it came with the page after sign-in."""
    client.get(reverse("home"))
    return client.cookies[site.SESSION_COOKIE_NAME]


@pytest.mark.parametrize("role", [Role.MENTEE, Role.MENTOR])
def test_mentee_and_mentor_stay_signed_in_for_ninety_days_after_each_visit(
    client: Client, ben: Membership, mona: Membership, role: Role
) -> None:
    person = {Role.MENTEE: ben, Role.MENTOR: mona}[role]
    ask_for_code(client, person.user.email)
    type_code(client, code_in_last_mail())
    assert cookie_of(client)["max-age"] == 90 * DAY

    for days in (89, 178):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert client.get(reverse("home")).status_code == 200
            assert client.cookies[site.SESSION_COOKIE_NAME]["max-age"] == 90 * DAY
    with time_machine.travel(timezone.now() + timedelta(days=269)):
        assert client.get(reverse("home")).status_code == 302


def test_days_that_people_stay_signed_in_are_a_setting(client: Client, benny: Membership, settings: Settings) -> None:
    settings.STAY_SIGNED_IN_DAYS = 7
    log_in(client, "ben@example.org")

    assert cookie_of(client)["max-age"] == 7 * DAY


def test_session_of_staff_and_on_a_shared_device_ends_with_the_browser(
    client: Client, benny: Membership, cora: Membership, settings: Settings
) -> None:
    settings.DEMO_MODE = True  # staff need no second step
    log_in(client, "cora@example.org")
    shared = Client()
    log_in(shared, "ben@example.org", shared_device="on")

    assert [cookie_of(one)["max-age"] for one in (client, shared)] == ["", ""]


def test_session_of_a_mentee_who_becomes_staff_ends_with_the_browser(client: Client, benny: Membership) -> None:
    log_in(client, "ben@example.org")
    assert cookie_of(client)["max-age"] == 90 * DAY

    factories.make_member(benny.program, Role.COORDINATOR, "", user=benny.user)

    client.get(reverse("home"))
    assert client.cookies[site.SESSION_COOKIE_NAME]["max-age"] == ""


def test_shared_device_is_asked_for_with_a_code_too(client: Client, ben: Membership) -> None:
    ask_for_code(client, shared_device="on")
    type_code(client, code_in_last_mail())

    assert client.session[SHARED_DEVICE] is True
    assert cookie_of(client)["max-age"] == ""


def test_sessions_that_are_over_are_forgotten_with_their_device(client: Client, benny: Membership) -> None:
    log_in(client, "ben@example.org")
    client.get(reverse("home"))
    now = timezone.now()

    assert forget_ended(now + timedelta(days=89)) == 0
    assert forget_ended(now + timedelta(days=91)) == 1
    assert (Session.objects.count(), UserSession.objects.count()) == (0, 0)


def test_password_is_no_longer_needed_to_have_an_account_that_stays(client: Client, ben: Membership) -> None:
    """An imported person who never chose a password signs in all the same."""
    assert log_in(client, "ben@example.org", PASSWORD) == ""
    ask_for_code(client)

    assert type_code(client, code_in_last_mail()) == reverse("home")
