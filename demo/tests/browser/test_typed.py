"""Nothing typed is lost: at the end of a session, without a network, after an error and with Back; with scripts and without."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.middleware import SEEN_AT
from accounts.models import Membership
from checkins.models import CheckIn
from demo.signins import COORDINATOR, DEMO_PASSWORD, MENTEE, MENTOR, SUPERVISOR, SignIn
from demo.tests.browser.addresses import WITH_ARGUMENTS
from demo.tests.browser.axe import Inspector
from demo.tests.browser.conftest import OpenAs, Site
from demo.tests.browser.test_forms import member
from matching.rounds.services import reopen, set_aside, start_round
from relationships.models import Relationship
from supervision.models import Flag

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

CHECK_IN = reverse("checkins:new")
NOTE = "Here is what you typed before."
WORDS = "I wrote this on a long evening.\nAnd this, too."


def session_of(page: Page) -> SessionStore:
    keys = [one["value"] for one in page.context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME]
    return SessionStore(keys[0])


def end_session(page: Page) -> None:
    """As if the person had been away for long enough, on a shared device or as staff."""
    session = session_of(page)
    session["shared_device"] = True
    session[SEEN_AT] = (timezone.now() - timedelta(minutes=16)).isoformat()
    session.save()


def sign_in(page: Page, as_whom: SignIn) -> None:
    page.locator("#id_login").fill(as_whom.email)
    page.locator("#id_password").fill(DEMO_PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()


def fill_check_in(page: Page) -> None:
    page.goto(CHECK_IN)
    page.get_by_label("A note").fill(WORDS)
    page.get_by_role("radio", name="So-so", exact=True).check()


def expect_check_in_filled(page: Page) -> None:
    expect(page).to_have_url(re.compile(CHECK_IN))
    expect(page.get_by_label("A note")).to_have_value(WORDS)
    expect(page.get_by_role("radio", name="So-so", exact=True)).to_be_checked()
    expect(page.get_by_text(NOTE)).to_have_count(1)


def forms_of() -> Iterator[tuple[str, SignIn, str, str]]:
    """A form of each kind: who writes in it, its address, and a text in it."""
    teresa, ana = member(MENTOR), member(COORDINATOR)
    pair = Relationship.objects.running().filter(mentor=teresa).latest("started_at")
    flag = Flag.objects.visible_to(member(SUPERVISOR)).open().earliest("opened_at")
    [override, *_others] = WITH_ARGUMENTS["matching:keep_together"](ana)
    yield "a session log", MENTOR, reverse("relationships:log_session", args=[pair.pk]), "textarea"
    yield "one's own details", MENTEE, reverse("people:me"), "textarea"
    yield "a person", COORDINATOR, reverse("intake:person_edit", args=[member(MENTEE).pk]), "textarea"
    yield "a flag", SUPERVISOR, reverse("supervision:flag", args=[flag.pk]), "textarea"
    yield "a change to a round", COORDINATOR, override, "[name=words]"
    yield "an invitation", COORDINATOR, reverse("people:invitations"), "[name=first_name]"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_check_in_sent_after_the_session_ended_comes_back_filled(demo_site: Site, open_as: OpenAs, *, scripts: bool) -> None:
    page = open_as(demo_site, member(MENTEE), java_script_enabled=scripts)
    fill_check_in(page)
    before = CheckIn.objects.count()
    end_session(page)

    page.get_by_role("button", name="Send my check-in").click()
    sign_in(page, MENTEE)

    expect_check_in_filled(page)
    page.get_by_role("button", name="Send my check-in").click()
    expect(page).to_have_url(demo_site(reverse("checkins:done")))
    newest = CheckIn.objects.filter(mentee=member(MENTEE)).latest("submitted_at")
    assert (CheckIn.objects.count(), newest.note) == (before + 1, WORDS)
    page.goto(CHECK_IN)
    expect(page.get_by_label("A note")).to_have_value("")


def press_first_button(page: Page) -> None:
    """As somebody does who does not look: it sends, whatever stands above the form."""
    page.locator("main button[type=submit]").first.click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_call_comes_back_however_often_the_session_ends_before_it_is_sent(
    demo_site: Site, open_as: OpenAs, *, scripts: bool
) -> None:
    page = open_as(demo_site, member(MENTEE), java_script_enabled=scripts)
    for cookies in (settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_NAME, re.compile("session|csrf")):
        words = f"Please call me. {cookies}"
        page.goto(CHECK_IN)
        page.get_by_label("A note").fill(words)
        page.get_by_role("radio", name="Now", exact=True).check()
        page.context.clear_cookies(name=cookies)

        press_first_button(page)

        expect(page.get_by_text("Your call was not sent. Nobody has been told.")).to_be_visible()
        expect(page.locator("main").get_by_role("link", name="Get support now")).to_be_visible()
        expect(page.get_by_text("What you typed is kept for a day.")).to_be_visible()
        sign_in(page, MENTEE)
        expect(page.get_by_label("A note")).to_have_value(words)
        expect(page.get_by_role("radio", name="Now", exact=True)).to_be_checked()
        expect(page.get_by_text(NOTE)).to_have_count(1)


def test_wish_for_an_empty_form_stands_below_it_and_needs_a_session(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, member(MENTEE))
    places = page.locator("main form [name=places]")
    page.goto(reverse("people:me"))
    as_saved = places.input_value()
    places.fill("The quiet library")
    page.reload()
    question, anew = page.get_by_text("Start with an empty form"), page.get_by_role("button", name="Yes, empty the form")
    expect(places.locator("xpath=ancestor::form/following-sibling::*[1]")).to_contain_text("Start with an empty form")

    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    question.click()
    anew.click()
    sign_in(page, MENTEE)
    expect(places).to_have_value("The quiet library")
    question.click()
    expect(places).to_have_value("The quiet library")
    anew.click()

    expect(places).to_have_value(as_saved)
    expect(page.get_by_text(NOTE)).to_have_count(0)


def test_form_of_each_kind_comes_back_filled_after_signing_in(demo_site: Site, open_as: OpenAs) -> None:
    lost = []
    for kind, as_whom, address, text in forms_of():
        page = open_as(demo_site, member(as_whom), java_script_enabled=False)
        page.goto(address)
        field = page.locator(f"main form[method=post] {text}:visible").first
        field.fill("Words that took a while.")
        end_session(page)
        field.locator("xpath=ancestor::form").locator("button[type=submit]").last.click()
        sign_in(page, as_whom)
        expect(page.get_by_text("Account menu")).to_have_count(1)
        if field.input_value() != "Words that took a while.":
            lost.append(kind)

    assert lost == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_words_are_shown_where_a_round_was_set_aside_meanwhile(
    demo_site: Site, open_as: OpenAs, request: pytest.FixtureRequest, *, scripts: bool
) -> None:
    """In the workbench, where a part of the page is sent, or on the page of the form."""
    ana = member(COORDINATOR)
    held = start_round(by=ana, now=timezone.now())
    line = held.lines.exclude(mentor=None).first()
    assert line
    page = open_as(demo_site, ana, java_script_enabled=scripts)
    page.goto(f"{held.get_absolute_url()}?pair={line.mentee_id}")
    page.locator("#part-pair").click()
    page.get_by_label("In your own words").fill(WORDS)
    page.locator("input[name=reason]").first.check(force=True)
    set_aside(matching_round=held, by=ana, now=timezone.now())
    request.addfinalizer(lambda: reopen(matching_round=held, by=ana, now=timezone.now()))

    page.get_by_role("button", name="Keep them apart").click()

    expect(page).to_have_url(demo_site(held.get_absolute_url()))
    expect(page.get_by_text("This round is no longer open.")).to_be_visible()
    expect(page.get_by_label("In your own words")).to_have_value(WORDS)
    if scripts:
        Inspector(page).look("words that were not saved")
    page.get_by_role("button", name="I no longer need it").click()
    expect(page.get_by_label("In your own words")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_details_changed_by_another_meanwhile_are_not_changed_back(demo_site: Site, open_as: OpenAs, *, scripts: bool) -> None:
    jonah = member(MENTEE)
    page = open_as(demo_site, jonah, java_script_enabled=scripts)
    page.goto(reverse("people:me"))
    page.locator("main form [name=contact]").fill("Text me after six.")
    jonah.mentee_profile.places = [f"Library {scripts}"]
    jonah.mentee_profile.save()

    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("This was changed while you were writing.")).to_be_visible()
    expect(page.locator(".not-saved").get_by_label("How to be reached")).to_have_value("Text me after six.")
    expect(page.locator("main form [name=contact]")).not_to_have_value("Text me after six.")
    expect(page.locator("main form [name=places]")).to_have_value(f"Library {scripts}")


def test_words_that_are_no_longer_needed_go_alone(demo_site: Site, open_as: OpenAs) -> None:
    """Not what the person has written in the form below them since."""
    jonah = member(MENTEE)
    page = open_as(demo_site, jonah)
    page.goto(reverse("people:me"))
    page.locator("main form [name=contact]").fill("Text me after six.")
    jonah.mentee_profile.places = ["The old library"]
    jonah.mentee_profile.save()
    end_session(page)
    page.get_by_role("button", name="Save", exact=True).click()
    sign_in(page, MENTEE)
    expect(page.locator(".not-saved").get_by_label("How to be reached")).to_have_value("Text me after six.")
    page.locator("main form [name=contact]").fill("Text me after seven.")

    page.get_by_role("button", name="I no longer need it").click()

    expect(page.locator(".not-saved")).to_have_count(0)
    expect(page.locator("main form [name=contact]")).to_have_value("Text me after seven.")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_session_log_of_a_mentor_who_was_suspended_meanwhile_is_shown(
    demo_site: Site, open_as: OpenAs, request: pytest.FixtureRequest, *, scripts: bool
) -> None:
    teresa = member(MENTOR)
    pair = Relationship.objects.running().filter(mentor=teresa).latest("started_at")
    page = open_as(demo_site, teresa, java_script_enabled=scripts)
    page.goto(reverse("relationships:log_session", args=[pair.pk]))
    page.get_by_label("A note").fill(WORDS)
    as_mentor = Membership.objects.filter(pk=teresa.pk)
    request.addfinalizer(lambda: as_mentor.update(is_active=True))
    as_mentor.update(is_active=False)

    page.get_by_role("button", name="Log it").click()

    expect(page.get_by_text("What you wrote was not saved.")).to_be_visible()
    expect(page.get_by_label("A note")).to_have_value(WORDS)
    as_mentor.update(is_active=True)
    page.goto(reverse("relationships:log_session", args=[pair.pk]))
    expect(page.get_by_label("A note")).to_have_value(WORDS)


def test_form_sent_without_a_network_keeps_its_words_and_says_so(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, member(MENTEE))
    fill_check_in(page)
    page.context.set_offline(True)

    page.get_by_role("button", name="Send my check-in").click()

    expect(page.get_by_role("alert")).to_contain_text("You are offline, so this was not sent.")
    expect(page.get_by_label("A note")).to_have_value(WORDS)
    page.context.set_offline(False)
    expect(page.get_by_text("You are offline")).to_have_count(0)
    page.get_by_role("button", name="Send my check-in").click()
    expect(page).to_have_url(demo_site(reverse("checkins:done")))


@pytest.mark.parametrize("going", ["by Back", "by loading it again"])
def test_page_left_in_the_middle_brings_the_words_back(demo_site: Site, open_as: OpenAs, going: str) -> None:
    page = open_as(demo_site, member(MENTEE))
    fill_check_in(page)

    if going == "by Back":
        page.goto("/notices/")
        page.go_back()
    else:
        page.reload()

    expect_check_in_filled(page)
    page.get_by_text("Start over", exact=True).click()
    expect(page.get_by_text("What you wrote here goes away, and does not come back.")).to_be_visible()
    expect_check_in_filled(page)
    page.get_by_role("button", name="Yes, empty the form").click()
    expect(page.get_by_text(NOTE)).to_have_count(0)
    expect(page.get_by_label("A note")).to_have_value("")


def test_start_over_asks_before_words_go_without_javascript_too(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, member(MENTEE), java_script_enabled=False)
    fill_check_in(page)
    yes = page.get_by_role("button", name="Yes, empty the form")
    expect(yes).to_be_hidden()

    page.get_by_text("Start over", exact=True).click()
    expect(page.get_by_label("A note")).to_have_value(WORDS)
    yes.click()

    expect(page).to_have_url(demo_site(CHECK_IN))
    expect(page.get_by_label("A note")).to_have_value("")


def test_form_that_was_sent_is_empty_when_back_opens_it_again(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, member(MENTEE))
    fill_check_in(page)
    page.get_by_role("button", name="Send my check-in").click()
    expect(page).to_have_url(demo_site(reverse("checkins:done")))

    page.go_back()

    expect(page).to_have_url(demo_site(CHECK_IN))
    expect(page.get_by_label("A note")).to_have_value("")
    expect(page.get_by_role("radio", name="So-so", exact=True)).not_to_be_checked()


def test_draft_is_for_nobody_else_and_goes_with_signing_out(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, member(MENTEE))
    fill_check_in(page)
    kept = "Object.keys(sessionStorage).filter(key => key.startsWith('typed ')).length"
    assert page.evaluate(kept) == 1

    page.context.clear_cookies()
    page.goto(reverse("account_login"))
    still = page.evaluate(kept)
    sign_in(page, MENTOR)
    expect(page.get_by_text("Account menu")).to_have_count(1)
    of_another = page.evaluate(kept)
    page.goto(reverse("people:me"))
    page.locator("main form [name=places]").fill("Something")
    assert page.evaluate(kept) == 1
    page.locator("summary", has_text="Account menu").click()
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    assert (still, of_another, page.evaluate(kept)) == (1, 0, 0)


def test_two_minutes_before_an_idle_sign_out_the_person_is_asked_and_can_stay(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, member(COORDINATOR))
    page.clock.install()
    page.goto(reverse("people:me"))
    dialog = page.get_by_role("alertdialog", name="Are you still here?")
    page.clock.fast_forward("12:50")
    expect(dialog).to_be_hidden()
    page.clock.fast_forward("00:15")
    expect(dialog).to_be_visible()
    stay = dialog.get_by_role("button", name="Stay signed in")
    expect(stay).to_be_focused()
    Inspector(page).look("the question before a sign-out")

    stay.click()

    expect(dialog).to_be_hidden()
    page.clock.fast_forward("12:30")
    expect(dialog).to_be_hidden()


def test_page_whose_session_ended_goes_and_comes_back_as_it_was(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, member(COORDINATOR))
    page.clock.install()
    page.goto(reverse("people:me"))
    page.locator("main form [name=last_name]").fill("Typed a moment ago")
    end_session(page)

    page.clock.fast_forward("15:05")

    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    sign_in(page, COORDINATOR)
    expect(page.locator("main form [name=last_name]")).to_have_value("Typed a moment ago")
    expect(page.get_by_text(NOTE)).to_have_count(1)
