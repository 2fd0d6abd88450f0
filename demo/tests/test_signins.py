import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

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
