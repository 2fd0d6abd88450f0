from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from accounts.models import Membership, Program
from core.errors import DomainError
from demo import factories
from privacy.models import AuditEntry
from relationships import services
from relationships.enums import ONGOING, Outcome, State
from relationships.models import MentoringSession, Relationship, Transition
from relationships.tests.conftest import log


def test_log_session_met_starts_the_count_anew_and_makes_the_pair_active(
    running: Relationship, mona: Membership, noon: datetime
) -> None:
    session = log(running, mona, noon)

    running.refresh_from_db()
    assert (session.relationship, session.logged_by, session.logged_at) == (running, mona, noon)
    assert (running.state, running.last_session_on) == (State.ACTIVE, date(2026, 3, 2))
    assert (running.session_gap_since, running.session_gap_step) == (date(2026, 3, 2), 0)
    assert running.session_gap_due_at == datetime.fromisoformat("2026-03-10T04:00:00+00:00")
    assert Transition.objects.filter(to_state=State.ACTIVE).values_list("from_state", "by").get() == ("accepted", mona.pk)


@pytest.mark.parametrize("outcome", [Outcome.MOVED, Outcome.MENTEE_COULD_NOT, Outcome.MENTOR_COULD_NOT])
def test_log_session_not_held_leaves_the_count_as_it_was(
    outcome: str, running: Relationship, mona: Membership, noon: datetime
) -> None:
    log(running, mona, noon, outcome=outcome)

    running.refresh_from_db()
    assert (running.state, running.last_session_on) == (State.ACCEPTED, None)
    assert (running.session_gap_since, running.session_gap_step) == (date(2026, 2, 16), 2)
    assert running.session_gap_due_at == noon + timedelta(days=7)


def test_log_session_held_earlier_counts_from_the_day_it_was_held(
    running: Relationship, mona: Membership, noon: datetime
) -> None:
    log(running, mona, noon, held_on=date(2026, 2, 25))

    running.refresh_from_db()
    assert (running.session_gap_since, running.last_session_on) == (date(2026, 2, 25), date(2026, 2, 25))


def test_log_session_older_than_the_last_one_changes_neither_count_nor_last_date(
    running: Relationship, mona: Membership, noon: datetime
) -> None:
    log(running, mona, noon)
    log(running, mona, noon, held_on=date(2026, 2, 20))

    running.refresh_from_db()
    assert (running.session_gap_since, running.last_session_on) == (date(2026, 3, 2), date(2026, 3, 2))


def test_log_session_while_paused_is_kept_and_starts_no_clock(
    running: Relationship, mona: Membership, alice: Membership, noon: datetime
) -> None:
    services.change_state(relationship=running, to=State.PAUSED, by=alice, now=noon)

    log(running, mona, noon)

    running.refresh_from_db()
    assert (running.state, running.last_session_on, running.session_gap_due_at) == (State.PAUSED, date(2026, 3, 2), None)


def test_log_session_posted_twice_gives_the_first_row(running: Relationship, mona: Membership, noon: datetime) -> None:
    key = uuid4()
    first = log(running, mona, noon, submission_key=key)
    second = log(running, mona, noon + timedelta(seconds=1), submission_key=key)

    assert second == first
    assert MentoringSession.objects.count() == 1
    assert AuditEntry.objects.filter(reason="logged").count() == 1


@pytest.mark.parametrize(
    "changed", [{"note": "And we talked."}, {"minutes": 30}, {"topics": ["guidance"]}, {"outcome": Outcome.MOVED}]
)
def test_log_session_posted_twice_with_other_answers_is_refused_and_changes_nothing(
    running: Relationship, mona: Membership, noon: datetime, changed: dict[str, object]
) -> None:
    key = uuid4()
    log(running, mona, noon, submission_key=key)

    with pytest.raises(DomainError) as refused:
        log(running, mona, noon, submission_key=key, **changed)

    assert refused.value.code == "used_form"
    assert MentoringSession.objects.get().note == ""


def test_log_session_keeps_every_answer(running: Relationship, mona: Membership, noon: datetime) -> None:
    answers: dict[str, object] = {
        "minutes": 45,
        "mode": "phone",
        "topics": ["guidance", "connection"],
        "next_step": "Call the clinic.",
        "next_on": date(2026, 3, 9),
        "note": "We walked by the river.",
        "mentor_wellbeing": 4,
    }

    kept = MentoringSession.objects.get(pk=log(running, mona, noon, **answers).pk)

    assert {name: getattr(kept, name) for name in answers} == answers


