"""The main forms without JavaScript, and with nothing but a keyboard."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from accounts.models import Membership
from checkins.models import CheckIn
from demo.signins import COORDINATOR, DEMO_PASSWORD, MENTEE, MENTOR, SUPERVISOR, SignIn
from demo.tests.browser.conftest import OpenAs, Site
from relationships.models import MentoringSession, Relationship
from supervision.models import Flag

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

MOST_TABS = 80


def member(sign_in: SignIn) -> Membership:
    return Membership.objects.select_related("user").filter(user__email=sign_in.email).order_by("joined_at")[0]


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until `target` has the focus, as somebody without a mouse would."""
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{target} is out of the keyboard's reach")


def test_sign_in_and_check_in_by_keyboard_alone(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, None)
    jonah = member(MENTEE)
    before = CheckIn.objects.filter(mentee=jonah).count()

    page.goto(reverse("account_login"))
    tab_to(page, page.locator("#id_login"))
    page.keyboard.type(MENTEE.email)
    tab_to(page, page.locator("#id_password"))
    page.keyboard.type(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(demo_site("/"))
    tab_to(page, page.get_by_role("navigation").get_by_role("link", name="Check in", exact=True))
    page.keyboard.press("Enter")
    expect(page).to_have_url(demo_site(reverse("checkins:new")))
    tab_to(page, page.locator("input[name=mood]").first)
    page.keyboard.press("ArrowRight")
    tab_to(page, page.get_by_role("button", name="Send my check-in"))
    page.keyboard.press("Enter")

    expect(page).to_have_url(demo_site(reverse("checkins:done")))
    assert CheckIn.objects.filter(mentee=jonah).count() == before + 1


def test_check_in_without_javascript_is_saved(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, None, java_script_enabled=False)
    jonah = member(MENTEE)

    page.goto(reverse("account_login"))
    page.locator("#id_login").fill(MENTEE.email)
    page.locator("#id_password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(reverse("checkins:new"))
    page.get_by_role("radio", name="So-so", exact=True).check()
    page.get_by_label("A note").fill("Typed without scripts.")
    page.get_by_role("button", name="Send my check-in").click()

    expect(page).to_have_url(demo_site(reverse("checkins:done")))
    assert CheckIn.objects.filter(mentee=jonah).latest("submitted_at").note == "Typed without scripts."


def test_note_full_of_line_breaks_and_emoji_is_saved_as_the_browser_let_it_be_typed(demo_site: Site, open_as: OpenAs) -> None:
    jonah = member(MENTEE)
    page = open_as(demo_site, jonah)
    page.goto(reverse("checkins:new"))
    note = page.get_by_label("A note")

    note.click()
    page.keyboard.insert_text("one🙂\n\n" * 100)  # 700 by the browser's count, which stops at 500
    typed = note.input_value()
    expect(page.locator(".form-count")).to_have_text("500 of 500 characters")
    page.get_by_role("button", name="Send my check-in").click()

    expect(page).to_have_url(demo_site(reverse("checkins:done")))
    assert CheckIn.objects.filter(mentee=jonah).latest("submitted_at").note == typed.strip()
    assert typed.count("\n") > 100


def test_log_session_without_javascript_is_saved(demo_site: Site, open_as: OpenAs) -> None:
    teresa = member(MENTOR)
    pair = Relationship.objects.running().filter(mentor=teresa).latest("started_at")
    page = open_as(demo_site, teresa, java_script_enabled=False)

    page.goto(reverse("relationships:log_session", args=[pair.pk]))
    page.get_by_label("Minutes").fill("35")
    page.get_by_label("A note").fill("We met without scripts.")
    page.locator("main form").get_by_role("button").first.click()

    expect(page).not_to_have_url(demo_site(reverse("relationships:log_session", args=[pair.pk])))
    latest = MentoringSession.objects.filter(relationship=pair).latest("logged_at")
    assert (latest.minutes, latest.note) == (35, "We met without scripts.")


def test_proposal_without_javascript_is_answered(demo_site: Site, open_as: OpenAs) -> None:
    teresa = member(MENTOR)
    page = open_as(demo_site, teresa, java_script_enabled=False)

    page.goto("/")
    page.get_by_role("button", name="Yes to Nadine").click()

    expect(page.get_by_role("button", name="Yes to Nadine")).to_have_count(0)
    proposal = Relationship.objects.proposed().get(mentor=teresa)
    assert proposal.mentor_accepted_at is not None


def test_propose_without_javascript_sends_the_proposal(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, member(COORDINATOR), java_script_enabled=False)

    page.goto(reverse("matching:waiting"))
    page.get_by_role("link", name="Stanley").click()
    page.get_by_role("button", name="Propose").first.click()
    page.get_by_role("button", name="Send the proposal").click()

    expect(page).to_have_url(demo_site(reverse("matching:waiting")))
    assert Relationship.objects.proposed().filter(mentee__user__first_name="Stanley").count() == 1


def test_flag_without_javascript_is_closed(demo_site: Site, open_as: OpenAs) -> None:
    samir = member(SUPERVISOR)
    flag = Flag.objects.visible_to(samir).open().filter(kind="session_gap").earliest("opened_at")
    page = open_as(demo_site, samir, java_script_enabled=False)

    page.goto(reverse("supervision:flag", args=[flag.pk]))
    page.get_by_label("What was done?").fill("Rang both. They meet on Friday.")
    page.get_by_role("button", name="Close the flag").click()

    expect(page.get_by_text("The flag is closed.")).to_be_visible()
    flag.refresh_from_db()
    assert (flag.closed_by, flag.what_was_done) == (samir, "Rang both. They meet on Friday.")
