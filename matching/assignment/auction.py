"""Mentees bid at prices that only rise, until everybody who must be matched is: the largest total, with its dual solution.

A mentor's price is the dual variable of a place there: what it would cost the others. As long as no mentee gains by another
choice at these prices, and places left free cost nothing (complementary slackness), the pairs so far are the best for the
people so far. Bertsekas' auction brings most people in; each bids no more than makes their second choice as good. For those
left, shortest augmenting paths over the mentors (the Hungarian method, with Dijkstra's) tell which mentee makes way for which.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.assignment.duals import Duals, Edges
from matching.assignment.graphs import shortest_paths
from matching.assignment.problem import BLOCK_PAIRS, UNITS, AssignmentProblem, Ints

WIDTH = 16
"""Candidate mentors of each mentee, the best ones, that are looked at first."""
BIDS = 60
"""Rounds of an auction, at most."""
BETWEEN = 20
"""Rounds of the auctions between augmentations, held while more people than this have no place."""
STEPS = (UNITS >> 5, UNITS >> 8, UNITS >> 11)
"""The least raise of a bid in auctions that only find out what places cost, one after the other."""
LEFT_OUT = 50
"""Such an auction ends when only one mentee in so many is without a place."""
CROWDED = 3
"""It is held where the exact one leaves out more than one mentee in so many, and all people get in and all places are taken."""
ADDED = 4
"""So many pairs of a mentee are added at once where others are worth more than those listed."""
NONE = -(2**60)
"""What a pair is worth that cannot be made."""


@dataclass(frozen=True, slots=True)
class Solution:
    """The primal solution `mentor_of` (n,), the duals that prove it, and the tight edges: pairs that could stand as well."""

    mentor_of: Ints
    duals: Duals
    tight: Edges


@dataclass(frozen=True, slots=True)
class _ShortestPaths:
    """For each mentor the `price` of a place, and how one comes free: `mover` goes to the successor, or leaves (the hub)."""

    price: Ints
    successors: Ints
    mover: Ints


class Auction:
    """An assignment that grows, and its prices: `mentor_of` (n,), `price` (m,), and each mentee's best pairs at the prices when
    they were listed.

    All other pairs are worth at most `bound` (n,) to the mentee, for good, since prices only rise. `bonus` (m,) is what it is
    worth that a place is taken, and `standing` (n,) that a mentee is matched.
    """

    def __init__(self, problem: AssignmentProblem, width: int = WIDTH) -> None:
        face = problem.face
        assert face is not None
        mentees, mentors = problem.shape
        self.problem, self.width = problem, min(width, mentors)
        self.hub = mentors
        self.count = face.count
        step = UNITS * (min(mentees, int(problem.capacities.sum())) + 1)
        self.bonus, self.standing = step * face.full, step * face.certain
        self.places = problem.capacities
        self.price = np.zeros(mentors, dtype=np.int64)
        self.mentor_of = np.full(mentees, -1)
        self.worth_own = np.zeros(mentees, dtype=np.int64)
        self.column = np.zeros((mentees, self.width), dtype=np.int64)
        self.worth = np.full((mentees, self.width), NONE)
        self.bound = np.full(mentees, NONE)
        self.list_anew(np.arange(mentees))
        self.free = np.flatnonzero(self.worth[:, -1] > NONE)

    def gains(self, rows: Ints, price: Ints) -> NDArray[np.int64]:
        """(rows, m) what each pair gains at the prices."""
        block = self.problem.block(rows)
        gain = block + (self.bonus - price)
        gain[block < 0] = NONE
        return gain

    def _in_blocks(self, rows: Ints) -> list[Ints]:
        height = max(1, BLOCK_PAIRS // max(self.hub, 1))
        return [rows[start : start + height] for start in range(0, len(rows), height)]

    def list_anew(self, rows: Ints) -> None:
        """The best pairs at the present prices, the best of all last."""
        for some in self._in_blocks(rows):
            gain = self.gains(some, self.price)
            rest = self.hub - self.width
            if rest:
                order = gain.argpartition(rest - 1, axis=1)[:, rest - 1 :]
                listed = np.take_along_axis(gain, order, axis=1)
                self.bound[some] = listed[:, 0]
                order, gain = order[:, 1:], listed[:, 1:]
            else:
                order = np.broadcast_to(np.arange(self.hub), gain.shape)
            last = gain.argmax(axis=1)
            self.column[some] = order
            self.worth[some] = np.where(gain > NONE, gain + self.price[order], NONE)
            for table in (self.column, self.worth):
                table[some, last], table[some, -1] = table[some, -1], table[some, last]

    def choices(self) -> NDArray[np.int64]:
        """(free, width) what the listed pairs of those without a place gain. A mentee who can only lose stays without."""
        while True:
            gain = self.worth[self.free] - self.price[self.column[self.free]]
            best = gain.max(axis=1, initial=NONE)
            stale = best < self.bound[self.free]
            if not stale.any():
                wants = best > -self.standing[self.free]
                self.free = self.free[wants]
                wanted: NDArray[np.int64] = gain[wants]
                return wanted
            self.list_anew(self.free[stale])

    def solve(self) -> Solution:
        """Everybody in, and what proves that it is the best."""
        everybody = self.free
        self.bid()
        no_choice = int(self.places.sum()) == self.count and bool(self.standing[everybody].all())
        if no_choice and len(self.free) * CROWDED > len(everybody):
            self._guess(everybody)
            self.bid()
        while len(self.free):
            self.augment()
            if len(self.free) > BETWEEN:
                self.bid(rounds=BETWEEN)
        duals = Duals(self.price - self.bonus, self.standing, (self.price == 0) & (self.places > 0))
        return Solution(self.mentor_of, duals, self._tight_edges())

    def _guess(self, everybody: Ints) -> None:
        """Start again from about what places cost. As everybody gets in and every place is taken, it may be too much."""
        for step in STEPS:
            self.mentor_of[:], self.free = -1, everybody
            self.bid(step)
        before = self.price
        self.price = np.minimum(before - before[self.places > 0].min(), int(self.standing.max()) - UNITS)
        self.bound += int((before - self.price).max())
        self.mentor_of[:], self.free = -1, everybody

    def _tight_edges(self) -> Edges:
        """The pairs that do not stand and would be as good, at the prices: their reduced cost is zero."""
        met = self.mentor_of >= 0
        surplus = np.where(met, self.worth_own - self.price[self.mentor_of], -self.standing)
        listed = np.flatnonzero(self.bound < surplus)
        at = np.nonzero(self.worth[listed] - self.price[self.column[listed]] == surplus[listed, None])
        rows, columns = [listed[at[0]]], [self.column[listed][at]]
        for some in self._in_blocks(np.flatnonzero(self.bound >= surplus)):
            at = np.nonzero(self.gains(some, self.price) == surplus[some, None])
            rows.append(some[at[0]])
            columns.append(at[1])
        row, column = np.concatenate(rows), np.concatenate(columns)
        other = self.mentor_of[row] != column
        return Edges(row[other], column[other], np.zeros(int(other.sum()), dtype=np.int64))

    def bid(self, step: int = 0, rounds: int = BIDS) -> None:
        """An auction: a place goes to the highest bids, at the price of the highest bid that gets none."""
        offers = np.where(self.mentor_of >= 0, self.price[self.mentor_of], 0)
        enough = len(self.free) // LEFT_OUT if step else 0
        for _round in range(rounds):
            gain = self.choices()
            if len(self.free) <= enough:
                return
            rows, each = self.free, np.arange(len(self.free))
            best = gain.argmax(axis=1)
            most = gain[each, best]
            at = self.column[rows, best]
            self.mentor_of[rows] = at
            self.worth_own[rows] = self.worth[rows, best]
            gain[each, best] = NONE
            second = np.maximum(np.maximum(gain.max(axis=1), self.bound[rows]), -self.standing[rows])
            if step:
                offers[rows] = self.price[at] + np.minimum(most - second, UNITS) + step
            else:
                offers[rows] = self.price[at] + most - second
            wanted = np.zeros(self.hub, dtype=np.bool_)
            wanted[at] = True
            asking = np.flatnonzero((self.mentor_of >= 0) & wanted[self.mentor_of])
            order = asking[np.lexsort((-offers[asking], self.mentor_of[asking]))]
            at = self.mentor_of[order]
            rank = np.arange(len(at)) - np.searchsorted(at, at)
            first_out = rank == self.places[at] - (step > 0)
            self.price[at[first_out]] = offers[order[first_out]]
            self.free = order[rank >= self.places[at]]
            self.mentor_of[self.free] = -1

    def augment(self) -> None:
        """Raise the prices to the lengths of the shortest paths, and augment along as many as do not meet."""
        paths = self._shortest_paths()
        self.price = paths.price
        gain = self.choices()
        best = gain.argmax(axis=1)
        first = self.column[self.free, best]
        left = self.places - np.bincount(self.mentor_of[self.mentor_of >= 0], minlength=self.hub)
        used = np.zeros(self.hub + 1, dtype=np.bool_)
        still, changed, successors, mover = [], [], paths.successors.tolist(), paths.mover.tolist()
        for row, node in zip(self.free.tolist(), first.tolist(), strict=True):
            path = [node]
            while path[-1] != self.hub and not used[path[-1]] and left[path[-1]] <= 0:
                path.append(successors[path[-1]])
            if path[-1] != self.hub and left[path[-1]] <= 0:
                still.append(row)
                continue
            if path[-1] != self.hub:
                left[path[-1]] -= 1
                used[path[-1]] = left[path[-1]] == 0
            for origin, to in zip(path[-2::-1], path[:0:-1], strict=True):
                used[origin] = True
                moved = mover[origin]
                self.mentor_of[moved] = -1 if to == self.hub else to
                changed.append(moved)
            self.mentor_of[row] = node
            changed.append(row)
        placed = np.array(changed, dtype=np.int64)
        self.free = np.append(np.array(still, dtype=np.int64), placed[self.mentor_of[placed] < 0])
        placed = placed[self.mentor_of[placed] >= 0]
        at = self.mentor_of[placed]
        self.worth_own[placed] = self.problem.quantise(self.problem.scores[placed, at]) + self.bonus[at]

    def _shortest_paths(self) -> _ShortestPaths:
        rows = np.flatnonzero(self.mentor_of >= 0)
        own = self.mentor_of[rows]
        surplus = self.worth_own[rows] - self.price[own]
        gain = self.worth[rows] - self.price[self.column[rows]]
        at = np.nonzero((gain > NONE // 2) & (self.column[rows] != own[:, None]))
        mover, to, cost = rows[at[0]], self.column[rows][at], surplus[at[0]] - gain[at]
        while True:
            paths = self._paths_over(rows, surplus, mover, to, cost)
            looked = rows[self.worth_own[rows] - paths.price[own] < self.bound[rows]]
            found = self._violated(looked, paths.price)
            if not len(found[0]):
                before, self.price = self.price, paths.price
                self.list_anew(looked)
                self.price = before
                return paths
            mover, to = np.append(mover, found[0]), np.append(to, found[1])
            place = self.mentor_of[found[0]]
            cost = np.append(cost, self.worth_own[found[0]] - self.price[place] - found[2] + self.price[found[1]])

    def _violated(self, rows: Ints, price: Ints) -> tuple[Ints, Ints, Ints]:
        """The best pairs that would gain at the prices, against dual feasibility: row, column, worth."""
        parts = [(np.empty(0, dtype=np.int64),) * 3]
        for some in self._in_blocks(rows):
            gain = self.gains(some, price)
            gain -= (self.worth_own[some] - price[self.mentor_of[some]])[:, None]
            row = np.flatnonzero((gain > 0).any(axis=1))
            if len(row):
                gain = gain[row]
                best = gain.argpartition(-min(ADDED, self.hub), axis=1)[:, -min(ADDED, self.hub) :]
                more = np.take_along_axis(gain, best, axis=1)
                at = np.nonzero(more > 0)
                who, column = some[row[at[0]]], best[at]
                parts.append((who, column, more[at] + self.worth_own[who] - price[self.mentor_of[who]] + price[column]))
        rows, columns, worth = (np.concatenate(each) for each in zip(*parts, strict=True))
        return rows, columns, worth

    def _paths_over(self, rows: Ints, surplus: Ints, mover: Ints, to: Ints, cost: Ints) -> _ShortestPaths:
        own = self.mentor_of[rows]
        count = np.bincount(own, minlength=self.hub)
        leaving = surplus + self.standing[rows]
        order = np.lexsort((leaving, own))
        full, first = np.unique(own[order], return_index=True)
        leaver = np.full(self.hub, -1)
        leaver[full] = rows[order[first]]
        out = np.zeros(self.hub, dtype=np.int64)
        out[full] = leaving[order[first]]
        out[count < self.places] = 0
        origin = np.append(self.mentor_of[mover], np.arange(self.hub))
        target = np.append(to, np.full(self.hub, self.hub))
        lengths = np.append(cost, out).astype(np.float64)
        order = np.argsort(target.astype(np.uint16 if self.hub < 2**16 else np.int64), kind="stable")
        pointers = np.concatenate(([0], np.cumsum(np.bincount(target, minlength=self.hub + 1))))
        length, successors = shortest_paths(lengths[order], origin[order], pointers, self.hub)
        successors = successors[:-1]
        found = np.flatnonzero(to == successors[self.mentor_of[mover]])
        found = found[np.argsort(-cost[found], kind="stable")]
        leaver[self.mentor_of[mover[found]]] = mover[found]
        return _ShortestPaths(self.price + length[:-1].astype(np.int64), successors, leaver)
