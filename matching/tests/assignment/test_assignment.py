"""The assignment against every other assignment there is, on problems small enough to try them all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from matching.assignment import Assignment, ForcedPairsError, UnmatchedKind, assign
from matching.assignment.arguments import read
from matching.assignment.solver import solve
from matching.tests.assignment.brute import Case

pytestmark = pytest.mark.once

SHORT = 2
"""Lists as short as this have to be mended all the time."""
VALUES = st.sampled_from([(0, 50, 100), (2, 2, 30), tuple(range(2, 101)), (0, 20, 40, 60, 80, 100)])


@dataclass(frozen=True)
class Asked:
    """A case, and the floor to solve it with."""

    case: Case
    floor: bool | int

    def solved(self, width: int = 16, case: Case | None = None, floor: float | None = None) -> Assignment:
        case, floor = case or self.case, self.floor if floor is None else floor
        given: dict[str, Any] = {"priority": case.priority, "forced": case.forced, "forbidden": case.forbidden}
        rules = read(table(case.scores), whole(case.capacities), eligible=None, floor=floor, **given)
        return solve(rules, floor, width)


def table(scores: Sequence[Sequence[int | None]]) -> NDArray[np.float64]:
    return np.array([[np.nan if score is None else score for score in row] for row in scores], dtype=np.float64)


def whole(capacities: Sequence[int]) -> NDArray[np.int64]:
    return np.array(capacities, dtype=np.int64)


@st.composite
def problems(draw: st.DrawFn, mentees: int = 5, mentors: int = 4) -> Asked:
    """Percents, of which the first is above 1, so that all are on the scale to 100."""
    rows, columns = draw(st.integers(1, mentees)), draw(st.integers(1, mentors))
    score = st.one_of(st.none(), *[st.sampled_from(draw(VALUES))] * 2)
    scores = [[draw(score) for _ in range(columns)] for _ in range(rows)]
    scores[0][0] = 100
    capacities = [draw(st.integers(0, 3)) for _ in range(columns)]
    priority = draw(st.none() | st.lists(st.integers(0, 4), min_size=rows, max_size=rows))
    pairs = st.tuples(st.integers(0, rows - 1), st.integers(0, columns - 1))
    forbidden = draw(st.lists(pairs, max_size=2))
    left, forced = [*capacities], {}
    for row, column in draw(st.lists(pairs, max_size=2)):
        if row not in forced and left[column] and scores[row][column] is not None and (row, column) not in forbidden:
            forced[row] = column
            left[column] -= 1
    case = Case(scores, capacities, priority, tuple(forced.items()), tuple(forbidden))
    return Asked(case, draw(st.sampled_from([True, False, 40])))


@settings(max_examples=150)
@given(problems())
def test_assign_small_problem_is_the_first_of_the_best(asked: Asked) -> None:
    best = asked.case.best(asked.floor)
    for found in (asked.solved(), asked.solved(SHORT)):
        assert tuple(found.mentor_of) == best
        assert found.total == asked.case.total(best)
        assert found.matched == asked.case.who(best)[0]
        assert found.worst == min((asked.case.scores[row][at] or 0 for row, at in enumerate(best) if at >= 0), default=None)


@settings(max_examples=8)
@given(
    problems(mentees=7, mentors=5).filter(
        lambda asked: len(list(zip(range(20_001), asked.case.every(), strict=False))) <= 20_000
    )
)
def test_assign_seven_by_five_is_the_first_of_the_best(asked: Asked) -> None:
    assert tuple(asked.solved().mentor_of) == asked.case.best(asked.floor)


@settings(max_examples=60)
@given(problems(mentees=4, mentors=3))
def test_costs_of_every_pair_are_what_forcing_it_loses(asked: Asked) -> None:
    found, case = asked.solved(), asked.case
    for row in range(len(case.scores)):
        costs = found.costs_of(row)
        for column in range(len(case.capacities)):
            forced, cost = with_pair(found, case, row, column)
            assert costs[column] == cost == found.cost_of(row, column)
            if cost == inf:
                with pytest.raises(ValueError, match="cannot be with"):
                    found.moves_of(row, column)
            else:
                after = moved(found, row, column)
                assert (case.who(after), case.total(after)) == (case.who(forced), case.total(forced))


@settings(max_examples=60)
@given(problems(mentees=4, mentors=4), st.integers(0, 4))
def test_next_choices_are_the_cheapest_that_can_be_with_who_moves(asked: Asked, most: int) -> None:
    found = asked.solved()
    for row, own in enumerate(found.mentor_of.tolist()):
        cheapest = sorted((cost, at) for at, cost in enumerate(found.costs_of(row).tolist()) if cost < inf and at != own)
        assert [(choice.cost, choice.mentor, choice.moves) for choice in found.next_choices(row, most)] == [
            (cost, at, found.moves_of(row, at)) for cost, at in cheapest[:most]
        ]


def with_pair(found: Assignment, case: Case, row: int, column: int) -> tuple[tuple[int, ...], float]:
    """The best pairs with one more that is forced, and what they lose; infinite where nothing is as good in numbers."""
    before = tuple(found.mentor_of)
    if before[row] == column:
        return before, 0
    if row in dict(case.forced) or case.scores[row][column] is None or (row, column) in case.forbidden:
        return before, inf
    forced = replace(case, forced=(*case.forced, (row, column)))
    least = -inf if found.floor is None else found.floor
    best = max(forced.every(least), key=lambda pairs: (case.who(pairs), case.total(pairs)), default=None)
    if best is None or case.who(best)[0] < found.matched:
        return before, inf
    return best, case.total(before) - case.total(best)


def moved(found: Assignment, row: int, column: int) -> tuple[int, ...]:
    after = found.mentor_of.copy()
    for move in found.moves_of(row, column):
        assert after[move.mentee] == move.from_mentor
        after[move.mentee] = move.to_mentor
    assert after[row] == column
    return tuple(after)


@settings(max_examples=60)
@given(problems(), st.randoms(use_true_random=False))
def test_assign_other_order_is_as_good(asked: Asked, random: Any) -> None:
    case = replace(asked.case, forced=(), forbidden=())
    rows, columns = list(range(len(case.scores))), list(range(len(case.capacities)))
    random.shuffle(rows)
    random.shuffle(columns)
    other = Case(
        [[case.scores[row][column] for column in columns] for row in rows],
        [case.capacities[column] for column in columns],
        [case.priority[row] for row in rows] if case.priority else None,
    )
    one, two = asked.solved(case=case), asked.solved(case=other)
    assert (one.total, one.worst, one.matched) == (two.total, two.worst, two.matched)


@settings(max_examples=60)
@given(problems(), st.integers(1, 40), st.data())
def test_assign_better_score_of_a_pair_keeps_the_mentee_matched_there(asked: Asked, more: int, data: st.DataObject) -> None:
    found, case = asked.solved(), asked.case
    pairs = [(row, at) for row, at in enumerate(found.mentor_of.tolist()) if at >= 0]
    if not pairs:
        return
    row, at = data.draw(st.sampled_from(pairs))
    scores = [list(line) for line in case.scores]
    scores[row][at] = min(100, (scores[row][at] or 0) + more)
    assert asked.solved(case=replace(case, scores=scores)).mentor_of[row] == at


def test_assign_same_people_in_another_order_sorted_by_id_get_the_same_pairs() -> None:
    scores = np.full((6, 3), 0.5)
    ids = np.random.default_rng(3).permutation(6)
    order = np.argsort(ids)
    assert np.array_equal(assign(scores[order], [2, 2, 1]).mentor_of, [0, 0, 1, 1, 2, -1])


@pytest.mark.parametrize("kind", ["random", "ties", "alike", "scarce"])
def test_assign_middle_size_short_lists_are_long_lists_are_scipy(kind: str) -> None:
    rng = np.random.default_rng(7)
    scores: NDArray[Any] = rng.random((400, 150), dtype=np.float32)
    if kind == "ties":
        scores = rng.integers(0, 3, scores.shape).astype(np.float32) / 2
    if kind == "alike":
        scores = (scores + 3 * rng.random(150, dtype=np.float32)) / 4
    capacities = rng.integers(1, 3 if kind == "scarce" else 5, 150)
    priority = rng.integers(0, 30, 400) if kind == "scarce" else None
    for floor in (True, False):
        rules = read(scores, capacities, eligible=None, priority=priority, floor=floor, forced=(), forbidden=())
        dense, sparse = solve(rules, floor), solve(rules, floor, SHORT)
        assert np.array_equal(dense.mentor_of, sparse.mentor_of)
    if priority is None:
        repeated = scores.astype(np.float64)[:, np.repeat(np.arange(150), capacities)]
        row, column = linear_sum_assignment(repeated, maximize=True)
        assert dense.total == pytest.approx(repeated[row, column].sum(), abs=1e-9)


def test_assign_places_as_scarce_as_people_large_solver_leaves_nobody_out() -> None:
    """The best sixteen of everybody are the same sixteen mentors."""
    scores = np.linspace(1, 0.5, 60) * np.linspace(1, 0.9, 60)[:, None]
    rules = read(scores, np.ones(60, dtype=int), eligible=None, priority=None, floor=True, forced=(), forbidden=())
    found = solve(rules, True, SHORT)
    assert found.matched == 60
    assert np.array_equal(found.mentor_of, solve(rules, True).mentor_of)


def test_assign_scores_are_kept_large_problem_works_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = np.random.default_rng(1).random((40, 12), dtype=np.float32)
    barred: dict[str, Any] = {"eligible": scores > 0.2, "forbidden": [(0, 0), (3, 4)], "forced": [(5, int(scores[5].argmax()))]}
    expected = assign(scores, [2] * 12, **barred)
    monkeypatch.setattr("matching.assignment.problem.CACHED_PAIRS", 0)
    monkeypatch.setattr("matching.assignment.problem.BLOCK_PAIRS", 100)
    found = assign(scores, [2] * 12, **barred)
    assert np.array_equal(found.mentor_of, expected.mentor_of)
    assert np.array_equal(found.costs_of(1), expected.costs_of(1))


def test_assign_zero_score_is_a_pair() -> None:
    found = assign([[0.0, np.nan]], [1, 1])
    assert (found.mentor_of.tolist(), found.total, found.worst, found.floor) == ([0], 0.0, 0.0, 0.0)


def test_assign_scale_to_100_is_kept() -> None:
    found = assign(np.array([[73, 12], [70, np.nan]]), [1, 1], floor=10)
    assert (found.mentor_of.tolist(), found.total, found.worst, found.floor) == ([1, 0], 82.0, 12.0, 10.0)


def test_assign_float32_score_meets_the_same_floor() -> None:
    assert assign(np.array([[0.7]], dtype=np.float32), [1], floor=0.7).matched == 1


def test_assign_forced_pair_may_be_worse_than_the_floor() -> None:
    found = assign([[0.9, 0.1], [0.8, 0.7]], [1, 1], forced=[(0, 1)])
    assert (found.mentor_of.tolist(), found.worst, found.floor) == ([1, 0], 0.1, 0.8)


def test_assign_longest_waiting_gets_the_only_place() -> None:
    assert assign([[0.9], [0.1], [0.5]], [1], priority=[3, 8, 5]).mentor_of.tolist() == [-1, 0, -1]


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_assign_nobody_there_is_no_error(shape: tuple[int, int]) -> None:
    found = assign(np.empty(shape), [1] * shape[1])
    assert (found.matched, found.total, found.worst, found.floor) == (0, 0.0, None, None)
    assert [reason.kind for reason in found.reason_unmatched.values()] == [UnmatchedKind.NO_ELIGIBLE_MENTOR] * shape[0]
    assert [found.costs_of(row).shape for row in range(shape[0])] == [(shape[1],)] * shape[0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"scores": [[np.inf]]}, "scores must be between"),
        ({"scores": [[-0.1]]}, "scores must be between"),
        ({"scores": [[100.5]]}, "scores must be between"),
        ({"scores": [0.5]}, "scores must be a table"),
        ({"capacities": [1, 1]}, "capacities must be 1 whole numbers"),
        ({"capacities": [-1]}, "capacities must be 1 whole numbers"),
        ({"capacities": [1.5]}, "capacities must be 1 whole numbers"),
        ({"eligible": [[True, True]]}, "eligible must be booleans"),
        ({"eligible": [[1]]}, "eligible must be booleans"),
        ({"priority": [1, 2]}, "priority must be 1 numbers"),
        ({"priority": [np.nan]}, "priority must be 1 numbers"),
        ({"floor": 1.5}, "floor must be True, False or a score"),
        ({"floor": np.nan}, "floor must be True, False or a score"),
        ({"forced": [(0, 1)]}, "forced: there is no pair"),
        ({"forbidden": [(-1, 0)]}, "forbidden: there is no pair"),
    ],
)
def test_assign_wrong_argument_is_named(given: dict[str, Any], words: str) -> None:
    arguments: dict[str, Any] = {"scores": [[0.5]], "capacities": [1], **given}
    with pytest.raises(ValueError, match=words):
        assign(arguments.pop("scores"), arguments.pop("capacities"), **arguments)


@pytest.mark.parametrize(
    ("given", "words", "pairs"),
    [
        ({"forced": [(0, 1)]}, "not eligible", ((0, 1),)),
        ({"forced": [(0, 0), (1, 0)]}, "mentor 0 has 1 places", ((0, 0), (1, 0))),
        ({"forced": [(1, 0), (1, 1)]}, "one mentee twice", ((1, 0), (1, 1))),
        ({"forced": [(1, 1)], "forbidden": [(1, 1)]}, "forbidden as well", ((1, 1),)),
    ],
)
def test_assign_forced_pairs_that_cannot_stand_are_named(
    given: dict[str, Any], words: str, pairs: tuple[tuple[int, int], ...]
) -> None:
    with pytest.raises(ForcedPairsError, match=words) as caught:
        assign([[0.5, np.nan], [0.5, 0.5]], [1, 1], **given)
    assert caught.value.pairs == pairs


def test_cost_of_pair_below_a_given_floor_that_adds_somebody_is_a_gain() -> None:
    found = assign([[0.25]], [1], floor=0.5)
    assert (found.matched, found.cost_of(0, 0)) == (0, -0.25)
