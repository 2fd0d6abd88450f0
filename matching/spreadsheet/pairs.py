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

from django.utils.translation import gettext as _

from intake.files.format import make_inert
from matching.explain.breakdown import Breakdown, BreakdownRow, breakdown_of
from matching.explain.unmatched import why_unmatched, why_without_mentee
from matching.pool import propose_set
from matching.scoring.evaluation import Evaluation
from matching.scoring.factors import FACTORS, default_weights
from matching.scoring.people import MenteeFacts, MentorFacts, PersonFacts
from matching.spreadsheet.people import Spreadsheet

COLUMNS = (
    "mentee_email",
    "mentee",
    "mentor_email",
    "mentor",
    "score",
    "known",
    *FACTORS,
    "speaks_for",
    "speaks_against",
    "not_known",
    "left_over",
)


@dataclass(frozen=True, slots=True)
class ProposedPair:
    mentee: MenteeFacts
    mentor: MentorFacts
    breakdown: Breakdown


@dataclass(frozen=True, slots=True)
class Pairs:
    """All lists by e-mail address; `mentees` and `mentors` are those in no pair, each with the reason."""

    pairs: list[ProposedPair]
    mentees: list[tuple[MenteeFacts, str]]
    mentors: list[tuple[MentorFacts, str]]


def make_pairs(sheet: Spreadsheet, now: datetime) -> Pairs:
    """As many people as possible, then those who waited longest, then the worst pair, then the sum of the scores."""
    evaluation = Evaluation(people=sheet.people, now=now, weights=default_weights())
    found = propose_set(evaluation)
    mentees, mentors, allowed = sheet.people.mentees, sheet.people.mentors, evaluation.eligibility
    chosen = [(row, column) for row, column in enumerate(found.mentor_of.tolist()) if column >= 0]
    taken = {column for _row, column in chosen}
    left = [(mentees[row], why_unmatched(why, mentees, mentors, row, allowed)) for row, why in found.reason_unmatched.items()]
    left += [(who, _("%(name)s is not on the waiting list") % {"name": who.name}) for who in sheet.not_waiting]
    return Pairs(
        pairs=[ProposedPair(mentees[row], mentors[at], breakdown_of(evaluation, row, at)) for row, at in chosen],
        mentees=sorted(left, key=lambda one: one[0].id),
        mentors=[(who, why_without_mentee(who, at, allowed)) for at, who in enumerate(mentors) if at not in taken],
    )


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
        breakdown = pair.breakdown
        yield {
            **_named("mentee", pair.mentee),
            **_named("mentor", pair.mentor),
            "score": f"{breakdown.score:.1f}",
            "known": str(breakdown.known),
            **{row.factor.name: f"{row.points:.1f}" for row in breakdown.rows if row.most is not None},
            "speaks_for": "; ".join(breakdown.speaks_for),
            "speaks_against": "; ".join(breakdown.speaks_against),
            "not_known": "; ".join(breakdown.unknown),
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
                "score": pair.breakdown.score,
                "known": pair.breakdown.known,
                "contributions": [_contribution(row) for row in pair.breakdown.rows],
                "speaks_for": [_plain(text) for text in pair.breakdown.speaks_for],
                "speaks_against": [_plain(text) for text in pair.breakdown.speaks_against],
                "not_known": pair.breakdown.unknown,
            }
            for pair in found.pairs
        ],
        "mentees_left_over": [{**_person(who), "reason": reason} for who, reason in found.mentees],
        "mentors_left_over": [{**_person(who), "reason": reason} for who, reason in found.mentors],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _person(who: PersonFacts) -> dict[str, str]:
    return {"email": who.id, "name": who.name}


def _contribution(row: BreakdownRow) -> dict[str, Any]:
    is_known = row.most is not None
    return {
        "factor": row.factor.name,
        "name": str(row.factor.label),
        "points": row.points if is_known else None,
        "told": [_plain(text) for text in row.texts],
    }


def _plain(text: str) -> str:
    """Without the spaces at which a page must not break a line: they would keep a search from finding the words."""
    return text.replace("\N{NO-BREAK SPACE}", " ")
