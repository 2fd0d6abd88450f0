"""All the parts of all the factors side by side, in one table.

>>> ben = MenteeFacts(id="b", person="1", name="Ben", time_zone="UTC", goals=("work", "sleep"))
>>> mona = MentorFacts(id="m", person="2", name="Mona", time_zone="UTC", goals=("work",), capacity=3, places_left=1)
>>> tables = encode([ben], [mona], times=encode_times([ben], [mona], now))
>>> goals = tables.items["goals"]
>>> tables.mentees[:, goals], tables.mentors[goals]   # items in alphabetical order: sleep, work
(array([[1, 1]]), array([[0], [1]]))
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.scoring.availability import Times
from matching.scoring.factors import FACTORS, Factor, FactorPart
from matching.scoring.people import MenteeFacts, MentorFacts
from matching.scoring.tables import Frequencies, Rule, Sides


@dataclass(frozen=True, slots=True)
class Tables:
    """All that the score asks of these people, for the `factors` there were. A part's items stand at `items[part.name]`.

    `parts` stand in the order of their rules. `mentees` (n, items) and `mentors` (items, m) uint8 of 0 and 1, ready for a
    product; `worth` (items,) float64 > 0; `mentees_known` (n, parts) and `mentors_known` (parts, m) bool.
    """

    factors: Sequence[Factor]
    parts: Sequence[FactorPart]
    items: Mapping[str, slice]
    mentees: NDArray[np.uint8]
    mentors: NDArray[np.uint8]
    worth: NDArray[np.float64]
    mentees_known: NDArray[np.bool_]
    mentors_known: NDArray[np.bool_]


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
    sides = Sides(mentees, mentors, times, frequencies)
    factors = tuple(FACTORS.values())
    parts = sorted((part for factor in factors for part in factor.parts), key=lambda part: part.question.rule)
    found = [part.question.table(sides) for part in parts]
    tables = [table if part.question.rule is Rule.SHARE else table.of_both() for part, table in zip(parts, found, strict=True)]
    ends = np.cumsum([len(table.worth) for table in tables]).tolist()
    return Tables(
        factors=factors,
        parts=parts,
        items={part.name: slice(start, end) for part, start, end in zip(parts, [0, *ends], ends, strict=False)},
        mentees=np.concatenate([table.mentees for table in tables], axis=1),
        mentors=np.ascontiguousarray(np.concatenate([table.mentors for table in tables], axis=1).T),
        worth=np.concatenate([table.worth for table in tables]),
        mentees_known=np.stack([table.mentees_known for table in tables], axis=1),
        mentors_known=np.stack([table.mentors_known for table in tables]),
    )
