"""The largest total, exactly: small problems at once, large ones on short lists that are mended until nothing is missing.

Both work on the problem's face (`matching.stages`): whom the best answers must match and which places they must fill is worth
`step` each, more than any sum of scores.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from matching.coverage import Lists
from matching.prices import Edges, Prices, shortest_listed, worthwhile
from matching.problem import UNITS, Face, Ints, Problem

DENSE_CELLS = 2_000_000
"""Mentees times places up to which all pairs are looked at at once (float64, 16 MB)."""
ADDED = 4
"""So many pairs of a mentee are added to the list in one round."""


@dataclass(frozen=True, slots=True)
class Solution:
    """`mentor_of` (n,) and, from the large solver, the prices that prove it and the pairs that could stand as well."""

    mentor_of: Ints
    prices: Prices | None = None
    even: Edges | None = None


def solve(problem: Problem, lists: Lists, dense_cells: int = DENSE_CELLS) -> Solution:
    """One best answer. `problem` has its face and floor; `lists` are those of its mentees, perhaps from below the floor."""
    face = problem.face
    assert face is not None
    rows = np.unique(lists.left[lists.units >= problem.floor])
    if not len(rows):
        return Solution(np.full(problem.shape[0], -1))
    places = np.minimum(problem.capacities, len(rows))
    if len(rows) * int(places.sum()) <= dense_cells:
        return Solution(_dense(problem, face, rows, places))
    return _sparse(problem, face, lists)


def _dense(problem: Problem, face: Face, rows: Ints, places: Ints) -> Ints:
    """SciPy's solver on the pairs, a mentor as often as they have places. A pair worth nothing is no pair."""
    mentor_of = np.full(problem.shape[0], -1)
    columns = np.repeat(np.arange(len(places)), places)
    step = float(UNITS * (min(len(rows), len(columns)) + 1))
    units = problem.block(rows)
    worth = units.astype(np.float64)
    worth += step * face.certain[rows, None]
    worth += step * face.full
    worth[units < 0] = 0
    cost = -worth[:, columns]
    row, column = linear_sum_assignment(cost)
    met = cost[row, column] < 0
    mentor_of[rows[row[met]]] = columns[column[met]]
    return mentor_of


def _sparse(problem: Problem, face: Face, lists: Lists) -> Solution:
    """Solve on the lists, find the prices, add the pairs that would gain at them, and again until there are none."""
    step = UNITS * (min(problem.shape[0], int(problem.capacities.sum())) + 1)
    keep = lists.units >= problem.floor
    order = np.argsort(lists.left[keep], kind="stable")
    row, column, units = (edge[keep][order] for edge in (lists.left, lists.right, lists.units))
    bonus, standing = step * face.full, step * face.certain
    while True:
        mentor_of = _listed(problem, row, column, units + bonus[column] + standing[row])
        prices = _prices(problem, mentor_of, (row, column, units + bonus[column]), standing)
        plain = Prices(prices.price - bonus, standing, prices.idle)
        found = worthwhile(problem, mentor_of, plain, ADDED)
        more = found.gain > 0
        if not more.any():
            return Solution(mentor_of, plain, found)
        added = found.rows[more], found.columns[more], found.gain[more]
        row = np.concatenate((row, added[0]))
        column = np.concatenate((column, added[1]))
        has = np.where(mentor_of >= 0, problem.units_at(mentor_of) - plain.price[mentor_of], -standing)
        units = np.concatenate((units, added[2] + plain.price[added[1]] + has[added[0]]))
        order = np.argsort(row, kind="stable")
        row, column, units = row[order], column[order], units[order]


def _listed(problem: Problem, row: Ints, column: Ints, worth: Ints) -> Ints:
    """The largest total on listed pairs, sorted by row. Each mentee has one more column of their own: to stay unmatched.

    SciPy's solver for sparse matrices drops costs of zero and matches every row, so costs are counted down from the most.
    """
    mentees, mentors = problem.shape
    places = np.minimum(problem.capacities, np.bincount(column, minlength=mentors))
    first, total = np.cumsum(places) - places, int(places.sum())
    most = float(worth.max() + 1)
    copies = places[column]
    edge = np.repeat(np.arange(len(row)), copies)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(copies) - copies, copies)
    ends = np.cumsum(np.bincount(row, weights=copies, minlength=mentees).astype(np.int64))
    indices = np.insert(first[column[edge]] + nth, ends, total + np.arange(mentees))
    costs = np.insert(most - worth[edge].astype(np.float64), ends, most)
    pointers = np.concatenate(([0], ends + np.arange(1, mentees + 1)))
    graph = csr_array((costs, indices, pointers), shape=(mentees, total + mentees))
    met, place = min_weight_full_bipartite_matching(graph)
    mentor = np.append(np.repeat(np.arange(mentors), places), np.full(mentees, -1))
    mentor_of = np.full(mentees, -1)
    mentor_of[met] = mentor[place]
    return mentor_of


def _prices(problem: Problem, mentor_of: Ints, listed: tuple[Ints, Ints, Ints], standing: Ints) -> Prices:
    """The highest prices at which nobody gains by another of their listed pairs."""
    row, column, worth = listed
    mentors = problem.shape[1]
    has = np.zeros(len(mentor_of), dtype=np.int64)
    own = mentor_of[row] == column
    has[row[own]] = worth[own]
    met = np.flatnonzero(mentor_of >= 0)
    start = np.full(mentors, int(worth.max()) * 2 + int(standing.max()))
    np.minimum.at(start, mentor_of[met], has[met] + standing[met])
    free = problem.capacities > np.bincount(mentor_of[met], minlength=mentors)
    start[free] = 0
    other = (mentor_of[row] >= 0) & ~own
    origin = mentor_of[row[other]]
    order = np.argsort(origin, kind="stable")
    price = shortest_listed(start, origin[order], column[other][order], (has[row[other]] - worth[other])[order])
    return Prices(price, standing, (price == 0) & (problem.capacities > 0))
