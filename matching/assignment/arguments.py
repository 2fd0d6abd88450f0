"""What `assign` is given, looked over and brought into whole numbers."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.assignment.duals import REACHABLE
from matching.assignment.problem import AssignmentProblem, Bools, Floats, Ints


class ForcedPairsError(ValueError):
    """The forced pairs cannot all stand. `pairs` are those that are in the way of each other, or that nothing allows."""

    def __init__(self, message: str, pairs: Iterable[tuple[int, int]]) -> None:
        self.pairs = tuple(pairs)
        super().__init__(f"forced: {message}: {', '.join(map(str, self.pairs))}")


def read(
    scores: ArrayLike,
    capacities: ArrayLike,
    *,
    eligible: ArrayLike | None,
    priority: ArrayLike | None,
    floor: bool | float,
    forced: Iterable[tuple[int, int]],
    forbidden: Iterable[tuple[int, int]],
) -> AssignmentProblem:
    """The problem that the arguments of `assign` state. Raises `ValueError` and `ForcedPairsError` as described there."""
    matrix, scale = _scores(scores)
    shape = matrix.shape
    problem = AssignmentProblem(
        scores=matrix,
        scale=scale,
        eligible=None if eligible is None else _eligible(eligible, shape),
        places=_capacities(capacities, shape[1]),
        fixed=np.full(shape[0], -1),
        barred=np.array(_pairs("forbidden", forbidden, shape), dtype=np.int64).reshape(-1, 2).T,
        level=_levels(priority, shape[0]),
    )
    if 3 * int(problem.standing.max(initial=0)) >= REACHABLE:
        raise ValueError(f"scores: {shape[0]:,} mentees are too many to be exact; 20,000 always fit")
    _force(problem, _pairs("forced", forced, shape))
    return problem if isinstance(floor, bool) else problem.with_floor(_floor(floor, problem))


def _scores(scores: ArrayLike) -> tuple[Floats, int]:
    matrix = np.asarray(scores)
    if matrix.dtype not in (np.float32, np.float64):
        matrix = matrix.astype(np.float64)
    if matrix.ndim != 2:
        raise ValueError("scores must be a table of mentees by mentors")
    least, most = np.fmin.reduce(matrix, axis=None, initial=0), np.fmax.reduce(matrix, axis=None, initial=0)
    if least < 0 or most > 100:
        raise ValueError("scores must be between 0 and 1, or between 0 and 100")
    return matrix, 100 if most > 1 else 1


def _eligible(eligible: ArrayLike, shape: tuple[int, ...]) -> Bools:
    mask = np.asarray(eligible)
    if mask.size == 0:
        mask = mask.astype(np.bool_)
    if mask.shape != shape or mask.dtype != np.bool_:
        raise ValueError(f"eligible must be booleans, {shape[0]} by {shape[1]} like scores")
    return mask


def _capacities(capacities: ArrayLike, mentors: int) -> Ints:
    places = np.asarray(capacities)
    if places.size == 0:
        places = places.astype(np.int64)
    if places.shape != (mentors,) or places.dtype.kind not in "iu" or (places < 0).any():
        raise ValueError(f"capacities must be {mentors} whole numbers from 0, one for each mentor")
    whole: Ints = np.minimum(places, 2**31).astype(np.int64)
    return whole


def _levels(priority: ArrayLike | None, mentees: int) -> Ints:
    """(n,) ranks from 1."""
    if priority is None:
        return np.ones(mentees, dtype=np.int64)
    given = np.asarray(priority, dtype=np.float64)
    if given.shape != (mentees,) or np.isnan(given).any():
        raise ValueError(f"priority must be {mentees} numbers, one for each mentee")
    ranks: NDArray[np.int64] = np.unique(given, return_inverse=True)[1] + 1
    return ranks


def _pairs(name: str, pairs: Iterable[tuple[int, int]], shape: tuple[int, ...]) -> list[tuple[int, int]]:
    found = dict.fromkeys((int(mentee), int(mentor)) for mentee, mentor in pairs)
    for mentee, mentor in found:
        if not (0 <= mentee < shape[0] and 0 <= mentor < shape[1]):
            raise ValueError(f"{name}: there is no pair ({mentee}, {mentor}) in scores of {shape[0]} by {shape[1]}")
    return list(found)


def _floor(floor: float, problem: AssignmentProblem) -> int:
    """In units, as a score of that value would be."""
    if not 0 <= floor <= problem.scale:
        raise ValueError(f"floor must be True, False or a score between 0 and {problem.scale}")
    return int(problem.quantise(np.array([floor], dtype=problem.scores.dtype))[0])


def _force(problem: AssignmentProblem, pairs: list[tuple[int, int]]) -> None:
    for mentee, mentor in pairs:
        if problem.fixed[mentee] >= 0:
            raise ForcedPairsError("one mentee twice", ((mentee, int(problem.fixed[mentee])), (mentee, mentor)))
        if problem.eligible_units(np.array([mentee]), np.array([mentor]))[0, 0] < 0:
            forbidden = ((problem.barred[0] == mentee) & (problem.barred[1] == mentor)).any()
            raise ForcedPairsError("forbidden as well" if forbidden else "not eligible", ((mentee, mentor),))
        problem.fixed[mentee] = mentor
    taken = np.bincount(problem.fixed[problem.fixed >= 0], minlength=len(problem.places))
    for mentor in np.flatnonzero(taken > problem.places)[:1].tolist():
        raise ForcedPairsError(
            f"mentor {mentor} has {problem.places[mentor]} places", [pair for pair in pairs if pair[1] == mentor]
        )
