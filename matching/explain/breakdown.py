"""How well two people fit, ready to show: the score as parts, as a bar and in words. It is the one shape that pages read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, fsum
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from matching.explain.reasons import Sentence, explain
from matching.scoring.evaluation import Evaluation
from matching.scoring.factors import Factor, factor_named, in_order
from matching.scoring.questions import Bearing
from matching.scoring.scores import Contribution

REASONS_SHOWN = 5
GAP = 0.4
"""So much shorter than its points is a piece of a bar, so that neighbors stand apart."""


@dataclass(frozen=True, slots=True)
class BreakdownRow:
    """One factor of one pair, of 100: its `points`, and the `most` it could give. None: nothing is known of it."""

    factor: Factor
    points: float
    most: float | None
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """`score` and `known` are of 100; `rows` add up to `score`. The strongest reasons come first in `speaks_for`."""

    score: float
    known: int
    rows: list[BreakdownRow]
    speaks_for: list[str]
    speaks_against: list[str]
    unknown: list[str]

    @property
    def bar(self) -> SafeString:
        return bar((row.factor.color, row.points) for row in self.rows)

    @property
    def in_one_sentence(self) -> str:
        """The bar, for people who do not see it."""
        parts = [
            _("%(name)s %(points).1f") % {"name": row.factor.label, "points": row.points}
            for row in self.rows
            if row.most is not None
        ]
        return _("Score %(score).1f of 100: %(parts)s") % {"score": self.score, "parts": ", ".join(parts)}


def breakdown_of(evaluation: Evaluation, row: int, column: int) -> Breakdown:
    """Of one mentee and one mentor of an evaluation, with everything there is to say about them."""
    mentee, mentor = evaluation.people.mentees[row], evaluation.people.mentors[column]
    known = 100 * float(evaluation.scores.known(row, column)[0, 0])
    return breakdown(evaluation.scores.contributions(row, column), known, explain(mentee, mentor, evaluation.clock))


def breakdown(contributions: Sequence[Contribution], known: float, sentences: Sequence[Sentence] = ()) -> Breakdown:
    """`known` is of 100. Without `sentences` there are numbers only."""
    rows = _rows(contributions, sentences)
    points = {given.factor: given.points for given in contributions}
    reasons = [one for one in sentences if one.bearing is Bearing.FOR and one.part.question.is_reason]
    reasons.sort(key=lambda one: -points.get(one.factor.name, 0))
    return Breakdown(
        score=round(fsum(row.points for row in rows), 1),
        known=round(known),
        rows=rows,
        speaks_for=[one.text for one in reasons][:REASONS_SHOWN],
        speaks_against=[one.text for one in sentences if one.bearing is Bearing.AGAINST],
        unknown=[str(one.part.label) for one in sentences if one.bearing is Bearing.UNKNOWN],
    )


def _rows(contributions: Sequence[Contribution], sentences: Sequence[Sentence]) -> list[BreakdownRow]:
    """The parts in tenths of a point that add up to the score in tenths.

    Rounding each part by itself could miss the sum by a few tenths; here the largest remainders are rounded up.
    """
    exact = [1000 * given.points for given in contributions]
    tenths = [floor(value) for value in exact]
    left = round(fsum(exact)) - sum(tenths)
    for at in sorted(range(len(exact)), key=lambda at: tenths[at] - exact[at])[:left]:
        tenths[at] += 1
    known = fsum(given.weight * given.known for given in contributions)
    return [
        BreakdownRow(
            factor=factor_named(given.factor),
            points=points / 10,
            most=_most(given, points / 10, known),
            texts=_texts([one for one in sentences if one.factor.name == given.factor]),
        )
        for given, points in zip(contributions, tenths, strict=True)
    ]


def _most(given: Contribution, points: float, known: float) -> float | None:
    """What the factor could give at most; where it gives all of it, the same number, whichever way that was rounded."""
    if given.value is None:
        return None
    return points if given.value >= 1 else 100 * given.weight * given.known / known


def _texts(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """What there is to say; that neither has a preference is said once."""
    texts = tuple(one.text for one in sentences if one.bearing is not Bearing.SILENT)
    return texts or ((_("Neither stated a preference"),) if sentences else ())


# A row's parts, without words -----------------------------------------------------------------------------------------
Parts = Sequence[dict[str, Any]]
"""Contributions as a row keeps them: what each factor, by its name, gave, in the order of that time."""


def score_of(parts: Parts) -> float:
    """The score of 100 that kept parts add up to, as every page shows it."""
    return round(fsum(1000 * part["points"] for part in parts)) / 10


def bar_of(parts: Parts) -> SafeString:
    return bar((factor_named(part["factor"]).color, 100 * part["points"]) for part in parts)


def bar(pieces: Iterable[tuple[int, float]]) -> SafeString:
    """Colors and lengths, end to end, as rectangles on a ground 100 wide. Numbers only, so there is nothing to escape."""
    drawn, start = [], 0.0
    for color, length in pieces:
        if length:
            shown = max(length - GAP, length / 2)
            drawn.append(f'<rect class="meter-part-{color}" x="{start:.1f}" width="{shown:.1f}" height="8"/>')
        start += length
    return mark_safe("".join(drawn))  # noqa: S308


def color_keys(names: Iterable[str]) -> list[Factor]:
    """What the colors of bars mean, for the factors of these names."""
    return [factor_named(name) for name in in_order(set(names))]
