"""The eight factors of a match, as tables that numpy can multiply.

A factor has one or more parts. Each part is a table: which items each mentee has (mentees × items), which each mentor has
(items × mentors), what an item is worth, and for whom the part is known. All of it is 0 and 1, so memory follows people,
not pairs. The parts stand side by side in one table. A part gives each pair a value in [0, 1] by one of three rules:

* `SHARE`: the worth of what both have ÷ the worth of all the mentee has ("two of Ben's three goals").
* `SUM`: the worth of what both have; one side has a single item, so this is a look-up (a gender among those preferred).
* `UP_TO`: the worth of what both have ÷ `enough`, at most 1 (minutes of common time; one common place).

A part is known for a pair when both sides answered what it needs. Unknown is unscored, never zero.

    >>> ben = MenteeFacts(id="b", person="1", name="Ben", time_zone="UTC", goals=("work", "sleep"))
    >>> mona = MentorFacts(id="m", person="2", name="Mona", time_zone="UTC", goals=("work",), capacity=3, places_left=1)
    >>> tables = encode([ben], [mona], times=encode_times([ben], [mona], now))
    >>> goals = tables.items[Part.GOALS]
    >>> tables.mentees[:, goals], tables.mentors[goals]   # items in alphabetical order: sleep, work
    (array([[1, 1]]), array([[0], [1]]))
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from matching.scoring.availability import Times
from matching.scoring.people import MenteeFacts, MentorFacts, PersonFacts

ENOUGH_MINUTES = 6 * 60
"""Common time a week that counts in full. A judgement of this project: room to move a weekly session."""
STILL_DECIDING = "undecided"
"""A pathway that is no pathway yet: not known, so not scored."""


class Factor(StrEnum):
    AVAILABILITY = "availability"
    PATHWAY_GOALS = "pathway_goals"
    EXPERIENCE = "experience"
    PREFERENCES = "preferences"
    SUPPORT_STYLE = "support_style"
    INTERESTS = "interests"
    PLACES = "places"
    CAPACITY = "capacity"


class Part(StrEnum):
    """What a factor is made of. `MENTEE_…` is what the mentee prefers in a mentor, `MENTOR_…` the other way round."""

    TIME = "time"
    MODES = "modes"
    PATHWAYS = "pathways"
    GOALS = "goals"
    EXPERIENCES = "experiences"
    MENTEE_GENDERS = "mentee_genders"
    MENTEE_AGES = "mentee_ages"
    MENTOR_GENDERS = "mentor_genders"
    MENTOR_AGES = "mentor_ages"
    STYLES = "styles"
    INTERESTS = "interests"
    DISLIKES = "dislikes"
    PLACES = "places"
    CAPACITY = "capacity"


PARTS: Mapping[Factor, Mapping[Part, float]] = {
    Factor.AVAILABILITY: {Part.TIME: 0.75, Part.MODES: 0.25},
    Factor.PATHWAY_GOALS: {Part.PATHWAYS: 0.5, Part.GOALS: 0.5},
    Factor.EXPERIENCE: {Part.EXPERIENCES: 1.0},
    Factor.PREFERENCES: {
        Part.MENTEE_GENDERS: 1 / 3,
        Part.MENTEE_AGES: 1 / 3,
        Part.MENTOR_GENDERS: 1 / 6,
        Part.MENTOR_AGES: 1 / 6,
    },
    Factor.SUPPORT_STYLE: {Part.STYLES: 1.0},
    Factor.INTERESTS: {Part.INTERESTS: 0.5, Part.DISLIKES: 0.5},
    Factor.PLACES: {Part.PLACES: 1.0},
    Factor.CAPACITY: {Part.CAPACITY: 1.0},
}
"""The share of each factor's weight that each of its parts carries."""


class Rule(Enum):
    SHARE = "share"
    SUM = "sum"
    UP_TO = "up to"


RULES: Mapping[Part, Rule] = {
    Part.MODES: Rule.SHARE,
    Part.PATHWAYS: Rule.SHARE,
    Part.GOALS: Rule.SHARE,
    Part.EXPERIENCES: Rule.SHARE,
    Part.STYLES: Rule.SHARE,
    Part.INTERESTS: Rule.SHARE,
    Part.DISLIKES: Rule.SHARE,
    Part.MENTEE_GENDERS: Rule.SUM,
    Part.MENTEE_AGES: Rule.SUM,
    Part.MENTOR_GENDERS: Rule.SUM,
    Part.MENTOR_AGES: Rule.SUM,
    Part.CAPACITY: Rule.SUM,
    Part.TIME: Rule.UP_TO,
    Part.PLACES: Rule.UP_TO,
}
"""In the order in which the parts stand side by side: one rule after the other."""
ENOUGH: Mapping[Part, int] = {Part.TIME: ENOUGH_MINUTES, Part.PLACES: 1}


