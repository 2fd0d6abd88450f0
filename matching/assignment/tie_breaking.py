"""Among answers that are equally good, the one that comes first: row 0 with the lowest mentor it can have, then row 1, and on.

Whoever could move without loss is an arrow from the mentor they have to the one they could have. Answers as good are cycles
of such arrows. Staying unmatched is a node of its own, the hub, behind the last mentor; a free place moves like a mentee.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from matching.assignment.duals import Edges, Prices, contented
from matching.assignment.problem import Bools, Ints, Problem


def break_ties(problem: Problem, mentor_of: Ints, prices: Prices, even: Edges) -> Ints:
    """The first of the best answers. `even` are the pairs that gain nothing and lose nothing at the prices."""
    hub = problem.shape[1]
    place = np.where(mentor_of >= 0, mentor_of, hub)
    leaving = np.flatnonzero((mentor_of >= 0) & (contented(problem, mentor_of, prices) + prices.standing == 0))
    row = np.concatenate((even.rows, leaving))
    to = np.concatenate((even.columns, np.full(len(leaving), hub)))
    if not len(row):
        return mentor_of
    free = problem.capacities - np.bincount(mentor_of[mentor_of >= 0], minlength=hub)
    part = _parts(
        np.concatenate((place[row], np.flatnonzero(free > 0), np.full(int(prices.idle.sum()), hub))),
        np.concatenate((to, np.full(int((free > 0).sum()), hub), np.flatnonzero(prices.idle))),
        hub + 1,
    )
    movable = part[place[row]] == part[to]
    if not movable.any():
        return mentor_of
    row, to = row[movable], to[movable]
    nodes = np.flatnonzero(np.isin(part, part[to]))
    walk = _Walk(nodes, hub, np.append(free, 0), np.append(prices.idle, False))
    order = np.argsort(row, kind="stable")
    rows, first = np.unique(row[order], return_index=True)
    for mentee, options in zip(rows, np.split(to[order], first[1:]), strict=True):
        walk.seat(int(mentee), int(place[mentee]), options)
    settled = mentor_of.copy()
    for mentee in rows:
        settled[mentee] = walk.settle(int(mentee))
    settled[settled == hub] = -1
    return settled


def _parts(origin: Ints, to: Ints, nodes: int) -> NDArray[np.int32]:
    """(nodes,) which strongly connected part each belongs to: only inside one are there cycles."""
    graph = csr_array((np.ones(len(origin), dtype=np.int8), (origin, to)), shape=(nodes, nodes))
    _count, part = connected_components(graph, directed=True, connection="strong")
    found: NDArray[np.int32] = part
    return found


class _Walk:
    """The mentees who can move, settled one after the other. Nodes are numbered anew, in their order."""

    def __init__(self, nodes: Ints, hub: int, free: Ints, idle: Bools) -> None:
        self.nodes = nodes
        self.number = np.full(hub + 1, -1)
        self.number[nodes] = np.arange(len(nodes))
        self.hub = int(self.number[hub])
        self.arrows = np.zeros((len(nodes), len(nodes)), dtype=np.int32)
        self.at: list[set[int]] = [set() for _ in nodes]
        self.place: dict[int, int] = {}
        self.options: dict[int, Ints] = {}
        if self.hub >= 0:
            self.arrows[:, self.hub] += free[nodes].astype(np.int32)
            self.arrows[self.hub] += idle[nodes]

    def seat(self, mentee: int, place: int, options: Ints) -> None:
        at = int(self.number[place])
        self.options[mentee] = np.sort(np.append(self.number[options], at))
        self._add(mentee, at)

    def settle(self, mentee: int) -> int:
        """Give the mentee the lowest mentor for whom the others can make way; they do not move again."""
        at = self.place[mentee]
        lower = self.options[mentee][self.options[mentee] < at]
        if len(lower):
            onward = self._ways_to(at)
            lower = lower[onward[lower] >= 0]
        self._remove(mentee)
        if len(lower):
            target = at
            at = step = int(lower[0])
            while step != target:
                self._shift(step, int(onward[step]))
                step = int(onward[step])
        return int(self.nodes[at])

    def _ways_to(self, target: int) -> Ints:
        """(nodes,) the next node on a way to the target, -1 where there is none."""
        onward = np.full(len(self.nodes), -1)
        frontier = np.array([target])
        onward[target] = target
        while len(frontier):
            leads = self.arrows[:, frontier] > 0
            found = np.flatnonzero(leads.any(axis=1) & (onward < 0))
            onward[found] = frontier[leads[found].argmax(axis=1)]
            frontier = found
        return onward

    def _shift(self, origin: int, to: int) -> None:
        """One mentee, or a free place, goes along the arrow."""
        for mentee in self.at[origin]:
            if to in self.options[mentee]:
                self._remove(mentee)
                self._add(mentee, to)
                return
        if origin == self.hub:
            self.arrows[to, self.hub] += 1
        else:
            self.arrows[origin, self.hub] -= 1

    def _add(self, mentee: int, at: int) -> None:
        self.place[mentee] = at
        self.at[at].add(mentee)
        self.arrows[at, self.options[mentee]] += 1

    def _remove(self, mentee: int) -> None:
        at = self.place[mentee]
        self.at[at].remove(mentee)
        self.arrows[at, self.options[mentee]] -= 1
