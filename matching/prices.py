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


def worthwhile(problem: Problem, chosen: Ints, prices: Prices) -> Edges:
    """All pairs that do not stand and lose nothing at these prices."""
    has = contented(problem, chosen, prices)
    parts = [(np.empty(0, np.int64),) * 3]
    for rows in problem.row_blocks():
        block = problem.block(rows)
        gain = block - prices.price
        gain -= has[rows, None]
        at = np.nonzero((gain >= 0) & (block != BARRED))
        row, column, more = at[0] + rows.start, at[1], gain[at]
        other = chosen[row] != column
        parts.append((row[other], column[other], more[other]))
    return Edges(*(np.concatenate(each) for each in zip(*parts, strict=True)))


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
