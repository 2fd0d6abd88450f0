"""Every page as every role: axe on a desk and a phone, the console, no sideways scrolling."""

import pytest

from accounts.models import Membership
from demo.signins import SIGN_INS
from demo.tests.browser.addresses import pages_of
from demo.tests.browser.axe import Inspector
from demo.tests.browser.conftest import OpenAs, Site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("email", [sign_in.email for sign_in in SIGN_INS[:5]])
def test_every_page_of_a_role_is_accessible_and_fits(demo_site: Site, open_as: OpenAs, email: str) -> None:
    person = Membership.objects.select_related("user").get(user__email=email)
    inspector = Inspector(open_as(demo_site, person))

    for path in pages_of(person):
        inspector.visit(path)

    assert inspector.problems == []


def test_every_public_page_is_accessible_and_fits(demo_site: Site, open_as: OpenAs) -> None:
    inspector = Inspector(open_as(demo_site, None))

    for path in pages_of(None):
        inspector.visit(path)

    assert inspector.problems == []
