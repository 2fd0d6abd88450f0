"""A program's weights with nothing but a keyboard, with a finger on a slider, and without JavaScript."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Membership
from demo.signins import COORDINATOR
from demo.tests.browser.axe import PHONE, Inspector
from demo.tests.browser.conftest import OpenAs, Site
from demo.tests.browser.test_forms import member, tab_to
from matching.scoring.factors import default_weights
from matching.weights.preview import preview
from matching.weights.services import set_weights, weights_of

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

PAGE = reverse("matching:weights")
NO_TIMES = {**default_weights(), "availability": 0}


@pytest.fixture
def grace(demo_site: Site) -> Iterator[Membership]:
    """Coordinates the demo program, whose weights are the defaults again afterwards."""
    found = member(COORDINATOR)
    yield found
    set_weights(program=found.program, weights=default_weights(), by=found, now=timezone.now())


def what_changes(coordinator: Membership) -> str:
    """What the page says where times count no more."""
    seen = preview(coordinator.program, default_weights(), NO_TIMES, timezone.now())
    assert seen.changes
    return f"{len(seen.changes)} of {seen.people} people who wait would be proposed another mentor."


def test_weights_by_keyboard_alone_are_seen_then_saved(demo_site: Site, open_as: OpenAs, grace: Membership) -> None:
    page = open_as(demo_site, grace)
    inspector = Inspector(page)
    page.goto(PAGE)
    tab_to(page, page.get_by_label("Times and ways to meet"))
    for _press in range(20):
        page.keyboard.press("ArrowDown")

    expect(page.get_by_role("status")).to_have_text(what_changes(grace))
    expect(page.locator("#share-availability")).to_have_text("0 %")
    expect(page.get_by_label("Times and ways to meet")).to_be_focused()
    assert weights_of(grace.program) == default_weights()
    inspector.look(PAGE)
    assert inspector.problems == []

    tab_to(page, page.get_by_role("button", name="Save these weights"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved. Scores are made with these weights from now on.")).to_be_visible()
    expect(page.get_by_text("Times and ways to meet from 20 to 0").first).to_be_visible()
    assert weights_of(grace.program) == NO_TIMES


def test_weights_with_a_finger_on_the_slider_say_at_the_foot_what_would_change(
    demo_site: Site, open_as: OpenAs, grace: Membership
) -> None:
    page = open_as(demo_site, grace, viewport={"width": PHONE[0], "height": PHONE[1]}, has_touch=True)
    page.goto(PAGE)
    page.locator(".weigh-slider").first.fill("0")

    expect(page.get_by_label("Times and ways to meet")).to_have_value("0")
    expect(page.locator("#weights-ticker")).to_have_text(what_changes(grace))
    expect(page.locator("#weights-ticker")).to_be_in_viewport()


def test_weights_without_javascript_are_seen_before_they_are_saved(demo_site: Site, open_as: OpenAs, grace: Membership) -> None:
    page = open_as(demo_site, grace, java_script_enabled=False)
    page.goto(PAGE)
    expect(page.locator(".weigh-slider").first).to_be_hidden()
    page.get_by_label("Times and ways to meet").fill("0")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text(what_changes(grace))
    assert weights_of(grace.program) == default_weights()

    page.get_by_role("button", name="Back to the defaults").click()
    expect(page.get_by_label("Times and ways to meet")).to_have_value("20")
    page.get_by_label("Times and ways to meet").fill("0")
    page.get_by_role("button", name="Save these weights").click()
    expect(page.get_by_text("Times and ways to meet from 20 to 0").first).to_be_visible()
    assert weights_of(grace.program) == NO_TIMES


def test_weights_of_somebody_signed_out_meanwhile_lead_to_the_door(demo_site: Site, open_as: OpenAs, grace: Membership) -> None:
    page = open_as(demo_site, grace)
    page.goto(PAGE)
    Session.objects.all().delete()
    page.get_by_label("Times and ways to meet").fill("0")
    expect(page).to_have_url(demo_site(f"{reverse('account_login')}?next={PAGE}"))
