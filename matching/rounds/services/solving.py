"""Work a round out: at once while a coordinator waits for the page, or by a worker where it would take too long.

`work_out` saves nothing: it gives a line for each person who waits, whether a mentor was found or not. A worker claims a round
with a lease and writes how far it is. Each report renews the lease and finds out whether the work was called off, so a worker
that dies is followed by another, and one that was called off stops.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation

from accounts.models import Membership
from core.errors import DATABASE_AWAY
from core.locks import hold
from core.models import BrokenRow
from matching.assignment import Assignment
from matching.enums import OverrideKind, RoundState
from matching.explain.unmatched import why_unmatched
from matching.models import Override, Round, RoundLine
from matching.pool import Pool, Two, active_mentors, evaluate, propose_set
from matching.weights.services import as_counted
from notifications.isolation import one_by_one
from relationships.selectors import waiting_mentees

OTHERS_SHOWN = 3
"""How many second choices a line keeps."""

Report = Callable[[int], None]
"""Hears how far the work is, in percent. It may raise to stop the work."""
Pair = tuple[int, int]
"""A row of the mentees and a column of the mentors."""
AT_ONCE_PAIRS = 500 * 200
"""Above this many pairs of a mentee and a mentor a worker does it."""
LEASE = timedelta(minutes=3)
SCAN = "matching.rounds"
STEP_PERCENT = 5
RENEW_SECONDS = 30
"""A worker writes how far it is after so many percent, or after so long: the lease ends before one percent of a large round."""


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """`lines` are new, unsaved rows; `broken` are overrides that cannot be followed as things stand."""

    lines: list[RoundLine]
    places: int
    broken: list[Override]


def work_out(matching_round: Round, overrides: Sequence[Override], *, now: datetime, report: Report) -> WorkedOut:
    """The best set for the people who wait at `now`. The longest wait has priority where places are short."""
    program = matching_round.program
    pool = evaluate(
        program,
        list(waiting_mentees(program, now)),
        now=now,
        weights=as_counted(matching_round.weights),
        overridden=locked_in(overrides),
    )
    given = _Given.of(overrides, pool)
    report(20)
    found = propose_set(pool, protects_weakest=matching_round.protects_weakest, forced=given.forced, forbidden=given.forbidden)
    report(50)
    locked = {row for row, _ in given.forced}
    lines = []
    for row in range(len(pool.people.mentees)):
        lines.append(_line(matching_round, pool, found, row, is_locked=row in locked))
        report(50 + 49 * (row + 1) // len(pool.people.mentees))
    return WorkedOut(lines, pool.open_places, given.broken)


@dataclass(frozen=True, slots=True)
class _Given:
    """The overrides as pairs of the matrix, as far as they can be followed."""

    forced: list[Pair]
    forbidden: list[Pair]
    broken: list[Override]

    @classmethod
    def of(cls, overrides: Sequence[Override], pool: Pool) -> "_Given":
        """A lock is followed where the rules allow the pair and the mentor has a place for it; the earlier one has it."""
        room = pool.places
        given = cls([], [], [])
        for one in overrides:
            row, column = pool.row_of.get(str(one.mentee_id)), pool.column_of.get(str(one.mentor_id))
            if row is None or column is None:
                given.broken.append(one)
            elif one.kind == OverrideKind.FORBID:
                given.forbidden.append((row, column))
            elif room[column] > 0 and pool.barriers(row, column).clear:
                room[column] -= 1
                given.forced.append((row, column))
            else:
                given.broken.append(one)
        return given


def locked_in(overrides: Iterable[Override]) -> set[Two]:
    """The two whom a coordinator keeps together, whatever one of them said before."""
    return {(one.mentee_id, one.mentor_id) for one in overrides if one.kind == OverrideKind.LOCK}


def _line(matching_round: Round, pool: Pool, found: Assignment, row: int, *, is_locked: bool) -> RoundLine:
    column, people = int(found.mentor_of[row]), pool.people
    line = RoundLine(round=matching_round, mentee=pool.mentee(row), days=people.mentees[row].days, is_locked=is_locked)
    if column >= 0:
        line.mentor = pool.mentor(column)
        line.score = pool.score_of(row, column)
        line.known = 100 * float(pool.scores.known(row, column)[0, 0])
        line.parts = [asdict(given) for given in pool.scores.contributions(row, column)]
    else:
        why = found.reason_unmatched[row]
        line.left_over = why_unmatched(why, people.mentees, people.mentors, row, pool.eligibility)
    line.others = _others(pool, found, row)
    return line


def _others(pool: Pool, found: Assignment, row: int) -> list[dict[str, Any]]:
    """The next choices for one mentee, the cheapest for the whole set first, and the others who would change."""
    mentees, mentors = pool.people.mentees, pool.people.mentors
    return [
        {
            "mentor": mentors[choice.mentor].id,
            "score": pool.score_of(row, choice.mentor),
            "cost": 100 * choice.cost,
            "moves": [
                [mentees[move.mentee].id, mentors[move.to_mentor].id if move.to_mentor >= 0 else None]
                for move in choice.moves[1:]
            ],
        }
        for choice in found.next_choices(row, OTHERS_SHOWN)
    ]


class CalledOff(Exception):
    """No coordinator wants this work any more, or another worker has it."""


def solve_or_enqueue(matching_round: Round, *, by: Membership, now: datetime) -> None:
    """Work it out, or leave it to a worker. The round is held by the caller, in the caller's transaction."""
    program = matching_round.program
    if waiting_mentees(program, now).count() * active_mentors(program).count() > AT_ONCE_PAIRS:
        matching_round.solve_wanted_at = now
        matching_round.solve_language = by.user.language
        matching_round.claimed_until = None
        matching_round.progress = 0
        matching_round.save(update_fields=["solve_wanted_at", "solve_language", "claimed_until", "progress"])
    else:
        overrides = list(matching_round.overrides.standing())
        _save(matching_round, overrides, work_out(matching_round, overrides, now=now, report=lambda percent: None), now)


