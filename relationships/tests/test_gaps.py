"""The clock of a session gap, taken to the step it has reached. What it makes people hear is for `supervision` to test."""

from datetime import datetime, timedelta

import pytest

from relationships.enums import State
from relationships.models import Relationship
from relationships.services import advance_gap


def at(day: int) -> datetime:
    """Noon in New York on a day of March 2026; the gap of `running` counts from February 16, and step 2 was reached."""
    return datetime.fromisoformat("2026-03-01T17:00:00+00:00") + timedelta(days=day - 1)


@pytest.fixture
def gap(running: Relationship) -> Relationship:
    """A pair that meets every seven days, whose third step is due on March 9."""
    Relationship.objects.filter(pk=running.pk).update(session_gap_due_at=at(9))
    return Relationship.objects.get(pk=running.pk)


@pytest.mark.parametrize(("day", "step"), [(8, 2), (9, 3), (15, 3), (16, 4), (60, 4)])
def test_advance_gap_saves_the_step_reached(day: int, step: int, gap: Relationship) -> None:
    assert advance_gap(gap, at(day)) == step

    assert Relationship.objects.get().session_gap_step == step


def test_advance_gap_sets_when_the_next_step_is_due(gap: Relationship) -> None:
    advance_gap(gap, at(9))

    assert Relationship.objects.get().session_gap_due_at == datetime.fromisoformat("2026-03-16T04:00:00+00:00")


def test_advance_gap_after_the_last_step_is_due_no_more(gap: Relationship) -> None:
    advance_gap(gap, at(16))

    assert Relationship.objects.get().session_gap_due_at is None


def test_advance_gap_of_a_pair_that_stopped_stays_where_it_was(gap: Relationship) -> None:
    gap.state = State.PAUSED

    assert advance_gap(gap, at(60)) == 2
