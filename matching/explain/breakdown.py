"""How well two people fit, ready to show: the score as parts, and the reasons in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, fsum

from django.utils.translation import gettext as _

from matching.explain.reasons import FACTOR_NAMES, PART_NAMES, Bearing, Told, tell
from matching.scoring.availability import WeekClock
from matching.scoring.factors import Factor, Part
from matching.scoring.people import MenteeFacts, MentorFacts
from matching.scoring.scores import Contribution, Scores

REASONS_SHOWN = 5
GAP = 0.4


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One factor of one pair, of 100: its `points`, where its bar starts and how long it is, and the `most` it could give.

    `most` is None where nothing is known of it. The bar is a little shorter than the points, so that neighbors stand apart.
    """

    factor: Factor
    name: str
    points: float
    most: float | None
    start: float
    width: float
    tone: int
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """`score` and `known` are of 100; `factors` add up to `score`. The strongest reasons come first in `speaks_for`."""

    score: float
    known: int
    factors: list[FactorRow]
    speaks_for: list[str]
    speaks_against: list[str]
    unknown: list[str]


def fit_of(mentee: MenteeFacts, mentor: MentorFacts, scores: Scores, at: tuple[int, int], clock: WeekClock) -> Fit:
    """`at` is where the pair stands in `scores`: the mentee's row and the mentor's column."""
    told = tell(mentee, mentor, clock)
    reasons = [one for one in told if one.part is not Part.CAPACITY]  # a free place is no reason for these two
    contributions = scores.contributions(*at)
    points = {given.factor: given.points for given in contributions}
    factors = factor_rows(contributions, told)
    return Fit(
        score=round(fsum(row.points for row in factors), 1),
        known=round(100 * float(scores.known(*at)[0, 0])),
        factors=factors,
        speaks_for=[one.text for one in sorted(reasons, key=lambda one: -points[one.factor]) if one.bearing is Bearing.FOR][
            :REASONS_SHOWN
        ],
        speaks_against=[one.text for one in told if one.bearing is Bearing.AGAINST],
        unknown=[str(PART_NAMES[one.part]) for one in told if one.bearing is Bearing.UNKNOWN],
    )


def in_tenths(contributed: Iterable[float]) -> float:
    """The score of 100 that parts of 1 add up to, as every page shows it."""
    return round(fsum(1000 * points for points in contributed)) / 10


def factor_rows(contributions: list[Contribution], told: list[Told]) -> list[FactorRow]:
    """The parts in tenths of a point that add up to the score in tenths, as bars that stand end to end.

    Rounding each part by itself could miss the sum by a few tenths; here the largest remainders are rounded up.
    """
    exact = [1000 * given.points for given in contributions]
    tenths = [floor(value) for value in exact]
    left = round(fsum(exact)) - sum(tenths)
    for at in sorted(range(len(exact)), key=lambda at: tenths[at] - exact[at])[:left]:
        tenths[at] += 1
    known = fsum(given.weight * given.known for given in contributions)
    rows, start = [], 0
    for at, given in enumerate(contributions):
        rows.append(
            FactorRow(
                factor=given.factor,
                name=str(FACTOR_NAMES[given.factor]),
                points=tenths[at] / 10,
                most=_most(given, tenths[at] / 10, known),
                start=start / 10,
                width=max(tenths[at] / 10 - GAP, tenths[at] / 20),
                tone=at + 1,
                told=_texts([one for one in told if one.factor is given.factor]),
            )
        )
        start += tenths[at]
    return rows


def _most(given: Contribution, points: float, known: float) -> float | None:
    """What the factor could give at most; where it gives all of it, the same number, whichever way that was rounded."""
    if given.value is None:
        return None
    return points if given.value >= 1 else 100 * given.weight * given.known / known


def _texts(told: list[Told]) -> tuple[str, ...]:
    """What there is to say; that nobody has a preference is said once."""
    texts = tuple(one.text for one in told if one.bearing is not Bearing.SILENT)
    return texts or (_("Neither stated a preference"),)
