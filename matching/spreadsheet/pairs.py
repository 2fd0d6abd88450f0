"""The best pairs of the people in two files, and the files that say so: as rows for a spreadsheet or as JSON.

Nobody is silently missing: mentees without a mentor and mentors without a mentee have a row of their own with the reason.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from intake.files.format import make_inert
from matching.assignment import Assignment, assign
from matching.explain.breakdown import FactorRow, Fit, fit_of
from matching.explain.unmatched import why_left_over, why_without_mentee
from matching.scoring.availability import WeekClock, encode_times
from matching.scoring.eligibility import Eligibility, check
from matching.scoring.factors import Factor, encode
from matching.scoring.people import MenteeFacts, MentorFacts, PersonFacts
from matching.scoring.scores import score
from matching.spreadsheet.people import Spreadsheet

COLUMNS = (
    "mentee_email",
    "mentee",
    "mentor_email",
    "mentor",
    "score",
    "known",
    *Factor,
    "speaks_for",
    "speaks_against",
    "not_known",
    "left_over",
)


@dataclass(frozen=True, slots=True)
class Pair:
    mentee: MenteeFacts
    mentor: MentorFacts
    fit: Fit


@dataclass(frozen=True, slots=True)
class Pairs:
    """All lists by e-mail address; `mentees` and `mentors` are those in no pair, each with the reason."""

    pairs: list[Pair]
    mentees: list[tuple[MenteeFacts, str]]
    mentors: list[tuple[MentorFacts, str]]


def make_pairs(sheet: Spreadsheet, now: datetime) -> Pairs:
    """As many people as possible, then those who waited longest, then the worst pair, then the sum of the scores."""
    mentees, mentors = sheet.mentees, sheet.mentors
    times = encode_times(mentees, mentors, now)
    allowed = check(mentees, mentors, times=times, never=sheet.never)
    scores = score(encode(mentees, mentors, times=times, frequencies=sheet.frequencies))
    found = assign(
        scores.matrix,
        np.array([who.places_left for who in mentors], dtype=np.int64),
        eligible=allowed.mask(),
        priority=np.array(sheet.days, dtype=np.float64),
    )
    clock, chosen = WeekClock(now), [(row, int(column)) for row, column in enumerate(found.mentor_of) if column >= 0]
    taken = {column for _row, column in chosen}
    return Pairs(
        pairs=[
            Pair(mentees[row], mentors[column], fit_of(mentees[row], mentors[column], scores, (row, column), clock))
            for row, column in chosen
        ],
        mentees=_left_over(sheet, found, allowed),
        mentors=[(who, why_without_mentee(who, at, allowed)) for at, who in enumerate(mentors) if at not in taken],
    )


def _left_over(sheet: Spreadsheet, found: Assignment, allowed: Eligibility) -> list[tuple[MenteeFacts, str]]:
    reasons = [
        (sheet.mentees[row], why_left_over(reason, sheet.mentees, sheet.mentors, row, allowed))
        for row, reason in found.reason_unmatched.items()
    ]
    reasons += [(who, _("%(name)s is not on the waiting list") % {"name": who.name}) for who in sheet.not_waiting]
    return sorted(reasons, key=lambda one: one[0].id)


def as_csv(found: Pairs) -> str:
    """The rows in the order of `Pairs`, their cells made inert. A factor of which nothing is known is empty, not 0."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in _rows(found):
        writer.writerow([make_inert(_plain(row.get(name, ""))) for name in COLUMNS])
    return out.getvalue()


def _rows(found: Pairs) -> Iterator[dict[str, str]]:
    for pair in found.pairs:
        fit = pair.fit
        yield {
            **_named("mentee", pair.mentee),
            **_named("mentor", pair.mentor),
            "score": f"{fit.score:.1f}",
            "known": str(fit.known),
            **{row.factor: f"{row.points:.1f}" for row in fit.factors if row.most is not None},
            "speaks_for": "; ".join(fit.speaks_for),
            "speaks_against": "; ".join(fit.speaks_against),
            "not_known": "; ".join(fit.unknown),
        }
    yield from ({**_named("mentee", who), "left_over": reason} for who, reason in found.mentees)
    yield from ({**_named("mentor", who), "left_over": reason} for who, reason in found.mentors)


def _named(side: str, who: PersonFacts) -> dict[str, str]:
    return {f"{side}_email": who.id, side: who.name}


def as_json(found: Pairs) -> str:
    """The same, with what there is to say about each factor."""
    data = {
        "pairs": [
            {
                "mentee": _person(pair.mentee),
                "mentor": _person(pair.mentor),
                "score": pair.fit.score,
                "known": pair.fit.known,
                "contributions": [_contribution(row) for row in pair.fit.factors],
                "speaks_for": [_plain(text) for text in pair.fit.speaks_for],
                "speaks_against": [_plain(text) for text in pair.fit.speaks_against],
                "not_known": pair.fit.unknown,
            }
            for pair in found.pairs
        ],
        "mentees_left_over": [{**_person(who), "reason": reason} for who, reason in found.mentees],
        "mentors_left_over": [{**_person(who), "reason": reason} for who, reason in found.mentors],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _person(who: PersonFacts) -> dict[str, str]:
    return {"email": who.id, "name": who.name}


def _contribution(row: FactorRow) -> dict[str, Any]:
    is_known = row.most is not None
    return {
        "factor": row.factor,
        "name": row.name,
        "points": row.points if is_known else None,
        "told": [_plain(text) for text in row.told],
    }


def _plain(text: str) -> str:
    """Without the spaces at which a page must not break a line: they would keep a search from finding the words."""
    return text.replace("\N{NO-BREAK SPACE}", " ")
