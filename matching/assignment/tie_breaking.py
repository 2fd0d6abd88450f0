"""Among answers that are equally good, the one that comes first: row 0 with the lowest mentor it can have, then row 1, and on.

A mentee who could move along a tight edge is an arc from the mentor they have to the one they could have. Answers as good are
cycles of such arcs, and cycles stay inside a strongly connected component. Staying unmatched is a node of its own, the hub,
behind the last mentor; a free place moves like a mentee.
"""

import numpy as np

from matching.assignment.duals import Duals, Edges, surplus
from matching.assignment.graphs import strong_components
from matching.assignment.problem import AssignmentProblem, Bools, Ints


def break_ties(problem: AssignmentProblem, mentor_of: Ints, duals: Duals, tight: Edges) -> Ints:
    """The first of the best answers. `tight` are the edges that gain nothing and lose nothing at the duals."""
    hub = problem.shape[1]
    place = np.where(mentor_of >= 0, mentor_of, hub)
    leaving = np.flatnonzero((mentor_of >= 0) & (surplus(problem, mentor_of, duals) + duals.standing == 0))
    row = np.concatenate((tight.rows, leaving))
    to = np.concatenate((tight.columns, np.full(len(leaving), hub)))
    if not len(row):
        return mentor_of
    free = problem.capacities - np.bincount(mentor_of[mentor_of >= 0], minlength=hub)
    _count, component = strong_components(
        np.concatenate((place[row], np.flatnonzero(free > 0), np.full(int(duals.idle.sum()), hub))),
        np.concatenate((to, np.full(int((free > 0).sum()), hub), np.flatnonzero(duals.idle))),
        hub + 1,
    )
    movable = component[place[row]] == component[to]
    if not movable.any():
        return mentor_of
    row, to = row[movable], to[movable]
    nodes = np.flatnonzero(np.isin(component, component[to]))
    exchanges = _Exchanges(nodes, hub, np.append(free, 0), np.append(duals.idle, False))
    order = np.argsort(row, kind="stable")
    rows, first = np.unique(row[order], return_index=True)
    for mentee, options in zip(rows, np.split(to[order], first[1:]), strict=True):
        exchanges.seat(int(mentee), int(place[mentee]), options)
    settled = mentor_of.copy()
    for mentee in rows:
        settled[mentee] = exchanges.settle(int(mentee))
    settled[settled == hub] = -1
    return settled


class _Exchanges:
    """The mentees who can move, settled one after the other. Nodes are numbered anew, in their order."""

    def __init__(self, nodes: Ints, hub: int, free: Ints, idle: Bools) -> None:
        self.nodes = nodes
        self.number = np.full(hub + 1, -1)
        self.number[nodes] = np.arange(len(nodes))
        self.hub = int(self.number[hub])
        self.arcs = np.zeros((len(nodes), len(nodes)), dtype=np.int32)
        self.at: list[set[int]] = [set() for _ in nodes]
        self.place: dict[int, int] = {}
        self.options: dict[int, Ints] = {}
        if self.hub >= 0:
            self.arcs[:, self.hub] += free[nodes].astype(np.int32)
            self.arcs[self.hub] += idle[nodes]

    def seat(self, mentee: int, place: int, options: Ints) -> None:
        at = int(self.number[place])
        self.options[mentee] = np.sort(np.append(self.number[options], at))
        self._add(mentee, at)

    def settle(self, mentee: int) -> int:
        """Give the mentee the lowest mentor for whom the others can make way; they do not move again."""
        at = self.place[mentee]
        lower = self.options[mentee][self.options[mentee] < at]
        if len(lower):
            successors = self._successors_to(at)
            lower = lower[successors[lower] >= 0]
        self._remove(mentee)
        if len(lower):
            target = at
            at = step = int(lower[0])
            while step != target:
                self._shift(step, int(successors[step]))
                step = int(successors[step])
        return int(self.nodes[at])

    def _successors_to(self, target: int) -> Ints:
        """(nodes,) the next node on a path to the target, -1 where there is none."""
        successors = np.full(len(self.nodes), -1)
        frontier = np.array([target])
        successors[target] = target
        while len(frontier):
            leads = self.arcs[:, frontier] > 0
            found = np.flatnonzero(leads.any(axis=1) & (successors < 0))
            successors[found] = frontier[leads[found].argmax(axis=1)]
            frontier = found
        return successors

    def _shift(self, origin: int, to: int) -> None:
        """One mentee, or a free place, goes along the arc."""
        for mentee in self.at[origin]:
            if to in self.options[mentee]:
                self._remove(mentee)
                self._add(mentee, to)
                return
        if origin == self.hub:
            self.arcs[to, self.hub] += 1
        else:
            self.arcs[origin, self.hub] -= 1

    def _add(self, mentee: int, at: int) -> None:
        self.place[mentee] = at
        self.at[at].add(mentee)
        self.arcs[at, self.options[mentee]] += 1

    def _remove(self, mentee: int) -> None:
        at = self.place[mentee]
        self.at[at].remove(mentee)
        self.arcs[at, self.options[mentee]] -= 1