@dataclass(frozen=True, slots=True)
class Tables:
    """All that the score asks of these people. A part's items stand at `items[part]`; parts are in the order of `RULES`.

    `mentees` (n, items) and `mentors` (items, m) uint8 of 0 and 1, ready for a product; `worth` (items,) float64 > 0;
    `mentees_known` (n, parts) and `mentors_known` (parts, m) bool.
    """

    items: Mapping[Part, slice]
    mentees: NDArray[np.uint8]
    mentors: NDArray[np.uint8]
    worth: NDArray[np.float64]
    mentees_known: NDArray[np.bool_]
    mentors_known: NDArray[np.bool_]


@dataclass(frozen=True)
class Frequencies:
    """How many of `people` (those who named any) named each experience. A rarer one that two people share counts more."""

    people: int
    counts: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, answers: Iterable[Sequence[str]]) -> "Frequencies":
        named = [set(answer) for answer in answers if answer]
        return cls(len(named), Counter(item for answer in named for item in answer))

    def worth(self, item: str) -> float:
        """1 for what everybody named, 1 + ln(people) for what one person named; in 1024ths, so that sums are exact."""
        rarity = math.log(max(self.people, 1) / max(self.counts.get(item, 1), 1))
        return 1 + round(rarity * 1024) / 1024


