"""The workbench: start, look, override, weigh, take back, send, compare; by mouse, by keyboard alone, and without JavaScript.

Each test has a program of its own, so that none meets another's round.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.enums import Role
from accounts.models import Membership
from demo import factories
from demo.tests.browser.axe import DESK, PHONE, Inspector
from demo.tests.browser.conftest import OpenAs, Site
from demo.tests.browser.test_forms import MOST_TABS, tab_to
from matching.enums import OverrideKind, OverrideReason, RoundState
from matching.models import Override, Round, RoundLine
from matching.rounds import services
from matching.weights.services import weights_of
from relationships import services as relationships
from relationships.models import Relationship

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

MENTEES: dict[str, tuple[str, ...]] = {
    "Ben": ("work", "sleep"),
    "Cara": ("sleep", "health"),
    "Dan": ("health", "family"),
    "Elsa": ("family", "steps"),
}
MENTORS: dict[str, tuple[str, ...]] = {
    "Mona": ("work", "sleep"),
    "Rosa": ("sleep", "health", "family"),
    "Vera": ("health", "family", "steps"),
}
PROPOSED = {"Ben": "Mona", "Cara": "Rosa", "Dan": "Vera", "Elsa": None}
"""Three places for four people: whoever has waited least is left over."""
_numbers = count(1)


class Bench:
    """A program with four who wait, three mentors with a place each, and Cora who coordinates."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        domain = f"bench-{next(_numbers)}.example.org"
        self.program = factories.make_program(domain.replace(".", "-"))
        self.cora = factories.make_member(self.program, Role.COORDINATOR, f"cora@{domain}")
        self.people: dict[str, Membership] = {}
        for days, (name, goals) in zip((40, 30, 20, 10), MENTEES.items(), strict=True):
            since = self.program.today(now) - timedelta(days=days)
            self.people[name] = factories.make_mentee(
                self.program, f"{name.lower()}@{domain}", now=now, goals=list(goals), waiting_since=since
            )
        for name, goals in MENTORS.items():
            self.people[name] = factories.make_mentor(
                self.program, f"{name.lower()}@{domain}", now=now, goals=list(goals), capacity=1
            )

    def start(self) -> Round:
        return services.start_round(by=self.cora, now=self.now)

    @property
    def round(self) -> Round:
        return Round.objects.get(program=self.program)

    def pairs(self) -> dict[str, str | None]:
        lines = self.round.lines.select_related("mentee__user", "mentor__user")
        return {line.mentee.user.first_name: line.mentor.user.first_name if line.mentor else None for line in lines}

    def overridden(self) -> list[tuple[str, str, str, str]]:
        """What stands: what, who, with whom, why."""
        standing = self.round.overrides.standing().select_related("mentee__user", "mentor__user")
        return [(one.kind, one.mentee.user.first_name, one.mentor.user.first_name, one.reason) for one in standing]

    def accept(self, mentee: str) -> None:
        pair = Relationship.objects.proposed().get(mentee=self.people[mentee])
        for person in (pair.mentor, pair.mentee):
            relationships.accept(relationship=pair, by=person, now=self.now)


@pytest.fixture
def bench(demo_site: Site) -> Bench:
    return Bench(timezone.now())


@pytest.fixture
def page(demo_site: Site, open_as: OpenAs, bench: Bench) -> Page:
    """As Cora, on a desk."""
    opened = open_as(demo_site, bench.cora)
    opened.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    return opened


@pytest.fixture
def inspector(page: Page) -> Inspector:
    return Inspector(page)


def row(page: Page, name: str) -> Locator:
    return page.locator("[data-rows] a").filter(has=page.locator(".bench-mentee", has_text=name))


def panel(page: Page) -> Locator:
    return page.locator("#pair")


def news(page: Page) -> Locator:
    return page.get_by_role("status")


