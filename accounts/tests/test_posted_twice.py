"""Each secret that works once: pressed twice, the page of it opened again, and tried by another browser."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Membership
from accounts.sign_in import urls
from accounts.tests.signing_in import current_code, link_in_last_mail, log_in, type_password_again
from core.policy import policy_of
from core.routes import walk

NEW_PASSWORD = "a-longer-quiet-river"
AGAIN = {
    "account_login": "a password works again",
    "account_request_login_code": "leads to the page that waits for the code that was sent",
    "mfa_login_webauthn": "refused: the browser answers anew",
    "start_again": "nothing waits any more",
    "account_logout": "signed out is signed out",
    "account_reauthenticate": "a password works again",
    "account_email": "asks for another mail",
    "account_change_password": "the old password is asked for",
    "account_set_password": "refused once there is a password",
    "account_reset_password": "asks for another mail",
    "mfa_deactivate_totp": "off is off",
    "mfa_remove_webauthn": "gone is gone",
    "mfa_edit_webauthn": "the same name again",
    "usersessions_list": "ended is ended",
}
"""Forms about signing in that use up no secret, and what a second post of them does."""
BROKEN_KEYS: tuple[Any, ...] = (
    {},
    [],
    "x",
    None,
    [[]],
    {"id": 1},
    {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": None},
    {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}},
    {"id": "é", "rawId": "AAAA", "response": {"clientDataJSON": "AAAA", "attestationObject": "AAAA"}},
    {"id": "AAAA", "rawId": "AAAA", "response": {"clientDataJSON": "AAAA", "attestationObject": "AAAA"}},
    {"id": "AAAA", "rawId": "AAAA", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}},
    {"id": "AAAA", "rawId": "AAAA", "response": {"clientDataJSON": "W10", "attestationObject": "____"}},
    {"id": "AAAA", "rawId": "AAAA", "response": {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA"}},
    {"id": "AAAA", "rawId": "AAAA", "response": {"clientDataJSON": "e30", "authenticatorData": "A" * 50, "signature": 7}},
)
"""What no key answers."""

pytestmark = pytest.mark.django_db


def tapped(client: Client, path: str, said: dict[str, str]) -> Callable[[], tuple[Client, Any]]:
    """The form of `path`, filled in, to be sent again and again with the cookies that the browser has while it is shown."""
    page = client.get(path, follow=True)
    sent_to = page.request["PATH_INFO"]
    form = said | {"csrfmiddlewaretoken": page.context["csrf_token"]}
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}

    def press() -> tuple[Client, Any]:
        browser = Client(enforce_csrf_checks=True)
        browser.cookies.load(cookies)
        return browser, browser.post(sent_to, form)

    return press


def twice(press: Callable[[], tuple[Client, Any]]) -> list[tuple[int, str]]:
    answers = [press()[1] for _time in range(2)]
    return [(answer.status_code, answer.headers.get("Location", "")) for answer in answers]


def is_signed_in(client: Client) -> bool:
    status: int = client.get(reverse("home")).status_code
    return status == 200


@pytest.fixture
def guarded(cora: Membership) -> str:
    """The key of Cora's authenticator app."""
    secret: str = generate_totp_secret()
    TOTP.activate(cora.user, secret)
    return secret


@pytest.fixture
def reset_link(client: Client, benny: Membership) -> str:
    client.post(reverse("account_reset_password"), {"email": "ben@example.org"})
    return link_in_last_mail()


@pytest.fixture
def confirm_link(client: Client, benny: Membership) -> str:
    log_in(client, "ben@example.org")
    client.get(reverse("home"))
    type_password_again(client)
    client.post(reverse("account_email"), {"action_add": "", "email": "benny@example.org"})
    return link_in_last_mail()


def test_every_form_about_signing_in_is_answered_once_or_may_be_posted_again() -> None:
    forms = [route for route in walk(urls.urlpatterns) if (policy := policy_of(route.view)) and "POST" in policy.methods]

    assert {one.name for one in forms if not getattr(one.view, "answers_once", False)} == set(AGAIN)


def test_code_pressed_twice_signs_in_both_times(client: Client, cora: Membership, guarded: str) -> None:
    log_in(client, "cora@example.org")
    press = tapped(client, reverse("mfa_authenticate"), {"code": current_code(guarded)})

    pressed = [press() for _time in range(2)]

    assert [answer.headers.get("Location") for _browser, answer in pressed] == [reverse("home")] * 2
    assert [is_signed_in(browser) for browser, _answer in pressed] == [True, True]


def test_code_that_was_used_signs_no_other_browser_in(client: Client, cora: Membership, guarded: str) -> None:
    code = current_code(guarded)
    other = Client()
    log_in(client, "cora@example.org")
    log_in(other, "cora@example.org")
    presses = [tapped(one, reverse("mfa_authenticate"), {"code": code}) for one in (client, other)]

    assert [is_signed_in(press()[0]) for press in presses] == [True, False]


def test_stranger_who_guesses_leaves_nothing_in_the_cache(client: Client) -> None:
    page = client.get(reverse("account_login"))
    for path in (
        reverse("mfa_authenticate"),
        "/join/guess/",
        "/account/password/reset/key/1-guess/",
        "/account/confirm-email/guess/",
    ):
        client.post(path, {"code": "123456", "csrfmiddlewaretoken": page.context["csrf_token"]})

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache")
        assert cursor.fetchone() == (0,)


def test_new_password_pressed_twice_is_saved_once(client: Client, benny: Membership, reset_link: str) -> None:
    done = (302, reverse("account_reset_password_from_key_done"))

    assert twice(tapped(client, reset_link, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})) == [done, done]

    benny.user.refresh_from_db()
    assert benny.user.check_password(NEW_PASSWORD)


