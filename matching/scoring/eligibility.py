"""The hard rules: which two may be paired. Worked out for all pairs at once, as one bit for each rule that stands in the way.

What concerns one person alone (consent, age, readiness, a free place) is kept once for that person; only what concerns two
people takes a byte for each pair. Unlike a factor, a rule does not forgive an unknown: it is a rule of its own ("times not
known"), so that the coordinator can go and ask. Must-haves are asked, never inferred: an unknown gender does not meet one.

    >>> found = check([ben], [mona], times=encode_times([ben], [mona], now))
    >>> found.mask()            # may they be paired?
    array([[ True]])
    >>> found.of(0, 0).clear    # is nothing in the way?
    True
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntFlag, auto

import numpy as np
from numpy.typing import NDArray

from matching.scoring.availability import Times, minutes_in_common
from matching.scoring.people import MenteeFacts, MentorFacts, PersonFacts
from matching.scoring.product import product
from matching.scoring.tables import indicators
from people.rules import ADULT_AGE

LEAST_MINUTES = 2 * 60
"""Common time a week below which two people are not paired."""
BLOCK_PAIRS = 2**16


class PersonRule(IntFlag):
    """What stands in the way of one person being paired with any other. The last three are a mentor's only."""

    NO_CONSENT = auto()
    AGE_NOT_KNOWN = auto()
    NOT_ADULT = auto()
    LANGUAGES_NOT_KNOWN = auto()
    TIMES_NOT_KNOWN = auto()
    NOT_READY = auto()
    NOT_TAKING_MENTEES = auto()
    NO_PLACE = auto()


class PairRule(IntFlag):
    """What stands between two people. `…_MUST_HAVE` names the side whose must-have is not met."""

    SAME_PERSON = auto()
    NEVER_PAIR = auto()
    NO_SHARED_LANGUAGE = auto()
    TOO_LITTLE_TIME = auto()
    MENTEE_MUST_HAVE = auto()
    MENTOR_MUST_HAVE = auto()
    DECLINED = auto()


@dataclass(frozen=True, slots=True)
class Barriers:
    """Every rule that keeps one pair apart."""

    mentee: PersonRule
    mentor: PersonRule
    pair: PairRule

    @property
    def clear(self) -> bool:
        return not (self.mentee or self.mentor or self.pair)


@dataclass(frozen=True, slots=True)
class Eligibility:
    """`mentees` (n,) and `mentors` (m,) hold `PersonRule` bits, `pairs` (n, m) `PairRule` bits; uint8, in the order given."""

    mentees: NDArray[np.uint8]
    mentors: NDArray[np.uint8]
    pairs: NDArray[np.uint8]

    def mask(self) -> NDArray[np.bool_]:
        """(mentees, mentors) True where the two may be paired."""
        allowed: NDArray[np.bool_] = self.pairs == 0
        allowed &= (self.mentees == 0)[:, None]
        allowed &= self.mentors == 0
        return allowed

    def of(self, mentee: int, mentor: int) -> Barriers:
        return Barriers(
            PersonRule(int(self.mentees[mentee])),
            PersonRule(int(self.mentors[mentor])),
            PairRule(int(self.pairs[mentee, mentor])),
        )


