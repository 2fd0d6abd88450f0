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

Cost: small matrix products over blocks of the matrix. What is multiplied is worked out for one block at a time from tables of
0 and 1, so that beyond the matrix itself memory is one block.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from matching.scoring.encoding import Tables
from matching.scoring.factors import Factor, FactorPart, Weights, default_weights
from matching.scoring.product import product
from matching.scoring.tables import Rule

UNITS = 8_388_000
"""Just below 2^23, and a multiple of 2,400, so that the default weights come out even. Odd ones are at most 180 units off."""
SMALLEST_BLOCK, LARGEST_BLOCK = 64, 256
"""Rows and columns of a block of the matrix. In between a block is a tenth of the rows by a fifth of the columns."""

Floats = NDArray[np.float32]
At = slice | int
EVERYBODY = slice(None)


def units_of(weights: Weights, factors: Sequence[Factor]) -> dict[str, int]:
    """How many of the units each part carries. Raises `ValueError` for weights that are negative, missing or all zero."""
    if set(weights) != {factor.name for factor in factors} or not all(isfinite(w) and w >= 0 for w in weights.values()):
        raise ValueError("give every factor a weight of 0 or more")
    total = sum(weights.values())
    if not total:
        raise ValueError("give at least one factor a weight above 0")
    units = {}
    for factor in factors:
        for part in factor.parts:
            enough = part.question.enough
            units[part.name] = enough * round(UNITS * weights[factor.name] / total * part.share / enough)
    return units


def _slice(at: At) -> slice:
    return at if isinstance(at, slice) else slice(at, at + 1 or None)


