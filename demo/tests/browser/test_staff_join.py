"""A new coordinator joins: the link alone does not open, the code from the mailbox does. Without JavaScript."""

import re
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from accounts.enums import Role
from demo import factories
from demo.mailbox import newest_mails
from demo.tests.browser.conftest import OpenAs, Site
from people.notices import link_of
from people.services.invitations import invite

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
EMAIL = "newcomer@example.net"


def code_in(site: Site) -> str:
    """The code in the mail that went to the new coordinator."""
    bodies = [mail.body for mail in newest_mails(site.mail, limit=10_000) if mail.to == EMAIL and "code" in mail.subject]
    return str(re.findall(r"^\d{4}-\d{4}$", bodies[0], re.MULTILINE)[0]).replace("-", "")


def test_new_coordinator_joins_with_the_code_from_the_mailbox(demo_site: Site, open_as: OpenAs) -> None:
    program = factories.make_program("quay")
    ada = factories.make_member(program, Role.ADMIN, "ada.quay@example.net")
    invitation = invite(
        program=program,
        email=EMAIL,
        first_name="Nell",
        role=Role.COORDINATOR,
        by=ada,
        now=timezone.now(),
        submission_key=uuid4(),
    )
    page = open_as(demo_site, None, java_script_enabled=False, viewport={"width": 320, "height": 640})

    page.goto(link_of(invitation))
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this your mailbox?")
    expect(page.get_by_label("Password")).to_have_count(0)
    page.get_by_role("button", name="Send me the code").click()
    expect(page.get_by_text("The code is on its way to")).to_be_visible()
    call_command("tick")
    code = code_in(demo_site)
    page.get_by_label("Code from the mail").fill(f"{(int(code) + 1) % 10**8:08}")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("paragraph").filter(has_text="This code is not right")).to_be_visible()
    page.get_by_label("Code from the mail").fill(f"{code[:4]} {code[4:]}")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Password").fill("a quiet harbor at noon")
    page.get_by_role("button", name="Join").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Hello, Nell")
    page.goto("/account/2fa/totp/activate/")
    expect(page.get_by_label("Password")).to_have_count(0)  # it was chosen a moment ago
    assert program.memberships.filter(role=Role.COORDINATOR, user__email=EMAIL).exists()
