"""The largest total, exactly: small problems at once, large ones on short lists that are mended until nothing is missing.

Both work on the problem's face (`matching.stages`): whom the best answers must match and which places they must fill is worth
`step` each, more than any sum of scores.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from matching.bidding import bid
from matching.coverage import WIDTH, Lists
from matching.prices import FAR, Edges, Prices, shortest_listed, worthwhile
from matching.problem import UNITS, Face, Ints, Problem
from matching.stages import witness

DENSE_CELLS = 2_000_000
"""Mentees times places up to which all pairs are looked at at once (float64, 16 MB)."""
CROWDED_CELLS = 12_000_000
"""The same where many people compete for the same mentors, and short lists would have to grow (100 MB)."""
MOST_NOBODIES = 50
"""Where more places stay free, people hardly compete, and prices do not help the large solver."""
ADDED = 4
"""So many pairs of a mentee are added to the list in one round."""


@dataclass(frozen=True, slots=True)
class Solution:
    """`mentor_of` (n,) and, from the large solver, the prices that prove it and the pairs that could stand as well."""

    mentor_of: Ints
    prices: Prices | None = None
    even: Edges | None = None


def solve(problem: Problem, lists: Lists, dense_cells: int | None = None) -> Solution:
    """One best answer. `problem` has its face and floor; `lists` are those of its mentees, perhaps from below the floor."""
    face = problem.face
    assert face is not None
    rows = np.unique(lists.left[lists.units >= problem.floor])
    if not len(rows):
        return Solution(np.full(problem.shape[0], -1))
    places = np.minimum(problem.capacities, len(rows))
    keep = lists.units >= problem.floor
    order = np.argsort(lists.left[keep], kind="stable")
    listed = lists.left[keep][order], lists.right[keep][order], lists.units[keep][order]
    price = bid(listed, places, face.certain, np.zeros(len(places), dtype=np.int64))
    if dense_cells is None:
        dense_cells = CROWDED_CELLS if problem.is_narrower or lists.width.max() > WIDTH else DENSE_CELLS
    if max(len(rows), int(places.sum())) * int(places.sum()) <= dense_cells:
        return Solution(_dense(problem, face, rows, places, price))
    listed = _with_witness(problem, _shortlist(problem, price), *witness(problem, lists))
    return _sparse(problem, face, listed, bid(listed, places, face.certain, price))


def _shortlist(problem: Problem, price: Ints) -> tuple[Ints, Ints, Ints]:
    """Each mentee's best pairs at these prices."""
    found = []
    prices = np.minimum(price, 4 * UNITS).astype(np.int32)
    for rows in problem.row_blocks():
        block = problem.block(rows)
        gain = np.where(block < 0, np.iinfo(np.int32).min, block - prices)
        if block.shape[1] > WIDTH:
            best = np.argpartition(gain, -WIDTH, axis=1)[:, -WIDTH:]
        else:
            best = np.broadcast_to(np.arange(block.shape[1]), block.shape)
        units = np.take_along_axis(block, best, axis=1)
        row, place = np.nonzero(units >= 0)
        found.append((row + rows.start, best[row, place], units[row, place]))
    rows_of, columns, worth = (np.concatenate(parts).astype(np.int64) for parts in zip(*found, strict=True))
    return rows_of, columns, worth


def _with_witness(problem: Problem, listed: tuple[Ints, Ints, Ints], rows: Ints, columns: Ints) -> tuple[Ints, Ints, Ints]:
    """The lists with pairs added that let as many people be matched. Sorted by row, each pair once."""
    mentors = problem.shape[1]
    units = problem.quantise(problem.scores[rows, columns]).astype(np.int64)
    pair, first = np.unique(np.append(listed[0] * mentors + listed[1], rows * mentors + columns), return_index=True)
    both: Ints = np.append(listed[2], units)
    return pair // mentors, pair % mentors, both[first]


def _dense(problem: Problem, face: Face, rows: Ints, places: Ints, price: Ints) -> Ints:
    """SciPy's solver on the pairs, a mentor as often as they have places.

    Nobodies fill up the rows, so that every place is taken by somebody; then the prices may be taken off without changing who
    is best, and little is left to do.
    """
    mentor_of = np.full(problem.shape[0], -1)
    columns = np.repeat(np.arange(len(places)), places)
    step = float(UNITS * (min(len(rows), len(columns)) + 1))
    units = problem.block(rows)
    worth = units.astype(np.float64)
    worth += step * face.certain[rows, None]
    worth += step * face.full
    worth[units < 0] = 0
    cost = np.zeros((max(len(rows), len(columns)), len(columns)))
    np.negative(worth[:, columns], out=cost[: len(rows)])
    cost += price[columns]
    row, column = linear_sum_assignment(cost)
    row, column = row[row < len(rows)], column[row < len(rows)]
    met = units[row, columns[column]] >= 0
    mentor_of[rows[row[met]]] = columns[column[met]]
    return mentor_of


