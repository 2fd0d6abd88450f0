"""A session that was logged by mistake."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from accounts.models import Membership
from core.errors import DomainError
from privacy.models import AuditEntry
from relationships import services
from relationships.enums import Outcome, State
from relationships.models import MentoringSession, Relationship, Transition
from relationships.tests.conftest import log


def clock(pair: Relationship) -> tuple[str, date | None, date | None, datetime | None]:
    pair.refresh_from_db()
    return pair.state, pair.last_session_on, pair.session_gap_since, pair.session_gap_due_at


def test_take_back_the_first_session_leaves_all_as_it_was_and_says_so_in_the_history(
    running: Relationship, mona: Membership, noon: datetime
) -> None:
    services.set_cadence(relationship=running, cadence_days=10, by=mona, now=noon)
    before = clock(running)
    session = log(running, mona, noon)

    services.take_back_session(session=session, by=mona, now=noon + timedelta(hours=23))
    again = services.take_back_session(session=session, by=mona, now=noon + timedelta(days=9))

    assert clock(running)[:3] == before[:3] == (State.ACCEPTED, None, date(2026, 2, 16))
    assert again.taken_back_at == noon + timedelta(hours=23)
    assert MentoringSession.objects.standing().count() == 0
    changes = Transition.objects.filter(relationship=running).exclude(from_state__in=("", State.PROPOSED))
    assert list(changes.values_list("from_state", "to_state", "reason")) == [
        ("accepted", "active", ""),
        ("active", "accepted", "taken_back"),
    ]
    entry = AuditEntry.objects.get(object_id=session.pk, reason="taken_back")
    assert (entry.actor_id, entry.person_id) == (mona.user_id, running.mentee.user_id)


def test_take_back_a_later_session_counts_from_the_one_before(running: Relationship, mona: Membership, noon: datetime) -> None:
    log(running, mona, noon - timedelta(days=4), held_on=date(2026, 2, 25))
    before = clock(running)
    session = log(running, mona, noon)

    services.take_back_session(session=session, by=mona, now=noon)

    assert clock(running) == before
    assert before[:3] == (State.ACTIVE, date(2026, 2, 25), date(2026, 2, 25))


def test_take_back_after_a_pause_counts_from_its_end(
    running: Relationship, mona: Membership, alice: Membership, noon: datetime
) -> None:
    services.change_state(relationship=running, to=State.PAUSED, by=alice, now=noon - timedelta(days=6))
    services.change_state(relationship=running, to=State.ACTIVE, by=alice, now=noon - timedelta(days=3))
    before = clock(running)
    session = log(running, mona, noon)

    services.take_back_session(session=session, by=mona, now=noon)

    assert clock(running) == before
    assert before[:3] == (State.ACTIVE, None, date(2026, 2, 27))


def test_take_back_while_paused_starts_no_clock(
    running: Relationship, mona: Membership, alice: Membership, noon: datetime
) -> None:
    session = log(running, mona, noon)
    services.change_state(relationship=running, to=State.PAUSED, by=alice, now=noon)

    services.take_back_session(session=session, by=mona, now=noon)

    assert clock(running) == (State.PAUSED, None, None, None)


def test_take_back_a_session_that_was_not_held_changes_no_date(running: Relationship, mona: Membership, noon: datetime) -> None:
    log(running, mona, noon, held_on=date(2026, 2, 25))
    before = clock(running)
    session = log(running, mona, noon, outcome=Outcome.MOVED)

    services.take_back_session(session=session, by=mona, now=noon)

    assert clock(running) == before


def test_take_back_a_day_later_is_refused(running: Relationship, mona: Membership, noon: datetime) -> None:
    session = log(running, mona, noon)

    with pytest.raises(DomainError) as refused:
        services.take_back_session(session=session, by=mona, now=noon + timedelta(hours=24))

    assert refused.value.code == "too_late"
    assert MentoringSession.objects.standing().get() == session


def test_take_back_and_confirm_exclude_each_other(
    running: Relationship, mona: Membership, ben: Membership, noon: datetime
) -> None:
    kept, gone = log(running, mona, noon), log(running, mona, noon)
    services.confirm_session(session=kept, by=ben, now=noon)
    services.take_back_session(session=gone, by=mona, now=noon)

    with pytest.raises(DomainError) as take_back:
        services.take_back_session(session=kept, by=mona, now=noon)
    with pytest.raises(DomainError) as confirm:
        services.confirm_session(session=gone, by=ben, now=noon)

    assert (take_back.value.code, confirm.value.code) == ("too_late", "wrong_state")


@pytest.mark.parametrize("name", ["ben", "alice", "sam", "mateo"])
def test_take_back_by_anybody_but_the_mentor_is_refused(
    name: str, running: Relationship, mona: Membership, request: pytest.FixtureRequest, noon: datetime
) -> None:
    session = log(running, mona, noon)

    with pytest.raises(DomainError) as refused:
        services.take_back_session(session=session, by=request.getfixturevalue(name), now=noon)

    assert refused.value.code == "not_your_pair"


def test_log_session_with_the_form_of_one_taken_back_is_refused(
    running: Relationship, mona: Membership, noon: datetime
) -> None:
    key = uuid4()
    services.take_back_session(session=log(running, mona, noon, submission_key=key), by=mona, now=noon)

    with pytest.raises(DomainError) as refused:
        log(running, mona, noon, submission_key=key)

    assert refused.value.code == "used_form"
