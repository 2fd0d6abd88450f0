"""A program's people, ready to be matched: who may be paired with whom, and how well they fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from accounts.models import Membership, Program
from matching.pool import People, experience_frequencies, load_people
from matching.scoring.availability import encode_times
from matching.scoring.eligibility import Eligibility, check
from matching.scoring.factors import Factor, Tables, encode
from matching.scoring.scores import Scores, score


@dataclass(frozen=True, slots=True)
class Scored:
    """`found` and `scores` have a row for each of `people.mentees` and a column for each of `people.mentors`."""

    people: People
    found: Eligibility
    scores: Scores
    tables: Tables

    @classmethod
    def of(
        cls,
        program: Program,
        mentees: Sequence[Membership],
        weights: Mapping[Factor, float],
        now: datetime,
        mentor: Membership | None = None,
    ) -> "Scored":
        """`mentees` of this program beside all its active mentors, or one of them, in six queries."""
        people = load_people(program, mentees, now=now, mentor=mentor)
        times = encode_times(people.mentees, people.mentors, now)
        tables = encode(people.mentees, people.mentors, times=times, frequencies=experience_frequencies(program))
        return cls(
            people=people,
            found=check(people.mentees, people.mentors, times=times, never=people.never),
            scores=score(tables, weights),
            tables=tables,
        )

    def weighed(self, weights: Mapping[Factor, float]) -> "Scored":
        """The same people by other weights, without reading anything anew."""
        return replace(self, scores=score(self.tables, weights))

    @property
    def places(self) -> NDArray[np.int64]:
        """(mentors,) how many more mentees each has room for."""
        return np.array([max(who.places_left, 0) for who in self.people.mentors], dtype=np.int64)