def test_reset_link_opened_again_says_it_was_used_here_and_opens_nothing_elsewhere(client: Client, reset_link: str) -> None:
    browser, _answer = tapped(client, reset_link, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})()
    form = re.sub(r"-[^-/]+-[^-/]+/$", "-set-password/", reset_link)

    for address in (reset_link, form):
        here, elsewhere = (one.get(address, follow=True).content.decode() for one in (browser, Client()))
        assert ("You have used this link" in here, "is saved" in here) == (True, False)
        assert ("This link no longer works" in elsewhere, "You have used this link" in elsewhere) == (True, False)


def test_another_password_sent_with_a_used_link_is_not_called_saved(client: Client, benny: Membership, reset_link: str) -> None:
    browser, _answer = tapped(client, reset_link, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})()
    form = re.sub(r"-[^-/]+-[^-/]+/$", "-set-password/", reset_link)
    other = {"password1": "yet-another-river", "password2": "yet-another-river"}

    again = browser.post(form, other | {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}, follow=True)

    said = again.content.decode()
    assert ("Nothing was changed now" in said, "is saved" in said) == (True, False)
    benny.user.refresh_from_db()
    assert benny.user.check_password(NEW_PASSWORD)


def test_second_reset_link_in_one_browser_works(client: Client, benny: Membership, reset_link: str) -> None:
    browser, _answer = tapped(client, reset_link, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})()
    Client().post(reverse("account_reset_password"), {"email": "ben@example.org"})

    assert "Save the new password" in browser.get(link_in_last_mail(), follow=True).content.decode()


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_confirmation_pressed_twice_leads_to_the_same_place(
    client: Client, benny: Membership, confirm_link: str, where: str
) -> None:
    browser = client if where == "here" else Client()
    (first, second) = twice(tapped(browser, confirm_link, {}))

    assert first == second == (302, reverse("home") if where == "here" else reverse("account_login"))
    assert EmailAddress.objects.get(user=benny.user).email == "benny@example.org"


def test_confirmation_opened_again_leads_on_here_and_opens_nothing_elsewhere(client: Client, confirm_link: str) -> None:
    browser, _answer = tapped(Client(), confirm_link, {})()

    assert browser.get(confirm_link).headers["Location"] == reverse("account_login")
    assert "This link no longer works" in Client().get(confirm_link).content.decode()


def test_app_turned_on_twice_shows_the_recovery_codes_twice(client: Client, cora: Membership) -> None:
    secret = _ask_for_app(client)
    press = tapped(client, reverse("mfa_activate_totp"), {"code": current_code(secret)})

    assert twice(press) == [(302, reverse("mfa_view_recovery_codes"))] * 2
    assert Authenticator.objects.filter(user=cora.user, type=Authenticator.Type.TOTP).count() == 1
    assert client.get(reverse("mfa_activate_totp")).headers["Location"] == reverse("mfa_index")


def test_page_of_an_app_loaded_again_shows_the_same_key(client: Client, cora: Membership) -> None:
    keys = [_ask_for_app(client) for _time in range(3)]
    refused = client.post(reverse("mfa_activate_totp"), {"code": "000000"})

    assert len({*keys, refused.context["form"].secret}) == 1
    client.post(reverse("mfa_activate_totp"), {"code": current_code(keys[0])})
    assert Authenticator.objects.filter(user=cora.user, type=Authenticator.Type.TOTP).exists()


def test_app_set_up_anew_gets_a_new_key(client: Client, cora: Membership) -> None:
    first = _ask_for_app(client)
    client.post(reverse("mfa_activate_totp"), {"code": current_code(first)})
    Authenticator.objects.all().delete()

    assert _ask_for_app(client) != first


def test_recovery_codes_made_twice_are_made_once(client: Client, cora: Membership) -> None:
    secret = _ask_for_app(client)
    client.post(reverse("mfa_activate_totp"), {"code": current_code(secret)})
    press = tapped(client, reverse("mfa_generate_recovery_codes"), {})

    press()
    made = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).pk
    press()

    assert Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).pk == made


@pytest.mark.parametrize("answer", BROKEN_KEYS, ids=map(json.dumps, BROKEN_KEYS))
def test_answer_that_no_key_gave_is_refused(client: Client, cora: Membership, settings: Settings, answer: Any) -> None:
    _ask_for_app(client)
    client.get(reverse("mfa_add_webauthn"))
    added = client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": json.dumps(answer)})
    TOTP.activate(cora.user, generate_totp_secret())
    other = Client()
    log_in(other, "cora@example.org")
    other.get(reverse("mfa_authenticate"))
    signed_in = other.post(reverse("mfa_authenticate"), {"credential": json.dumps(answer)})

    assert (added.status_code, signed_in.status_code) == (200, 200)
    assert "credential" in signed_in.context["webauthn_form"].errors
    assert added.context["form"].errors
    assert not is_signed_in(other)


def _ask_for_app(client: Client) -> str:
    """Signs Cora in where need be; returns the key on the page that turns an app on."""
    if not is_signed_in(client):
        log_in(client, "cora@example.org")
        type_password_again(client)
    return str(client.get(reverse("mfa_activate_totp")).context["form"].secret)


def test_stranger_who_uses_no_secret_up_leaves_nothing_in_the_cache(client: Client) -> None:
    """Not even one with a session, as whoever asks for a code has: of no account, and as often as they like."""
    client.get(reverse("account_login"))
    client.post(reverse("account_request_login_code"), {"login": "nobody@example.org"})
    cache.clear()

    answers = [client.post(reverse("mfa_authenticate"), {"code": str(number)}) for number in range(3)]

    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cache")
        assert cursor.fetchone() == (0,)
    assert {answer.status_code for answer in answers} == {302}
