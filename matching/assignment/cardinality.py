"""Can all these people be matched at once? Maximum matchings on short lists, and why not, where not.

Hopcroft and Karp's method runs on the best few edges of each node. Only where that leaves nodes unmatched, their candidate
lists are lengthened, until all are matched or a set of nodes is found whose edges, all of them, lead to too few places (a
violator of Hall's condition).
"""

from dataclasses import dataclass

import numpy as np

from matching.assignment.graphs import maximum_matching
from matching.assignment.problem import BLOCK_PAIRS, AssignmentProblem, Bools, Ints, Units

WIDTH = 16
"""Edges of each node to start with."""


@dataclass(frozen=True, slots=True)
class Matching:
    """A maximum matching: `left[k]` with `right[k]`. `deficiency` is how many more were needed.

    `violators` marks the left nodes that compete for too few places (Hall's condition fails for them), `saturated` their
    neighbors, who have those places; both are empty without a deficiency.
    """

    left: Ints
    right: Ints
    deficiency: int
    violators: Bools
    saturated: Bools


class CandidateLists:
    """Each node's best edges: mentees' edges to mentors, or the other way round (`of_mentors`).

    `left`, `right`, `units` (k,) are the edges; `last` (nodes,) the least units listed, -1 where the list is complete.
    """

    def __init__(self, problem: AssignmentProblem, *, of_mentors: bool = False, width: int = WIDTH) -> None:
        self.problem, self.of_mentors = problem, of_mentors
        self.lefts, self.rights = problem.shape[::-1] if of_mentors else problem.shape
        self.width = np.full(self.lefts, width)
        self.last = np.full(self.lefts, -1)
        self.left, self.right, self.units = self._best(np.arange(self.lefts), width)

    def _edges(self, lefts: Ints) -> Units:
        return self.problem.block(columns=lefts).T if self.of_mentors else self.problem.block(lefts)

    def _best(self, lefts: Ints, width: int) -> tuple[Ints, Ints, Ints]:
        height = max(1, BLOCK_PAIRS // max(self.rights, 1))
        found = [self._best_in(lefts[start : start + height], width) for start in range(0, len(lefts), height)]
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64)
        left, right, units = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return left, right, units

    def _best_in(self, lefts: Ints, width: int) -> tuple[Ints, Ints, Ints]:
        block = self._edges(lefts)
        if width < self.rights:
            best = np.argpartition(block, self.rights - width, axis=1)[:, self.rights - width :]
            block = np.take_along_axis(block, best, axis=1)
            self.last[lefts] = block.min(axis=1)
            row, place = np.nonzero(block >= 0)
            return lefts[row], best[row, place], block[row, place].astype(np.int64)
        self.last[lefts] = -1
        row, right = np.nonzero(block >= 0)
        return lefts[row], right, block[row, right].astype(np.int64)

    def _lengthen(self, lefts: Bools) -> None:
        self.width[lefts] *= 4
        parts = [tuple(edge[~lefts[self.left]] for edge in (self.left, self.right, self.units))]
        parts += [self._best(np.flatnonzero(lefts & (self.width == width)), width) for width in np.unique(self.width[lefts])]
        self.left, self.right, self.units = (np.concatenate(edges) for edges in zip(*parts, strict=True))

    def floor_bound(self, needs: Ints) -> int:
        """The least, over all nodes, of a node's need-th best edge: no floor above it can be kept. -1 if a node has too few."""
        order = np.lexsort((-self.units, self.left))
        counts = np.bincount(self.left, minlength=self.lefts)
        wanted = needs > 0
        if (counts < needs).any():
            return -1
        at = (np.cumsum(counts) - counts + needs - 1)[wanted]
        return int(self.units[order[at]].min())

    def first(self) -> Ints:
        """(mentees,) mentors of as many as the short lists allow, -1 without."""
        mentor_of = np.full(self.lefts, -1)
        needs = (np.bincount(self.left, minlength=self.lefts) > 0).astype(np.int64)
        matching = _maximum_matching(self.left, self.right, needs, self.problem.capacities)
        mentor_of[matching.left] = matching.right
        return mentor_of

    def matching(self, needs: Ints, places: Ints, floor: int) -> Matching:
        """Match each left node `needs` times, each right node at most `places` times, by edges of at least `floor` units."""
        while True:
            keep = (self.units >= floor) & (needs[self.left] > 0) & (places[self.right] > 0)
            left, right = self.left[keep], self.right[keep]
            matching = _maximum_matching(left, right, needs, places)
            cut_off = matching.violators & (self.last >= max(floor, 0))
            if not cut_off.any():
                return matching
            self._lengthen(cut_off)


