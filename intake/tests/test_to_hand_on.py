"""Nobody is left alone: who stands without a match or a supervisor is on staff's home pages until a coordinator decides.

Ben was matched with Mona, whom Sam supervises; Alice coordinates, Ada administers.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from accounts.enums import Role
from accounts.models import Membership, Program, User
from accounts.services import set_active
from conftest import SignIn
from demo import factories
from intake.services import start_waiting
from people.models import MenteeProfile, MentorProfile
from privacy.models import AuditEntry
from relationships.enums import CloseReason, State
from relationships.models import Relationship
from relationships.services import accept, change_state, propose

CARD = "intake/home/to_hand_on.html"
WAITED_SINCE = date(2026, 2, 9)

Match = Callable[[Membership, Membership], Relationship]


@pytest.fixture
def match(alice: Membership, now: datetime) -> Match:
    def matched(mentor: Membership, mentee: Membership) -> Relationship:
        pair = propose(mentor=mentor, mentee=mentee, by=alice, now=now - timedelta(days=2))
        accept(relationship=pair, by=mentor, now=now - timedelta(days=2))
        return accept(relationship=pair, by=mentee, now=now - timedelta(days=2))

    return matched


@pytest.fixture
def ended(match: Match, mona: Membership, ben: Membership, sam: Membership, now: datetime) -> Relationship:
    """The match of Mona and Ben, which Sam ended for safety."""
    return end(match(mona, ben), sam, now)


def end(pair: Relationship, by: Membership, at: datetime, reason: CloseReason = CloseReason.SAFETY) -> Relationship:
    return change_state(relationship=pair, to=State.CLOSED, by=by, now=at, reason=reason)


def alone(client: Client) -> list[str]:
    """The people on the card, by first name: mentees, then mentors."""
    card = dict(client.get(reverse("home")).context["cards"]).get(CARD)
    if card is None:
        return []
    return [*(pair.mentee.user.first_name for pair in card["mentees"]), *(mentor.user.first_name for mentor in card["mentors"])]


def press(client: Client, name: str, person: Membership) -> None:
    client.post(reverse(f"intake:{name}", args=[person.pk]))


def waits_since(person: Membership) -> date | None:
    return MenteeProfile.objects.get(membership=person).waiting_since


def test_mentee_after_an_end_for_safety_stands_on_the_home_of_coordinator_and_supervisor(
    ended: Relationship, alice: Membership, sam: Membership, ben: Membership, sign_in: SignIn
) -> None:
    pages = {who: sign_in(who).get(reverse("home")).content.decode() for who in (alice, sam)}

    assert [alone(sign_in(who)) for who in (alice, sam)] == [["Ben"], ["Ben"]]
    assert waits_since(ben) is None
    button = reverse("intake:start_waiting", args=[ben.pk])
    assert (button in pages[alice], button in pages[sam]) == (True, False)
    assert "The match with Mona was ended for safety on Mar 2." in strip_tags(pages[alice])
    assert "A coordinator decides how Ben goes on." in pages[sam]


def test_one_press_puts_the_mentee_back_in_line_where_they_were(
    ended: Relationship, alice: Membership, ben: Membership, sign_in: SignIn
) -> None:
    client = sign_in(alice)

    press(client, "start_waiting", ben)

    assert (waits_since(ben), alone(client)) == (WAITED_SINCE, [])


def test_mentee_who_wants_no_mentor_for_now_leaves_the_card_and_keeps_the_place_for_later(
    ended: Relationship, alice: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(alice)

    for _turn in range(2):
        press(client, "leave_unmatched", ben)

    assert (waits_since(ben), alone(client)) == (None, [])
    assert AuditEntry.objects.filter(reason="not_waiting", person_id=ben.user_id).count() == 1
    start_waiting(person=ben, by=alice, now=now)
    assert waits_since(ben) == WAITED_SINCE


def test_mentee_who_was_matched_again_never_comes_back_to_the_card_for_the_earlier_end(
    *, ended: Relationship, match: Match, alice: Membership, ben: Membership, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    second = match(factories.make_mentor(alice.program, "nils@example.org", now=now, supervisor=sam), ben)
    assert alone(client) == []

    change_state(relationship=second, to=State.CLOSING, by=alice, now=now + timedelta(days=9))
    end(second, alice, now + timedelta(days=9), CloseReason.COMPLETED)

    assert alone(client) == []


def test_mentee_who_left_is_not_on_the_card_until_they_come_back(
    *, ended: Relationship, alice: Membership, ada: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    set_active(person=ben, is_active=False, by=ada, now=now)
    assert alone(client) == []
    set_active(person=ben, is_active=True, by=ada, now=now)
    assert alone(client) == ["Ben"]


@pytest.mark.parametrize("reason", [CloseReason.COMPLETED, CloseReason.ENDED_EARLY, CloseReason.REMATCH])
def test_mentee_of_a_match_that_was_closed_with_a_decision_is_not_on_the_card(
    *, reason: CloseReason, match: Match, mona: Membership, ben: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    pair = match(mona, ben)
    change_state(relationship=pair, to=State.CLOSING, by=alice, now=now)
    end(pair, alice, now, reason)

    assert alone(sign_in(alice)) == []


@pytest.mark.parametrize(("days", "is_advised"), [(20, True), (22, False)])
def test_page_of_a_mentee_who_waits_advises_to_wait_after_a_match(
    ended: Relationship, alice: Membership, now: datetime, sign_in: SignIn, *, days: int, is_advised: bool
) -> None:
    Relationship.objects.update(ended_at=now - timedelta(days=days))
    client = sign_in(alice)
    press(client, "start_waiting", ended.mentee)

    page = client.get(reverse("intake:person", args=[ended.mentee_id])).content.decode()

    assert ("Two to three weeks before the next are good, unless Ben asks sooner." in page) is is_advised


def test_completed_match_gives_no_place_in_line_back(
    match: Match, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    pair = match(mona, ben)
    change_state(relationship=pair, to=State.CLOSING, by=alice, now=now)
    end(pair, alice, now, CloseReason.COMPLETED)

    start_waiting(person=ben, by=alice, now=now)

    assert waits_since(ben) == date(2026, 3, 2)


def _suspended(sam: Membership, ada: Membership, now: datetime) -> None:
    set_active(person=sam, is_active=False, by=ada, now=now)


def _closed(sam: Membership, _ada: Membership, _now: datetime) -> None:
    User.objects.filter(pk=sam.user_id).update(is_active=False)


@pytest.mark.parametrize("leave", [_suspended, _closed])
def test_mentor_whose_supervisor_left_stands_on_the_coordinators_home_until_there_is_another(
    *,
    leave: Callable[[Membership, Membership, datetime], None],
    match: Match,
    north: Program,
    mona: Membership,
    ben: Membership,
    sam: Membership,
    alice: Membership,
    ada: Membership,
    now: datetime,
    sign_in: SignIn,
) -> None:
    client = sign_in(alice)
    factories.make_mentor(north, "without-a-match@example.org", now=now, supervisor=sam)
    match(mona, ben)
    assert alone(client) == []

    leave(sam, ada, now)

    assert alone(client) == ["Mona"]
    other = factories.make_member(north, Role.SUPERVISOR, "una@example.org")
    assert reverse("intake:person_edit", args=[mona.pk]) in client.get(reverse("home")).content.decode()
    MentorProfile.objects.filter(membership=mona).update(supervisor=other)
    assert alone(client) == []


def test_mentor_without_a_supervisor_of_their_own_is_on_the_card_only_where_the_program_has_none(
    *, match: Match, north: Program, ben: Membership, sam: Membership, alice: Membership, ada: Membership, now: datetime,
    sign_in: SignIn,
) -> None:  # fmt: skip
    """The program's supervisors look after such a mentor together, on purpose: there is nothing to decide."""
    client = sign_in(alice)
    match(factories.make_mentor(north, "nils@example.org", now=now), ben)
    assert alone(client) == []

    set_active(person=sam, is_active=False, by=ada, now=now)

    assert alone(client) == ["Nils"]
    home = " ".join(client.get(reverse("home")).content.decode().split())
    assert "This mentor has a match, and no supervisor of their own." in home
    assert "The program has no active supervisor: ask an admin to invite one." in home
    set_active(person=sam, is_active=True, by=ada, now=now)
    assert alone(client) == []


