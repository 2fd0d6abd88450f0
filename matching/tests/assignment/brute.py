"""Every assignment of a small problem, one by one: what the fast method is held against.

Scores are whole numbers of percent, or whatever adds up exactly.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import inf, prod

Pair = tuple[int, int]


@dataclass(frozen=True)
class Case:
    """`scores` with None where a pair is not eligible; the rest as `assign` takes it."""

    scores: Sequence[Sequence[int | None]]
    capacities: Sequence[int]
    priority: Sequence[int] | None = None
    forced: Collection[Pair] = ()
    forbidden: Collection[Pair] = ()

    def every(self, least: float = -inf) -> Iterator[tuple[int, ...]]:
        """All that the rules allow: each pair is forced, or has at least that score."""
        for mentor_of in product(*self._choices(least)):
            if all(mentor_of.count(at) <= places for at, places in enumerate(self.capacities)):
                yield mentor_of

    def choices(self) -> int:
        """How many assignments there are to look at."""
        return prod(len(choice) for choice in self._choices(-inf))

    def _choices(self, least: float) -> list[list[int]]:
        fixed = dict(self.forced)
        return [
            [fixed[row]] if row in fixed else [-1, *(at for at in range(len(self.capacities)) if self._may(row, at, least))]
            for row in range(len(self.scores))
        ]

    def _may(self, row: int, at: int, least: float) -> bool:
        score = self.scores[row][at]
        return score is not None and score >= least and (row, at) not in self.forbidden

    def total(self, mentor_of: Sequence[int]) -> int:
        return sum(self.scores[row][at] or 0 for row, at in enumerate(mentor_of) if at >= 0)

    def who(self, mentor_of: Sequence[int]) -> tuple[int, list[int]]:
        """How many, and how long they wait, the longest first."""
        rows = [row for row, at in enumerate(mentor_of) if at >= 0]
        return len(rows), sorted((self.priority[row] if self.priority else 0 for row in rows), reverse=True)

    def worst_by_choice(self, mentor_of: Sequence[int]) -> float:
        scores = [self.scores[row][at] for row, at in enumerate(mentor_of) if at >= 0 and (row, at) not in self.forced]
        return min((score for score in scores if score is not None), default=inf)

    def best(self, floor: bool | int) -> tuple[int, ...]:
        """The first of the best."""

        def rank(mentor_of: tuple[int, ...]) -> tuple[object, ...]:
            worst = self.worst_by_choice(mentor_of) if floor is True else 0
            return *self.who(mentor_of), worst, self.total(mentor_of), [-at if at >= 0 else -inf for at in mentor_of]

        return max(self.every(-inf if isinstance(floor, bool) else floor), key=rank)
