"""Prices of places: the proof that a total is the largest, and the way to every other answer that is as good.

A mentor's place costs what the total would gain from one more. Nobody gains by leaving for a place at its price; those for whom
it comes out even are the only ones who can move in another best answer.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.problem import BARRED, Bools, Ints, Problem

FAR = 2**62 - 1
"""No way. Lengths are between -2^61 and 2^61, so that adding two neither overflows nor comes near."""
NEAR = 2**61


@dataclass(frozen=True, slots=True)
class Prices:
    """`price` (m,) of a place; `standing` (n,) what it is worth that a mentee is matched; `idle` (m,) may have a free place."""

    price: Ints
    standing: Ints
    idle: Bools


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs that do not stand, and what each would gain at the present prices: (k,) each."""

    rows: Ints
    columns: Ints
    gain: Ints


def contented(problem: Problem, chosen: Ints, prices: Prices) -> Ints:
    """(n,) what each mentee has, the standing left out: units less the price."""
    has: Ints = np.where(chosen >= 0, problem.units_at(chosen) - prices.price[chosen], -prices.standing)
    return has


def worthwhile(problem: Problem, chosen: Ints, prices: Prices, most: int) -> Edges:
    """All pairs that lose nothing at these prices, and of those that gain, the `most` best of each mentee."""
    has = contented(problem, chosen, prices)
    found: list[tuple[Ints, Ints, Ints]] = []
    for rows in problem.row_blocks():
        block = problem.block(rows)
        gain = block - prices.price
        gain -= has[rows, None]
        at = np.nonzero((gain >= 0) & (block != BARRED))
        row, column, more = at[0] + rows.start, at[1], gain[at]
        other = chosen[row] != column
        found.append(_best_few(row[other], column[other], more[other], most))
    if not found:
        found.append((np.empty(0, np.int64),) * 3)
    return Edges(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _best_few(row: Ints, column: Ints, gain: Ints, most: int) -> tuple[Ints, Ints, Ints]:
    order = np.lexsort((-gain, row))
    row, column, gain = row[order], column[order], gain[order]
    first = np.searchsorted(row, row)
    keep = (gain == 0) | (np.arange(len(row)) - first < most)
    return row[keep], column[keep], gain[keep]


def shortest(steps: NDArray[np.int64], start: Ints) -> Ints:
    """(m,) the shortest way from each mentor on: `start` where it ends there, or a step first. `steps[to, from]` (m, m).

    Bellman and Ford's method; only what became shorter is looked at again. There are no negative cycles.
    """
    length = start.copy()
    changed = np.flatnonzero(length < NEAR)
    while len(changed):
        offered = (steps[changed] + length[changed, None]).min(axis=0)
        changed = np.flatnonzero((offered < length) & (offered < NEAR))
        length[changed] = offered[changed]
    return length


def shortest_listed(start: Ints, origin: Ints, to: Ints, cost: Ints) -> Ints:
    """The same for steps `origin` → `to` listed one by one, sorted by `origin`."""
    length = start.copy()
    origins, firsts = np.unique(origin, return_index=True)
    while len(origins):
        offered = np.minimum.reduceat(cost + length[to], firsts)
        shorter = offered < length[origins]
        if not shorter.any():
            break
        length[origins[shorter]] = offered[shorter]
    return length