def _maximum_matching(left: Ints, right: Ints, needs: Ints, places: Ints) -> Matching:
    """On the edges given, each node repeated as often as it needs or has places."""
    places = np.minimum(places, np.bincount(right, minlength=len(places)))
    first_left, first_right = np.cumsum(needs) - needs, np.cumsum(places) - places
    copies = needs[left] * places[right]
    edge = np.repeat(np.arange(len(left)), copies)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(copies) - copies, copies)
    rows = first_left[left[edge]] + nth // places[right[edge]]
    columns = first_right[right[edge]] + nth % places[right[edge]]
    shape = int(needs.sum()), int(places.sum())
    matched = maximum_matching(rows, columns, shape)
    left_of = np.repeat(np.arange(len(needs)), needs)
    right_of = np.repeat(np.arange(len(places)), places)
    met = matched >= 0
    lefts, rights = left_of[met], right_of[matched[met]]
    violators, saturated = np.zeros(len(needs), dtype=np.bool_), np.zeros(len(places), dtype=np.bool_)
    violators[left_of[~met]] = True
    while True:  # follow edges that are not matched, and back along those that are
        saturated[right[violators[left]]] = True
        more = lefts[saturated[rights]]
        if violators[more].all():
            return Matching(lefts, rights, int((~met).sum()), violators, saturated)
        violators[more] = True


def best_in_rows(problem: AssignmentProblem, rows: Ints, columns: Ints) -> Ints:
    """(rows,) the most units of each row within the columns, -1 where there are none."""
    best = np.full(len(rows), -1)
    height = max(1, BLOCK_PAIRS // max(len(columns), 1))
    for start in range(0, len(rows) if len(columns) else 0, height):
        best[start : start + height] = problem.block(rows[start : start + height], columns).max(axis=1)
    return best


class Augmentation:
    """A matching made maximum by augmenting paths: `mentor_of` (n,), the mentees of `rows` from whom no augmenting path
    leads, and the `saturated` mentors (m,), who are full together with every mentor to whom their mentees could go.
    """

    def __init__(self, problem: AssignmentProblem, mentor_of: Ints, rows: Ints) -> None:
        self.problem, self.mentor_of, self.rows = problem, mentor_of, rows
        self.may = np.zeros(problem.shape, dtype=np.bool_)
        for some in problem.row_blocks():
            self.may[some] = problem.block(some) >= 0
        self.hub = problem.shape[1]
        while True:
            left = problem.capacities - np.bincount(mentor_of[mentor_of >= 0], minlength=self.hub)
            successors, mover, steps = self._shortest_paths(left)
            self.saturated = (successors < 0) & (problem.capacities > 0)
            before = len(self.rows)
            self._augment(left, successors, mover, np.where(successors < 0, self.hub + 1, steps))
            if len(self.rows) in (0, before):
                return

    def _shortest_paths(self, left: Ints) -> tuple[Ints, Ints, Ints]:
        """(m,) each: the next mentor on the shortest path to a free place, the mentee who goes there, and how many go."""
        successors, mover, steps = (np.full(self.hub, value) for value in (-1, -1, 0))
        reached = np.flatnonzero(left > 0)
        successors[reached] = self.hub
        rows = np.flatnonzero(self.mentor_of >= 0)
        gone = 0
        while len(reached):
            gone += 1
            rows = rows[successors[self.mentor_of[rows]] < 0]
            leads = self.may[rows][:, reached]
            found = np.flatnonzero(leads.any(axis=1))
            at = self.mentor_of[rows[found]]
            successors[at], mover[at], steps[at] = reached[leads[found].argmax(axis=1)], rows[found], gone
            reached = np.unique(at)
        return successors, mover, steps

    def _augment(self, left: Ints, successors: Ints, mover: Ints, steps: Ints) -> None:
        used = np.zeros(self.hub, dtype=np.bool_)
        still = []
        for row in self.rows.tolist():
            far = np.where(self.may[row] & ~used, steps, self.hub + 1)
            path = [int(far.argmin())]
            if far[path[0]] > self.hub:
                still.append(row)
                continue
            while successors[path[-1]] != self.hub and not used[path[-1]]:
                path.append(int(successors[path[-1]]))
            if used[path[-1]]:
                still.append(row)
                continue
            left[path[-1]] -= 1
            used[path[:-1]] = True
            used[path[-1]] = left[path[-1]] <= 0
            for origin, to in zip(path[-2::-1], path[:0:-1], strict=True):
                self.mentor_of[mover[origin]] = to
            self.mentor_of[row] = path[0]
        self.rows = np.array(still, dtype=np.int64)
