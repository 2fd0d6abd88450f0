"""Can all these people be matched at once? Maximum matchings on short lists, and why not, where not.

Hopcroft and Karp's method (SciPy's) runs on the best few edges of each node. Only where that leaves somebody out, the lists of
those whom it concerns are lengthened, until everybody is in or a set of nodes is found whose edges, all of them, lead to too
few places (Hall's condition).
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from matching.assignment.problem import BLOCK_PAIRS, Bools, Ints, Problem, Units

WIDTH = 16
"""Edges of each node to start with."""


@dataclass(frozen=True, slots=True)
class Cover:
    """A maximum matching: `left[k]` with `right[k]`. `missing` is how many more were needed.

    `short` marks the left nodes that compete for too few places, `scarce` those places; both are empty when nobody is missing.
    """

    left: Ints
    right: Ints
    missing: int
    short: Bools
    scarce: Bools


class Lists:
    """Each node's best edges: mentees' edges to mentors, or the other way round (`of_mentors`).

    `left`, `right`, `units` (k,) are the edges; `last` (nodes,) the least units listed, -1 where the list is complete.
    """

    def __init__(self, problem: Problem, *, of_mentors: bool = False, width: int = WIDTH) -> None:
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

    def best_units(self, needs: Ints) -> int:
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
        cover = _matching(self.left, self.right, needs, self.problem.capacities)
        mentor_of[cover.left] = cover.right
        return mentor_of

    def cover(self, needs: Ints, places: Ints, floor: int) -> Cover:
        """Match each left node `needs` times, each right node at most `places` times, by edges of at least `floor` units."""
        while True:
            keep = (self.units >= floor) & (needs[self.left] > 0) & (places[self.right] > 0)
            left, right = self.left[keep], self.right[keep]
            cover = _matching(left, right, needs, places)
            cut_off = cover.short & (self.last >= max(floor, 0))
            if not cut_off.any():
                return cover
            self._lengthen(cut_off)


def _matching(left: Ints, right: Ints, needs: Ints, places: Ints) -> Cover:
    """A maximum matching on the edges given, each node repeated as often as it needs or has places."""
    places = np.minimum(places, np.bincount(right, minlength=len(places)))
    first_left, first_right = np.cumsum(needs) - needs, np.cumsum(places) - places
    copies = needs[left] * places[right]
    edge = np.repeat(np.arange(len(left)), copies)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(copies) - copies, copies)
    rows = first_left[left[edge]] + nth // places[right[edge]]
    columns = first_right[right[edge]] + nth % places[right[edge]]
    shape = int(needs.sum()), int(places.sum())
    graph = csr_array((np.ones(len(edge), dtype=np.int8), (rows, columns)), shape=shape)
    matched = maximum_bipartite_matching(graph, perm_type="column").astype(np.int64)
    left_of = np.repeat(np.arange(len(needs)), needs)
    right_of = np.repeat(np.arange(len(places)), places)
    met = matched >= 0
    lefts, rights = left_of[met], right_of[matched[met]]
    short, scarce = np.zeros(len(needs), dtype=np.bool_), np.zeros(len(places), dtype=np.bool_)
    short[left_of[~met]] = True
    while True:  # follow edges that are not matched, and back along those that are
        scarce[right[short[left]]] = True
        more = lefts[scarce[rights]]
        if short[more].all():
            return Cover(lefts, rights, int((~met).sum()), short, scarce)
        short[more] = True


def best_in_rows(problem: Problem, rows: Ints, columns: Ints) -> Ints:
    """(rows,) the most units of each row within the columns, -1 where there are none."""
    best = np.full(len(rows), -1)
    height = max(1, BLOCK_PAIRS // max(len(columns), 1))
    for start in range(0, len(rows) if len(columns) else 0, height):
        best[start : start + height] = problem.block(rows[start : start + height], columns).max(axis=1)
    return best


class Growth:
    """A matching that grows as long as anybody more can be let in: `mentor_of` (n,), whom of `rows` nobody makes way for, and
    the `scarce` mentors (m,), who are full together with all to whom their mentees could go.
    """

    def __init__(self, problem: Problem, mentor_of: Ints, rows: Ints) -> None:
        self.problem, self.mentor_of, self.rows = problem, mentor_of, rows
        self.may = np.zeros(problem.shape, dtype=np.bool_)
        for some in problem.row_blocks():
            self.may[some] = problem.block(some) >= 0
        self.hub = problem.shape[1]
        while True:
            left = problem.capacities - np.bincount(mentor_of[mentor_of >= 0], minlength=self.hub)
            onward, mover, steps = self._ways(left)
            self.scarce = (onward < 0) & (problem.capacities > 0)
            before = len(self.rows)
            self._let_in(left, onward, mover, np.where(onward < 0, self.hub + 1, steps))
            if len(self.rows) in (0, before):
                return

    def _ways(self, left: Ints) -> tuple[Ints, Ints, Ints]:
        """(m,) each: the next mentor on the way to a free place or the hub, who goes there, and how many go."""
        onward, mover, steps = (np.full(self.hub, value) for value in (-1, -1, 0))
        reached = np.flatnonzero(left > 0)
        onward[reached] = self.hub
        rows = np.flatnonzero(self.mentor_of >= 0)
        gone = 0
        while len(reached):
            gone += 1
            rows = rows[onward[self.mentor_of[rows]] < 0]
            leads = self.may[rows][:, reached]
            found = np.flatnonzero(leads.any(axis=1))
            at = self.mentor_of[rows[found]]
            onward[at], mover[at], steps[at] = reached[leads[found].argmax(axis=1)], rows[found], gone
            reached = np.unique(at)
        return onward, mover, steps

    def _let_in(self, left: Ints, onward: Ints, mover: Ints, steps: Ints) -> None:
        used = np.zeros(self.hub, dtype=np.bool_)
        still = []
        for row in self.rows.tolist():
            far = np.where(self.may[row] & ~used, steps, self.hub + 1)
            way = [int(far.argmin())]
            if far[way[0]] > self.hub:
                still.append(row)
                continue
            while onward[way[-1]] != self.hub and not used[way[-1]]:
                way.append(int(onward[way[-1]]))
            if used[way[-1]]:
                still.append(row)
                continue
            left[way[-1]] -= 1
            used[way[:-1]] = True
            used[way[-1]] = left[way[-1]] <= 0
            for origin, to in zip(way[-2::-1], way[:0:-1], strict=True):
                self.mentor_of[mover[origin]] = to
            self.mentor_of[row] = way[0]
        self.rows = np.array(still, dtype=np.int64)
