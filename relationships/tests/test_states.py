from datetime import date, datetime, timedelta
from itertools import product

import pytest
from django.db import transaction

from accounts.models import Membership, Program
from core.errors import DomainError
from demo import factories
from notifications.models import Message
from people.models import MenteeProfile, MentorProfile
from privacy.selectors import entries_about, lines_of
from relationships import services
from relationships.enums import ONGOING, CloseReason, State
from relationships.lifecycle import is_allowed
from relationships.models import Relationship, Transition
from relationships.tests.conftest import log

STAFF = ("alice", "sam")
REASONS = ("", CloseReason.COMPLETED, CloseReason.SAFETY)


def set_state(pair: Relationship, state: str) -> None:
    Relationship.objects.filter(pk=pair.pk).update(state=state)
    pair.refresh_from_db()


def told(kind: str) -> set[str]:
    rows = Message.objects.filter(kind=f"relationships.{kind}")
    return set(rows.values_list("recipient__first_name", flat=True))


@pytest.mark.parametrize("source", State.values)
@pytest.mark.parametrize("name", STAFF)
def test_change_state_allows_exactly_what_the_table_allows(
    source: str, name: str, pair: Relationship, request: pytest.FixtureRequest, now: datetime
) -> None:
    set_state(pair, source)
    by = request.getfixturevalue(name)
    reached: dict[tuple[str, str], str] = {}

    for target, reason in product(State.values, REASONS):
        with transaction.atomic():
            try:
                changed = services.change_state(relationship=pair, to=target, by=by, now=now, reason=reason)
                reached[target, reason] = changed.state
            except DomainError as refused:
                reached[target, reason] = refused.code
            transaction.set_rollback(True)

    assert reached == {
        (target, reason): target if is_allowed(source, target, by.role, reason) else "wrong_state"
        for target, reason in product(State.values, REASONS)
    }


def test_change_state_by_another_program_is_refused(pair: Relationship, otto: Membership, now: datetime) -> None:
    with pytest.raises(DomainError) as refused:
        services.change_state(relationship=pair, to=State.PAUSED, by=otto, now=now)

    assert refused.value.code == "not_your_pair"


def test_pause_stops_the_clock_and_resume_counts_from_that_day(pair: Relationship, alice: Membership, noon: datetime) -> None:
    paused = services.change_state(relationship=pair, to=State.PAUSED, by=alice, now=noon)
    assert (paused.session_gap_since, paused.session_gap_due_at, paused.session_gap_step) == (None, None, 0)

    resumed = services.change_state(relationship=pair, to=State.ACTIVE, by=alice, now=noon + timedelta(days=30))

    assert resumed.session_gap_since == date(2026, 4, 1)
    assert resumed.session_gap_due_at == datetime.fromisoformat("2026-04-09T04:00:00+00:00")
    assert (told("paused"), told("resumed")) == ({"Mona", "Ben"}, {"Mona", "Ben"})


def test_pause_by_a_supervisor_tells_the_coordinator(pair: Relationship, sam: Membership, now: datetime) -> None:
    services.change_state(relationship=pair, to=State.PAUSED, by=sam, now=now)

    assert told("changed_by_supervisor") == {"Alice"}


def test_close_keeps_the_reason_and_frees_the_place(pair: Relationship, alice: Membership, now: datetime) -> None:
    services.change_state(relationship=pair, to=State.CLOSING, by=alice, now=now)
    closed = services.change_state(relationship=pair, to=State.CLOSED, by=alice, now=now, reason=CloseReason.COMPLETED)

    assert (closed.state, closed.close_reason, closed.ended_at) == (State.CLOSED, CloseReason.COMPLETED, now)
    assert not Relationship.objects.holding_a_place().exists()
    assert MenteeProfile.objects.get().waiting_since is None
    assert set(Transition.objects.filter(relationship=pair).values_list("from_state", "to_state", "reason")) == {
        ("", "proposed", ""),
        ("proposed", "accepted", ""),
        ("accepted", "closing", ""),
        ("closing", "closed", "completed"),
    }


