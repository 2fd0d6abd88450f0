"""Who looks at the pages of people who wait."""

import pytest
from django.test import Client

from accounts.models import Membership
from conftest import SignIn


@pytest.fixture
def coordinator(alice: Membership, sign_in: SignIn) -> Client:
    return sign_in(alice)
