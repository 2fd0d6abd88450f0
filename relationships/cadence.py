"""When a session gap is due: days counted in the mentor's own time zone, kept in UTC. No database here.

With a cadence of c days the steps are due c+1, 2c, 3c and 4c days after the day the gap counts from, at the local midnight
that begins that day. With c = 1 the first two would fall on one day; each step then comes at least a day after the last,
so that the mentor always hears first.
"""

from datetime import UTC, date, datetime, time, timedelta

from accounts.timezones import zone_of

LAST_STEP = 4


def step_days(cadence: int) -> tuple[int, int, int, int]:
    """Days after which each of the four steps is due.

    >>> step_days(7)
    (8, 14, 21, 28)
    >>> step_days(1)
    (2, 3, 4, 5)
    """
    first = cadence + 1
    second = max(2 * cadence, first + 1)
    third = max(3 * cadence, second + 1)
    return first, second, third, max(LAST_STEP * cadence, third + 1)


def step_on(since: date, today: date, cadence: int) -> int:
    """The step a gap has reached on `today`: 0 (none) to 4."""
    passed = (today - since).days
    return sum(passed >= days for days in step_days(cadence))


def step_due_at(since: date, step: int, cadence: int, zone: str) -> datetime | None:
    """When `step` (1–4) is due, in UTC; None after the last. A midnight that daylight saving skips is the moment after it."""
    if step > LAST_STEP:
        return None
    day = since + timedelta(days=step_days(cadence)[step - 1])
    return datetime.combine(day, time.min, zone_of(zone)).astimezone(UTC)