def test_card_of_a_program_without_supervisors_says_whom_to_ask_and_never_that_a_suspended_one_has_left(
    *, match: Match, mona: Membership, ben: Membership, sam: Membership, alice: Membership, ada: Membership, now: datetime,
    sign_in: SignIn,
) -> None:  # fmt: skip
    match(mona, ben)
    set_active(person=sam, is_active=False, by=ada, now=now)

    home = " ".join(sign_in(alice).get(reverse("home")).content.decode().split())

    assert "Sam, who supervised this mentor, is not active in this program now." in home
    assert "The program has no active supervisor: ask an admin to invite one." in home
    assert reverse("intake:person_edit", args=[mona.pk]) not in home


def test_to_hand_on_stops_at_the_wall_of_the_program(
    ended: Relationship, otto: Membership, sofia: Membership, sign_in: SignIn
) -> None:
    assert [alone(sign_in(who)) for who in (otto, sofia)] == [[], []]


@pytest.mark.parametrize(("person", "status"), [("otto", 404), ("sam", 403), ("ada", 403), ("ben", 403), ("mona", 403)])
def test_leave_unmatched_is_for_the_programs_coordinators(
    *, person: str, status: int, ended: Relationship, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    address = reverse("intake:leave_unmatched", args=[ended.mentee_id])
    client = sign_in(request.getfixturevalue(person))

    assert (client.post(address).status_code, sign_in(ended.mentor).get(address).status_code) == (status, 403)
    assert Client().post(address).status_code == 302
    ended.refresh_from_db()
    assert ended.handed_on_at is None


def test_home_costs_the_same_for_one_to_hand_on_as_for_ten(
    *,
    match: Match,
    north: Program,
    alice: Membership,
    now: datetime,
    sign_in: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    una = factories.make_member(north, Role.SUPERVISOR, "una@example.org")
    set_active(person=una, is_active=False, by=alice, now=now)
    client = sign_in(alice)
    client.get(reverse("home"))
    for count in (1, 9):
        for number in range(count):
            mentor = factories.make_mentor(north, f"mentor{count}{number}@example.org", now=now, supervisor=una)
            mentees = [factories.make_mentee(north, f"{name}{count}{number}@example.org", now=now) for name in "ab"]
            end(match(mentor, mentees[0]), alice, now)
            match(mentor, mentees[1])
        assert len(alone(client)) == (2 if count == 1 else 20)
        # One more where a notice among the latest is of a match.
        with django_assert_max_num_queries(23):
            client.get(reverse("home"))
