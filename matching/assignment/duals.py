"""The dual solution: the proof that a total is the largest, and the way to every other answer that is as good.

The price of a mentor's place is what the total would gain from one more. No mentee gains by leaving for a place at its price
(dual feasibility); those whose edge is tight, neither gaining nor losing, are the only ones who can move in another optimum.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.assignment.problem import BARRED, BLOCK_PAIRS, AssignmentProblem, Bools, Ints

NO_PATH = 2**62 - 1
"""The length where there is no path. Lengths are between -2^61 and 2^61, so that adding two neither overflows nor comes near.
"""
REACHABLE = 2**61


@dataclass(frozen=True, slots=True)
class Duals:
    """`price` (m,) of a place; `standing` (n,) what it is worth that a mentee is matched; `idle` (m,) may have a free place."""

    price: Ints
    standing: Ints
    idle: Bools


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs that do not stand, and what each would gain at the present duals, the negative of its reduced cost: (k,) each."""

    rows: Ints
    columns: Ints
    gain: Ints


def surplus(problem: AssignmentProblem, chosen: Ints, duals: Duals) -> Ints:
    """(n,) the dual variable of each mentee, the standing left out: units less the price."""
    has: Ints = np.where(chosen >= 0, problem.units_at(chosen) - duals.price[chosen], -duals.standing)
    return has


def tight_edges(
    problem: AssignmentProblem, chosen: Ints, duals: Duals, known: tuple[Edges, Duals, Bools] | None = None
) -> Edges:
    """All pairs that do not stand and lose nothing at these duals.

    `known` are those at duals that were nowhere lower, and the mentees (n,) who chose otherwise then: only what is different
    is looked at.
    """
    mentees, mentors = problem.shape
    if known is None:
        return _tight_among(problem, chosen, duals, np.arange(mentees), np.arange(mentors))
    edges, before, moved = known
    other = duals.price != before.price
    better_off = other[chosen] & (chosen >= 0)  # only other places that cost less can be as good
    same = ~(moved | better_off)[edges.rows] & ~other[edges.columns]
    parts = [
        Edges(edges.rows[same], edges.columns[same], edges.gain[same]),
        _tight_among(problem, chosen, duals, np.flatnonzero(moved), np.arange(mentors)),
        _tight_among(problem, chosen, duals, np.flatnonzero(~moved), np.flatnonzero(other)),
    ]
    return Edges(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("rows", "columns", "gain")))


def _tight_among(problem: AssignmentProblem, chosen: Ints, duals: Duals, rows: Ints, columns: Ints) -> Edges:
    has, price = surplus(problem, chosen, duals), duals.price[columns]
    parts = [(np.empty(0, np.int64),) * 3]
    height = max(1, BLOCK_PAIRS // max(len(columns), 1))
    for start in range(0, len(rows) if len(columns) else 0, height):
        some = rows[start : start + height]
        block = problem.block(some, columns) if len(columns) < problem.shape[1] else problem.block(some)
        gain = block - price
        gain -= has[some, None]
        at = np.nonzero((gain >= 0) & (block != BARRED))
        row, column = some[at[0]], columns[at[1]]
        other = chosen[row] != column
        parts.append((row[other], column[other], gain[at][other]))
    return Edges(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def bellman_ford(arcs: NDArray[np.int64], start: Ints) -> Ints:
    """(m,) the length of the shortest path from each mentor on: `start` where it ends there, or an arc first. `arcs[to, from]`
    (m, m).

    Bellman and Ford's method; only what became shorter is looked at again. There are no negative cycles.
    """
    length = start.copy()
    changed = np.flatnonzero(length < REACHABLE)
    while len(changed):
        offered = (arcs[changed] + length[changed, None]).min(axis=0)
        changed = np.flatnonzero((offered < length) & (offered < REACHABLE))
        length[changed] = offered[changed]
    return length
