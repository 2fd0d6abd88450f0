"""The eight factors of a match, as tables that numpy can multiply.

A factor has one or more parts. Each part is a table: which items each mentee has (mentees × items), which each mentor has
(mentors × items), what an item is worth, and for whom the part is known. All of it is 0 and 1, so memory follows people,
not pairs. A part gives each pair a value in [0, 1] by one of three rules:

* `SHARE`: the worth of what both have ÷ the worth of all the mentee has ("two of Ben's three goals").
* `SUM`: the worth of what both have; one side has a single item, so this is a look-up (a gender among those preferred).
* `UP_TO`: the worth of what both have ÷ `enough`, at most 1 (minutes of common time; one common place).

A part is known for a pair when both sides answered what it needs. Unknown is unscored, never zero.

    >>> ben = MenteeFacts(id="b", person="1", name="Ben", time_zone="UTC", goals=("work", "sleep"))
    >>> mona = MentorFacts(id="m", person="2", name="Mona", time_zone="UTC", goals=("work",), capacity=3, places_left=1)
    >>> goals = encode([ben], [mona], times=encode_times([ben], [mona], now))[Part.GOALS]
    >>> goals.mentees, goals.mentors   # items in alphabetical order: sleep, work
    (array([[1, 1]]), array([[0, 1]]))
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum

import numpy as np
from numpy.typing import NDArray

from matching.availability import Times
from matching.people import MenteeFacts, MentorFacts, PersonFacts

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


@dataclass(frozen=True, slots=True)
class Table:
    """One part. `mentees` (n, items) and `mentors` (m, items) uint8 of 0 and 1; `worth` (items,) float64 > 0; the rest bool."""

    rule: Rule
    mentees: NDArray[np.uint8]
    mentors: NDArray[np.uint8]
    worth: NDArray[np.float64]
    mentees_known: NDArray[np.bool_]
    mentors_known: NDArray[np.bool_]
    enough: float = 1.0


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
) -> dict[Part, Table]:
    """Every part's table. Work and memory follow the number of people, not of pairs.

    `times` are those of the same people in the same order (`availability.encode_times`). `frequencies` are those of the whole
    program; without them they are counted over the people given.
    """
    everybody: list[PersonFacts] = [*mentees, *mentors]
    if frequencies is None:
        frequencies = Frequencies.of(who.experiences for who in everybody)
    return {
        Part.TIME: _time_table(times),
        Part.MODES: _sets(mentees, mentors, lambda who: who.modes),
        Part.PATHWAYS: _sets(mentees, mentors, lambda who: tuple(p for p in who.pathways if p != STILL_DECIDING)),
        Part.GOALS: _sets(mentees, mentors, lambda who: who.goals),
        Part.EXPERIENCES: _sets(mentees, mentors, lambda who: who.experiences, worth=frequencies.worth),
        Part.MENTEE_GENDERS: _look_up(mentees, mentors, lambda who: who.preferred_genders, _gender),
        Part.MENTEE_AGES: _age_table(mentees, mentors, mentee_asks=True),
        Part.MENTOR_GENDERS: _look_up(mentees, mentors, _gender, lambda who: who.preferred_genders),
        Part.MENTOR_AGES: _age_table(mentees, mentors, mentee_asks=False),
        Part.STYLES: _sets(mentees, mentors, lambda who: who.styles),
        Part.INTERESTS: _sets(mentees, mentors, lambda who: who.interests),
        Part.DISLIKES: _sets(mentees, mentors, lambda who: who.dislikes),
        Part.PLACES: _sets(mentees, mentors, lambda who: who.places, rule=Rule.UP_TO),
        Part.CAPACITY: _capacity(mentees, mentors),
    }


Items = Callable[[PersonFacts], Sequence[str]]


def _gender(who: PersonFacts) -> tuple[str, ...]:
    return (who.gender,) if who.gender else ()


def indicators(answers: Sequence[Sequence[str]], vocabulary: Mapping[str, int]) -> NDArray[np.uint8]:
    """(people, items) of 1 where the answer holds the item; items outside `vocabulary` are left out."""
    table = np.zeros((len(answers), len(vocabulary)), dtype=np.uint8)
    cells = [(row, vocabulary[item]) for row, answer in enumerate(answers) for item in answer if item in vocabulary]
    if cells:
        rows, columns = zip(*cells, strict=True)
        table[rows, columns] = 1
    return table


def _sets(
    mentees: Sequence[PersonFacts],
    mentors: Sequence[PersonFacts],
    items: Items,
    *,
    rule: Rule = Rule.SHARE,
    worth: Callable[[str], float] = lambda item: 1.0,
) -> Table:
    """The same question put to both sides. The items are the mentees', in alphabetical order."""
    return _table(rule, [items(who) for who in mentees], [items(who) for who in mentors], worth)


