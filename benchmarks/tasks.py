"""One piece of work on arrays that lie ready, in a process of its own. Prints a JSON object.

    python -P tasks.py TASK FOLDER REPEATS

Memory is the highest the process held, less what it held when the arrays were read and nothing was worked out yet (on Linux).
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import inf
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as in the product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from benchmarks.measure import Taken, best_of
from matching.assignment import Assignment, assign, rematch

QUESTIONS = 200
ENDED_PAIRS = 50
SOLVED_AGAIN = 8
BLOCK_ROWS = 256


class Given:
    """`scores` (n, m) float32, `eligible` (n, m) bool, `capacities` (m,) int64."""

    def __init__(self, folder: Path) -> None:
        self.scores: NDArray[np.float32] = np.load(folder / "scores.npy")
        self.eligible: NDArray[np.bool_] = np.load(folder / "eligible.npy")
        self.capacities: NDArray[np.int64] = np.load(folder / "capacities.npy")

    def assign(self, **how: Any) -> Assignment:
        return assign(self.scores, self.capacities, eligible=self.eligible, **how)

    def score_of(self, mentor_of: NDArray[np.int64]) -> dict[str, Any]:
        """How many pairs there are, the sum of their scores and the worst of them."""
        rows = np.flatnonzero(mentor_of >= 0)
        worth = self.scores[rows, mentor_of[rows]].astype(np.float64)
        return {"matched": len(rows), "total": float(worth.sum()), "worst": float(worth.min())}


def solve(given: Given, repeats: int) -> dict[str, Any]:
    """Ours: as many people as possible, then the largest total, then ties by number."""
    taken, found = best_of(repeats, lambda: given.assign(floor=False))
    return {"seconds": taken.seconds, "cpu": taken.cpu, **given.score_of(found.mentor_of)}


def solve_with_floor(given: Given, repeats: int) -> dict[str, Any]:
    """Ours as the product asks: the worst pair as good as possible before the total."""
    taken, found = best_of(repeats, given.assign)
    return {"seconds": taken.seconds, "cpu": taken.cpu, **given.score_of(found.mentor_of)}


def plain(given: Given, repeats: int) -> dict[str, Any]:
    """SciPy's solver by itself: a column of float64 for each place, a bonus for each pair so that most are paired.

    Costs rather than gains, and filled in by blocks: that spares it two copies.
    """

    def work() -> NDArray[np.int64]:
        columns = np.repeat(np.arange(len(given.capacities)), given.capacities)
        costs = np.empty((len(given.scores), len(columns)))
        for start in range(0, len(costs), BLOCK_ROWS):
            rows = slice(start, start + BLOCK_ROWS)
            block = np.where(given.eligible[rows], -given.scores[rows].astype(np.float64) - len(costs), 0.0)
            costs[rows] = block[:, columns]
        rows_of, columns_of = linear_sum_assignment(costs)
        mentor_of = np.full(len(costs), -1)
        mentor_of[rows_of] = np.where(costs[rows_of, columns_of] < 0, columns[columns_of], -1)
        return mentor_of

    taken, found = best_of(repeats, work)
    return {"seconds": taken.seconds, "cpu": taken.cpu, **given.score_of(found)}


def questions(given: Given, repeats: int) -> dict[str, Any]:
    """What would this pair cost? For pairs drawn at random, beside solving again with that pair forced, for some of them."""
    found, rng = given.assign(), Random(2)
    rows, columns = np.nonzero(given.eligible)
    pairs = [(int(rows[at]), int(columns[at])) for at in rng.sample(range(len(rows)), QUESTIONS)]

    def ask() -> list[float]:
        fresh = replace(found)  # has forgotten what it worked out
        return [fresh.cost_of(*pair) for pair in pairs]

    def solve_again(pair: tuple[int, int]) -> float:
        again = given.assign(forced=[pair], floor=found.floor)
        return found.total - again.total if again.matched == found.matched else inf

    return compared(*best_of(repeats, ask), pairs, solve_again)


def broken_pairs(given: Given, repeats: int) -> dict[str, Any]:
    """One pair ended: the best replacement, moving any mentee, beside solving again without that pair."""
    found, rng = given.assign(), Random(3)
    rows = rng.sample(np.flatnonzero(found.mentor_of >= 0).tolist(), min(ENDED_PAIRS, found.matched))

    def ask() -> list[float]:
        fresh = replace(found)
        return [found.total - rematch(fresh, row, None).total for row in rows]

    def solve_again(pair: tuple[int, int]) -> float:
        return found.total - given.assign(forbidden=[pair], floor=found.floor).total

    return compared(*best_of(repeats, ask), [(row, int(found.mentor_of[row])) for row in rows], solve_again)


def compared(
    asked: Taken, costs: list[float], pairs: list[tuple[int, int]], solve_again: Callable[[tuple[int, int]], float]
) -> dict[str, Any]:
    """Processor seconds of a question and of solving again, and the largest difference between their answers."""
    spent, differences = [], []
    for pair, cost in list(zip(pairs, costs, strict=True))[:SOLVED_AGAIN]:
        taken, right = best_of(1, partial(solve_again, pair))
        spent.append(taken.cpu)
        differences.append(0.0 if right == cost else abs(right - cost))
    return {"each": asked.cpu / len(pairs), "again": median(spent), "difference": max(differences)}


TASKS: dict[str, Callable[[Given, int], dict[str, Any]]] = {
    "solve": solve,
    "floor": solve_with_floor,
    "plain": plain,
    "questions": questions,
    "broken": broken_pairs,
}


def highest_memory() -> int:
    """Bytes that this process has held at most. As Linux tells it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def main() -> None:
    task, folder, repeats = sys.argv[1:]
    given = Given(Path(folder))
    Path("/proc/self/clear_refs").write_text("5")  # what it held while it started does not count
    before = highest_memory()
    found = TASKS[task](given, int(repeats))
    found["bytes"] = highest_memory() - before
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