def encode(
    mentees: Sequence[MenteeFacts],
    mentors: Sequence[MentorFacts],
    *,
    times: Times,
    frequencies: Frequencies | None = None,
) -> Tables:
    """Every part's table. Work and memory follow the number of people, not of pairs.

    `times` are those of the same people in the same order (`availability.encode_times`). `frequencies` are those of the whole
    program; without them they are counted over the people given.
    """
    if frequencies is None:
        frequencies = Frequencies.of(who.experiences for who in (*mentees, *mentors))
    mentees_genders, mentors_genders = _genders(mentees), _genders(mentors)
    mentees_wish, mentors_wish = ([who.preferred_genders for who in people] for people in (mentees, mentors))
    return _side_by_side(
        {
            Part.TIME: _time_table(times),
            Part.MODES: _sets(mentees, mentors, lambda who: who.modes),
            Part.PATHWAYS: _sets(mentees, mentors, _pathways),
            Part.GOALS: _sets(mentees, mentors, lambda who: who.goals),
            Part.EXPERIENCES: _sets(mentees, mentors, lambda who: who.experiences, worth=frequencies.worth),
            Part.MENTEE_GENDERS: _table(mentees_wish, mentors_genders),
            Part.MENTEE_AGES: _age_table(mentees, mentors, mentee_asks=True),
            Part.MENTOR_GENDERS: _table(mentees_genders, mentors_wish),
            Part.MENTOR_AGES: _age_table(mentees, mentors, mentee_asks=False),
            Part.STYLES: _sets(mentees, mentors, lambda who: who.styles),
            Part.INTERESTS: _sets(mentees, mentors, lambda who: who.interests),
            Part.DISLIKES: _sets(mentees, mentors, lambda who: who.dislikes),
            Part.PLACES: _sets(mentees, mentors, lambda who: who.places),
            Part.CAPACITY: _capacity(mentees, mentors),
        }
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """One part: `mentees` (n, items), `mentors` (m, items), `worth` (items,), and for whom it is known."""

    mentees: NDArray[np.uint8]
    mentors: NDArray[np.uint8]
    worth: NDArray[np.float64]
    mentees_known: NDArray[np.bool_]
    mentors_known: NDArray[np.bool_]

    def of_both(self) -> "_Table":
        """Without the items that only one side has: they add nothing where a value is not a share of what the mentee has."""
        both = self.mentees.any(axis=0) & self.mentors.any(axis=0)
        if both.all():
            return self
        return _Table(self.mentees[:, both], self.mentors[:, both], self.worth[both], self.mentees_known, self.mentors_known)


def _side_by_side(tables: Mapping[Part, _Table]) -> Tables:
    ordered = [tables[part] if rule is Rule.SHARE else tables[part].of_both() for part, rule in RULES.items()]
    ends = np.cumsum([len(table.worth) for table in ordered]).tolist()
    return Tables(
        items={part: slice(start, end) for part, start, end in zip(RULES, [0, *ends], ends, strict=False)},
        mentees=np.concatenate([table.mentees for table in ordered], axis=1),
        mentors=np.ascontiguousarray(np.concatenate([table.mentors for table in ordered], axis=1).T),
        worth=np.concatenate([table.worth for table in ordered]),
        mentees_known=np.stack([table.mentees_known for table in ordered], axis=1),
        mentors_known=np.stack([table.mentors_known for table in ordered]),
    )


def _genders(people: Sequence[PersonFacts]) -> list[tuple[str, ...]]:
    return [(who.gender,) if who.gender else () for who in people]


def _pathways(who: PersonFacts) -> Sequence[str]:
    return tuple(path for path in who.pathways if path != STILL_DECIDING) if STILL_DECIDING in who.pathways else who.pathways


def indicators(answers: Sequence[Sequence[str]], vocabulary: Mapping[str, int]) -> NDArray[np.uint8]:
    """(people, items) of 1 where the answer holds the item; items outside `vocabulary` are left out."""
    outside = len(vocabulary)
    table = np.zeros((len(answers), outside + 1), dtype=np.uint8)
    counts = np.fromiter(map(len, answers), dtype=np.intp, count=len(answers))
    rows = np.repeat(np.arange(len(answers)), counts)
    columns = np.fromiter(map(vocabulary.get, chain.from_iterable(answers), repeat(outside)), dtype=np.intp, count=len(rows))
    table[rows, columns] = 1
    return table[:, :outside]


def _sets(
    mentees: Sequence[PersonFacts],
    mentors: Sequence[PersonFacts],
    items: Callable[[PersonFacts], Sequence[str]],
    worth: Callable[[str], float] = lambda item: 1.0,
) -> _Table:
    """The same question put to both sides."""
    return _table(list(map(items, mentees)), list(map(items, mentors)), worth)


def _table(
    left: Sequence[Sequence[str]], right: Sequence[Sequence[str]], worth: Callable[[str], float] = lambda item: 1.0
) -> _Table:
    """The answers of each side. The items are the mentees', in alphabetical order."""
    vocabulary = {item: column for column, item in enumerate(sorted(set(chain.from_iterable(left))))}
    return _Table(
        mentees=indicators(left, vocabulary),
        mentors=indicators(right, vocabulary),
        worth=np.array([worth(item) for item in vocabulary], dtype=np.float64),
        mentees_known=np.fromiter(map(bool, left), dtype=np.bool_, count=len(left)),
        mentors_known=np.fromiter(map(bool, right), dtype=np.bool_, count=len(right)),
    )


def _time_table(times: Times) -> _Table:
    """Common minutes a week."""
    return _Table(times.mentees, times.mentors, times.minutes.astype(np.float64), times.mentees_known, times.mentors_known)


OLDEST = 200


def _ages(asking: Sequence[PersonFacts], asked: Sequence[PersonFacts]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Age ranges beside ages: the ranges' edges cut ages into bands, so one age lies in one band at most."""
    first = np.array([who.preferred_age_min or 0 for who in asking], dtype=np.int32)
    last = np.array([OLDEST if who.preferred_age_max is None else who.preferred_age_max for who in asking], dtype=np.int32)
    asks = np.array([who.has_age_preference for who in asking], dtype=np.bool_)
    ages = np.array([-1 if who.age is None else who.age for who in asked], dtype=np.int32)
    cuts = np.unique(np.concatenate([first[asks], last[asks] + 1]))
    low, high = cuts[:-1], cuts[1:]
    ranges = (first[:, None] <= low) & (high <= last[:, None] + 1) & asks[:, None]
    bands = (low <= ages[:, None]) & (ages[:, None] < high)
    return ranges.view(np.uint8), bands.view(np.uint8)


def _age_table(mentees: Sequence[PersonFacts], mentors: Sequence[PersonFacts], *, mentee_asks: bool) -> _Table:
    if mentee_asks:
        left, right = _ages(mentees, mentors)
    else:
        right, left = _ages(mentors, mentees)

    def known(people: Sequence[PersonFacts], asks: bool) -> NDArray[np.bool_]:
        return np.array([who.has_age_preference if asks else who.age is not None for who in people], dtype=np.bool_)

    return _Table(
        mentees=left,
        mentors=right,
        worth=np.ones(left.shape[1]),
        mentees_known=known(mentees, mentee_asks),
        mentors_known=known(mentors, not mentee_asks),
    )


def _capacity(mentees: Sequence[MenteeFacts], mentors: Sequence[MentorFacts]) -> _Table:
    """The share of a mentor's places that is free. One column per share that occurs, and each mentor is in one."""
    shares = [min(max(who.places_left, 0) / who.capacity, 1.0) if who.capacity else 0.0 for who in mentors]
    columns = {share: column for column, share in enumerate(sorted(set(shares) - {0.0}))}
    right = np.zeros((len(mentors), len(columns)), dtype=np.uint8)
    for row, share in enumerate(shares):
        if share:
            right[row, columns[share]] = 1
    return _Table(
        mentees=np.ones((len(mentees), len(columns)), dtype=np.uint8),
        mentors=right,
        worth=np.array(list(columns), dtype=np.float64),
        mentees_known=np.ones(len(mentees), dtype=np.bool_),
        mentors_known=np.ones(len(mentors), dtype=np.bool_),
    )