def _sparse(problem: Problem, face: Face, listed: tuple[Ints, Ints, Ints], guess: Ints) -> Solution:
    """Solve on the lists, find the prices, add the pairs that would gain at them, and again until there are none."""
    step = UNITS * (min(problem.shape[0], int(problem.capacities.sum())) + 1)
    row, column, units = listed
    bonus, standing = step * face.full, step * face.certain
    while True:
        mentor_of = _listed(problem, row, column, units + bonus[column] + standing[row], guess)
        prices = _prices(problem, mentor_of, (row, column, units + bonus[column]), standing, guess + bonus)
        plain = Prices(prices.price - bonus, standing, prices.idle)
        guess = np.maximum(plain.price, 0)
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


def _listed(problem: Problem, row: Ints, column: Ints, worth: Ints, price: Ints) -> Ints:
    """The largest total on listed pairs, sorted by row. Each mentee has one more column of their own: to stay unmatched.

    SciPy's solver for sparse matrices drops costs of zero and matches every row, so costs are counted down from the most. The
    prices are taken off, which leaves it little to do, and nobodies take the places that must stay free. If one with a price
    is free all the same, the answer may not be the best, and is worked out without prices.
    """
    assert problem.face is not None
    mentees, mentors = problem.shape
    places = np.minimum(problem.capacities, np.bincount(column, minlength=mentors))
    first, total = np.cumsum(places) - places, int(places.sum())
    nobodies = max(total - problem.face.count, 0)
    if nobodies > MOST_NOBODIES:
        price, nobodies = np.zeros_like(price), 0
    most = float(worth.max() + 1)
    copies = places[column]
    edge = np.repeat(np.arange(len(row)), copies)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(copies) - copies, copies)
    ends = np.cumsum(np.bincount(row, weights=copies, minlength=mentees).astype(np.int64))
    indices = np.insert(first[column[edge]] + nth, ends, total + np.arange(mentees))
    costs = np.insert(most - (worth - price[column])[edge].astype(np.float64), ends, most)
    pointers = np.concatenate(([0], ends + np.arange(1, mentees + 1)))
    pointers = np.append(pointers, pointers[-1] + total * np.arange(1, nobodies + 1))
    mentor = np.append(np.repeat(np.arange(mentors), places), np.full(mentees, -1))
    indices = np.append(indices, np.tile(np.arange(total), nobodies))
    costs = np.append(costs, np.tile(most + price[mentor[:total]], nobodies))
    graph = csr_array((costs, indices, pointers), shape=(mentees + nobodies, total + mentees))
    met, place = min_weight_full_bipartite_matching(graph)
    if (np.bincount(mentor[place[place < total]], minlength=mentors) < np.where(price > 0, places, 0)).any():
        return _listed(problem, row, column, worth, np.zeros_like(price))
    mentor_of = np.full(mentees, -1)
    mentor_of[met[met < mentees]] = mentor[place[met < mentees]]
    return mentor_of


def _prices(problem: Problem, mentor_of: Ints, listed: tuple[Ints, Ints, Ints], standing: Ints, guess: Ints) -> Prices:
    """Prices at which nobody gains by another of their listed pairs: the highest that differ from the guess only downward.

    The differences of prices are bounded by what moves would lose; the hub, whose price is 0, is the node behind the mentors.
    """
    row, column, worth = listed
    hub = problem.shape[1]
    place = np.where(mentor_of >= 0, mentor_of, hub)
    has = -standing
    own = place[row] == column
    has[row[own]] = worth[own]
    leaving = np.full(hub, FAR)
    met = np.flatnonzero(mentor_of >= 0)
    np.minimum.at(leaving, mentor_of[met], has[met] + standing[met])
    leaving[problem.capacities > np.bincount(mentor_of[met], minlength=hub)] = 0
    open_ = np.flatnonzero(problem.capacities > 0)
    origin = np.concatenate((place[row[~own]], open_, np.full(len(open_), hub)))
    to = np.concatenate((column[~own], np.full(len(open_), hub), open_))
    cost = np.concatenate((has[row[~own]] - worth[~own], leaving[open_], np.zeros(len(open_), dtype=np.int64)))
    order = np.argsort(origin, kind="stable")
    length = shortest_listed(np.append(guess, 0), origin[order], to[order], cost[order])
    price = length[:hub] - length[hub]
    return Prices(price, standing, (price == 0) & (problem.capacities > 0))
