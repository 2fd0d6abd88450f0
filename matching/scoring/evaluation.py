"""Mentees beside mentors: plain values, the rules that keep them apart, and how well they fit. Each is worked out when asked
for.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from matching.scoring.availability import Times, WeekClock, encode_times
from matching.scoring.eligibility import Barriers, Eligibility, check
from matching.scoring.encoding import Tables, encode
from matching.scoring.factors import Weights
from matching.scoring.people import MenteeFacts, MentorFacts
from matching.scoring.scores import Scores, score
from matching.scoring.tables import Frequencies


@dataclass(frozen=True, slots=True)
class People:
    """The people who are looked at, each list ordered by id.

    `never` names people (`PersonFacts.person`) who must not be paired, `declined` a mentee and a mentor (`PersonFacts.id`) of
    whom one said no to the other before. `frequencies` counts experiences over the whole program, not only the people here; it
    is asked once a caller wants a score.
    """

    mentees: list[MenteeFacts]
    mentors: list[MentorFacts]
    never: list[tuple[str, str]]
    frequencies: Callable[[], Frequencies]
    declined: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, eq=False, kw_only=True)
class Evaluation:
    """Tables have a row for each of `people.mentees` and a column for each of `people.mentors`. `now` decides the week.

    Without `weights` only the rules can be asked.
    """

    people: People
    now: datetime
    weights: Weights | None = None

    @cached_property
    def clock(self) -> WeekClock:
        return WeekClock(self.now)

    @cached_property
    def times(self) -> Times:
        return encode_times(self.people.mentees, self.people.mentors, self.now)

    @cached_property
    def eligibility(self) -> Eligibility:
        people = self.people
        return check(people.mentees, people.mentors, times=self.times, never=people.never, declined=people.declined)

    @cached_property
    def tables(self) -> Tables:
        people = self.people
        return encode(people.mentees, people.mentors, times=self.times, frequencies=people.frequencies())

    @cached_property
    def scores(self) -> Scores:
        """Raises `ValueError` where no weights were given."""
        if self.weights is None:
            raise ValueError("scores need weights")
        return score(self.tables, self.weights)

    def reweighed(self, weights: Weights) -> Self:
        """The same people by other weights, without reading anything anew."""
        other = replace(self, weights=weights)
        other.__dict__.update(times=self.times, eligibility=self.eligibility, tables=self.tables)
        return other

    @cached_property
    def row_of(self) -> dict[str, int]:
        """By the id of each mentee."""
        return {who.id: row for row, who in enumerate(self.people.mentees)}

    @cached_property
    def column_of(self) -> dict[str, int]:
        """By the id of each mentor."""
        return {who.id: column for column, who in enumerate(self.people.mentors)}

    @property
    def places(self) -> NDArray[np.int64]:
        """(mentors,) how many more mentees each has room for."""
        return np.array([max(who.places_left, 0) for who in self.people.mentors], dtype=np.int64)

    @property
    def open_places(self) -> int:
        """Free places of mentors in whose own way nothing stands."""
        return int(self.places[self.eligibility.mentors == 0].sum())

    def barriers(self, row: int, column: int) -> Barriers:
        return self.eligibility.of(row, column)

    def score_of(self, row: int, column: int) -> float:
        """Of one pair, of 100."""
        return 100 * float(self.scores.matrix[row, column])
