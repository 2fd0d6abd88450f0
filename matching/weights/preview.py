"""What other weights would change for the people who wait now. Nothing here is saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from accounts.models import Membership, Program
from matching.assignment import assign
from matching.evaluation import Scored
from matching.pool import waiting_mentees
from matching.scoring.factors import Factor
from matching.waiting.board import Waiting

LOOKED_AT = 500
"""How many of the people who wait a preview looks at, longest waiting first: it must answer while somebody moves a slider."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A mentor somebody would be proposed, and the score of the two by the new weights, of 100."""

    mentor: Membership
    score: float


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody whose proposed mentor would be another. None: nobody would be proposed."""

    mentee: Membership
    before: Choice | None
    after: Choice | None


@dataclass(frozen=True, slots=True)
class Preview:
    """The set that a new round would propose by the weights in force, beside the one by other weights.

    The scores of one set by two weightings do not compare: they are on different scales. So both sets are measured by the
    new weights here: each pair of `changes`, and `weakest_before` and `weakest_after`, of 100, the lowest score of each set.
    `matched` of `people` would be proposed a mentor by the new weights; `is_cut` says that more wait than were looked at.
    """

    people: int
    is_cut: bool
    matched: int
    changes: list[Change]
    weakest_before: float | None
    weakest_after: float | None


def preview(program: Program, present: Mapping[Factor, float], new: Mapping[Factor, float], now: datetime) -> Preview:
    """In seven queries, however many wait; in one where nobody does."""
    waiting = list(waiting_mentees(program)[: LOOKED_AT + 1])
    if not waiting:
        return Preview(people=0, is_cut=False, matched=0, changes=[], weakest_before=None, weakest_after=None)
    shown = waiting[:LOOKED_AT]
    scored = Scored.of(program, shown, present, now)
    by_new = scored.weighed(new)
    day = program.today(now)
    before, after = proposed(scored, day), proposed(by_new, day)
    rows = {who.id: row for row, who in enumerate(scored.people.mentees)}
    changes = [
        Change(mentee=member, before=_choice(by_new, row, before[row]), after=_choice(by_new, row, after[row]))
        for member, row in ((member, rows[str(member.pk)]) for member in shown)
        if before[row] != after[row]
    ]
    return Preview(
        people=len(shown),
        is_cut=len(waiting) > LOOKED_AT,
        matched=int((after >= 0).sum()),
        changes=changes,
        weakest_before=_weakest(by_new, before),
        weakest_after=_weakest(by_new, after),
    )


def proposed(scored: Scored, day: date) -> NDArray[np.int64]:
    """(mentees,) the column of the mentor whom a new round would propose to each, or -1. The longest wait has priority."""
    days = [Waiting.of(scored.people.members[who.id], day).days for who in scored.people.mentees]
    return assign(scored.scores.matrix, scored.places, eligible=scored.found.mask(), priority=days).mentor_of


def _choice(scored: Scored, row: int, column: int) -> Choice | None:
    if column < 0:
        return None
    mentor = scored.people.members[scored.people.mentors[column].id]
    return Choice(mentor, 100 * float(scored.scores.matrix[row, column]))


def _weakest(scored: Scored, mentor_of: NDArray[np.int64]) -> float | None:
    rows = np.flatnonzero(mentor_of >= 0)
    return 100 * float(scored.scores.matrix[rows, mentor_of[rows]].min()) if len(rows) else None
