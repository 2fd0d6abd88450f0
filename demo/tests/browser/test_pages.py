"""Every page as every role: axe on a desk and a phone, the console, no sideways scrolling."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import resolve

from accounts.models import Membership, User
from core.tests.test_nothing_lost import FORMS
from demo.signins import SIGN_INS, SUPERVISOR
from demo.tests.browser.addresses import pages_of, public_pages
from demo.tests.browser.axe import Inspector
from demo.tests.browser.conftest import OpenAs, Site

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("email", [sign_in.email for sign_in in SIGN_INS[:5]])
def test_every_page_of_a_role_is_accessible_and_fits(demo_site: Site, open_as: OpenAs, email: str) -> None:
    person = Membership.objects.select_related("user").get(user__email=email)
    inspector = Inspector(open_as(demo_site, person))

    with _second_factors(person.user) if email == SUPERVISOR.email else nullcontext():
        for path in pages_of(person):
            inspector.visit(path)

    assert inspector.problems == []
    assert {resolve(path).view_name for path in inspector.words_go_to} <= FORMS.keys()


def test_every_public_page_is_accessible_and_fits(demo_site: Site, open_as: OpenAs) -> None:
    inspector = Inspector(open_as(demo_site, None))

    for path in public_pages():
        inspector.visit(path)
    inspector.visit("/join/stale/", status=404)
    inspector.visit("/nowhere/", status=404)

    assert inspector.problems == []


@contextmanager
def _second_factors(user: User) -> Iterator[None]:
    """A code generator and recovery codes, so that their pages have something to show; gone before the next test signs in."""
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    yield
    Authenticator.objects.filter(user=user).delete()