def _look_up(mentees: Sequence[PersonFacts], mentors: Sequence[PersonFacts], left: Items, right: Items) -> Table:
    """What one side prefers, beside the one thing the other side is."""
    return _table(Rule.SUM, [left(who) for who in mentees], [right(who) for who in mentors], lambda item: 1.0)


def _table(rule: Rule, left: Sequence[Sequence[str]], right: Sequence[Sequence[str]], worth: Callable[[str], float]) -> Table:
    vocabulary = {item: column for column, item in enumerate(sorted({item for answer in left for item in answer}))}
    return Table(
        rule=rule,
        mentees=indicators(left, vocabulary),
        mentors=indicators(right, vocabulary),
        worth=np.array([worth(item) for item in vocabulary], dtype=np.float64),
        mentees_known=np.array([bool(answer) for answer in left], dtype=np.bool_),
        mentors_known=np.array([bool(answer) for answer in right], dtype=np.bool_),
    )


def _time_table(times: Times) -> Table:
    """Common minutes a week, enough at `ENOUGH_MINUTES`."""
    return Table(
        rule=Rule.UP_TO,
        mentees=times.mentees,
        mentors=times.mentors,
        worth=times.minutes.astype(np.float64),
        mentees_known=times.mentees_known,
        mentors_known=times.mentors_known,
        enough=ENOUGH_MINUTES,
    )


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


def _age_table(mentees: Sequence[PersonFacts], mentors: Sequence[PersonFacts], *, mentee_asks: bool) -> Table:
    if mentee_asks:
        left, right = _ages(mentees, mentors)
    else:
        right, left = _ages(mentors, mentees)

    def known(people: Sequence[PersonFacts], asks: bool) -> NDArray[np.bool_]:
        return np.array([who.has_age_preference if asks else who.age is not None for who in people], dtype=np.bool_)

    return Table(
        rule=Rule.SUM,
        mentees=left,
        mentors=right,
        worth=np.ones(left.shape[1]),
        mentees_known=known(mentees, mentee_asks),
        mentors_known=known(mentors, not mentee_asks),
    )


def _capacity(mentees: Sequence[MenteeFacts], mentors: Sequence[MentorFacts]) -> Table:
    """The share of a mentor's places that is free. One column per share that occurs, and each mentor is in one."""
    shares = [min(max(who.places_left, 0) / who.capacity, 1.0) if who.capacity else 0.0 for who in mentors]
    columns = {share: column for column, share in enumerate(sorted(set(shares) - {0.0}))}
    right = np.zeros((len(mentors), len(columns)), dtype=np.uint8)
    for row, share in enumerate(shares):
        if share:
            right[row, columns[share]] = 1
    return Table(
        rule=Rule.SUM,
        mentees=np.ones((len(mentees), len(columns)), dtype=np.uint8),
        mentors=right,
        worth=np.array(list(columns), dtype=np.float64),
        mentees_known=np.ones(len(mentees), dtype=np.bool_),
        mentors_known=np.ones(len(mentors), dtype=np.bool_),
    )
