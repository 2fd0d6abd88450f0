"""People who sign in by themselves, outside demo mode."""

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.enums import Role
from accounts.models import Membership, Program
from accounts.tests.signing_in import PASSWORD
from demo import factories


@pytest.fixture
def client(settings: Settings) -> Client:
    settings.DEMO_MODE = False
    return Client()


@pytest.fixture
def cora(north: Program) -> Membership:
    """A coordinator with a password and, yet, no second factor."""
    return factories.make_member(north, Role.COORDINATOR, "cora@example.org", password=PASSWORD)


@pytest.fixture
def benny(ben: Membership) -> Membership:
    ben.user.set_password(PASSWORD)
    ben.user.save()
    return ben
