import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Membership
from conftest import SignIn
from demo.signins import DEMO_PASSWORD, SIGN_INS

pytestmark = pytest.mark.django_db


def test_sign_in_page_in_demo_mode_lists_every_sign_in_and_the_password(client: Client, settings: Settings) -> None:
    settings.DEMO_MODE = True

    page = client.get(reverse("account_login")).content.decode()

    assert [sign_in.email in page for sign_in in SIGN_INS] == [True] * 6
    assert DEMO_PASSWORD in page


def test_sign_in_page_outside_demo_mode_lists_none(client: Client, settings: Settings) -> None:
    settings.DEMO_MODE = False

    page = client.get(reverse("account_login")).content.decode()

    assert [sign_in.email in page for sign_in in SIGN_INS] == [False] * 6
    assert DEMO_PASSWORD not in page


@pytest.mark.parametrize("is_demo", [True, False])
def test_page_of_the_second_step_says_what_is_so_in_the_demo_and_elsewhere(
    alice: Membership, client: Client, settings: Settings, *, is_demo: bool
) -> None:
    settings.DEMO_MODE = is_demo
    client.force_login(alice.user)

    page = client.get(reverse("mfa_index")).content.decode()

    assert ("nobody needs a second step" in page, "Set up one of the two below to go on." in page) == (is_demo, not is_demo)


@pytest.mark.parametrize("password", [DEMO_PASSWORD, "a-long-quiet-river"])
def test_demo_names_its_password_only_where_it_is_the_one_that_is_asked_for(
    alice: Membership, sign_in: SignIn, settings: Settings, password: str
) -> None:
    alice.user.set_password(password)
    alice.user.save()
    client, address = sign_in(alice), reverse("account_reauthenticate")
    pages = []
    for settings.DEMO_MODE in (True, False):
        pages.append(client.get(address).content.decode())

    assert [DEMO_PASSWORD in page for page in pages] == [password == DEMO_PASSWORD, False]
