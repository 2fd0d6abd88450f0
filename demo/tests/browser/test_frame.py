"""What the frame of every page does beyond HTML: leaving at once, closing menus, taking an answer back."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from playwright.sync_api import Page, Route, expect

from accounts.enums import Role
from accounts.models import Membership
from core.tests.services import wait_until
from demo.signins import SIGN_INS
from demo.tests.browser.axe import FACES, NARROWEST
from demo.tests.browser.conftest import OpenAs, Site
from notifications.models import Notice

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

ELSEWHERE = re.compile(r"^https://www\.weather\.gov/")


def answer_for_elsewhere(page: Page) -> None:
    """No test goes out to the network: the neutral site is played here."""

    def answer(route: Route) -> None:
        route.fulfill(body="<h1>Sunny</h1>", content_type="text/html")

    page.route(ELSEWHERE, answer)


def as_mentee() -> Membership:
    return Membership.objects.select_related("user").get(user__email="mentee@example.org")


def session_of(page: Page) -> "QuerySet[Session]":
    """The row of the session that this browser holds."""
    keys = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == settings.SESSION_COOKIE_NAME]
    return Session.objects.filter(session_key=keys[0])


def press_exit(page: Page) -> None:
    page.get_by_role("button", name="Exit this page").click()
    expect(page).to_have_url(ELSEWHERE)


def expect_nothing_of_the_person(page: Page) -> None:
    """By Back, by Forward, in a new tab: a page to sign in, without a name."""
    for _step in range(2):
        page.go_back()
        expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
        expect(page.get_by_text("Account menu")).to_have_count(0)
    page.go_forward()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    tab = page.context.new_page()
    tab.goto("/my-check-ins/")
    expect(tab.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_exit_ends_the_session_and_nothing_of_the_person_comes_back(demo_site: Site, open_as: OpenAs, *, scripts: bool) -> None:
    page = open_as(demo_site, as_mentee(), java_script_enabled=scripts)
    answer_for_elsewhere(page)
    for path in ("/notices/", "/check-in/", "/my-check-ins/"):
        page.goto(path)
    session = session_of(page)
    assert session.exists()

    press_exit(page)

    wait_until(lambda: not session.exists(), "the end of the session")
    expect_nothing_of_the_person(page)


def test_exit_without_a_network_leaves_at_once_and_back_finds_nobody(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, as_mentee())
    answer_for_elsewhere(page)
    for path in ("/notices/", "/check-in/", "/my-check-ins/"):
        page.goto(path)
    session = session_of(page)
    page.context.set_offline(True)

    press_exit(page)

    assert session.exists()
    page.context.set_offline(False)
    expect_nothing_of_the_person(page)
    assert not session.exists()


def test_exit_takes_the_other_tabs_along(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, as_mentee())
    other = page.context.new_page()
    for tab in (page, other):
        answer_for_elsewhere(tab)
        tab.goto("/my-check-ins/")
    page.evaluate("sessionStorage.setItem('typed', 'something')")

    press_exit(page)

    expect(other).to_have_url(ELSEWHERE)
    page.goto("/support/")
    assert page.evaluate("sessionStorage.length") == 0


def test_page_that_the_browser_keeps_for_back_stays_blank_until_it_is_asked_for_anew(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, as_mentee())
    page.goto("/my-check-ins/")
    heading = page.get_by_role("heading", level=1)

    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    expect(heading).to_be_hidden()
    page.context.clear_cookies()
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")

    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_escape_three_times_leaves(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, None)
    answer_for_elsewhere(page)
    page.goto("/support/")

    for _ in range(3):
        page.keyboard.press("Escape")

    expect(page).to_have_url(ELSEWHERE)


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_link_to_a_notice_marks_it_read_only_by_the_script_of_a_page_that_is_seen(
    demo_site: Site, open_as: OpenAs, *, scripts: bool
) -> None:
    notice = Notice.objects.visible_to(as_mentee()).order_by("created_at")[0]
    Notice.objects.filter(pk=notice.pk).update(read_at=None)
    unread = Notice.objects.unread().filter(pk=notice.pk)
    page = open_as(demo_site, as_mentee(), java_script_enabled=scripts)

    page.goto(f"/notices/{notice.pk}/")

    expect(page).to_have_url(re.compile(f"notice={notice.pk}$"))
    if scripts:
        wait_until(lambda: not unread.exists(), "the mark")
    assert unread.exists() is not scripts
    page.goto("/notices/")
    page.locator(".row-title button").first.click()
    expect(page).not_to_have_url(demo_site("/notices/"))


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


def test_date_is_short_to_read_and_whole_for_whoever_points_at_it_or_prints(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, as_mentee())
    page.goto("/my-check-ins/")
    date = page.locator("main time").first
    short, whole = date.inner_text(), date.get_attribute("title") or ""

    page.emulate_media(media="print")

    assert re.fullmatch(r"[A-Z][a-z]{2} \d+, \d{4}, \d+:\d\d [AP]M", short)
    assert re.fullmatch(r"[A-Z][a-z]+day, [A-Z][a-z]+ \d+, \d{4}, \d+:\d\d [AP]M", whole)
    drawn = date.evaluate("one => [getComputedStyle(one).fontSize, getComputedStyle(one, '::after').content]")
    assert drawn == ["0px", f'"{whole}"']


def test_page_whose_face_does_not_come_keeps_its_words_and_its_width(demo_site: Site, open_as: OpenAs) -> None:
    page = open_as(demo_site, as_mentee(), viewport={"width": NARROWEST[0], "height": NARROWEST[1]})
    page.route(re.compile(r"\.woff2$"), lambda route: route.abort())
    page.goto("/")

    exit_box = page.get_by_role("button", name="Exit this page").bounding_box()

    assert exit_box is not None
    assert exit_box["x"] + exit_box["width"] <= NARROWEST[0]


COVERED_BY_BARS = """() => {
  window.scrollTo({top: document.documentElement.scrollHeight / 2, behavior: "instant"});
  return [...document.querySelectorAll(".strip, .site-nav")].reduce((sum, bar) => {
    const box = bar.getBoundingClientRect();
    return sum + Math.max(0, Math.min(innerHeight, box.bottom) - Math.max(0, box.top));
  }, 0);
}"""
"""Pixels of the window's height that the bars take from a page scrolled halfway."""
LARGER_TEXT = {
    "by the browser": lambda page: page.context.new_cdp_session(page).send(
        "Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}}
    ),
    "by the page": lambda page: page.evaluate("document.documentElement.style.fontSize = '200%'"),
}


