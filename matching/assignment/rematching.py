"""When one pair ends: the best new mentor for the mentee, with few others having to move, or as many as it takes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import fsum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matching.assignment.duals import NO_PATH, REACHABLE, tight_edges
from matching.assignment.problem import BARRED, AssignmentProblem, Ints
from matching.assignment.residual import Reassignment, Residual
from matching.assignment.tie_breaking import break_ties

if TYPE_CHECKING:
    from matching.assignment.solver import Assignment

Node = tuple[int, int]
"""Mentees moved so far, and a mentor or the hub."""


@dataclass(frozen=True, eq=False)
class Rematch:
    """What to do after a pair has ended.

    `mentor_of` (n,) int64, -1 where unmatched; `total` on the caller's scale; `moves` names everybody who changes, the mentee
    whose pair ended first, also when no mentor can take them (`to_mentor` is -1). `cost` is what `total` loses.
    """

    mentor_of: NDArray[np.int64]
    moves: tuple[Reassignment, ...]
    total: float
    cost: float

    @property
    def is_placed(self) -> bool:
        """Whether the mentee has a mentor again."""
        return self.moves[0].to_mentor >= 0


def rematch(assignment: "Assignment", broken: int, max_moves: int | None = None) -> Rematch:
    """The best pairs once the pair of the mentee `broken` has ended and may not be made again.

    At most `max_moves` other mentees change, None for any number; every pair not forced is held to the assignment's `floor`.
    The objectives are those of `assign`. Without a limit the answer is the one that it gives when the pair is forbidden (and no
    longer forced) and `floor` is the assignment's. With a limit, equally good answers are not told apart by number.

    Raises `ValueError` for a mentee who has no pair, and for fewer than 0 moves.
    """
    if not 0 <= broken < len(assignment.mentor_of) or assignment.mentor_of[broken] < 0:
        raise ValueError(f"broken: mentee {broken} has no pair that could end")
    if max_moves is not None and max_moves < 0:
        raise ValueError("max_moves must be 0 or more, or None")
    before = assignment.mentor_of
    old = int(before[broken])
    residual = assignment.residual
    problem = _without(assignment.held, broken, old)
    if assignment.held.fixed[broken] >= 0:
        released = assignment.held.sharing(replace(assignment.held, fixed=problem.fixed))
        residual = Residual(released, released.chosen(before), pinned=broken)
    mentor_of = _freely(residual, problem, broken) if max_moves is None else _within(residual, problem, broken, max_moves)
    mentor_of = np.where(problem.fixed >= 0, problem.fixed, mentor_of)
    mentor_of.flags.writeable = False
    changed = [broken, *(row for row in np.flatnonzero(mentor_of != before).tolist() if row != broken)]
    rows = np.flatnonzero(mentor_of >= 0)
    total = fsum(problem.scores[rows, mentor_of[rows]].astype(np.float64))
    moves = tuple(Reassignment(row, int(before[row]), int(mentor_of[row])) for row in changed)
    return Rematch(mentor_of, moves, total, assignment.total - total)


def _without(held: AssignmentProblem, broken: int, old: int) -> AssignmentProblem:
    """The problem in which the pair is forbidden and forced no longer."""
    fixed = held.fixed.copy()
    fixed[broken] = -1
    return held.sharing(replace(held, fixed=fixed, barred=np.append(held.barred, [[broken], [old]], axis=1)))


def _first_arcs(residual: Residual, problem: AssignmentProblem, broken: int) -> Ints:
    """(mentors + 1,) what it loses, beside the pair that ended, to put the mentee with each mentor, or with none."""
    block = problem.block(np.array([broken]))[0]
    return np.append(np.where(block == BARRED, NO_PATH, -(block + problem.standing[broken])), 0)


def _freely(residual: Residual, problem: AssignmentProblem, broken: int) -> Ints:
    """Any number may move: the shortest path, and the first of the answers as good."""
    old = int(residual.chosen[broken])
    length = residual.distances_to(old)
    first = _first_arcs(residual, problem, broken)
    both = (first < REACHABLE) & (length < REACHABLE)
    at = int(np.where(both, first + np.where(both, length, 0), NO_PATH).argmin())
    nodes = residual.path(at, residual.successors(old, length, at))
    mentor_of = _after(residual, broken, at, residual.moves(nodes))
    duals = residual.duals(length)
    moved = mentor_of != residual.chosen
    moved[broken] = True
    known = residual.tight, residual.duals(residual.distances_to(residual.hub)), moved
    return break_ties(problem, mentor_of, duals, tight_edges(problem, mentor_of, duals, known))


def _after(residual: Residual, broken: int, at: int, moves: list[Reassignment]) -> Ints:
    mentor_of = residual.chosen.copy()
    mentor_of[broken] = -1 if at == residual.hub else at
    for move in moves:
        mentor_of[move.mentee] = move.to_mentor
    return mentor_of


def _within(residual: Residual, problem: AssignmentProblem, broken: int, max_moves: int) -> Ints:
    """The shortest path on which no more than so many mentees move. Free places do not count."""
    paths = _BoundedPaths(residual, _first_arcs(residual, problem, broken))
    old = int(residual.chosen[broken])
    for _moved in range(min(max_moves, residual.hub + 1)):
        if not paths.go_on():
            break
    path = list(paths.back_from(old))[::-1]
    arcs = [[origin, to] for (before, origin), (after, to) in pairwise(path) if before < after]
    return _after(residual, broken, path[0][1], [move for step in arcs for move in residual.moves(step)])


class _BoundedPaths:
    """Shortest paths from the mentee whose pair ended, with one more arc each time (Bellman and Ford)."""

    def __init__(self, residual: Residual, first: Ints) -> None:
        self.residual, self.hub = residual, residual.hub
        self.came: dict[Node, Node] = {}
        self.moved = 0
        self.length = first
        self.layer = np.zeros(len(first), dtype=np.int64)
        """(nodes,) how many had moved when the path that is shortest so far got there."""
        self._let_places_move()

    def go_on(self) -> bool:
        """Let one more person move; False if that shortens no path."""
        before, layer = self.length, self.layer.copy()
        self.moved += 1
        offered, origin = self._one_arc(before)
        shorter = np.flatnonzero(offered < before)
        for node in shorter.tolist():
            self.came[self.moved, node] = int(layer[origin[node]]), int(origin[node])
        self.length = np.minimum(before, offered)
        self.layer[shorter] = self.moved
        self._let_places_move()
        return bool((self.length < before).any())

    def _one_arc(self, length: Ints) -> tuple[Ints, Ints]:
        """(nodes,) the shortest path with one person moving at the end, and from where."""
        residual, hub = self.residual, self.hub
        arcs = np.full((hub + 1, hub + 1), NO_PATH)
        arcs[:hub, :hub], arcs[:hub, hub], arcs[hub, :hub] = residual.arcs, residual.coming, residual.leaving
        offers = np.where((arcs < REACHABLE) & (length < REACHABLE), arcs + np.where(length < REACHABLE, length, 0), NO_PATH)
        origin = offers.argmin(axis=1)
        return offers[np.arange(hub + 1), origin], origin

    def _let_places_move(self) -> None:
        """A free place goes to the hub and another comes from there, and no mentee moves."""
        hub = self.hub
        free = np.flatnonzero(self.residual.free)
        if len(free):
            self._shorten(hub, int(free[self.length[free].argmin()]))
        for node in np.flatnonzero(self.residual.open & (self.length[:hub] > self.length[hub])).tolist():
            self._shorten(node, hub)

    def _shorten(self, node: int, origin: int) -> None:
        if self.length[origin] < min(self.length[node], REACHABLE):
            self.came[self.moved, node] = int(self.layer[origin]), origin
            self.length[node] = self.length[origin]
            self.layer[node] = self.moved

    def back_from(self, node: int) -> Iterator[Node]:
        """The path to a node, the last first. On an arc between two of one number only a free place moves."""
        at = int(self.layer[node]), node
        yield at
        while at in self.came:
            at = self.came[at]
            yield at
