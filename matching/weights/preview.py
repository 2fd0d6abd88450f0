"""What other weights would change for the people who wait now. Nothing here is saved."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from accounts.models import Membership, Program
from matching.pool import Pool, evaluate, propose_set
from matching.scoring.factors import Weights
from relationships.selectors import waiting_mentees

LOOKED_AT = 500
"""How many of the people who wait a preview looks at, longest waiting first: it must answer while a slider moves."""


@dataclass(frozen=True, slots=True)
class ScoredMentor:
    """A mentor the mentee would be proposed, and the score of the two by the new weights, of 100."""

    mentor: Membership
    score: float


@dataclass(frozen=True, slots=True)
class ChangedMentor:
    """A mentee whose proposed mentor would be another. None: no mentor would be proposed."""

    mentee: Membership
    before: ScoredMentor | None
    after: ScoredMentor | None


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
    changes: list[ChangedMentor]
    weakest_before: float | None
    weakest_after: float | None


def preview(program: Program, present: Weights, new: Weights, now: datetime) -> Preview:
    """In seven queries, however many wait; in one where no mentee does."""
    waiting = list(waiting_mentees(program, now)[: LOOKED_AT + 1])
    if not waiting:
        return Preview(people=0, is_cut=False, matched=0, changes=[], weakest_before=None, weakest_after=None)
    shown = waiting[:LOOKED_AT]
    by_present = evaluate(program, shown, now=now, weights=present)
    by_new = by_present.reweighed(new)
    before, after = propose_set(by_present).mentor_of, propose_set(by_new).mentor_of
    changes = [
        ChangedMentor(mentee=member, before=_mentor(by_new, row, before[row]), after=_mentor(by_new, row, after[row]))
        for member, row in ((member, by_new.row_of[str(member.pk)]) for member in shown)
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


def _mentor(pool: Pool, row: int, column: int) -> ScoredMentor | None:
    return ScoredMentor(pool.mentor(column), pool.score_of(row, column)) if column >= 0 else None


def _weakest(pool: Pool, mentor_of: NDArray[np.int64]) -> float | None:
    return min((pool.score_of(row, column) for row, column in enumerate(mentor_of.tolist()) if column >= 0), default=None)