def _save(matching_round: Round, overrides: list[Override], found: WorkedOut, now: datetime) -> None:
    """The lines in place of the earlier ones."""
    matching_round.lines.all().delete()
    RoundLine.objects.bulk_create(found.lines)
    broken = {one.pk for one in found.broken}
    for one in overrides:
        if one.holds == (one.pk in broken):
            one.holds = not one.holds
            one.save(update_fields=["holds"])
    matching_round.places = found.places
    matching_round.solved_at = now
    matching_round.solve_wanted_at = matching_round.claimed_until = None
    matching_round.progress = 100
    matching_round.save(update_fields=["places", "solved_at", "solve_wanted_at", "claimed_until", "progress"])


def solve_wanted(now: datetime) -> int:
    """Work out the rounds that are pending; returns how many were.

    One at a time, in whatever process: reminders and mail are not to wait until the last worker has finished a large round.
    """
    started = monotonic()
    broken = BrokenRow.objects.standing().filter(scan=SCAN).values("row_id")
    not_mended = Round.objects.filter(pk__in=broken, state=RoundState.OPEN, progress__lt=100)  # called off when it broke
    rounds = Round.objects.to_solve(now) | not_mended
    return one_by_one(SCAN, rounds, partial(_solve, now=now, started=started), now, about="started_by")


def _later(now: datetime, started: float) -> datetime:
    """`now`, and the time that went by since it was read, when `monotonic` said `started`."""
    return now + timedelta(seconds=monotonic() - started)


def _solve(pk: UUID, *, now: datetime, started: float) -> bool:
    """Claim one round and work it out. False where a worker is at one already, or it was called off.

    One that breaks is called off, so that it does not keep the others waiting for the end of its lease.
    """
    with transaction.atomic():  # so that no worker claims another, and no coordinator calls this one off, in between
        hold(SCAN)
        if Round.objects.at_work(now).exists():
            return False
        if not Round.objects.to_solve(now).filter(pk=pk).update(claimed_until=_later(now, started) + LEASE, progress=1):
            return False
        claimed = Round.objects.select_related("program").get(pk=pk)
    overrides = list(claimed.overrides.standing())
    try:
        with translation.override(claimed.solve_language):
            found = work_out(claimed, overrides, now=now, report=_Progress(claimed, now, started))
    except CalledOff:
        return False
    except DATABASE_AWAY:
        raise
    except Exception:
        Round.objects.filter(pk=pk, claimed_until=claimed.claimed_until).update(solve_wanted_at=None, claimed_until=None)
        raise
    with transaction.atomic():
        held = Round.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
        if not _is_ours(held, claimed):
            return False
        _save(held, overrides, found, now)
    return True


def _is_ours(held: Round, claimed: Round) -> bool:
    return held.claimed_until == claimed.claimed_until and held.solve_wanted_at == claimed.solve_wanted_at


class _Progress:
    """Writes how far a claimed round is and renews its lease. Raises `CalledOff` when it is no longer ours."""

    def __init__(self, claimed: Round, now: datetime, started: float) -> None:
        self.claimed = claimed
        self.now = now
        self.started = started
        self.written, self.written_at = 1, monotonic()

    def __call__(self, percent: int) -> None:
        if percent < self.written + STEP_PERCENT and monotonic() < self.written_at + RENEW_SECONDS:
            return
        ours = Round.objects.filter(
            pk=self.claimed.pk, claimed_until=self.claimed.claimed_until, solve_wanted_at=self.claimed.solve_wanted_at
        )
        until = _later(self.now, self.started) + LEASE
        if not ours.update(progress=percent, claimed_until=until):
            raise CalledOff
        self.claimed.claimed_until = until
        self.written, self.written_at = percent, monotonic()