@pytest.mark.parametrize("name", ["ben", "alice", "sam", "mateo"])
def test_log_session_by_anybody_but_the_mentor_is_refused(
    name: str, running: Relationship, request: pytest.FixtureRequest, noon: datetime
) -> None:
    with pytest.raises(DomainError) as refused:
        log(running, request.getfixturevalue(name), noon)

    assert refused.value.code == "not_your_pair"


@pytest.mark.parametrize("state", sorted(set(State.values) - set(ONGOING)))
def test_log_session_of_two_people_who_are_no_pair_is_refused(
    state: str, running: Relationship, mona: Membership, noon: datetime
) -> None:
    Relationship.objects.update(state=state)

    with pytest.raises(DomainError) as refused:
        log(running, mona, noon)

    assert refused.value.code == "wrong_state"


@pytest.mark.parametrize(
    ("outcome", "held_on"),
    [
        (Outcome.MET, date(2026, 3, 3)),
        (Outcome.MET, date(2026, 2, 15)),
        (Outcome.MOVED, date(2026, 5, 2)),
        (Outcome.MET, date(9999, 12, 31)),
        (Outcome.MET, date(1, 1, 1)),
    ],
)
def test_log_session_on_an_impossible_date_is_refused(
    outcome: str, held_on: date, running: Relationship, mona: Membership, noon: datetime
) -> None:
    with pytest.raises(DomainError) as refused:
        log(running, mona, noon, outcome=outcome, held_on=held_on)

    assert refused.value.code == "wrong_date"


def test_log_session_late_in_the_evening_counts_the_mentors_own_day(
    running: Relationship, mona: Membership, noon: datetime
) -> None:
    evening = datetime.fromisoformat("2026-03-03T04:30:00+00:00")  # still March 2 in New York

    with pytest.raises(DomainError) as refused:
        log(running, mona, evening, held_on=date(2026, 3, 3))

    assert refused.value.code == "wrong_date"


def test_confirm_session_by_the_mentee_is_noted_once(
    running: Relationship, mona: Membership, ben: Membership, noon: datetime
) -> None:
    session = log(running, mona, noon)

    services.confirm_session(session=session, by=ben, now=noon)
    again = services.confirm_session(session=session, by=ben, now=noon + timedelta(days=1))

    assert again.confirmed_at == noon
    assert AuditEntry.objects.filter(reason="confirmed").count() == 1


@pytest.mark.parametrize("name", ["mona", "alice", "sam", "maya"])
def test_confirm_session_by_anybody_but_the_mentee_is_refused(
    name: str, running: Relationship, mona: Membership, request: pytest.FixtureRequest, noon: datetime
) -> None:
    session = log(running, mona, noon)

    with pytest.raises(DomainError) as refused:
        services.confirm_session(session=session, by=request.getfixturevalue(name), now=noon)

    assert refused.value.code == "not_your_pair"


def test_confirm_session_that_was_not_held_is_refused(
    running: Relationship, mona: Membership, ben: Membership, noon: datetime
) -> None:
    session = log(running, mona, noon, outcome=Outcome.MOVED)

    with pytest.raises(DomainError) as refused:
        services.confirm_session(session=session, by=ben, now=noon)

    assert refused.value.code == "wrong_state"


def test_log_session_with_the_form_of_another_pair_is_refused(
    *, running: Relationship, alice: Membership, mona: Membership, north: Program, noon: datetime
) -> None:
    key = uuid4()
    log(running, mona, noon, submission_key=key)
    bea = factories.make_mentee(north, "bea@example.org", now=noon)
    other = services.propose(mentor=mona, mentee=bea, by=alice, now=noon)
    services.accept(relationship=other, by=mona, now=noon)
    services.accept(relationship=other, by=bea, now=noon)

    with pytest.raises(DomainError) as refused:
        log(other, mona, noon, submission_key=key)

    assert refused.value.code == "used_form"


@pytest.mark.parametrize("next_on", [date(2026, 3, 1), date(2027, 3, 4), date(9999, 12, 31)])
def test_log_session_with_an_impossible_next_date_is_refused(
    next_on: date, running: Relationship, mona: Membership, noon: datetime
) -> None:
    with pytest.raises(DomainError) as refused:
        log(running, mona, noon, next_on=next_on)

    assert refused.value.code == "wrong_next_date"