def test_close_for_a_rematch_puts_the_mentee_back_on_the_waiting_list(
    pair: Relationship, alice: Membership, noon: datetime
) -> None:
    services.change_state(relationship=pair, to=State.CLOSING, by=alice, now=noon)
    services.change_state(relationship=pair, to=State.CLOSED, by=alice, now=noon, reason=CloseReason.REMATCH)

    assert MenteeProfile.objects.get().waiting_since == date(2026, 2, 9)  # the place in line that Ben had


def test_close_for_a_second_rematch_gives_back_the_first_place_in_line(
    pair: Relationship, alice: Membership, mona: Membership, ben: Membership, noon: datetime
) -> None:
    for turn in (1, 2):
        at = noon + timedelta(days=30 * turn)
        services.change_state(relationship=pair, to=State.CLOSING, by=alice, now=at)
        services.change_state(relationship=pair, to=State.CLOSED, by=alice, now=at, reason=CloseReason.REMATCH)
        assert MenteeProfile.objects.get().waiting_since == date(2026, 2, 9)
        pair = services.propose(mentor=mona, mentee=ben, by=alice, now=at)
        services.accept(relationship=pair, by=mona, now=at)
        services.accept(relationship=pair, by=ben, now=at)
        pair.refresh_from_db()


def test_close_for_a_rematch_of_a_pair_that_kept_no_place_goes_back_to_the_proposal(
    pair: Relationship, alice: Membership, noon: datetime
) -> None:
    Relationship.objects.update(mentee_waited_since=None, proposed_at=noon - timedelta(days=10))

    services.change_state(relationship=pair, to=State.CLOSING, by=alice, now=noon)
    services.change_state(relationship=pair, to=State.CLOSED, by=alice, now=noon, reason=CloseReason.REMATCH)

    assert MenteeProfile.objects.get().waiting_since == date(2026, 2, 20)


@pytest.mark.parametrize("name", STAFF)
@pytest.mark.parametrize("state", ONGOING)
def test_end_for_safety_works_from_every_ongoing_state(
    state: str, name: str, pair: Relationship, request: pytest.FixtureRequest, now: datetime
) -> None:
    set_state(pair, state)

    ended = services.change_state(
        relationship=pair, to=State.CLOSED, by=request.getfixturevalue(name), now=now, reason=CloseReason.SAFETY
    )

    assert (ended.state, ended.close_reason, ended.session_gap_due_at) == (State.CLOSED, CloseReason.SAFETY, None)


@pytest.fixture
def closed(pair: Relationship, alice: Membership, now: datetime) -> Relationship:
    services.change_state(relationship=pair, to=State.CLOSING, by=alice, now=now)
    return services.change_state(relationship=pair, to=State.CLOSED, by=alice, now=now, reason=CloseReason.REMATCH)


def test_reopen_keeps_the_history_and_starts_the_clock(
    closed: Relationship, pair: Relationship, alice: Membership, noon: datetime
) -> None:
    reopened = services.change_state(relationship=closed, to=State.ACTIVE, by=alice, now=noon)

    assert (reopened.state, reopened.ended_at, reopened.close_reason) == (State.ACTIVE, None, "")
    assert (reopened.started_at, reopened.session_gap_since) == (pair.started_at, date(2026, 3, 2))
    assert MenteeProfile.objects.get().waiting_since is None
    assert Transition.objects.filter(relationship=closed).count() == 5


def test_reopen_without_a_free_place_is_refused(closed: Relationship, alice: Membership, now: datetime) -> None:
    MentorProfile.objects.update(capacity=0)

    with pytest.raises(DomainError) as refused:
        services.change_state(relationship=closed, to=State.ACTIVE, by=alice, now=now)

    assert refused.value.code == "no_place_left"


def test_reopen_a_mentee_who_has_another_match_is_refused(
    closed: Relationship, alice: Membership, north: Program, now: datetime
) -> None:
    other = factories.make_mentor(north, "milo@example.org", now=now)
    services.propose(mentor=other, mentee=closed.mentee, by=alice, now=now)

    with pytest.raises(DomainError) as refused:
        services.change_state(relationship=closed, to=State.ACTIVE, by=alice, now=now)

    assert refused.value.code == "mentee_taken"
    closed.refresh_from_db()
    assert closed.state == State.CLOSED


