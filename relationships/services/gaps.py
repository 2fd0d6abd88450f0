"""The clock of a session gap: started, stopped, counted anew, and taken to the step it has reached.

Everything here changes a pair that the caller holds (see `steps.lock_pair`), in the caller's transaction.
"""

from datetime import date, datetime

from relationships.cadence import LAST_STEP, step_due_at, step_on
from relationships.enums import RUNNING
from relationships.models import Relationship


def start_clock(pair: Relationship, since: date) -> None:
    """Count the session gap from `since`, in memory; the caller saves."""
    pair.session_gap_since = since
    pair.session_gap_step = 0
    _schedule_next_step(pair)


def stop_clock(pair: Relationship) -> None:
    """No session is expected, in memory; the caller saves."""
    pair.session_gap_since = None
    pair.session_gap_due_at = None
    pair.session_gap_step = 0


def recount_gap(pair: Relationship, now: datetime) -> None:
    """The pair's rhythm changed: the step never rises by that, and the next is due by the new rhythm. In memory."""
    if pair.session_gap_since is not None:
        pair.session_gap_step = min(pair.session_gap_step, _step_reached(pair, pair.session_gap_since, now))
        _schedule_next_step(pair)


def advance_gap(pair: Relationship, now: datetime) -> int:
    """Take a pair whose next step is due to the step it has reached, and save it; returns the step at which it stands.

    After an outage that may be several steps at once. Counted on the mentor's own date: when the mentor moved to another
    time zone, the day may not have come there yet.
    """
    since, due = pair.session_gap_since, pair.session_gap_due_at
    if pair.state in RUNNING and since is not None and due is not None and due <= now:
        pair.session_gap_step = max(pair.session_gap_step, _step_reached(pair, since, now))
        _schedule_next_step(pair)
        pair.save(update_fields=["session_gap_step", "session_gap_due_at"])
    return pair.session_gap_step


def _step_reached(pair: Relationship, since: date, now: datetime) -> int:
    return step_on(since, pair.mentor.user.today(now), pair.cadence_days)


def _schedule_next_step(pair: Relationship) -> None:
    """Set when the step after `session_gap_step` is due, in memory."""
    pair.session_gap_due_at = None
    if pair.session_gap_since is not None and pair.session_gap_step < LAST_STEP:
        pair.session_gap_due_at = step_due_at(
            pair.session_gap_since, pair.session_gap_step + 1, pair.cadence_days, pair.mentor.user.timezone
        )