def check(
    mentees: Sequence[MenteeFacts],
    mentors: Sequence[MentorFacts],
    *,
    times: Times,
    never: Iterable[tuple[str, str]] = (),
    declined: Iterable[tuple[str, str]] = (),
) -> Eligibility:
    """All rules for all pairs. `times` are those of the same people in the same order.

    `never` names people (`PersonFacts.person`) who must not be paired, in either order, whichever of them mentors; names that
    are not among these people are passed over. `declined` names a mentee and a mentor (`PersonFacts.id`), of whom one said no.
    """
    pairs = np.zeros((len(mentees), len(mentors)), dtype=np.uint8)
    languages = [who.languages for who in mentees], [who.languages for who in mentors]
    required = [who.required_genders for who in mentees], [who.required_genders for who in mentors]
    genders = [_gender(who) for who in mentees], [_gender(who) for who in mentors]
    needs = [
        _Need.of(PairRule.NO_SHARED_LANGUAGE, *languages, mentees_ask=True, mentors_ask=True),
        _Need.of(PairRule.MENTEE_MUST_HAVE, required[0], genders[1], mentees_ask=True, mentors_ask=False),
        _Need.of(PairRule.MENTOR_MUST_HAVE, genders[0], required[1], mentees_ask=False, mentors_ask=True),
    ]
    minutes = minutes_in_common(times)
    height = max(1, BLOCK_PAIRS // max(len(mentors), 1))
    for start in range(0, len(mentees), height):
        rows = slice(start, start + height)
        for need in needs:
            pairs[rows] |= need.unmet(rows) * np.uint8(need.rule)
        short = (minutes(rows) < LEAST_MINUTES) & times.mentees_known[rows, None] & times.mentors_known
        pairs[rows] |= short * np.uint8(PairRule.TOO_LITTLE_TIME)
    _mark_named(pairs, mentees, mentors, never)
    _mark_declined(pairs, mentees, mentors, declined)
    return Eligibility(
        mentees=np.array([person_rules(who) for who in mentees], dtype=np.uint8),
        mentors=np.array([person_rules(who) | _mentor_rules(who) for who in mentors], dtype=np.uint8),
        pairs=pairs,
    )


def person_rules(who: PersonFacts) -> int:
    """What stands in this person's way, whoever the other is."""
    return (
        (0 if who.has_consent else PersonRule.NO_CONSENT)
        | (PersonRule.AGE_NOT_KNOWN if who.age is None else 0 if who.age >= ADULT_AGE else PersonRule.NOT_ADULT)
        | (0 if who.languages else PersonRule.LANGUAGES_NOT_KNOWN)
        | (0 if who.windows else PersonRule.TIMES_NOT_KNOWN)
    )


def _mentor_rules(mentor: MentorFacts) -> int:
    return (
        (PersonRule.NOT_READY if mentor.missing else 0)
        | (0 if mentor.is_taking_mentees else PersonRule.NOT_TAKING_MENTEES)
        | (0 if mentor.places_left > 0 else PersonRule.NO_PLACE)
    )


Answers = Sequence[Sequence[str]]


def _gender(who: PersonFacts) -> Sequence[str]:
    return (who.gender,) if who.gender else ()


@dataclass(frozen=True, slots=True)
class _Need:
    """A rule that two people must share something: (mentees, items) and (items, mentors) of 0 and 1, and the people it
    concerns.
    """

    rule: PairRule
    left: NDArray[np.float32]
    right: NDArray[np.float32]
    mentees: NDArray[np.bool_]
    mentors: NDArray[np.bool_]

    @classmethod
    def of(cls, rule: PairRule, left: Answers, right: Answers, *, mentees_ask: bool, mentors_ask: bool) -> "_Need":
        """A side that asks is concerned only where it answered; a side that does not is always concerned."""
        words = {item: column for column, item in enumerate(sorted({item for answer in left for item in answer}))}
        return cls(
            rule,
            indicators(left, words).astype(np.float32),
            np.ascontiguousarray(indicators(right, words).T, dtype=np.float32),
            np.array([bool(answer) or not mentees_ask for answer in left], dtype=np.bool_),
            np.array([bool(answer) or not mentors_ask for answer in right], dtype=np.bool_),
        )

    def unmet(self, rows: slice) -> NDArray[np.bool_]:
        """Where the rule stands in the way."""
        nothing: NDArray[np.bool_] = product(self.left[rows], self.right) == 0
        nothing &= self.mentees[rows, None]
        nothing &= self.mentors
        return nothing


def _mark_named(
    pairs: NDArray[np.uint8],
    mentees: Sequence[MenteeFacts],
    mentors: Sequence[MentorFacts],
    never: Iterable[tuple[str, str]],
) -> None:
    """Mark people beside themselves, and those named in a never-pair. Work follows the names, not the pairs."""
    rows, columns = _places_of(mentees), _places_of(mentors)
    for person in rows.keys() & columns.keys():
        pairs[np.ix_(rows[person], columns[person])] |= np.uint8(PairRule.SAME_PERSON)
    for one, other in never:
        for mentee, mentor in ((one, other), (other, one)):
            if mentee in rows and mentor in columns:
                pairs[np.ix_(rows[mentee], columns[mentor])] |= np.uint8(PairRule.NEVER_PAIR)


def _mark_declined(
    pairs: NDArray[np.uint8],
    mentees: Sequence[MenteeFacts],
    mentors: Sequence[MentorFacts],
    declined: Iterable[tuple[str, str]],
) -> None:
    rows = {who.id: row for row, who in enumerate(mentees)}
    columns = {who.id: column for column, who in enumerate(mentors)}
    for mentee, mentor in declined:
        if mentee in rows and mentor in columns:
            pairs[rows[mentee], columns[mentor]] |= np.uint8(PairRule.DECLINED)


def _places_of(people: Sequence[PersonFacts]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for row, who in enumerate(people):
        places.setdefault(who.person, []).append(row)
    return places