def test_reopen_a_mentor_who_left_is_refused(closed: Relationship, alice: Membership, now: datetime) -> None:
    Membership.objects.filter(pk=closed.mentor_id).update(is_active=False)
    fresh = Relationship.objects.get(pk=closed.pk)

    with pytest.raises(DomainError) as refused:
        services.change_state(relationship=fresh, to=State.ACTIVE, by=alice, now=now)

    assert refused.value.code == "wrong_people"


def test_withdraw_a_proposal_frees_the_place_and_tells_the_two(
    proposal: Relationship, alice: Membership, now: datetime
) -> None:
    services.change_state(relationship=proposal, to=State.WITHDRAWN, by=alice, now=now)

    assert not Relationship.objects.holding_a_place().exists()
    left = Message.objects.filter(cancelled_at=None).values_list("kind", flat=True)
    assert set(left) == {"relationships.not_going_ahead"}


@pytest.mark.parametrize("state", sorted(set(State.values) - set(ONGOING)))
def test_set_cadence_of_two_people_who_are_no_pair_is_refused(
    state: str, pair: Relationship, mona: Membership, now: datetime
) -> None:
    set_state(pair, state)

    with pytest.raises(DomainError) as refused:
        services.set_cadence(relationship=pair, cadence_days=14, by=mona, now=now)

    assert refused.value.code == "wrong_state"


def test_set_cadence_counts_a_running_gap_anew(pair: Relationship, mona: Membership, noon: datetime) -> None:
    Relationship.objects.filter(pk=pair.pk).update(session_gap_since=date(2026, 2, 16), session_gap_step=2)

    changed = services.set_cadence(relationship=pair, cadence_days=14, by=mona, now=noon)

    assert (changed.cadence_days, changed.session_gap_step) == (14, 0)
    assert changed.session_gap_due_at == datetime.fromisoformat("2026-03-03T05:00:00+00:00")


@pytest.mark.parametrize(
    ("name", "days", "code"),
    [("ben", 7, "not_your_pair"), ("sam", 7, "not_your_pair"), ("mona", 0, "out_of_range"), ("alice", 61, "out_of_range")],
)
def test_set_cadence_wrongly_is_refused(
    *, name: str, days: int, code: str, pair: Relationship, request: pytest.FixtureRequest, now: datetime
) -> None:
    with pytest.raises(DomainError) as refused:
        services.set_cadence(relationship=pair, cadence_days=days, by=request.getfixturevalue(name), now=now)

    assert refused.value.code == code


# What the two read of it ---------------------------------------------------------------------------------------------


def newest_lines(member: Membership, count: int) -> list[str]:
    return [line.sentence for line in lines_of(entries_about([member.user_id])[:count])]


def test_record_of_each_says_of_a_pause_that_ended_and_of_a_match_opened_again_that_it_goes_on(
    pair: Relationship, alice: Membership, mona: Membership, ben: Membership, now: datetime
) -> None:
    read = []
    steps = ((State.PAUSED, ""), (State.ACTIVE, ""), (State.CLOSING, ""), (State.CLOSED, "completed"), (State.ACTIVE, ""))
    for minutes, (to, reason) in enumerate(steps, start=1):
        at = now + timedelta(minutes=minutes)
        services.change_state(relationship=pair, to=to, by=alice, now=at, reason=reason)
        assert newest_lines(mona, 1) == newest_lines(ben, 1)
        read += newest_lines(ben, 1)

    assert (read[1], read[4]) == (
        "Alice (Coordinator) wrote down that your mentoring relationship goes on.",
        "Alice (Coordinator) opened your mentoring relationship again.",
    )


def test_record_of_each_says_that_the_two_have_not_met_when_the_first_session_is_taken_back(
    pair: Relationship, mona: Membership, ben: Membership, now: datetime
) -> None:
    session = log(pair, mona, now + timedelta(minutes=1))
    assert "Mona (Mentor) wrote down that the two of you meet now." in newest_lines(ben, 2)

    services.take_back_session(session=session, by=mona, now=now + timedelta(hours=1))

    assert "Mona (Mentor) wrote down that the two of you have not met yet." in newest_lines(ben, 2)