def give_a_reason(page: Page, reason: str, button: str) -> None:
    page.get_by_role("radio", name=reason).check()
    page.get_by_label("In your own words").fill("Told at the open house.")
    page.get_by_role("button", name=button).click()


@contextmanager
def answered(page: Page) -> Iterator[None]:
    """Leaves once what is posted inside is answered and the answer stands on the page."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        yield
    expect(page.locator(".htmx-request")).to_have_count(0)


@contextmanager
def standing_still(page: Page, address: str) -> Iterator[None]:
    """A page that asks `address` again and again gets no answer meanwhile, so that nothing is measured while it changes."""
    page.route(address, lambda route: None)
    page.wait_for_event("request", lambda request: request.url.endswith(address.strip("*")))
    yield
    page.unroute(address)  # what was asked goes on its way


# By mouse -------------------------------------------------------------------------------------------------------------
def test_round_by_mouse_from_the_waiting_list_to_what_became_of_it(page: Page, bench: Bench, inspector: Inspector) -> None:
    page.goto(reverse("matching:waiting"))
    page.get_by_role("button", name="Match everyone who waits").click()
    expect(page.get_by_role("heading", name="Round of")).to_be_visible()
    assert bench.pairs() == PROPOSED

    row(page, "Cara").click()
    expect(panel(page).get_by_role("heading", name="Rosa for Cara")).to_be_visible()
    expect(row(page, "Cara")).to_be_focused()  # so the arrow keys go on from here
    panel(page).get_by_role("link", name="Lock this pair").click()
    give_a_reason(page, "They know each other", "Lock this pair")
    expect(news(page)).to_have_text("Worked out again: no pair changed.")
    expect(row(page, "Cara")).to_contain_text("Locked")

    row(page, "Ben").click()
    expect(panel(page).get_by_role("heading", name="Mona for Ben")).to_be_visible()
    panel(page).get_by_role("link", name="Keep apart").click()
    give_a_reason(page, "A practical matter", "Keep them apart")
    expect(news(page)).to_have_text("Worked out again: 2 pairs changed.")
    assert bench.overridden() == [
        ("lock", "Cara", "Rosa", "know_each_other"),
        ("forbid", "Ben", "Mona", "practical"),
    ]
    assert {one.words for one in Override.objects.filter(round=bench.round)} == {"Told at the open house."}
    assert bench.pairs() == {"Ben": "Vera", "Cara": "Rosa", "Dan": "Mona", "Elsa": None}

    page.get_by_role("link", name="Weights").click()
    page.get_by_role("spinbutton", name="Pathway and goals").fill("0")
    with answered(page):
        page.get_by_role("button", name="Work it out with these").click()
    expect(page.get_by_role("spinbutton", name="Pathway and goals")).to_have_value("0")
    expect(news(page)).to_contain_text("Worked out again")
    assert bench.round.weights["pathway_goals"] == 0

    page.get_by_role("link", name="Ben and Mona apart").click()
    panel(page).get_by_role("button", name="Take back").click()
    expect(news(page)).to_contain_text("Worked out again")
    expect(panel(page).get_by_role("button", name="Take back")).to_have_count(0)
    assert bench.overridden() == [("lock", "Cara", "Rosa", "know_each_other")]

    page.get_by_role("link", name="Send 3 proposals").click()
    page.get_by_role("button", name="Send 3 proposals").click()
    expect(page.get_by_text("3 proposed: 3 not answered yet")).to_be_visible()
    bench.accept("Cara")
    page.reload()
    expect(page.get_by_text("3 proposed: 1 accepted, 2 not answered yet")).to_be_visible()
    expect(page.get_by_text("Of 1 pair that a coordinator locked 1 accepted, of 2 others 0.")).to_be_visible()
    assert inspector.problems == []


def test_second_choice_is_taken_where_it_stands_with_its_cost(page: Page, bench: Bench) -> None:
    started = bench.start()
    services.reweigh(
        matching_round=started,
        weights=weights_of(bench.program),
        protects_weakest=False,
        by=bench.cora,
        now=bench.now,
    )
    page.goto(started.get_absolute_url())
    row(page, "Ben").click()
    expect(panel(page).get_by_text(re.compile("Choosing Rosa would lower the whole set by [0-9.]+ points"))).to_be_visible()

    panel(page).get_by_role("link", name="Choose Rosa").click()
    expect(panel(page).get_by_role("heading", name="Rosa for Ben, instead of Mona")).to_be_visible()
    give_a_reason(page, "One of them asked for it", "Choose Rosa")

    expect(panel(page).get_by_role("heading", name="Rosa for Ben")).to_be_focused()
    expect(panel(page).get_by_text("Locked with Rosa")).to_be_visible()
    expect(row(page, "Ben")).to_contain_text("Changed")
    assert bench.pairs()["Ben"] == "Rosa"


def test_refused_form_keeps_what_was_typed_and_leads_to_the_reason(page: Page, bench: Bench) -> None:
    page.goto(bench.start().get_absolute_url())
    row(page, "Ben").click()
    panel(page).get_by_role("link", name="Lock this pair").click()
    page.get_by_label("In your own words").fill("Told at the open house.")
    page.get_by_role("button", name="Lock this pair").click()

    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Choose the reason that comes closest.")
    expect(page.get_by_label("In your own words")).to_have_value("Told at the open house.")
    assert bench.overridden() == []


def test_open_pair_survives_a_reload(page: Page, bench: Bench) -> None:
    page.goto(bench.start().get_absolute_url())
    row(page, "Dan").click()
    expect(panel(page).get_by_role("heading", name="Vera for Dan")).to_be_visible()

    page.reload()

    expect(panel(page).get_by_role("heading", name="Vera for Dan")).to_be_visible()
    expect(row(page, "Dan")).to_have_attribute("aria-current", "true")


def test_session_that_ended_leads_to_the_sign_in(page: Page, bench: Bench) -> None:
    page.goto(bench.start().get_absolute_url())
    Session.objects.all().delete()

    row(page, "Ben").click()

    expect(page).to_have_url(re.compile("/account/login/"))


def test_trouble_on_the_way_is_said(page: Page, bench: Bench) -> None:
    page.goto(bench.start().get_absolute_url())
    page.context.set_offline(True)

    row(page, "Ben").click()

    expect(news(page)).to_have_text("That did not reach the server. Nothing was changed; please try again.")


def test_row_that_is_gone_asks_to_load_the_page_again(page: Page, bench: Bench) -> None:
    started = bench.start()
    page.goto(started.get_absolute_url())
    started.lines.filter(mentee=bench.people["Ben"]).delete()

    row(page, "Ben").click()

    expect(news(page)).to_have_text("This is no longer as it stands here. Please load the page again.")


def test_round_at_work_moves_by_itself_and_then_shows_the_result(page: Page, bench: Bench, inspector: Inspector) -> None:
    started = bench.start()
    working = Round.objects.filter(pk=started.pk)
    working.update(solve_wanted_at=bench.now, claimed_until=bench.now + timedelta(days=1), progress=20)
    page.goto(started.get_absolute_url())
    row(page, "Ben").click()
    expect(panel(page).get_by_role("heading", name="Mona for Ben")).to_be_visible()
    bar = page.get_by_role("progressbar", name="Working it out")
    expect(bar).to_have_attribute("aria-valuetext", "20 % done")
    with standing_still(page, "**/progress/"):
        inspector.look("a round at work")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})

    working.update(progress=60)
    expect(bar).to_have_attribute("aria-valuetext", "60 % done")
    services.solve_again(matching_round=started, by=bench.cora, now=bench.now)
    RoundLine.objects.filter(round=started, mentee=bench.people["Ben"]).update(mentor=bench.people["Rosa"])

    expect(bar).to_have_count(0)
    expect(news(page)).to_have_text("The new result is here.")
    expect(page.get_by_role("link", name="Send 3 proposals")).to_be_visible()
    expect(panel(page).get_by_role("heading", name="Rosa for Ben")).to_be_visible()  # the open panel follows
    assert inspector.problems == []


# By keyboard ----------------------------------------------------------------------------------------------------------
def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def post_by_enter(page: Page) -> None:
    with answered(page):
        press(page, "Enter")


def tab_back_to(page: Page, target: Locator) -> None:
    for _press in range(MOST_TABS):
        press(page, "Shift+Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{target} is out of the keyboard's reach")


def test_round_by_keyboard_alone_from_the_waiting_list_to_what_became_of_it(demo_site: Site, page: Page, bench: Bench) -> None:
    page.goto(reverse("matching:waiting"))
    tab_to(page, page.get_by_role("button", name="Match everyone who waits"))
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Round of")).to_be_visible()
    expect(page.get_by_text("keep apart")).to_be_visible()  # the legend of the keys

    tab_to(page, row(page, "Ben"))  # the list is one stop
    press(page, "End")
    expect(row(page, "Elsa")).to_be_focused()
    press(page, "Home", "ArrowDown", "ArrowDown", "ArrowUp")
    expect(row(page, "Cara")).to_be_focused()
    press(page, "Enter")
    expect(panel(page).get_by_role("heading", name="Rosa for Cara")).to_be_focused()
    press(page, "Escape")
    expect(row(page, "Cara")).to_be_focused()

    press(page, "l")
    expect(page.get_by_role("radio", name="They know each other")).to_be_focused()
    press(page, "Space")
    tab_to(page, page.get_by_role("button", name="Lock this pair"))
    press(page, "Enter")
    expect(news(page)).to_have_text("Worked out again: no pair changed.")
    expect(panel(page).get_by_role("heading", name="Rosa for Cara")).to_be_focused()
    press(page, "Escape", "ArrowUp", "k")
    expect(page.get_by_role("radio", name="They know each other")).to_be_focused()
    press(page, "ArrowDown")
    tab_to(page, page.get_by_role("button", name="Keep them apart"))
    press(page, "Enter")
    expect(news(page)).to_have_text("Worked out again: 2 pairs changed.")
    assert bench.overridden() == [
        ("lock", "Cara", "Rosa", "know_each_other"),
        ("forbid", "Ben", "Mona", "asked_for_it"),
    ]

    tab_back_to(page, page.get_by_role("link", name="Weights"))
    press(page, "Enter")
    expect(page.get_by_role("heading", name="What counts in this round")).to_be_focused()
    tab_to(page, page.get_by_role("spinbutton", name="Lived experience"))
    page.keyboard.type("80")
    post_by_enter(page)
    expect(news(page)).to_contain_text("Worked out again")
    expect(page.get_by_role("spinbutton", name="Lived experience")).to_be_focused()
    assert bench.round.weights["experience"] == 80

    press(page, "Escape")
    expect(row(page, "Ben")).to_be_focused()
    press(page, "t")
    expect(panel(page).get_by_role("button", name="Take back")).to_be_focused()
    post_by_enter(page)
    expect(news(page)).to_have_text("Worked out again: 2 pairs changed.")
    assert bench.pairs() == PROPOSED

    tab_back_to(page, page.get_by_role("link", name="Send 3 proposals"))
    press(page, "Enter")
    tab_to(page, page.get_by_role("button", name="Send 3 proposals"))
    press(page, "Enter")
    expect(page.get_by_text("3 proposed: 3 not answered yet")).to_be_visible()
    assert bench.round.state == RoundState.SENT


def test_letters_do_nothing_outside_the_list(page: Page, bench: Bench) -> None:
    page.goto(bench.start().get_absolute_url())
    tab_to(page, page.get_by_role("link", name="Weights"))

    press(page, "l", "k", "t", "ArrowDown")

    expect(page.get_by_role("link", name="Weights")).to_be_focused()
    expect(panel(page).get_by_role("heading")).to_have_count(0)


def test_rows_in_a_narrow_window_are_a_stop_each(page: Page, bench: Bench) -> None:
    page.goto(bench.start().get_absolute_url())
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    tab_to(page, row(page, "Ben"))

    press(page, "ArrowDown")
    expect(row(page, "Ben")).to_be_focused()
    press(page, "Tab")
    expect(row(page, "Cara")).to_be_focused()


def test_taking_back_for_somebody_who_left_closes_the_panel(page: Page, bench: Bench) -> None:
    started = bench.start()
    services.override(
        matching_round=started,
        kind=OverrideKind.FORBID,
        mentee=bench.people["Ben"],
        mentor=bench.people["Rosa"],
        reason=OverrideReason.PRACTICAL,
        words="",
        by=bench.cora,
        now=bench.now,
    )
    page.goto(started.get_absolute_url())
    row(page, "Ben").click()
    button = panel(page).get_by_role("button", name="Take back")
    expect(button).to_be_visible()
    bench.people["Ben"].is_active = False
    bench.people["Ben"].save()

    button.click()

    expect(panel(page).get_by_text("Open a row to see why")).to_be_visible()
    expect(news(page)).to_contain_text("Worked out again")
    expect(row(page, "Cara")).to_be_focused()
    page.reload()
    expect(row(page, "Cara")).to_be_visible()


# Without JavaScript, and on a phone -----------------------------------------------------------------------------------
def test_round_without_javascript_from_the_waiting_list_to_what_became_of_it(
    demo_site: Site, open_as: OpenAs, bench: Bench
) -> None:
    page = open_as(demo_site, bench.cora, java_script_enabled=False)
    page.goto(reverse("matching:waiting"))
    page.get_by_role("button", name="Match everyone who waits").click()
    row(page, "Cara").click()
    expect(page.get_by_role("heading", name="Cara", level=1)).to_be_visible()
    page.get_by_role("link", name="Lock this pair").click()
    give_a_reason(page, "They know each other", "Lock this pair")
    expect(page.get_by_text("Worked out again: no pair changed.")).to_be_visible()

    page.get_by_role("link", name="Before: Ben").click()
    page.get_by_role("link", name="Keep apart").click()
    give_a_reason(page, "A practical matter", "Keep them apart")
    expect(page.get_by_text("Worked out again: 2 pairs changed.")).to_be_visible()
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_role("heading", name="Mona for Ben")).to_be_visible()

    page.get_by_role("link", name="Round of").click()
    page.get_by_role("link", name="Weights").click()
    page.get_by_role("spinbutton", name="Lived experience").fill("80")
    page.get_by_role("button", name="Work it out with these").click()
    expect(page.get_by_text("Worked out again: no pair changed.")).to_be_visible()
    page.get_by_role("link", name="Send 3 proposals").click()
    page.get_by_role("button", name="Send 3 proposals").click()
    expect(page.get_by_text("3 proposed: 3 not answered yet")).to_be_visible()
    assert bench.overridden() == [("lock", "Cara", "Rosa", "know_each_other")]


def test_row_on_a_phone_leads_to_a_page_of_its_own(demo_site: Site, open_as: OpenAs, bench: Bench) -> None:
    page = open_as(demo_site, bench.cora, viewport={"width": PHONE[0], "height": PHONE[1]})
    started = bench.start()
    page.goto(started.get_absolute_url())

    row(page, "Ben").click()

    expect(page).to_have_url(demo_site(reverse("matching:round_pair", args=[started.pk, bench.people["Ben"].pk])))
    expect(page.get_by_role("heading", name="Ben", level=1)).to_be_visible()


# As axe sees it -------------------------------------------------------------------------------------------------------
def test_workbench_with_everything_open_is_accessible_and_fits(page: Page, bench: Bench, inspector: Inspector) -> None:
    started = bench.start()
    page.goto(started.get_absolute_url())
    row(page, "Ben").click()
    panel(page).get_by_role("link", name="Keep apart").click()
    give_a_reason(page, "A practical matter", "Keep them apart")
    expect(news(page)).to_contain_text("Worked out again")
    for closed in reversed(panel(page).locator("details:not([open]) > summary").all()):
        closed.click()
    inspector.look("the workbench after a change, all of the panel open")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    page.get_by_role("link", name="Weights").click()
    expect(page.get_by_role("heading", name="What counts in this round")).to_be_visible()
    inspector.look("the workbench with the weights open")
    assert inspector.problems == []


def test_closed_rounds_are_accessible_and_fit(page: Page, bench: Bench, inspector: Inspector) -> None:
    started = bench.start()
    services.set_aside(matching_round=started, by=bench.cora, now=bench.now)
    inspector.visit(started.get_absolute_url())
    services.reopen(matching_round=started, by=bench.cora, now=bench.now)
    services.override(
        matching_round=started,
        kind=OverrideKind.LOCK,
        mentee=bench.people["Ben"],
        mentor=bench.people["Rosa"],
        reason=OverrideReason.ASKED_FOR_IT,
        words="Told at the open house.",
        by=bench.cora,
        now=bench.now,
    )
    profile = bench.people["Vera"].mentor_profile
    profile.is_taking_mentees = False
    profile.save()
    services.send_round(matching_round=started, seen=started.solved_at, by=bench.cora, now=bench.now)
    for path in (
        started.get_absolute_url(),
        reverse("matching:round_pair", args=[started.pk, bench.people["Ben"].pk]),
        reverse("matching:rounds"),
    ):
        inspector.visit(path)
    assert inspector.problems == []


def test_rounds_with_nobody_in_them_are_accessible_and_fit(page: Page, bench: Bench, inspector: Inspector) -> None:
    for person in bench.people.values():
        person.is_active = False
        person.save()
    started = bench.start()
    inspector.visit(started.get_absolute_url())
    inspector.visit(reverse("matching:send_round", args=[started.pk]))
    assert inspector.problems == []


# A long list, and a list that comes later -----------------------------------------------------------------------------
@pytest.fixture
def many(bench: Bench) -> Bench:
    """Thirty more who wait, for whom there is no place."""
    for at in range(30):
        factories.make_mentee(bench.program, f"guest{at}@{bench.program.slug}.example.org", now=bench.now)
    return bench


def shown(page: Page) -> int:
    return page.locator("[data-rows] li:visible").count()


def test_short_list_has_no_filter(page: Page, bench: Bench) -> None:
    page.goto(bench.start().get_absolute_url())
    expect(row(page, "Ben")).to_be_visible()
    expect(page.get_by_role("search", name="Find in the list")).to_have_count(0)


def test_long_list_without_javascript_has_no_filter(demo_site: Site, open_as: OpenAs, many: Bench) -> None:
    page = open_as(demo_site, many.cora, java_script_enabled=False)
    page.goto(many.start().get_absolute_url())
    expect(row(page, "Ben")).to_be_visible()
    expect(page.get_by_role("search", name="Find in the list")).to_have_count(0)


def test_long_list_is_narrowed_by_name_and_kind_with_a_count(page: Page, many: Bench, inspector: Inspector) -> None:
    page.goto(many.start().get_absolute_url())
    box = page.get_by_role("searchbox", name="Find by name")
    expect(page.get_by_text("34 of 34 shown")).to_be_visible()

    box.fill("bén mona")
    expect(page.get_by_text("1 of 34 shown")).to_be_visible()
    expect(row(page, "Cara")).to_be_hidden()
    press(page, "ArrowDown")
    expect(row(page, "Ben")).to_be_focused()
    press(page, "ArrowDown")
    expect(row(page, "Ben")).to_be_focused()  # the only one to go to

    press(page, "l")
    give_a_reason(page, "They know each other", "Lock this pair")
    expect(row(page, "Ben")).to_contain_text("Locked")
    expect(page.get_by_text("1 of 34 shown")).to_be_visible()  # the new list is narrowed too
    assert shown(page) == 1

    box.focus()
    press(page, "Escape")
    expect(page.get_by_text("34 of 34 shown")).to_be_visible()
    tab_to(page, page.get_by_role("radio", name="All"))
    press(page, "ArrowRight", "ArrowRight")
    expect(page.get_by_role("radio", name="Locked")).to_be_checked()
    expect(page.get_by_text("1 of 34 shown")).to_be_visible()
    press(page, "ArrowRight")
    expect(page.get_by_text("31 of 34 shown")).to_be_visible()
    page.goto(many.round.get_absolute_url())
    page.get_by_role("radio", name="Locked").check()
    inspector.look("a long list that is narrowed")
    assert inspector.problems == []


def test_first_result_that_comes_later_brings_the_legend_and_the_filter(page: Page, many: Bench) -> None:
    started = many.start()
    started.lines.all().delete()
    working = Round.objects.filter(pk=started.pk)
    working.update(solved_at=None, solve_wanted_at=many.now, claimed_until=many.now + timedelta(days=1), progress=20)
    page.goto(started.get_absolute_url())
    expect(panel(page).get_by_text("The first result is on its way")).to_be_visible()

    services.solve_again(matching_round=started, by=many.cora, now=many.now)

    expect(news(page)).to_have_text("The new result is here.")
    expect(page.get_by_text("keep apart")).to_be_visible()
    expect(page.get_by_text("34 of 34 shown")).to_be_visible()
    expect(panel(page).get_by_text("Open a row to see why")).to_be_visible()


def test_letters_press_the_buttons_of_the_panel_too_but_not_where_one_chooses(page: Page, bench: Bench) -> None:
    page.goto(bench.start().get_absolute_url())
    row(page, "Ben").click()
    panel(page).get_by_role("link", name="Keep apart").focus()
    press(page, "l")
    title = panel(page).get_by_role("heading", name="Keep Ben and Mona together")
    expect(title).to_be_visible()
    expect(page.get_by_role("radio", name="They know each other")).to_be_focused()
    press(page, "k")
    expect(title).to_be_visible()
    page.get_by_label("In your own words").focus()
    page.keyboard.type("like")
    expect(page.get_by_label("In your own words")).to_have_value("like")


def test_panel_opened_far_down_the_list_is_in_view_with_its_heading(page: Page, many: Bench) -> None:
    page.goto(many.start().get_absolute_url())
    page.locator("[data-rows] a").last.click()
    heading = panel(page).get_by_role("heading", level=2)
    expect(heading).to_be_in_viewport()
    bar = page.locator(".strip").bounding_box()
    box = heading.bounding_box()
    assert bar is not None
    assert box is not None
    assert box["y"] >= bar["y"] + bar["height"]


def test_letter_on_a_row_that_a_colleague_changed_presses_nothing(page: Page, bench: Bench) -> None:
    started = bench.start()
    page.goto(started.get_absolute_url())
    services.override(
        matching_round=started,
        kind=OverrideKind.LOCK,
        mentee=bench.people["Ben"],
        mentor=bench.people["Rosa"],
        reason=OverrideReason.PRACTICAL,
        words="",
        by=bench.cora,
        now=bench.now,
    )
    tab_to(page, row(page, "Ben"))

    press(page, "k")

    expect(news(page)).to_have_text("This is no longer as it stands here. Please load the page again.")
    expect(panel(page).get_by_role("heading", name="Rosa for Ben")).to_be_focused()
    expect(panel(page).get_by_role("button", name="Keep them apart")).to_have_count(0)