def _fixed_worth(part: FactorPart, units: int, worth: NDArray[np.float64]) -> Floats:
    """What an item is worth in units to everybody who has it."""
    if _is_capped(part):
        return (worth * (units // part.question.enough)).astype(np.float32)
    return np.floor(units * worth).astype(np.float32)


def _is_capped(part: FactorPart) -> bool:
    return part.question.rule is Rule.UP_TO


@dataclass(frozen=True, slots=True)
class Terms:
    """What a program's people and weights come to, ready to multiply: `left(rows) @ right(columns)` is in units.

    `units` is what each part carries. `share_units` (shares,) are those of the parts that are shares, and `share_of`
    (shares, items) marks with 1 which item is of which; `worth` (other items,) float32 is what each of the others is worth.
    """

    tables: Tables
    units: Mapping[str, int]
    share_units: NDArray[np.float64]
    share_of: NDArray[np.float64]
    worth: Floats

    @classmethod
    def of(cls, tables: Tables, weights: Weights) -> "Terms":
        units = units_of(weights, tables.factors)
        shares = [part for part in tables.parts if part.question.rule is Rule.SHARE]
        others = tables.parts[len(shares) :]
        share_of = np.zeros((len(shares), tables.items[shares[-1].name].stop))
        for row, part in enumerate(shares):
            share_of[row, tables.items[part.name]] = 1
        fixed = [_fixed_worth(part, units[part.name], tables.worth[tables.items[part.name]]) for part in others]
        return cls(tables, units, np.array([float(units[part.name]) for part in shares]), share_of, np.concatenate(fixed))

    @property
    def total(self) -> int:
        return sum(self.units.values())

    @property
    def shape(self) -> tuple[int, int]:
        """Mentees, mentors."""
        return len(self.tables.mentees), self.tables.mentors.shape[1]

    def left(self, rows: slice) -> Floats:
        """(rows, items) what each mentee's items are worth in units.

        Those of a share add up to what the part carries: their running sum is rounded, and each item is the step it makes.
        """
        left, shared = self.tables.mentees[rows].astype(np.float32), self.share_of.shape[1]
        left[:, shared:] *= self.worth
        spread = left[:, :shared].astype(np.float64)
        spread *= self.tables.worth[:shared]
        spread *= product(self.share_units / np.maximum(product(spread, self.share_of.T), 1), self.share_of)
        running = np.rint(np.cumsum(spread, axis=1, out=spread), out=spread).astype(np.float32)
        left[:, :shared] = running
        left[:, 1:shared] -= running[:, :-1]
        return left

    def right(self, columns: slice) -> Floats:
        """(items, columns) of 1 where the mentor has the item."""
        return self.tables.mentors[:, columns].astype(np.float32)

    def gained(self, part: FactorPart, left: Floats, right: Floats, out: Floats | None = None) -> Floats:
        """What one part gives each pair, in units."""
        items = self.tables.items[part.name]
        found: Floats = product(left[:, items], right[items], out=out)
        return np.minimum(found, np.float32(self.units[part.name]), out=found) if _is_capped(part) else found

    def known_left(self, rows: slice) -> Floats:
        """(rows, parts) the units each part carries where the mentee's side of it is known."""
        units = np.array([self.units[part.name] for part in self.tables.parts], dtype=np.float32)
        return np.multiply(self.tables.mentees_known[rows], units)

    def known_right(self, columns: slice) -> Floats:
        """(parts, columns) of 1 where the mentor's side is known."""
        return self.tables.mentors_known[:, columns].astype(np.float32)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one factor, by its name, gives one pair, all in [0, 1]: the one shape of a score, worked out or kept in a row.

    `points` of the score come from it; `weight` is its share of all weights; `value` is how well the pair does on what is
    known of it (None when nothing is); `known` is the share of its weight that is known.
    """

    factor: str
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

    def known(self, rows: At = EVERYBODY, columns: At = EVERYBODY) -> Floats:
        """The known share of each pair, (rows, columns) float32 in [0, 1]."""
        known: Floats = product(self.terms.known_left(_slice(rows)), self.terms.known_right(_slice(columns)))
        return known / np.float32(self.terms.total)

    def part(self, part: FactorPart, rows: At = EVERYBODY, columns: At = EVERYBODY) -> tuple[Floats, Floats]:
        """Of one part, for a block of pairs: the units it gives, and the units of it that are known."""
        rows, columns, at = _slice(rows), _slice(columns), self.terms.tables.parts.index(part)
        gained = self.terms.gained(part, self.terms.left(rows), self.terms.right(columns))
        known = self.terms.known_left(rows)[:, at, None] * self.terms.known_right(columns)[at]
        return gained, known

    def factor(self, factor: Factor, rows: At = EVERYBODY, columns: At = EVERYBODY) -> tuple[Floats, Floats]:
        """Of one factor, for a block of pairs: its value in [0, 1] (0 where unknown), and the share of it that is known."""
        blocks = [self.part(part, rows, columns) for part in factor.parts]
        gained, known = np.add.reduce([block[0] for block in blocks]), np.add.reduce([block[1] for block in blocks])
        full = sum(self.terms.units[part.name] for part in factor.parts)
        return np.divide(gained, np.maximum(known, 1)), np.divide(known, np.float32(max(full, 1)))

    def contributions(self, mentee: int, mentor: int) -> list[Contribution]:
        """One for each factor, in their order. Their points, added with `math.fsum`, round to the score's float32."""
        row, column, terms = _slice(mentee), _slice(mentor), self.terms
        left, right = terms.left(row), terms.right(column)
        bases = (terms.known_left(row) * terms.known_right(column).T)[0]
        gained = {part.name: int(terms.gained(part, left, right)[0, 0]) for part in terms.tables.parts}
        known = {part.name: int(base) for part, base in zip(terms.tables.parts, bases, strict=True)}
        over = max(sum(known.values()), 1)
        found = []
        for factor in terms.tables.factors:
            gain, base, full = (sum(by_part[part.name] for part in factor.parts) for by_part in (gained, known, terms.units))
            found.append(
                Contribution(
                    factor=factor.name,
                    points=gain / over,
                    weight=full / terms.total,
                    value=gain / base if base else None,
                    known=base / full if full else 0.0,
                )
            )
        return found


def score(tables: Tables, weights: Weights | None = None) -> Scores:
    """Every mentee with every mentor of the tables that `encoding.encode` made, by the default weights where none are given.

    Raises `ValueError` for weights that are negative, missing, infinite or all zero.
    """
    terms = Terms.of(tables, default_weights() if weights is None else weights)
    mentees, mentors = terms.shape
    matrix = np.empty((mentees, mentors), dtype=np.float32)
    for rows in _blocks(mentees, mentees // 10):
        left, known_left = terms.left(rows), terms.known_left(rows)
        for columns in _blocks(mentors, mentors // 5):
            matrix[rows, columns] = _block(terms, (left, known_left), (terms.right(columns), terms.known_right(columns)))
        del left  # before the next is made
    return Scores(matrix, terms)


def _blocks(count: int, length: int) -> list[slice]:
    length = min(max(length, SMALLEST_BLOCK), LARGEST_BLOCK)
    return [slice(start, min(start + length, count)) for start in range(0, count, length)]


def _block(terms: Terms, left: tuple[Floats, Floats], right: tuple[Floats, Floats]) -> Floats:
    """The scores of some mentees with some mentors. The parts without a cap add up in one product."""
    capped = [part for part in terms.tables.parts if _is_capped(part)]
    uncapped = slice(0, terms.tables.items[capped[0].name].start if capped else None)
    found: Floats = product(left[0][:, uncapped], right[0][uncapped])
    spare = np.empty_like(found)
    for part in capped:
        found += terms.gained(part, left[0], right[0], out=spare)
    known = product(left[1], right[1], out=spare)
    found /= np.maximum(known, 1, out=known)
    return found
