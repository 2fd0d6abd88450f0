"""What a mentor tells the supervisor alone, and what a mentee reads about their own call for support, by clicking."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Membership
from checkins.services import submit_checkin
from demo.signins import MENTOR
from demo.tests.browser.conftest import OpenAs, Site
from relationships.enums import Outcome, State
from relationships.models import MentoringSession, Relationship, SupervisorRequest
from relationships.services import log_session

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 320, "height": 640}
NUMBERS_ON_TWO_LINES = """
[...document.querySelectorAll('main a[href^="tel:"]')]
  .filter((one) => one.offsetHeight > 1.9 * parseFloat(getComputedStyle(one).lineHeight)).length
"""


@pytest.fixture
def pair(demo_site: Site) -> Relationship:
    """The oldest pair of the mentor who signs in."""
    teresa = Membership.objects.select_related("user").get(user__email=MENTOR.email, role="mentor")
    return Relationship.objects.running().with_people().filter(mentor=teresa).earliest("started_at")


@pytest.fixture
def quiet_pair(pair: Relationship) -> Relationship:
    """The oldest pair of another mentor whose mentee has not called, of two who read English."""
    others = Relationship.objects.filter(state=State.ACTIVE).with_people().exclude(mentor=pair.mentor)
    english = others.filter(mentor__user__language="en", mentee__user__language="en")
    return english.filter(mentee__support_requests=None).earliest("started_at")


def test_worry_is_sent_from_home_in_two_taps_on_a_small_phone_without_javascript(
    demo_site: Site, open_as: OpenAs, pair: Relationship
) -> None:
    page = open_as(demo_site, pair.mentor, viewport=PHONE, java_script_enabled=False)
    before = SupervisorRequest.objects.count()

    page.goto("/")
    page.get_by_role("link", name=f"Tell my supervisor ({pair.mentee.user.first_name})").click()
    expect(page.get_by_text("and nobody else here.")).to_be_visible()
    page.get_by_role("button", name="Send it now").click()

    expect(page.get_by_text("Sent: I am worried about someone's safety.")).to_be_visible()
    assert SupervisorRequest.objects.count() == before + 1


def test_worry_beside_a_log_that_asks_back_is_sent_at_once_and_only_once(
    demo_site: Site, open_as: OpenAs, pair: Relationship
) -> None:
    log_session(
        relationship=pair,
        by=pair.mentor,
        now=timezone.now(),
        submission_key=uuid4(),
        held_on=pair.mentor.user.today(timezone.now()),
        outcome=Outcome.MET,
    )
    page = open_as(demo_site, pair.mentor)
    log = reverse("relationships:log_session", args=[pair.pk])
    before, sessions = SupervisorRequest.objects.count(), MentoringSession.objects.count()

    page.goto(log)
    page.get_by_label("I am worried about someone's safety").check()
    page.get_by_role("button", name="Log it").click()

    expect(page.get_by_text("You already logged a session for this day. Log another?").first).to_be_visible()
    expect(page.get_by_text("Sent: I am worried about someone's safety.")).to_be_visible()
    assert (SupervisorRequest.objects.count(), MentoringSession.objects.count()) == (before + 1, sessions)
    expect(page.get_by_label("I am worried about someone's safety")).to_have_count(0)

    page.get_by_label("Log another session for this day").check()
    page.get_by_role("button", name="Log it").click()
    expect(page).not_to_have_url(demo_site(log))
    assert (SupervisorRequest.objects.count(), MentoringSession.objects.count()) == (before + 1, sessions + 1)


def test_mentee_who_asked_reads_who_was_told_and_when_the_mentor_was_in_touch(
    demo_site: Site, open_as: OpenAs, quiet_pair: Relationship
) -> None:
    mentor, name = quiet_pair.mentor.user.first_name, quiet_pair.mentee.user.first_name
    page = open_as(demo_site, quiet_pair.mentee, viewport=PHONE)
    page.goto(reverse("checkins:new"))
    page.get_by_role("radio", name="Today", exact=True).check()
    page.get_by_role("button", name="Send my check-in").click()
    expect(page.get_by_role("heading", name="You asked for support", exact=True)).to_be_visible()
    expect(page.get_by_text("Nobody has opened it yet.")).to_be_visible()
    page.locator("summary", has_text="Who was told").click()
    expect(page.get_by_text(f"{mentor} (Mentor) has not opened it yet.")).to_be_visible()
    button = page.locator("section.card").get_by_role("link", name="Get support now").bounding_box()
    told = page.locator("summary", has_text="Who was told").bounding_box()
    assert button
    assert told
    assert told["y"] - (button["y"] + button["height"]) >= 8
    call_command("tick")

    page.goto("/")
    page.locator("summary", has_text="Who was told").click()
    expect(page.get_by_text("(Supervisor) has not opened it yet.")).to_be_visible()
    expect(page.get_by_text("Check in any time")).to_have_count(0)

    theirs = open_as(demo_site, quiet_pair.mentor)
    theirs.goto(reverse("relationships:list"))
    theirs.get_by_role("link", name=f"{name} asked for support").click()
    for width in range(320, 420, 7):  # at some of them a number would break across lines
        theirs.set_viewport_size({"width": width, "height": 640})
        assert theirs.evaluate(NUMBERS_ON_TWO_LINES) == 0
    theirs.get_by_role("button", name="I have been in touch").click()
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("Hello")

    page.goto("/")
    expect(page.get_by_text(f"{mentor} says that you two were in touch.")).to_be_visible()
    expect(page.get_by_text(f"Opened by {mentor} (Mentor).")).to_be_visible()
    page.locator("summary", has_text="Who was told").click()
    expect(page.get_by_text(f"{mentor} (Mentor) opened it.")).to_be_visible()


def test_mentor_who_opens_the_shared_check_in_by_the_list_is_said_to_have_opened_the_call(
    demo_site: Site, open_as: OpenAs, quiet_pair: Relationship
) -> None:
    mentor = quiet_pair.mentor.user.first_name
    page = open_as(demo_site, quiet_pair.mentee, viewport=PHONE)
    page.goto(reverse("checkins:new"))
    page.get_by_role("radio", name="Today", exact=True).check()
    page.get_by_label(f"Share this check-in with {mentor}").check()
    page.get_by_role("button", name="Send my check-in").click()
    expect(page.get_by_text("Nobody has opened it yet.")).to_be_visible()

    theirs = open_as(demo_site, quiet_pair.mentor)
    theirs.goto(reverse("checkins:shared", args=[quiet_pair.pk]))
    with theirs.expect_response(lambda answer: answer.url.endswith("/heard/") and answer.status == 204):
        theirs.get_by_role("main").get_by_role("listitem").first.get_by_role("link").click()

    page.reload()
    expect(page.get_by_text(f"Opened by {mentor} (Mentor).")).to_be_visible()


def test_second_open_call_is_folded_below_the_urgent_one_and_opens_without_javascript(
    demo_site: Site, open_as: OpenAs, quiet_pair: Relationship
) -> None:
    for support, ago in (("now", 2), ("today", 1)):
        at = timezone.now() - timedelta(hours=ago)
        submit_checkin(mentee=quiet_pair.mentee, now=at, submission_key=uuid4(), support=support)
    page = open_as(demo_site, quiet_pair.mentee, viewport=PHONE, java_script_enabled=False)

    page.goto("/")
    card = page.locator("section.card").filter(has_text="You asked for support right away")

    expect(card.get_by_role("heading")).to_have_count(1)
    expect(card.get_by_text("Nobody has opened it yet.").first).to_be_visible()
    expect(card.get_by_text("Nobody has opened it yet.").last).to_be_hidden()
    box = card.bounding_box()
    assert box
    assert box["height"] < PHONE["height"]
    card.get_by_text("You also asked on").click()
    expect(card.get_by_text("Nobody has opened it yet.").last).to_be_visible()
