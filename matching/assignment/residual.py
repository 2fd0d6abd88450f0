"""The residual graph: the least loss that one change brings about, and the mentees who have to move.

The mentors are the nodes; an arc from one to another is the mentee there who loses least by moving. The hub is a node for
people without a mentor and for places that stay free. To force a pair is to find the shortest path from the place that is
needed to the place that becomes free. A length counts people before waiting before scores: `AssignmentProblem.standing` keeps
the three apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matching.assignment.duals import NO_PATH, REACHABLE, Duals, Edges, bellman_ford, tight_edges
from matching.assignment.problem import BARRED, BLOCK_PAIRS, AssignmentProblem, Bools, Ints, Units


@dataclass(frozen=True, slots=True)
class Reassignment:
    """A mentee who changes places; -1 is to be without a mentor."""

    mentee: int
    from_mentor: int
    to_mentor: int


class Residual:
    """`chosen` (n,) is the best answer to `problem`, forced pairs left out. The arcs take mentors × mentors × 8 bytes.

    A mentee who is `pinned` has a place that can become free, and stays there otherwise, even if that is not best.
    """

    def __init__(self, problem: AssignmentProblem, chosen: Ints, pinned: int | None = None) -> None:
        self.problem, self.chosen = problem, chosen
        self.hub = problem.shape[1]
        self.units = problem.units_at(chosen)
        self.open: Bools = problem.capacities > 0
        self.free: Bools = problem.capacities > np.bincount(chosen[chosen >= 0], minlength=self.hub)
        self.arcs = np.full((self.hub, self.hub), NO_PATH)
        """(to, from): what the mentee who loses least would lose."""
        self.leaving = np.full(self.hub, NO_PATH)
        """(mentors,) what it loses when a mentee there goes without."""
        worth = self.units + problem.standing
        self.movable = np.where(np.arange(len(chosen)) == (-1 if pinned is None else pinned), -1, chosen)
        for rows, mentors, starts in problem.by_mentor(self.movable):
            block = problem.block(rows)
            loss = self.units[rows, None] - block
            loss[block == BARRED] = NO_PATH
            self.arcs[:, mentors] = np.minimum.reduceat(loss, starts, axis=0).T
            self.leaving[mentors] = np.minimum.reduceat(worth[rows], starts)
        np.fill_diagonal(self.arcs, NO_PATH)

    @cached_property
    def waiting(self) -> Ints:
        """Everybody without a mentor."""
        return np.flatnonzero((self.chosen < 0) & (self.problem.fixed < 0))

    @cached_property
    def coming(self) -> Ints:
        """(mentors,) what it loses (less than nothing) when a mentee without a mentor comes; `NO_PATH` where none can."""
        loss = np.full(self.hub, NO_PATH)
        for rows, block in self._waiting_blocks():
            worth = np.where(block == BARRED, NO_PATH, -(block + self.problem.standing[rows, None]))
            np.minimum(loss, worth.min(axis=0), out=loss)
        return loss

    def _waiting_blocks(self) -> Iterator[tuple[Ints, Units]]:
        height = max(1, BLOCK_PAIRS // max(self.hub, 1))
        for start in range(0, len(self.waiting), height):
            rows = self.waiting[start : start + height]
            yield rows, self.problem.block(rows)

    @cached_property
    def out(self) -> Ints:
        """(mentors,) the arc to the hub, which a free place takes for nothing."""
        return np.where(self.free, 0, self.leaving)

    @cached_property
    def back(self) -> Ints:
        """(mentors,) the arc from the hub; a place may also stay empty."""
        return np.where(self.open, np.minimum(self.coming, 0), NO_PATH)

    @cached_property
    def distance_to_hub(self) -> Ints:
        """(mentors,) the distance to the hub: the price of a place."""
        return bellman_ford(self.arcs, self.out)

    def distances_to(self, target: int) -> Ints:
        """(mentors + 1,) the least loss from each node to the target, the hub last."""
        if target == self.hub:
            return np.append(self.distance_to_hub, 0)
        length = np.full(self.hub, NO_PATH)
        length[target] = 0
        from_hub = NO_PATH
        changed = np.array([target])
        while len(changed):  # a mentor as well off by the hub is not looked at again: `distance_to_hub` has been there
            from_hub = min(from_hub, _least(self.back[changed], length[changed]))
            if from_hub < REACHABLE:
                np.minimum(
                    length, np.where(self.distance_to_hub < REACHABLE, self.distance_to_hub + from_hub, NO_PATH), out=length
                )
            offered = (self.arcs[changed] + length[changed, None]).min(axis=0)
            changed = np.flatnonzero((offered < length) & (offered < REACHABLE))
            length[changed] = offered[changed]
        return np.append(length, from_hub)

    @cached_property
    def tight(self) -> Edges:
        """The edges that lose nothing at the duals of the answer."""
        return tight_edges(self.problem, self.chosen, self.duals(self.distances_to(self.hub)))

    def duals(self, length: Ints) -> Duals:
        """The duals that follow from the distances to one node, for the answer in which that path was gone."""
        price = np.where(self.open, length[:-1] - length[-1], 0)
        return Duals(price, self.problem.standing, self.open & (price == 0))

    def successors(self, target: int, length: Ints, start: int | None = None) -> Ints:
        """(mentors + 1,) the next node of a shortest path with the fewest arcs to the target, or -1 where there is none.

        `length` is `distances_to(target)`. With a `start`, others may be left at -1 once its path is known.
        """
        successors = np.full(self.hub + 1, -1)
        successors[target] = target
        reached = np.array([target])
        while len(reached) and (start is None or successors[start] < 0):
            tight = self._arcs_into(reached) + length[reached, None] == length
            tight &= (successors < 0) & (length < REACHABLE)
            found = np.flatnonzero(tight.any(axis=0))
            successors[found] = reached[tight[:, found].argmax(axis=0)]
            reached = found
        return successors

    def _arcs_into(self, nodes: Ints) -> Ints:
        """(nodes, mentors + 1) the arcs from everywhere."""
        arcs = np.full((len(nodes), self.hub + 1), NO_PATH)
        is_hub = nodes == self.hub
        mentors = nodes[~is_hub]
        arcs[is_hub, :-1] = self.out
        arcs[~is_hub, :-1] = self.arcs[mentors]
        arcs[~is_hub, -1] = self.back[mentors]
        return arcs

    def path(self, start: int, successors: Ints) -> list[int]:
        """The nodes of the path along the `successors`, both ends included."""
        nodes = [start]
        while successors[nodes[-1]] != nodes[-1]:
            nodes.append(int(successors[nodes[-1]]))
        return nodes

    def moves(self, nodes: list[int]) -> list[Reassignment]:
        """The mentees who move along a path. Free places move too, but are no person."""
        found = []
        for origin, to in pairwise(nodes):
            mentee = self._mover(origin, to)
            if mentee is not None:
                found.append(Reassignment(mentee, *(-1 if node == self.hub else node for node in (origin, to))))
        return found

    def _mover(self, origin: int, to: int) -> int | None:
        if origin == self.hub:
            return int(self.comers[to]) if self.coming[to] < REACHABLE else None
        if to == self.hub:
            rows = np.flatnonzero(self.movable == origin)
            return None if self.free[origin] else int(rows[(self.units + self.problem.standing)[rows].argmin()])
        return int(self.movers[to, origin])

    @cached_property
    def movers(self) -> NDArray[np.int32]:
        """(to, from): the mentee who loses least by the arc; it says nothing where there is no arc."""
        found = np.full((self.hub, self.hub), -1, dtype=np.int32)
        for rows, mentors, starts in self.problem.by_mentor(self.movable):
            block = self.problem.block(rows)
            loss = np.where(block == BARRED, NO_PATH, self.units[rows, None] - block)
            for mentor, start, end in zip(mentors, starts, [*starts[1:], len(rows)], strict=True):
                found[:, mentor] = rows[start + loss[start:end].argmin(axis=0)]
        return found

    @cached_property
    def comers(self) -> Ints:
        """(mentors,) which of the mentees without a mentor is worth most to each; it says nothing where none can come."""
        best, who = np.full(self.hub, -1), np.full(self.hub, -1)
        for rows, block in self._waiting_blocks():
            worth = np.where(block == BARRED, -1, block + self.problem.standing[rows, None])
            row = worth.argmax(axis=0)
            more = worth[row, np.arange(self.hub)]
            who = np.where(more > best, rows[row], who)
            best = np.maximum(best, more)
        return who


def _least(first: NDArray[np.int64], second: NDArray[np.int64]) -> int:
    both = (first < REACHABLE) & (second < REACHABLE)
    return int((first[both] + second[both]).min(initial=NO_PATH))


@dataclass(frozen=True, slots=True)
class Losses:
    """What a length is made of: people fewer matched, and units of score lost. (k,) each."""

    people: Ints
    units: Ints


def losses(problem: AssignmentProblem, length: Ints) -> Losses:
    """Take a length apart; it must be below `REACHABLE`. See `AssignmentProblem.standing`."""
    step = problem.step
    waiting = (length + step // 2) // step
    return Losses((waiting + problem.levels // 2) // problem.levels, length - waiting * step)
