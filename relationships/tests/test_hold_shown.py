"""Where a hold is shown: on every chip and in the history, and to staff with what helps."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Program
from accounts.services import set_active
from conftest import SignIn
from demo import factories
from people.services.profiles import drop_never_pair, name_never_pair, save_profile
from privacy.consents import revoke_consent
from relationships import services
from relationships.enums import CloseReason, Ground, State
from relationships.models import HoldChange, Relationship
from relationships.selectors import TOLD_FOR
from relationships.services import check_standing
from relationships.tests.losses import LOSSES, lose
from relationships.tests.pages import main, url

TEMPLATES = Path(settings.BASE_DIR) / "templates"


def chips(page: str) -> list[str]:
    """The words of all badges."""
    return [words.strip() for words in re.findall(r'<span class="badge[^"]*">([^<]*)</span>', page)]


# What helps ----------------------------------------------------------------------------------------------------------

HELPS = {
    Ground.MENTEE_CONSENT: "record the consent on Ben’s page",
    Ground.MENTOR_CONSENT: "record the consent on Mona’s page",
    Ground.NEVER_PAIR: "take it out under “Never pair” on the page of Mona or Ben",
    Ground.MENTEE_ACTIVE: "An admin can bring Ben back.",
    Ground.MENTOR_ACTIVE: "An admin can bring Mona back.",
}


@pytest.mark.parametrize("loss", LOSSES)
def test_coordinator_reads_beside_each_missing_ground_what_helps_there_and_nothing_else(
    *, loss: str, pair: Relationship, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    lose(loss, pair, now)

    page = main(sign_in(alice), url("detail", pair.pk))

    assert [ground for ground, words in HELPS.items() if words in page] == [LOSSES[loss][1]]


# Chips ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.ACCEPTED, State.INTRODUCED, State.ACTIVE])
def test_chip_of_a_pair_on_hold_says_so_and_not_its_state(
    *, state: State, pair: Relationship, alice: Membership, sam: Membership, mona: Membership, ben: Membership,
    now: datetime, sign_in: SignIn,
) -> None:  # fmt: skip
    Relationship.objects.update(state=state, started_at=now - timedelta(days=40))
    pages = {
        alice: [
            url("list"),
            url("detail", pair.pk),
            reverse("home"),
            *(reverse("intake:person", args=[m.pk]) for m in (mona, ben)),
        ],
        sam: [url("list"), url("detail", pair.pk), reverse("home")],
        mona: [url("list"), url("detail", pair.pk), reverse("home")],
    }
    lose("mentee_named_mentor", pair, now)

    for person, addresses in pages.items():
        for address in addresses:
            found = chips(main(sign_in(person), address))
            assert "On hold" in found, (person.role, address)
            assert str(state.label) not in found, (person.role, address)


@pytest.mark.parametrize("state", [State.PAUSED, State.CLOSING])
def test_chip_of_a_paused_or_closing_pair_on_hold_says_both(
    *, state: State, pair: Relationship, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    Relationship.objects.update(state=state)
    lose("mentee_revoked", pair, now)

    assert {"On hold", str(state.label)} <= set(chips(main(sign_in(alice), url("list"))))


def test_every_state_of_a_pair_is_shown_by_the_chip_that_knows_of_holds() -> None:
    """The other pages name how a pair or proposal ended, or the state of a round of matching."""
    shown = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html") if "get_state_display" in path.read_text()}
    without_line = [
        path.name for path in TEMPLATES.rglob("*.html") if re.search(r"_state\.html[^%]*line=None", path.read_text())
    ]

    assert shown == {
        "relationships/_state.html",
        "relationships/home/proposals_out.html",
        "matching/candidate.html",
        "matching/propose.html",
        "matching/rounds/_pair.html",
        "matching/rounds/_pairs_table.html",
        "matching/rounds/list.html",
    }
    assert without_line == []


@pytest.mark.parametrize("name", ["mona", "ben"])
def test_page_of_each_names_a_coordinator_as_knowing_only_where_one_is_active(
    *, name: str, pair: Relationship, alice: Membership, ada: Membership, now: datetime, sign_in: SignIn,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    lose("mentee_named_mentor", pair, now)
    client = sign_in(request.getfixturevalue(name))
    knows, next_one = "Your coordinator knows, and decides how it goes on.", "the next one decides how it goes on."
    assert (knows in main(client, url("detail", pair.pk)), next_one in main(client, url("detail", pair.pk))) == (True, False)

    set_active(person=alice, is_active=False, by=ada, now=now)

    for address in (url("detail", pair.pk), *([reverse("home")] if name == "ben" else [])):
        assert (knows in main(client, address), next_one in main(client, address)) == (False, True)


@pytest.mark.parametrize("name", ["alice", "sam", "mona"])
def test_list_of_pairs_on_hold_has_those_and_no_others(
    *, name: str, pair: Relationship, now: datetime, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    client, held = sign_in(request.getfixturevalue(name)), url("list") + "?state=on_hold"
    assert "No pair is in this state" in main(client, held)

    lose("mentee_revoked", pair, now)

    assert url("detail", pair.pk) in main(client, held)


# History -------------------------------------------------------------------------------------------------------------


def test_history_says_when_contact_was_put_on_hold_and_when_it_was_open_again(
    *, pair: Relationship, north: Program, alice: Membership, sam: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    lose("mentee_revoked", pair, now + timedelta(hours=1))
    factories.give_consent(ben, north.today(now))
    check_standing(now + timedelta(hours=2))

    history = {who: main(sign_in(who), url("detail", pair.pk)).partition("History")[2] for who in (alice, sam)}

    for page in history.values():
        opened, held, began = (page.index(words) for words in ("Contact was open again", "Contact on hold", "Accepted;"))
        assert opened < held < began
    assert "Reason: Ben’s consent is not in force" in history[alice]
    assert "consent" not in history[sam]


def test_history_has_a_line_for_each_ground_that_went_missing_and_none_for_a_second_look(
    pair: Relationship, now: datetime
) -> None:
    lose("mentee_revoked", pair, now)
    check_standing(now + timedelta(hours=1))
    lose("mentor_suspended", pair, now + timedelta(hours=2))

    assert [change.grounds for change in HoldChange.objects.order_by("at")] == [
        ["mentee_consent"],
        ["mentee_consent", "mentor_active"],
    ]


def test_history_calls_it_no_new_hold_when_one_of_two_grounds_comes_back(
    pair: Relationship, alice: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    lose("mentee_revoked", pair, now)
    lose("mentee_named_mentor", pair, now + timedelta(hours=1))
    factories.give_consent(ben, ben.program.today(now))
    check_standing(now + timedelta(hours=2))

    history = main(sign_in(alice), url("detail", pair.pk)).partition("History")[2]

    assert (history.count("Contact on hold"), "put on hold" in history, "open again" in history) == (3, False, False)


@pytest.mark.parametrize("side", ["mentor", "mentee"])
def test_history_names_to_coordinators_alone_whose_act_a_hold_and_its_end_followed(
    *, side: str, pair: Relationship, alice: Membership, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    person, other = pair.mentor, pair.mentee
    if side == "mentee":
        person, other = other, person
    rule = name_never_pair(person=person, email=other.user.email, reason="Hush.", by=alice, now=now)
    drop_never_pair(rule=rule, by=alice, now=now + timedelta(minutes=1))
    revoke_consent(person=person, by=person, now=now + timedelta(minutes=2))
    mine = {who: main(sign_in(who), url("detail", pair.pk)).partition("History")[2] for who in (alice, sam)}

    assert "Contact on hold after a change by Alice" in mine[alice]
    assert "Contact was open again after a change by Alice" in mine[alice]
    assert f"Contact on hold after a change by {person.user.full_name}" in mine[alice]
    assert ("Contact on hold" in mine[sam], "after a change by" in mine[sam]) == (True, False)


def test_history_names_nobody_where_time_took_the_ground_and_somebody_saved_something_else(
    pair: Relationship, ben: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    LOSSES["mentees_consent_ran_out"][0](pair, now)
    profile = ben.mentee_profile
    save_profile(person=ben, profile=profile, changed=["languages"], windows=[], by=alice, now=now)

    history = main(sign_in(alice), url("detail", pair.pk)).partition("History")[2]

    assert ("Contact on hold" in history, "after a change by" in history) == (True, False)


@pytest.mark.parametrize("name", ["mona", "ben"])
def test_neither_of_the_two_reads_a_history(
    *, name: str, pair: Relationship, now: datetime, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    lose("mentee_named_mentor", pair, now)

    page = main(sign_in(request.getfixturevalue(name)), url("detail", pair.pk))

    assert "Contact on hold" not in page
    assert "must not be paired" not in page


# What goes on, though a rule is against it ---------------------------------------------------------------------------


def must_have(pair: Relationship, wish: list[str], now: datetime) -> None:
    profile = pair.mentee.mentee_profile
    profile.required_genders = wish
    save_profile(person=pair.mentee, profile=profile, changed=["required_genders"], windows=[], by=pair.mentee, now=now)


def on_card(client: Client) -> list[str]:
    card = dict(client.get(reverse("home")).context["cards"]).get("relationships/home/no_longer_fits.html")
    return [line.pair.mentee.user.first_name for line in card["lines"]] if card else []


def test_match_that_no_longer_fits_stands_on_the_coordinators_home_until_it_fits_again_or_ends(
    *, pair: Relationship, alice: Membership, otto: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    must_have(pair, ["woman"], now)
    assert (on_card(client), on_card(sign_in(otto))) == (["Ben"], [])
    assert "Could not be paired today" in main(client, reverse("home"))

    must_have(pair, [], now)
    assert on_card(client) == []

    must_have(pair, ["woman"], now)
    services.change_state(relationship=pair, to=State.CLOSED, by=alice, now=now, reason=CloseReason.SAFETY)
    assert on_card(client) == []


def test_match_that_no_longer_fits_leaves_the_card_when_it_is_on_hold_and_after_a_week(
    *, pair: Relationship, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    must_have(pair, ["woman"], now - TOLD_FOR)
    assert on_card(sign_in(alice)) == []
    must_have(pair, [], now)
    must_have(pair, ["woman"], now)
    assert on_card(sign_in(alice)) == ["Ben"]

    lose("mentee_revoked", pair, now)

    assert on_card(sign_in(alice)) == []


def test_match_that_stopped_fitting_while_no_coordinator_was_there_stands_on_the_home_of_the_next_one(
    *, pair: Relationship, alice: Membership, ada: Membership, now: datetime, sign_in: SignIn
) -> None:
    set_active(person=alice, is_active=False, by=ada, now=now)
    must_have(pair, ["woman"], now)

    set_active(person=alice, is_active=True, by=ada, now=now)

    assert on_card(sign_in(alice)) == ["Ben"]
