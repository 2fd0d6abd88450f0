"""Which mentee should be paired with which mentor: the best set of pairs, exactly, and what every other choice would cost.

    >>> found = assign([[0.9, 0.8], [0.8, 0.1]], [1, 1])
    >>> found.mentor_of          # mentee 0 makes way, so that mentee 1 does not end up with 0.1
    array([1, 0])
    >>> found.total, found.worst
    (1.6, 0.8)
    >>> found.cost_of(0, 0)      # not possible at this floor
    inf

In order: forced pairs stand; as many people as possible; the longest waiting first; the worst pair as good as possible; the
largest total; the lowest numbers. Each is looked at only among the answers that are best by those before it, so there is one
answer. It is exact: scores are compared in whole steps of 2^-28 (of 2^-21 on the scale to 100), and sums of them
without rounding.
The method is described in docs/adr/0007-exact-assignment.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum, inf

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.assignment.arguments import read
from matching.assignment.auction import WIDTH, Auction
from matching.assignment.cardinality import CandidateLists
from matching.assignment.duals import REACHABLE
from matching.assignment.objectives import face_of, highest_floor
from matching.assignment.problem import AssignmentProblem, Ints
from matching.assignment.residual import Reassignment, Residual, losses
from matching.assignment.tie_breaking import break_ties
from matching.assignment.unmatched import Unmatched, reasons


@dataclass(frozen=True, slots=True)
class NextChoice:
    """Another mentor for a mentee: what `total` would lose, and every mentee who would move, this one first."""

    mentor: int
    cost: float
    moves: list[Reassignment]


@dataclass(frozen=True, eq=False)
class Assignment:
    """The pairs, and what can be asked about them.

    `mentor_of` (n,) int64, -1 where unmatched; read-only. `total` is the sum of the pairs' scores on the caller's scale and
    `worst` the lowest of them, None without pairs. `floor` is what every pair that is not forced is held to, None if nothing.
    `matched` counts the pairs. Questions read the caller's `scores` and `eligible` again: do not change these arrays.
    """

    mentor_of: NDArray[np.int64]
    total: float
    worst: float | None
    floor: float | None
    matched: int
    rules: AssignmentProblem = field(repr=False)
    """What was asked, in whole numbers."""
    held: AssignmentProblem = field(repr=False)
    """The same, with the floor that came out."""

    @cached_property
    def reason_unmatched(self) -> Mapping[int, Unmatched]:
        """Why each unmatched mentee is left over, by row."""
        return reasons(self.rules, self.mentor_of)

    @cached_property
    def residual(self) -> Residual:
        """What changes lead to: (m, m) int64, kept from the first question on."""
        return Residual(self.held, self.held.chosen(self.mentor_of))

    @cached_property
    def _distances(self) -> dict[int, Ints]:
        return {}

    @cached_property
    def _successors(self) -> dict[int, Ints]:
        return {}

    def _place_of(self, mentee: int) -> int:
        """The node of the place that the mentee has."""
        own = int(self.mentor_of[mentee])
        return self.residual.hub if own < 0 else own

    def _distances_to(self, target: int) -> Ints:
        """(m + 1,) the shortest distances to a place, kept for the next mentee of the same mentor."""
        if target not in self._distances:
            self._distances[target] = self.residual.distances_to(target)
        return self._distances[target]

    def _successors_to(self, target: int) -> Ints:
        if target not in self._successors:
            self._successors[target] = self.residual.successors(target, self._distances_to(target))
        return self._successors[target]

    def costs_of(self, mentee: int) -> NDArray[np.float64]:
        """(m,) what `total` would lose if the mentee were forced to each mentor: 0 for the pair that stands.

        As many people are matched, by the same rules, and every other pair not forced is held to `floor`; the pair itself may
        be below. Infinite where that cannot be: not eligible, forbidden, one more mentee left over, or the mentee is forced.
        """
        problem, mentors = self.held, self.held.shape[1]
        costs = np.full(mentors, inf)
        own = int(self.mentor_of[mentee])
        if problem.fixed[mentee] < 0:
            units = problem.eligible_units(np.array([mentee]))[0].astype(np.int64)
            distance = self._distances_to(self._place_of(mentee))[:mentors]
            can = (units >= 0) & (problem.capacities > 0) & (distance < REACHABLE)
            has = self.residual.units[mentee] if own >= 0 else -problem.standing[mentee]
            lost = losses(problem, has - units[can] + distance[can])
            costs[can] = np.where(lost.people > 0, inf, problem.in_scores(lost.units))
        if own >= 0:
            costs[own] = 0.0
        return costs

    def cost_of(self, mentee: int, mentor: int) -> float:
        """What `total` would lose if this pair were forced. See `costs_of`, which finds them all at once."""
        return float(self.costs_of(mentee)[mentor])

    def moves_of(self, mentee: int, mentor: int) -> list[Reassignment]:
        """Every mentee who moves if this pair is forced, this one first. None if it stands.

        Raises `ValueError` where `cost_of` is infinite.
        """
        own = int(self.mentor_of[mentee])
        if own == mentor:
            return []
        if self.cost_of(mentee, mentor) == inf:
            raise ValueError(f"mentee {mentee} cannot be with mentor {mentor}")
        return self._moves(mentee, mentor)

    def _moves(self, mentee: int, mentor: int) -> list[Reassignment]:
        path = self.residual.path(mentor, self._successors_to(self._place_of(mentee)))
        return [Reassignment(mentee, int(self.mentor_of[mentee]), mentor), *self.residual.moves(path)]

    def next_choices(self, mentee: int, most: int) -> list[NextChoice]:
        """Up to `most` other mentors who can take this mentee, the cheapest first, of equal ones the lower."""
        costs, own = self.costs_of(mentee), int(self.mentor_of[mentee])
        if own >= 0:
            costs[own] = inf
        columns = [int(column) for column in np.argsort(costs, kind="stable")[:most] if costs[column] < inf]
        return [NextChoice(column, float(costs[column]), self._moves(mentee, column)) for column in columns]


def assign(
    scores: ArrayLike,
    capacities: ArrayLike,
    *,
    eligible: ArrayLike | None = None,
    priority: ArrayLike | None = None,
    floor: bool | float = True,
    forced: Iterable[tuple[int, int]] = (),
    forbidden: Iterable[tuple[int, int]] = (),
) -> Assignment:
    """The best set of pairs, by the objectives that the module names.

    `scores` (n, m): floats in [0, 1], or in [0, 100] if any is above 1; NaN is not eligible, 0 is a score like any other.
    `capacities` (m,): whole numbers from 0. `eligible` (n, m): booleans. `priority` (n,): larger first; without it, or among
    equals, the later objectives decide. `forced` and `forbidden`: (mentee, mentor). `floor`: True makes the worst pair not
    forced as good as possible, False does not look at it, a number holds every pair not forced to at least that score.

    Raises `ForcedPairsError` when forced pairs cannot stand together, and `ValueError`, naming the argument, for arrays of
    another shape or type, scores out of range, and numbers that are no row or column. No rows or no columns are fine.
    """
    floor = bool(floor) if isinstance(floor, np.bool_) else floor
    rules = read(scores, capacities, eligible=eligible, priority=priority, floor=floor, forced=forced, forbidden=forbidden)
    return solve(rules, floor)


def solve(rules: AssignmentProblem, floor: bool | float, width: int = WIDTH) -> Assignment:
    if not rules.scores.size:
        return described(rules, rules, np.full(rules.shape[0], -1), floor)
    lists = CandidateLists(rules)
    faced = rules.with_face(face_of(rules, lists))
    if faced.is_narrower:
        lists = CandidateLists(faced)
    if floor is True:
        faced = faced.with_floor(highest_floor(faced, lists))
    held = rules.with_floor(faced.floor)
    solution = Auction(faced, width).solve()
    chosen = break_ties(faced, solution.mentor_of, solution.duals, solution.tight)
    return described(rules, held, np.where(rules.fixed >= 0, rules.fixed, chosen), floor)


def described(rules: AssignmentProblem, held: AssignmentProblem, mentor_of: Ints, floor: bool | float) -> Assignment:
    rows = np.flatnonzero(mentor_of >= 0)
    worth = rules.scores[rows, mentor_of[rows]].astype(np.float64)
    by_choice = worth[rules.fixed[rows] < 0]
    mentor_of.flags.writeable = False
    least = None if floor is False or not len(by_choice) else float(by_choice.min())
    return Assignment(
        mentor_of=mentor_of,
        total=fsum(worth),
        worst=float(worth.min()) if len(worth) else None,
        floor=least if isinstance(floor, bool) else float(floor),
        matched=len(rows),
        rules=rules,
        held=held,
    )
