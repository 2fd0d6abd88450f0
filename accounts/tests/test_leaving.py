"""Exit this page, and signing out: the session ends and the browser keeps nothing."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from conftest import SignIn

EXIT = reverse("accounts:exit")
FORGET = '"cache", "storage"'


def has_session(client: Client) -> bool:
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie is not None and Session.objects.filter(session_key=cookie.value).exists()


@pytest.mark.parametrize(("data", "status"), [({}, 302), ({"by_script": "1"}, 204)])
def test_exit_ends_the_session_and_tells_the_browser_to_forget(
    ben: Membership, sign_in: SignIn, data: dict[str, str], status: int
) -> None:
    client = sign_in(ben)

    response = client.post(EXIT, data)

    assert (response.status_code, response.headers.get("Location")) == (status, settings.WAY_OUT if status == 302 else None)
    assert (response.headers["Clear-Site-Data"], response.headers["Cache-Control"]) == (FORGET, "no-store")
    assert Session.objects.count() == 0
    assert client.get("/").headers["Location"] == "/account/login/?next=/"


def test_exit_from_a_page_that_was_open_too_long_still_leaves(ben: Membership) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ben.user)

    assert client.post(EXIT).status_code == 302
    assert Session.objects.count() == 0


@pytest.mark.django_db
def test_exit_signed_out_leads_out(client: Client) -> None:
    assert client.post(EXIT).headers["Location"] == settings.WAY_OUT


def test_exit_cannot_be_opened_by_a_link(ben: Membership, sign_in: SignIn) -> None:
    client = sign_in(ben)

    assert client.get(EXIT).status_code == 405
    assert has_session(client)


def test_session_of_another_site_s_form_is_not_sent_along() -> None:
    """What lets the form do without a token."""
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"


@pytest.mark.parametrize("address", ["/", "/check-in/", "/support/"])
def test_browser_whose_person_left_without_a_network_finds_nobody(ben: Membership, sign_in: SignIn, address: str) -> None:
    client = sign_in(ben)
    client.cookies[settings.LEFT_COOKIE_NAME] = "1"

    response = client.get(address)

    assert "Account menu" not in response.content.decode()
    assert Session.objects.count() == 0
    assert response.cookies[settings.LEFT_COOKIE_NAME].value == ""


def test_browser_whose_person_left_can_sign_in_again(ben: Membership) -> None:
    ben.user.set_password("a-long-quiet-river")
    ben.user.save()
    client = Client()
    client.cookies[settings.LEFT_COOKIE_NAME] = "1"
    client.get(reverse("account_login"))

    client.post(reverse("account_login"), {"login": ben.user.email, "password": "a-long-quiet-river"})

    assert "Account menu" in client.get("/").content.decode()


def test_signing_out_tells_the_browser_to_forget(ben: Membership, sign_in: SignIn) -> None:
    client = sign_in(ben)

    asked = client.get(reverse("account_logout"))
    done = client.post(reverse("account_logout"))

    assert "Clear-Site-Data" not in asked.headers
    assert done.headers["Clear-Site-Data"] == FORGET
    assert Session.objects.count() == 0
