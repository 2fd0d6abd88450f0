"""What one part of a factor reads, as a table that numpy can multiply.

A part's table says which items each mentee has (mentees × items), which each mentor has (items × mentors), what an item is
worth, and the people of whom the part is known. All of it is 0 and 1, so memory follows people, not pairs. A part gives each
pair a value in [0, 1] by one of three rules:

* `SHARE`: the worth of what both have ÷ the worth of all the mentee has ("two of Ben's three goals").
* `SUM`: the worth of what both have; one side has a single item, so this is a look-up (a gender among those preferred).
* `UP_TO`: the worth of what both have ÷ `enough`, at most 1 (minutes of common time; one common place).

A part is known for a pair when both sides answered what it needs. Unknown is unscored, never zero.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from matching.scoring.availability import Times
from matching.scoring.people import MenteeFacts, MentorFacts


class Rule(IntEnum):
    """How a part becomes a value. Parts stand side by side in the order of their rules."""

    SHARE = 1
    SUM = 2
    UP_TO = 3


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


@dataclass(frozen=True, slots=True)
class Sides:
    """All that the parts may read: the people, their times in the same order, and how rare each experience is."""

    mentees: Sequence[MenteeFacts]
    mentors: Sequence[MentorFacts]
    times: Times
    frequencies: Frequencies


@dataclass(frozen=True, slots=True)
class Table:
    """One part: `mentees` (n, items), `mentors` (m, items), `worth` (items,) > 0, and of which people it is known, (n,) and
    (m,).
    """

    mentees: NDArray[np.uint8]
    mentors: NDArray[np.uint8]
    worth: NDArray[np.float64]
    mentees_known: NDArray[np.bool_]
    mentors_known: NDArray[np.bool_]

    @classmethod
    def of_answers(
        cls, left: Sequence[Sequence[str]], right: Sequence[Sequence[str]], worth: Callable[[str], float] = lambda item: 1.0
    ) -> "Table":
        """The answers of each side. The items are the mentees', in alphabetical order."""
        vocabulary = {item: column for column, item in enumerate(sorted(set(chain.from_iterable(left))))}
        return cls(
            mentees=indicators(left, vocabulary),
            mentors=indicators(right, vocabulary),
            worth=np.array([worth(item) for item in vocabulary], dtype=np.float64),
            mentees_known=np.fromiter(map(bool, left), dtype=np.bool_, count=len(left)),
            mentors_known=np.fromiter(map(bool, right), dtype=np.bool_, count=len(right)),
        )

    def of_both(self) -> "Table":
        """Without the items that only one side has: they add nothing where a value is not a share of what the mentee has."""
        both = self.mentees.any(axis=0) & self.mentors.any(axis=0)
        if both.all():
            return self
        return Table(self.mentees[:, both], self.mentors[:, both], self.worth[both], self.mentees_known, self.mentors_known)


def indicators(answers: Sequence[Sequence[str]], vocabulary: Mapping[str, int]) -> NDArray[np.uint8]:
    """(people, items) of 1 where the answer holds the item; items outside `vocabulary` are left out."""
    outside = len(vocabulary)
    table = np.zeros((len(answers), outside + 1), dtype=np.uint8)
    counts = np.fromiter(map(len, answers), dtype=np.intp, count=len(answers))
    rows = np.repeat(np.arange(len(answers)), counts)
    columns = np.fromiter(map(vocabulary.get, chain.from_iterable(answers), repeat(outside)), dtype=np.intp, count=len(rows))
    table[rows, columns] = 1
    return table[:, :outside]
