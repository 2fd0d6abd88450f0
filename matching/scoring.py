"""How well each mentee and mentor suit each other, on a scale of 0 to 1, and how much of that is known.

The score of a pair is the weighted mean of its parts over those that are known; the known share is the weight of the known
parts over the weight of all. With weights that add up to 100, and only these two parts known of Ben and Mona:

* three hours in common a week, of the six that count in full: value 0.5, weight 15 of 100
* two of Ben's three goals are Mona's too: value 2/3, weight 10

    score = (15 × 0.5 + 10 × 2/3) ÷ (15 + 10) = 14.17 ÷ 25 = 0.567, of which time gave 0.300 and goals 0.267
    known share = 25 ÷ 100 = 0.25

Weights are spread over some 2^23 whole units, and everything that is added is whole and stays below 2^24. So float32 adds
exactly in any order: the same pair gets the same bits whatever stands beside it, alone or among a million, and the
contributions of a pair are fractions n₁/d, n₂/d … whose sum is the score, N/d. In float64 they add up to a number that
rounds to the float32 of the matrix.

Cost: one small matrix product over blocks of 96 rows. Beyond the matrix itself memory is a few blocks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from matching.factors import PARTS, Factor, Part, Rule, Table

DEFAULT_WEIGHTS: Mapping[Factor, float] = {
    Factor.AVAILABILITY: 20,
    Factor.PATHWAY_GOALS: 20,
    Factor.EXPERIENCE: 20,
    Factor.PREFERENCES: 15,
    Factor.SUPPORT_STYLE: 10,
    Factor.INTERESTS: 5,
    Factor.PLACES: 5,
    Factor.CAPACITY: 5,
}
UNITS = 8_388_000
"""Just below 2^23, and a multiple of 2,400, so that the default weights come out even. Odd ones are at most 180 units off."""
BLOCK_ROWS = 96

Floats = NDArray[np.float32]
At = slice | int


def units_of(weights: Mapping[Factor, float], tables: Mapping[Part, Table]) -> dict[Part, int]:
    """How many of the units each part carries. Raises `ValueError` for weights that are negative, missing or all zero."""
    if set(weights) != set(Factor) or not all(isfinite(weight) and weight >= 0 for weight in weights.values()):
        raise ValueError("give every factor a weight of 0 or more")
    total = sum(weights.values())
    if not total:
        raise ValueError("give at least one factor a weight above 0")
    units = {}
    for factor, parts in PARTS.items():
        for part, share in parts.items():
            enough = int(tables[part].enough)
            units[part] = enough * round(UNITS * weights[factor] / total * share / enough)
    return units


def _slice(at: At) -> slice:
    return at if isinstance(at, slice) else slice(at, at + 1 or None)


@dataclass(frozen=True, slots=True)
class Term:
    """One product: `left[rows] @ right[:, columns]` in units, at most `cap` where there is one.

    `left` (mentees, items) float32, or uint8 when it is all 0 and 1; `right` (items, mentors) float32.
    """

    left: NDArray[np.float32] | NDArray[np.uint8]
    right: Floats
    cap: float | None = None

    def product(self, rows: At, columns: At, out: Floats | None = None) -> Floats:
        left = self.left[_slice(rows)].astype(np.float32, copy=False)
        found: Floats = np.matmul(left, self.right[:, _slice(columns)], out=out)
        return found if self.cap is None else np.minimum(found, np.float32(self.cap), out=found)


def _left_units(table: Table, units: int) -> Floats:
    """What each mentee's items are worth in units. Under `SHARE` a row adds up to `units`: the first item takes the rest."""
    if table.rule is Rule.SUM:
        looked_up: Floats = np.multiply(table.mentees, np.floor(units * table.worth), dtype=np.float32)
        return looked_up
    spread: Floats = np.multiply(table.mentees, table.worth, dtype=np.float32)
    ones = np.ones(spread.shape[1], dtype=np.float32)
    worth = spread @ ones
    spread *= (np.float32(units) / np.maximum(worth, 1))[:, None]
    np.floor(spread, out=spread)
    if len(ones):
        rest = np.float32(units) * (worth > 0) - spread @ ones
        spread[np.arange(len(spread)), table.mentees.argmax(axis=1)] += rest
    return spread