@pytest.mark.parametrize("email", [sign_in.email for sign_in in SIGN_INS[:5]])
@pytest.mark.parametrize("enlarge", LARGER_TEXT.values(), ids=LARGER_TEXT)
def test_bars_leave_four_fifths_of_a_small_screen_to_text_twice_as_large_and_exit_stays(
    demo_site: Site, open_as: OpenAs, *, email: str, enlarge: Callable[[Page], object]
) -> None:
    member = Membership.objects.select_related("user").filter(user__email=email)[0]
    page = open_as(demo_site, member, viewport={"width": NARROWEST[0], "height": NARROWEST[1]})
    page.goto("/")
    enlarge(page)

    assert page.evaluate(COVERED_BY_BARS) <= NARROWEST[1] / 5
    if member.role == Role.MENTEE:
        strip = page.locator(".strip")
        expect(strip.get_by_role("button", name="Exit this page")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("email", ["mentee@example.org", "mentor@example.org", "coordinator@example.org"])
@pytest.mark.parametrize("face", FACES.values(), ids=FACES)
@pytest.mark.parametrize("percent", [100, 130, 200, 300])
def test_bar_of_navigation_leaves_four_fifths_of_a_small_screen(
    demo_site: Site, open_as: OpenAs, *, email: str, face: str, percent: int
) -> None:
    """Text made large by the page's own measure, which the width that a window is said to have does not follow."""
    member = Membership.objects.select_related("user").get(user__email=email)
    page = open_as(demo_site, member, viewport={"width": NARROWEST[0], "height": NARROWEST[1]})
    page.goto("/")

    page.evaluate(
        "([face, percent]) => { const style = document.documentElement.style;"
        "style.setProperty('--font', face); style.fontSize = percent + '%'; return document.fonts.ready }",
        [face, percent],
    )

    bar = page.locator(".site-nav")
    box = bar.bounding_box()
    assert box is not None
    assert box["height"] <= NARROWEST[1] / 5
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST[0]
    for link in bar.get_by_role("link").all():
        link.scroll_into_view_if_needed()
        expect(link).to_be_in_viewport(ratio=0.95)
        words = link.evaluate(
            "one => { const all = document.createRange(); all.selectNodeContents(one);"
            "const box = all.getBoundingClientRect(); return [box.left, box.right, box.height] }"
        )
        assert words[0] >= 4
        assert words[1] <= NARROWEST[0] - 4
