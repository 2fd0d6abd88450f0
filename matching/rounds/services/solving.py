"""Work a round out: at once while somebody waits for the page, or by a worker where it would take too long.

A worker claims a round with a lease and writes how far it is. Each report renews the lease and finds out whether the work was
called off, so a worker that dies is followed by another, and one that was called off stops.
"""

from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from uuid import UUID

from django.db import transaction
from django.utils import translation

from accounts.models import Membership
from core.locks import hold
from matching.models import Override, Round, RoundLine
from matching.pool import active_mentors, waiting_mentees
from matching.rounds.working_out import WorkedOut, work_out
from notifications.isolation import NOT_THE_ROW, one_by_one

AT_ONCE_PAIRS = 500 * 200
"""Above this many pairs of a mentee and a mentor a worker does it."""
LEASE = timedelta(minutes=3)
SCAN = "matching.rounds"
STEP_PERCENT = 5
RENEW_SECONDS = 30
"""A worker writes how far it is after so many percent, or after so long: the lease ends before one percent of a large round."""


class CalledOff(Exception):
    """Nobody wants this work any more, or another worker has it."""


def solve_or_owe(matching_round: Round, *, by: Membership, now: datetime) -> None:
    """Work it out, or leave it to a worker. The round is held by the caller, in the caller's transaction."""
    program = matching_round.program
    if waiting_mentees(program).count() * active_mentors(program).count() > AT_ONCE_PAIRS:
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
    """Work out the rounds that are owed; returns how many were.

    One at a time, whoever does it: reminders and mail are not to wait until the last worker has finished a large round.
    """
    started = monotonic()
    wanted = Round.objects.to_solve(now)
    return one_by_one(SCAN, wanted, partial(_solve, now=now, started=started), now, about="started_by")


def _later(now: datetime, started: float) -> datetime:
    """`now`, and the time that went by since it was read, when `monotonic` said `started`."""
    return now + timedelta(seconds=monotonic() - started)


def _solve(pk: UUID, *, now: datetime, started: float) -> bool:
    """Claim one round and work it out. False where a worker is at one already, or it was called off.

    One that breaks is called off, so that it does not keep the others waiting for the end of its lease.
    """
    with transaction.atomic():  # so that nobody claims another, or calls this one off, in between
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
    except NOT_THE_ROW:
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
