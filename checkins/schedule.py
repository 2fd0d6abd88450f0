"""When a check-in is due and when to remind. Pure functions: times go in, times come out.

A check-in opens at the person's own hour every `cadence_days`. When it opens, one reminder; if it is still open two days
later, one follow-up; then silence until the next one opens. At most one of them on a local day, none in quiet hours. After an
outage only the newest is sent, and those it stands for are counted.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from notifications.quiet import QuietHours, at_local_hour, wake_time

FOLLOW_UP_DAYS = 2


class Nudge(StrEnum):
    REMINDER = "checkins.reminder"
    FOLLOW_UP = "checkins.follow_up"


@dataclass(frozen=True)
class Rhythm:
    """How often, and at which local hour, a person wants to be asked."""

    zone: ZoneInfo
    hour: int
    cadence_days: int
    quiet: QuietHours

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def opening(self, day: date) -> datetime:
        """UTC of when a check-in opens on the local `day`; an hour inside the quiet hours becomes their end."""
        hour = self.quiet.until_hour if self.quiet.cover(self.hour) else self.hour
        return wake_time(at_local_hour(day, hour, self.zone), self.quiet, self.zone)

    def follow_up(self, day: date) -> datetime | None:
        """When to ask again about the check-in that opened on `day`; None when the next one is as near."""
        return self.opening(day + timedelta(days=FOLLOW_UP_DAYS)) if self.cadence_days > FOLLOW_UP_DAYS else None

    def nudges(self) -> int:
        """How many messages one unanswered check-in is worth."""
        return 2 if self.cadence_days > FOLLOW_UP_DAYS else 1


@dataclass(frozen=True)
class SchedulePlan:
    """Where a schedule stands; the fields of `CheckInSchedule`."""

    due_at: datetime
    reminder_at: datetime
    reminders_sent: int = 0
    reminded_on: date | None = None


@dataclass(frozen=True)
class Advance:
    """What `advance` found: the plan from here on, what to send now, and how many messages were swallowed before it."""

    plan: SchedulePlan
    nudge: Nudge | None = None
    skipped: int = 0


def first_plan(rhythm: Rhythm, now: datetime, last_on: date | None) -> SchedulePlan:
    """Start the clock: tomorrow, or a full cadence after the last check-in, whichever is later."""
    day = rhythm.day_of(now) + timedelta(days=1)
    if last_on is not None:
        day = max(day, last_on + timedelta(days=rhythm.cadence_days))
    due_at = rhythm.opening(day)
    return SchedulePlan(due_at, due_at)


def plan_after_checkin(plan: SchedulePlan, rhythm: Rhythm, now: datetime) -> SchedulePlan:
    """The person checked in: the next one opens a full cadence from today."""
    due_at = rhythm.opening(rhythm.day_of(now) + timedelta(days=rhythm.cadence_days))
    return SchedulePlan(due_at, due_at, 0, plan.reminded_on)


def advance(plan: SchedulePlan, rhythm: Rhythm, now: datetime) -> Advance:
    """What is due at `now`. The returned plan's `reminder_at` always lies after `now`."""
    if plan.due_at > now:
        return Advance(replace(plan, reminder_at=plan.due_at))
    today = rhythm.day_of(now)
    cadence = timedelta(days=rhythm.cadence_days)
    missed = _openings_since(plan, rhythm, now)
    day = rhythm.day_of(plan.due_at) + missed * cadence
    follow_up = rhythm.follow_up(day)
    nudges_due = 2 if follow_up is not None and follow_up <= now else 1
    sent = 0 if missed else plan.reminders_sent
    if nudges_due > sent:
        if rhythm.quiet.cover(now.astimezone(rhythm.zone).hour):
            return Advance(replace(plan, reminder_at=wake_time(now, rhythm.quiet, rhythm.zone)))
        if plan.reminded_on is not None and plan.reminded_on >= today:
            return Advance(replace(plan, reminder_at=rhythm.opening(today + timedelta(days=1))))
    upcoming = follow_up if nudges_due == 1 and follow_up is not None else rhythm.opening(day + cadence)
    due_at = rhythm.opening(day) if missed else plan.due_at
    if nudges_due <= sent:
        return Advance(replace(plan, reminder_at=upcoming))
    swallowed = max(0, missed * rhythm.nudges() - plan.reminders_sent) if missed else 0
    return Advance(
        plan=SchedulePlan(due_at, upcoming, nudges_due, today),
        nudge=Nudge.FOLLOW_UP if sent else Nudge.REMINDER,
        skipped=swallowed + nudges_due - sent - 1,
    )


def advance_into(plan: SchedulePlan, rhythm: Rhythm, wanted: Rhythm, now: datetime) -> tuple[Advance, Rhythm]:
    """`advance` when the program may have changed how often to ask; returns the rhythm that the plan has from here on.

    A check-in that was asked for keeps the rhythm it opened with, so the day that the person was told of stays; the wanted
    one counts from the next that opens.
    """
    if plan.due_at > now or not plan.reminders_sent:
        return advance(plan, wanted, now), wanted
    following = rhythm.opening(rhythm.day_of(plan.due_at) + timedelta(days=rhythm.cadence_days))
    if following > now:
        return advance(plan, rhythm, now), rhythm
    step = advance(SchedulePlan(following, following, 0, plan.reminded_on), wanted, now)
    return replace(step, skipped=step.skipped + rhythm.nudges() - plan.reminders_sent), wanted


def _openings_since(plan: SchedulePlan, rhythm: Rhythm, now: datetime) -> int:
    """How many later check-ins have opened by `now`, beside the one the plan is at."""
    first = rhythm.day_of(plan.due_at)
    count = max(0, (rhythm.day_of(now) - first).days // rhythm.cadence_days)
    if count and rhythm.opening(first + timedelta(days=count * rhythm.cadence_days)) > now:
        count -= 1
    return count
