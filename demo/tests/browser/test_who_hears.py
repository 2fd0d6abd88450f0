"""What a mentee reads of who hears, and how they take back their consent, in a browser."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.enums import Role
from accounts.models import Membership
from accounts.services import set_active
from demo.signins import MENTEE
from demo.tests.browser.conftest import OpenAs, Site
from notifications.models import Message
from privacy.models import Consent
from relationships.models import Relationship

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pair(demo_site: Site) -> Iterator[Relationship]:
    """The running match of the demo's mentee, which is as before when the test is over."""
    pair = Relationship.objects.running().with_people().get(mentee__user__email=MENTEE.email)
    yield pair
    Membership.objects.filter(pk=pair.mentor_id).update(is_active=True)
    Consent.objects.filter(person_id=pair.mentee.user_id).update(revoked_at=None)


def ask_for_support_now(page: Page) -> None:
    page.goto(reverse("checkins:new"))
    page.get_by_role("radio", name="Now", exact=True).check()
    page.get_by_role("button", name="Send my check-in").click()


def told() -> set[UUID | None]:
    return set(Message.objects.filter(kind="checkins.support_now").values_list("recipient", flat=True))


@pytest.mark.parametrize("scripts", [True, False])
def test_support_page_names_the_mentor_while_the_mentor_is_told_and_staff_alone_once_she_is_suspended(
    demo_site: Site, open_as: OpenAs, pair: Relationship, *, scripts: bool
) -> None:
    mentor = pair.mentor.user.first_name
    Message.objects.filter(kind="checkins.support_now").update(kind="checkins.support_today")  # of an earlier test
    page = open_as(demo_site, pair.mentee, java_script_enabled=scripts)

    page.goto(reverse("checkins:new"))
    expect(page.locator("main")).to_contain_text(f"we tell {mentor} and the program's staff")
    ask_for_support_now(page)

    expect(page).to_have_url(demo_site(reverse("core:support")))
    expect(page.locator("main")).to_contain_text(f"We are telling {mentor} and the program's staff that you asked")
    assert told() == {pair.mentor.user_id}

    Message.objects.filter(kind="checkins.support_now").update(kind="checkins.support_today")
    admin = Membership.objects.filter(program=pair.program, role=Role.ADMIN)[0]
    set_active(person=pair.mentor, is_active=False, by=admin, now=timezone.now())
    page.goto(reverse("checkins:new"))
    expect(page.locator("main")).not_to_contain_text(mentor)
    ask_for_support_now(page)

    expect(page).to_have_url(demo_site(reverse("core:support")))
    expect(page.locator("main")).to_contain_text("We are telling the program's staff that you asked")
    expect(page.locator("main")).not_to_contain_text(mentor)
    assert told() == set()


def test_consent_taken_back_without_javascript_after_a_page_that_says_what_it_touches(
    demo_site: Site, open_as: OpenAs, pair: Relationship
) -> None:
    page = open_as(demo_site, pair.mentee, java_script_enabled=False)

    page.goto(reverse("people:me"))
    page.get_by_role("link", name="What you agreed to, and how to take it back").click()
    page.get_by_role("link", name="Take back my consent").click()
    expect(page.locator("main")).to_contain_text(f"Your match with {pair.mentor.user.first_name} goes on hold at once")
    page.get_by_role("button", name="Take back my consent").click()

    expect(page).to_have_url(demo_site(reverse("intake:my_consent")))
    expect(page.get_by_role("heading", name="Taken back on")).to_be_visible()
    page.goto(reverse("relationships:detail", args=[pair.pk]))
    expect(page.locator("main")).to_contain_text("is on hold for now")
    expect(page.locator("main a[href^='tel:']")).to_have_count(0)