@dataclass(frozen=True, slots=True)
class Terms:
    """What a program's people and weights come to, ready to multiply.

    `joined` holds the parts without a cap side by side, so that one product adds them up; `parts` are views into it, and the
    capped ones. `known` and `known_parts` likewise, for the units that are known. `units` is what each part carries.
    """

    joined: Term
    parts: Mapping[Part, Term]
    known: Term
    known_parts: Mapping[Part, Term]
    units: Mapping[Part, int]

    @classmethod
    def of(cls, tables: Mapping[Part, Table], weights: Mapping[Factor, float]) -> "Terms":
        """Items that no mentor has are left out: they add nothing to a product."""
        units = units_of(weights, tables)
        parts: dict[Part, Term] = {}
        lefts, rights, widths = [], [], {}
        for part, table in tables.items():
            shared = table.mentors.any(axis=0)
            right = table.mentors.T[shared].astype(np.float32)
            if table.rule is Rule.UP_TO:
                right *= (table.worth[shared] * (units[part] // int(table.enough))).astype(np.float32)[:, None]
                parts[part] = Term(table.mentees if shared.all() else table.mentees[:, shared], right, float(units[part]))
            else:
                lefts.append(_left_units(table, units[part])[:, shared])
                rights.append(right)
                widths[part] = len(right)
        joined = Term(np.concatenate(lefts, axis=1), np.concatenate(rights))
        start = 0
        for part, width in widths.items():
            parts[part] = Term(joined.left[:, start : start + width], joined.right[start : start + width])
            start += width
        known = Term(
            np.stack([units[part] * table.mentees_known.astype(np.float32) for part, table in tables.items()], axis=1),
            np.stack([table.mentors_known.astype(np.float32) for table in tables.values()]),
        )
        known_parts = {part: Term(known.left[:, at : at + 1], known.right[at : at + 1]) for at, part in enumerate(tables)}
        return cls(joined, parts, known, known_parts, units)

    @property
    def total(self) -> int:
        return sum(self.units.values())

    @property
    def shape(self) -> tuple[int, int]:
        """Mentees, mentors."""
        return len(self.joined.left), self.joined.right.shape[1]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one factor gives one pair, all in [0, 1].

    `points` of the score come from it; `weight` is its share of all weights; `value` is how well the pair does on what is
    known of it (None when nothing is); `known` is the share of its weight that is known.
    """

    factor: Factor
    points: float
    weight: float
    value: float | None
    known: float


@dataclass(frozen=True, slots=True)
class Scores:
    """`matrix` (mentees, mentors) float32 in [0, 1], in the order the people were given; the rest is worked out on asking.

    A pair of which nothing is known (only possible where spare capacity has no weight) has score 0 and known share 0.
    """

    matrix: Floats
    terms: Terms

    def known(self, rows: At = slice(None), columns: At = slice(None)) -> Floats:
        """The known share of each pair, (rows, columns) float32 in [0, 1]."""
        return self.terms.known.product(rows, columns) / np.float32(self.terms.total)

    def factor(self, factor: Factor, rows: At = slice(None), columns: At = slice(None)) -> tuple[Floats, Floats]:
        """Of one factor, for a block of pairs: its value in [0, 1] (0 where unknown), and the share of it that is known."""
        gained = _added(self.terms.parts[part].product(rows, columns) for part in PARTS[factor])
        known = _added(self.terms.known_parts[part].product(rows, columns) for part in PARTS[factor])
        full = sum(self.terms.units[part] for part in PARTS[factor])
        value: Floats = np.divide(gained, np.maximum(known, 1))
        share: Floats = np.divide(known, np.float32(max(full, 1)))
        return value, share

    def contributions(self, mentee: int, mentor: int) -> list[Contribution]:
        """One for each factor, in their order. Their points, added with `math.fsum`, round to the score's float32."""
        gained = {part: int(term.product(mentee, mentor)[0, 0]) for part, term in self.terms.parts.items()}
        known = {part: int(term.product(mentee, mentor)[0, 0]) for part, term in self.terms.known_parts.items()}
        over = max(sum(known.values()), 1)
        found = []
        for factor, parts in PARTS.items():
            gain, base, full = (sum(by_part[part] for part in parts) for by_part in (gained, known, self.terms.units))
            found.append(
                Contribution(
                    factor=factor,
                    points=gain / over,
                    weight=full / self.terms.total,
                    value=gain / base if base else None,
                    known=base / full if full else 0.0,
                )
            )
        return found


def _added(products: Iterable[Floats]) -> Floats:
    first, *others = products
    for other in others:
        first += other
    return first


def score(tables: Mapping[Part, Table], weights: Mapping[Factor, float] = DEFAULT_WEIGHTS) -> Scores:
    """Every mentee with every mentor of the tables that `factors.encode` made.

    Raises `ValueError` for weights that are negative, missing, infinite or all zero.
    """
    terms = Terms.of(tables, weights)
    mentees, mentors = terms.shape
    matrix = np.empty((mentees, mentors), dtype=np.float32)
    height = min(mentees, BLOCK_ROWS)
    block = np.empty((height, mentors), dtype=np.float32)
    capped = [term for term in terms.parts.values() if term.cap is not None]
    everyone = slice(None)
    for start in range(0, mentees, BLOCK_ROWS):
        rows = slice(start, min(start + BLOCK_ROWS, mentees))
        found, spare = matrix[rows], block[: rows.stop - start]
        terms.joined.product(rows, everyone, out=found)
        for term in capped:
            found += term.product(rows, everyone, out=spare)
        known = terms.known.product(rows, everyone, out=spare)
        found /= np.maximum(known, 1, out=known)
    return Scores(matrix, terms)
