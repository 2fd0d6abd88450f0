"""What a round proposes: everybody who waits, the mentors there are, what coordinators insisted on, and the solver.

Nothing here is saved. `work_out` gives a line for each person who waits, whether a mentor was found or not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from matching.assignment import Assignment, assign
from matching.enums import OverrideKind
from matching.evaluation import Scored
from matching.explain.unmatched import why_left_over
from matching.models import Override, Round, RoundLine
from matching.pool import waiting_mentees
from matching.waiting.board import Waiting
from matching.weights.services import from_json

OTHERS_SHOWN = 3
"""How many second choices a line keeps."""

Report = Callable[[int], None]
"""Hears how far the work is, in percent. It may raise to stop the work."""
Pair = tuple[int, int]
"""A row of the mentees and a column of the mentors."""


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """`lines` are new, unsaved rows; `broken` are overrides that cannot be followed as things stand."""

    lines: list[RoundLine]
    places: int
    broken: list[Override]


def work_out(matching_round: Round, overrides: Sequence[Override], *, now: datetime, report: Report) -> WorkedOut:
    """The best set for the people who wait at `now`. The longest wait has priority where places are short."""
    program = matching_round.program
    today = program.today(now)
    waiting = {str(member.pk): Waiting.of(member, today) for member in waiting_mentees(program)}
    scored = Scored.of(program, [row.member for row in waiting.values()], from_json(matching_round.weights), now)
    report(20)
    given = _Given.of(overrides, scored)
    days = [waiting[who.id].days for who in scored.people.mentees]
    result = assign(
        scored.scores.matrix,
        scored.places,
        eligible=scored.found.mask(),
        priority=np.array(days),
        floor=matching_round.protects_weakest,
        forced=given.forced,
        forbidden=given.forbidden,
    )
    report(50)
    locked = {row for row, _ in given.forced}
    lines = []
    for row, who in enumerate(scored.people.mentees):
        lines.append(_line(matching_round, scored, result, row, waiting[who.id], is_locked=row in locked))
        report(50 + 49 * (row + 1) // len(days))
    return WorkedOut(lines, _open_places(scored), given.broken)


@dataclass(frozen=True, slots=True)
class _Given:
    """The overrides as pairs of the matrix, as far as they can be followed."""

    forced: list[Pair]
    forbidden: list[Pair]
    broken: list[Override]

    @classmethod
    def of(cls, overrides: Sequence[Override], scored: Scored) -> "_Given":
        """A lock is followed where the rules allow the pair and the mentor has a place for it; the earlier one has it."""
        rows = {who.id: row for row, who in enumerate(scored.people.mentees)}
        columns = {who.id: column for column, who in enumerate(scored.people.mentors)}
        room = scored.places
        given = cls([], [], [])
        for one in overrides:
            row, column = rows.get(str(one.mentee_id)), columns.get(str(one.mentor_id))
            if row is None or column is None:
                given.broken.append(one)
            elif one.kind == OverrideKind.FORBID:
                given.forbidden.append((row, column))
            elif room[column] > 0 and scored.found.of(row, column).clear:
                room[column] -= 1
                given.forced.append((row, column))
            else:
                given.broken.append(one)
        return given


def _open_places(scored: Scored) -> int:
    """Free places of mentors in whose way nothing stands."""
    return int(scored.places[scored.found.mentors == 0].sum())


def _line(
    matching_round: Round, scored: Scored, result: Assignment, row: int, waiting: Waiting, *, is_locked: bool
) -> RoundLine:
    column = int(result.mentor_of[row])
    line = RoundLine(round=matching_round, mentee=waiting.member, days=waiting.days, is_locked=is_locked)
    if column >= 0:
        line.mentor = scored.people.members[scored.people.mentors[column].id]
        line.score = 100 * float(scored.scores.matrix[row, column])
        line.known = 100 * float(scored.scores.known(row, column)[0, 0])
        line.parts = [[one.points, one.weight, one.value, one.known] for one in scored.scores.contributions(row, column)]
    else:
        people = scored.people
        line.left_over = why_left_over(result.reason_unmatched[row], people.mentees, people.mentors, row, scored.found)
    line.others = _others(scored, result, row)
    return line


def _others(scored: Scored, result: Assignment, row: int) -> list[dict[str, Any]]:
    """The next choices for one mentee, the cheapest for the whole set first, and who else would change."""
    mentees, mentors = scored.people.mentees, scored.people.mentors
    return [
        {
            "mentor": mentors[choice.mentor].id,
            "score": 100 * float(scored.scores.matrix[row, choice.mentor]),
            "cost": 100 * choice.cost,
            "moves": [
                [mentees[move.mentee].id, mentors[move.to_mentor].id if move.to_mentor >= 0 else None]
                for move in choice.moves[1:]
            ],
        }
        for choice in result.next_choices(row, OTHERS_SHOWN)
    ]
