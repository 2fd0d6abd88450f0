"""What a person, or a thief, does to change how the person signs in."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import Membership, User
from accounts.tests.signing_in import PASSWORD, current_code, link_in_last_mail, log_in, mails, type_password_again
from notifications.account_mail import SHOWN_FOR, drop_old
from notifications.models import AccountLetter, Delivery, Message
from notifications.tests.test_channels import GIVES_AWAY

pytestmark = pytest.mark.django_db

RESET = reverse("account_reset_password")
PRIVATE = (
    "account_email",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
)


@pytest.mark.parametrize("host", ["evil.example", "localhost", "[::1]"])
def test_link_for_a_new_password_leads_to_the_site_whatever_host_was_asked(
    client: Client, benny: Membership, settings: Settings, host: str
) -> None:
    settings.ALLOWED_HOSTS = ["*"]

    client.post(RESET, {"email": "ben@example.org"}, headers={"Host": host})

    assert re.findall(r"https?://[^/]+", str(mails()[-1].body)) == [settings.SITE_URL]


def test_link_that_confirms_an_address_leads_to_the_site_whatever_host_was_asked(
    client: Client, benny: Membership, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    log_in(client, "ben@example.org")
    type_password_again(client)

    client.post(reverse("account_email"), {"action_add": "", "email": "b@example.net"}, headers={"Host": "evil.example"})

    assert re.findall(r"https?://[^/]+", str(mails()[-1].body)) == [settings.SITE_URL]


def test_reset_for_an_unknown_address_writes_to_nobody_and_does_the_same_work(client: Client, benny: Membership) -> None:
    client.get(RESET)

    def writes_of(address: str) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            client.post(RESET, {"email": address})
        statements = [str(query["sql"]).split() for query in captured]
        return [" ".join(words[:3]) for words in statements if words[0] in ("INSERT", "UPDATE", "DELETE")]

    known, unknown = writes_of("ben@example.org"), writes_of("xyz@example.org")

    assert known == unknown != []
    assert [mail.to for mail in mails()] == [["ben@example.org"]]


def test_reset_is_in_the_language_of_its_person(client: Client, benny: Membership) -> None:
    User.objects.filter(pk=benny.user_id).update(language="es")

    client.post(RESET, {"email": "ben@example.org"}, headers={"Accept-Language": "en"})

    assert "contraseña" in str(mails()[-1].body)


def test_pages_that_links_in_mails_open_speak_the_language_of_the_mail(client: Client, benny: Membership) -> None:
    User.objects.filter(pk=benny.user_id).update(language="es")
    english = {"Accept-Language": "en"}
    log_in(client, "ben@example.org")
    type_password_again(client)
    client.post(reverse("account_email"), {"action_add": "", "email": "benny@example.net"})
    confirm = Client().get(link_in_last_mail(), headers=english)
    client.post(RESET, {"email": "ben@example.org"})
    stranger = Client()
    choose = stranger.get(link_in_last_mail(), follow=True, headers=english)
    refused = stranger.post(choose.redirect_chain[-1][0], {"password1": "short", "password2": "short"}, headers=english)
    stale = Client().get("/account/password/reset/key/1-guess/", headers=english)

    pages = [page.content.decode() for page in (confirm, choose, refused, stale)]
    assert [re.findall(r'<html lang="(\w+)"', page) for page in pages] == [["es"], ["es"], ["es"], ["en"]]
    assert [page.headers["Content-Language"] for page in (confirm, choose, refused, stale)] == ["es", "es", "es", "en"]


def test_reset_that_was_asked_for_often_says_so_alike_for_everybody(client: Client, benny: Membership) -> None:
    def answers(address: str) -> list[int]:
        return [client.post(RESET, {"email": address}).status_code for _ in range(6)]

    assert answers("ben@example.org") == answers("xyz@example.org") == [302] * 5 + [200]
    assert len(mails()) == 5


def test_words_of_a_letter_wait_encrypted_and_are_forgotten_once_it_left(client: Client, benny: Membership) -> None:
    client.post(RESET, {"email": "ben@example.org"})
    waiting = str(AccountLetter.objects.values_list().get())
    mails()

    assert "ben@example.org" not in waiting
    assert "http" not in waiting
    assert not AccountLetter.objects.exists()


def test_letter_that_is_too_old_is_given_up_and_later_dropped(client: Client, benny: Membership) -> None:
    client.post(RESET, {"email": "ben@example.org"})
    client.post(RESET, {"email": "xyz@example.org"})

    assert drop_old(timezone.now() + timedelta(hours=23)) == 0
    assert drop_old(timezone.now() + timedelta(hours=25)) == 1
    assert not AccountLetter.objects.exists()
    assert Delivery.objects.dead().get().message.recipient == benny.user
    assert drop_old(timezone.now() + SHOWN_FOR + timedelta(hours=1)) == 1
    assert not Message.objects.exists()


@pytest.mark.parametrize("page", PRIVATE)
def test_page_asks_for_the_password_right_after_sign_in(client: Client, cora: Membership, page: str) -> None:
    secret = generate_totp_secret()
    TOTP.activate(cora.user, secret)
    Authenticator.objects.create(user=cora.user, type=Authenticator.Type.RECOVERY_CODES, data={})
    log_in(client, "cora@example.org")
    client.post(reverse("mfa_authenticate"), {"code": current_code(secret)})

    response = client.get(reverse(page), follow=False)
    posted = client.post(reverse(page), {"action_add": "", "email": "x@example.net"})

    asked = f"{reverse('account_reauthenticate')}?next="
    if page == "account_email":  # shows the address to whoever is signed in, and changes nothing
        assert response.status_code == 200
    else:
        assert response.headers["Location"].startswith(asked)
    assert posted.status_code == 405 or posted.headers["Location"].startswith(asked)


def test_change_of_password_asks_for_the_present_one(client: Client, benny: Membership) -> None:
    log_in(client, "ben@example.org")
    new = {"password1": "another-long-river", "password2": "another-long-river"}

    client.post(reverse("account_change_password"), {**new, "oldpassword": "wrong-wrong"})

    assert log_in(Client(), "ben@example.org") == reverse("home")


def test_second_factor_is_no_way_to_type_the_password_again(client: Client, cora: Membership) -> None:
    assert client.get("/account/2fa/reauthenticate/").status_code == 404
    assert client.get("/account/2fa/webauthn/reauthenticate/").status_code == 404


def test_person_without_a_password_chooses_one_before_they_change_their_address(client: Client, ben: Membership) -> None:
    client.force_login(ben.user)

    response = client.post(reverse("account_email"), {"action_add": "", "email": "x@example.net"})

    assert response.headers["Location"].startswith(RESET)


def said() -> list[tuple[str, str]]:
    """To whom a word of a change went, and its first line."""
    return [(mail.to[0], str(mail.body).splitlines()[0]) for mail in mails() if mail.subject == "Your sign-in was changed"]


def test_change_of_password_is_told_to_its_owner(client: Client, benny: Membership) -> None:
    log_in(client, "ben@example.org")
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "another-long-river", "password2": "another-long-river"},
    )

    assert said() == [("ben@example.org", "Your password was changed.")]


def test_new_password_by_link_is_told_to_its_owner(client: Client, benny: Membership) -> None:
    client.post(RESET, {"email": "ben@example.org"})
    page = client.get(link_in_last_mail(), follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": "another-long-river", "password2": "another-long-river"})

    assert said() == [("ben@example.org", "Your password was changed.")]


def test_change_of_address_is_told_to_the_old_one(client: Client, benny: Membership) -> None:
    log_in(client, "ben@example.org")
    type_password_again(client)
    client.post(reverse("account_email"), {"action_add": "", "email": "benny@example.net"})
    client.post(link_in_last_mail())

    assert said() == [("ben@example.org", "Your e-mail address was changed. What we write goes to the new one from now on.")]


def test_each_change_of_the_second_factor_is_told(
    client: Client, benny: Membership, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    log_in(client, "ben@example.org")
    type_password_again(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": current_code(secret)})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_generate_recovery_codes"))
    client.post(reverse("mfa_deactivate_totp"))

    assert [first for _to, first in said()] == [
        "A second step at sign-in was turned on.",
        "New codes for the day without your phone or key were made. Older ones no longer work.",
        "A second step at sign-in was turned off.",
    ]


@pytest.mark.parametrize("language", ["en", "es"])
def test_letters_about_an_account_give_nothing_away(client: Client, benny: Membership, language: str) -> None:
    User.objects.filter(pk=benny.user_id).update(language=language)
    log_in(client, "ben@example.org")
    type_password_again(client)
    client.post(reverse("account_email"), {"action_add": "", "email": "benny@example.net"})
    client.post(RESET, {"email": "ben@example.org"})
    client.post(link_in_last_mail())

    words = " ".join(f"{mail.subject} {mail.body}" for mail in mails())

    assert GIVES_AWAY.findall(words) == []


def test_code_that_turned_the_second_factor_on_does_not_sign_in(client: Client, benny: Membership) -> None:
    log_in(client, "ben@example.org")
    type_password_again(client)
    code = current_code(client.get(reverse("mfa_activate_totp")).context["form"].secret)
    client.post(reverse("mfa_activate_totp"), {"code": code})

    other = Client()
    log_in(other, "ben@example.org")
    again = other.post(reverse("mfa_authenticate"), {"code": code})

    assert Authenticator.objects.filter(user=benny.user, type=Authenticator.Type.TOTP).exists()
    assert (again.status_code, bool(again.context["form"].errors)) == (200, True)
