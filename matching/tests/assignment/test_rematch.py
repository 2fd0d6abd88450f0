"""A new mentor after a pair has ended, against every other way to do it."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings

from matching.assignment import Reassignment, assign, rematch
from matching.tests.assignment.brute import Case
from matching.tests.assignment.test_assignment import Asked, problems

pytestmark = pytest.mark.once


@settings(max_examples=80)
@given(problems(mentees=5, mentors=3))
def test_rematch_without_limit_is_solving_again(asked: Asked) -> None:
    found, case = asked.solved(), asked.case
    for row, mentor in enumerate(found.mentor_of.tolist()):
        if mentor >= 0:
            forced = tuple(pair for pair in case.forced if pair[0] != row)
            ended = replace(case, forced=forced, forbidden=(*case.forbidden, (row, mentor)))
            again = asked.solved(case=ended, floor=False if found.floor is None else found.floor)
            new = rematch(found, row)
            assert np.array_equal(new.mentor_of, again.mentor_of)
            assert (new.total, new.cost) == (again.total, found.total - again.total)


@settings(max_examples=60)
@given(problems(mentees=4, mentors=3))
def test_rematch_with_limit_is_the_best_of_all_that_keep_it(asked: Asked) -> None:
    found, case = asked.solved(), asked.case
    least = -inf if found.floor is None else found.floor
    before = found.mentor_of.tolist()
    for row, mentor in enumerate(before):
        if mentor < 0:
            continue
        forced = tuple(pair for pair in case.forced if pair[0] != row)
        ended = replace(case, forced=forced, forbidden=(*case.forbidden, (row, mentor)))
        every = list(ended.every(least))
        for limit in (0, 1, 2):
            new = tuple(rematch(found, row, limit).mentor_of.tolist())
            within = [pairs for pairs in every if changes(pairs, before, row) <= limit]
            assert new in within
            assert rank(ended, new) == max(rank(ended, pairs) for pairs in within)


def changes(pairs: tuple[int, ...], before: list[int], broken: int) -> int:
    return sum(new != old for row, (new, old) in enumerate(zip(pairs, before, strict=True)) if row != broken)


def rank(case: Case, pairs: tuple[int, ...]) -> tuple[object, int]:
    return case.who(pairs), case.total(pairs)


def test_rematch_limit_decides_how_far_it_goes() -> None:
    """Mentee 0 was with A. Without moves only C is left; with one, mentee 1 makes way for them."""
    found = assign([[1.0, 0.75, 0.25], [0.5, 0.875, 0.0]], [1, 1, 1], floor=False)
    assert found.mentor_of.tolist() == [0, 1]
    none, one = rematch(found, 0, 0), rematch(found, 0, 1)
    assert none.moves == (Reassignment(0, 0, 2),)
    assert (none.total, none.cost, none.is_placed) == (1.125, 0.75, True)
    assert one.moves == (Reassignment(0, 0, 1), Reassignment(1, 1, 0))
    assert (one.total, one.cost) == (1.25, 0.625)


def test_rematch_nobody_can_take_the_mentee_says_so() -> None:
    new = rematch(assign([[0.5]], [1]), 0)
    assert (new.mentor_of.tolist(), new.moves, new.is_placed, new.cost) == ([-1], (Reassignment(0, 0, -1),), False, 0.5)


def test_rematch_place_that_became_free_goes_to_who_waits() -> None:
    new = rematch(assign([[0.5], [0.25]], [1], floor=False), 0, 1)
    assert (new.mentor_of.tolist(), new.moves) == ([-1, 0], (Reassignment(0, 0, -1), Reassignment(1, -1, 0)))


def test_rematch_nonsense_is_refused() -> None:
    found = assign([[0.5], [0.25]], [1])
    with pytest.raises(ValueError, match="mentee 1 has no pair"):
        rematch(found, 1)
    with pytest.raises(ValueError, match="mentee 5 has no pair"):
        rematch(found, 5)
    with pytest.raises(ValueError, match="max_moves"):
        rematch(found, 0, -1)
