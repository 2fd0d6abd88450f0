"""The assignment in whole numbers: which pairs may be made, and what each is worth.

A score becomes a whole number of units, so that two sums of scores are equal or they are not: no step of the method needs a
tolerance. On a scale to 1 the step is 2^-28, on a scale to 100 it is 2^-21. Scores of type float32 from 1/16, or from 8 of
100, are kept to the last bit, and so are whole percents; others are rounded to the nearest step.

The bounds, for 20,000 mentees: a sum of scores is below 2^43, a weight that puts people before scores below 2^59 (int64), and
what SciPy works on in float64 below 2^52, so that everything stays exact.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

UNITS = 2**28
"""Units in a score of 1 on the scale to 1; on the other scale 100 is a little less."""
UNITS_OF_PERCENT = 2**21
BARRED = -1
"""In a block of units: the two cannot be paired."""
CACHED_PAIRS = 2**22
"""Up to here the units are kept (16 MB); beyond, they are worked out from the scores block by block."""
BLOCK_PAIRS = 2**17

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Units = NDArray[np.int32]
Floats = NDArray[np.floating[Any]]
At = slice | Ints
EVERYONE = slice(None)


@dataclass(frozen=True, slots=True)
class Face:
    """All ways of matching the most people, the longest waiting first, described by prices (complementary slackness).

    A pair may stand in such a matching when its mentor has the lowest `price` (m,) of all that the mentee may have, `lowest`
    (n,), which is -1 for those who are never matched. The mentees of `certain` (n,) are matched in all of them, the mentors of
    `full` (m,) have no place left, and `count` people are matched.
    """

    price: Ints
    lowest: Ints
    certain: Bools
    full: Bools
    count: int


@dataclass(frozen=True)
class AssignmentProblem:
    """`scores` (n, m) as the caller gave them, up to `scale`; `eligible` (n, m) or None; `places` (m,) of each mentor.

    `fixed` (n,) is the mentor that a mentee is forced to, or -1; `barred` (2, k) the forbidden pairs; `level` (n,) the rank in
    the order of waiting, from 1. Every pair that is not forced has at least `floor` units, and lies on `face` if that is known.
    """

    scores: Floats
    scale: int
    eligible: Bools | None
    places: Ints
    fixed: Ints
    barred: Ints
    level: Ints
    floor: int = 0
    face: Face | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Mentees, mentors."""
        mentees, mentors = self.scores.shape
        return mentees, mentors

    def with_floor(self, floor: int) -> "AssignmentProblem":
        return self.sharing(replace(self, floor=floor))

    def with_face(self, face: Face) -> "AssignmentProblem":
        return self.sharing(replace(self, face=face))

    def sharing(self, other: "AssignmentProblem") -> "AssignmentProblem":
        """The units of all pairs are worked out once for the problems that only narrow them."""
        if "kept" in self.__dict__:
            other.__dict__["kept"] = self.kept
        return other

    @property
    def is_narrower(self) -> bool:
        """Whether the face rules out pairs."""
        return self.face is not None and bool(self.face.price.any())

    @cached_property
    def capacities(self) -> Ints:
        """(m,) places that no forced pair takes."""
        taken = np.bincount(self.fixed[self.fixed >= 0], minlength=self.shape[1])
        return self.places - taken

    @cached_property
    def kept(self) -> Units | None:
        """The units of all pairs, for a problem small enough to keep them."""
        return self._quantised(EVERYONE, EVERYONE) if self.scores.size <= CACHED_PAIRS else None

    @property
    def per_point(self) -> int:
        """Units in a score of 1."""
        return UNITS if self.scale == 1 else UNITS_OF_PERCENT

    def quantise(self, values: Floats) -> Units:
        """Scores in units; NaN is `BARRED`. The steps are the same for every value of one type."""
        units = values * values.dtype.type(self.per_point)
        np.rint(units, out=units)
        np.copyto(units, BARRED, where=np.isnan(units))
        return units.astype(np.int32)

    def in_scores(self, units: Any) -> Any:
        """Units on the caller's scale."""
        return units / self.per_point

    def _quantised(self, rows: At, columns: At) -> Units:
        units = self.quantise(self.scores[rows][:, columns])
        if self.eligible is not None:
            units[~self.eligible[rows][:, columns]] = BARRED
        return units

    def eligible_units(self, rows: At = EVERYONE, columns: At = EVERYONE) -> Units:
        """A block of units: `BARRED` where the pair is not eligible or forbidden. Floor and places are not looked at."""
        units = self._quantised(rows, columns) if self.kept is None else self.kept[rows][:, columns].copy()
        if self.barred.size:
            at = [np.full(length, -1) for length in self.shape]
            for found, wanted in zip(at, (rows, columns), strict=True):
                found[wanted] = np.arange(len(found[wanted]))
            row, column = at[0][self.barred[0]], at[1][self.barred[1]]
            inside = (row >= 0) & (column >= 0)
            units[row[inside], column[inside]] = BARRED
        return units

    def block(self, rows: At = EVERYONE, columns: At = EVERYONE) -> Units:
        """A block of units: `BARRED` where the pair cannot be made by choice. People in forced pairs have no choice."""
        units = self.eligible_units(rows, columns)
        if self.floor:
            units[units < self.floor] = BARRED
        units[self.fixed[rows] >= 0] = BARRED
        units[:, self.capacities[columns] <= 0] = BARRED
        if self.face is not None:
            units[self.face.lowest[rows][:, None] != self.face.price[columns]] = BARRED
        return units

    def units_at(self, mentor_of: Ints) -> Ints:
        """(n,) what each mentee's pair is worth, 0 for the unmatched."""
        units = np.zeros(len(mentor_of), dtype=np.int64)
        rows = np.flatnonzero(mentor_of >= 0)
        units[rows] = self.quantise(self.scores[rows, mentor_of[rows]])
        return units

    def chosen(self, mentor_of: Ints) -> Ints:
        """`mentor_of` without the forced pairs."""
        return np.where(self.fixed >= 0, -1, mentor_of)

    @cached_property
    def step(self) -> int:
        """More than twice any sum of scores that can be matched at once, in units."""
        return 2 * UNITS * (int(min(self.shape[0], self.places.sum())) + 1)

    @cached_property
    def levels(self) -> int:
        """More than twice any level of waiting."""
        return 2 * int(self.level.max(initial=0)) + 2

    @cached_property
    def standing(self) -> Ints:
        """(n,) what it is worth that a mentee is matched at all: people first, then levels of waiting, then scores."""
        return self.step * (self.levels + self.level)

    def row_blocks(self) -> Iterator[slice]:
        """All rows, in blocks that fit a processor's cache."""
        mentees, mentors = self.shape
        height = max(1, BLOCK_PAIRS // max(mentors, 1))
        for start in range(0, mentees, height):
            yield slice(start, min(start + height, mentees))

    def by_mentor(self, mentor_of: Ints) -> Iterator[tuple[Ints, Ints, Ints]]:
        """The matched mentees in blocks, whole mentors at a time: rows, their mentors, where each mentor's rows start."""
        rows = np.argsort(mentor_of, kind="stable")
        rows = rows[np.searchsorted(mentor_of[rows], 0) :]
        mentors, starts = np.unique(mentor_of[rows], return_index=True)
        bounds = np.append(starts, len(rows))
        height = max(1, BLOCK_PAIRS // max(self.shape[1], 1))
        first = 0
        while first < len(mentors):
            last = max(first + 1, int(np.searchsorted(bounds, bounds[first] + height, side="right")) - 1)
            yield rows[bounds[first] : bounds[last]], mentors[first:last], starts[first:last] - bounds[first]
            first = last
