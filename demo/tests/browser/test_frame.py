"""What the frame of every page does beyond HTML: leaving at once, closing menus, taking an answer back."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import Membership
from demo.tests.browser.axe import NARROWEST
from demo.tests.browser.conftest import OpenAs, Site

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

ELSEWHERE = re.compile(r"^https://www\.weather\.gov/")


def answer_for_elsewhere(page: Page) -> None:
    """No test goes out to the network: the neutral site is played here."""

    def answer(route: Route) -> None:
        route.fulfill(body="<h1>Sunny</h1>", content_type="text/html")

    page.route(ELSEWHERE, answer)


def as_mentee() -> Membership:
    return Membership.objects.select_related("user").get(user__email="mentee@example.org")


def test_exit_leaves_and_back_does_not_return(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, as_mentee())
    answer_for_elsewhere(page)
    page.goto("/support/")
    page.goto("/check-in/")

    page.get_by_role("link", name="Exit this page").click()

    expect(page).to_have_url(ELSEWHERE)
    page.go_back()
    expect(page).to_have_url(demo_site("/support/"))


def test_escape_three_times_leaves(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, None)
    answer_for_elsewhere(page)
    page.goto("/support/")

    for _ in range(3):
        page.keyboard.press("Escape")

    expect(page).to_have_url(ELSEWHERE)


def test_exit_works_without_javascript(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, None, java_script_enabled=False)
    answer_for_elsewhere(page)
    page.goto("/support/")

    page.get_by_role("link", name="Exit this page").click()

    expect(page).to_have_url(ELSEWHERE)


def test_account_menu_opens_without_javascript(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, as_mentee(), java_script_enabled=False)
    page.goto("/")

    page.locator("summary", has_text="Account menu").click()

    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_escape_closes_the_account_menu_and_keeps_the_place(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, as_mentee())
    page.goto("/")
    menu = page.locator("summary", has_text="Account menu")
    menu.click()

    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(menu).to_be_focused()


def test_second_tap_takes_a_skippable_answer_back(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, as_mentee())
    page.goto("/check-in/")
    answer = page.get_by_role("radio", name="So-so")
    answer.click()
    expect(answer).to_be_checked()

    answer.click()

    expect(answer).not_to_be_checked()


def test_pages_are_drawn_in_our_own_face(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, None)
    page.goto("/support/")

    faces = page.evaluate(
        "document.fonts.ready.then(all => [...all].filter(one => one.status === 'loaded')"
        ".map(one => [one.family.replaceAll('\"', ''), one.unicodeRange.split(',')[0]]))"
    )

    assert faces == [["Atkinson Hyperlegible Next", "U+0-FF"]]


def test_page_whose_face_does_not_come_keeps_its_words_and_its_width(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, as_mentee(), viewport={"width": NARROWEST[0], "height": NARROWEST[1]})
    page.route(re.compile(r"\.woff2$"), lambda route: route.abort())
    page.goto("/")

    exit_box = page.get_by_role("link", name="Exit this page").bounding_box()

    assert exit_box is not None
    assert exit_box["x"] + exit_box["width"] <= NARROWEST[0]
