"""The clock of a mentee's check-ins: it runs while the mentee is active and a pair of theirs runs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q

from accounts.enums import Role
from accounts.models import Membership
from accounts.timezones import zone_of
from checkins.models import CheckIn, CheckInSchedule
from checkins.schedule import Nudge, Rhythm, SchedulePlan, first_plan
from notifications.isolation import in_batches
from notifications.quiet import QuietHours
from notifications.services import cancel_all
from relationships.models import Relationship

_RUNS = Q(Exists(Relationship.objects.running().filter(mentee=OuterRef("pk"))), is_active=True, user__is_active=True)
"""For mentees: their clock should run."""
_TICKS = Q(Exists(CheckInSchedule.objects.ticking().filter(mentee=OuterRef("pk"))))
"""For mentees: their clock runs."""
SWEEP_SECONDS = 24 * 60 * 60
PLAN = ("cadence_days", "due_at", "reminder_at", "reminders_sent", "reminded_on", "reminders_skipped")
"""The fields of a schedule that a pass may change."""


def rhythm_of(mentee: Membership, schedule: CheckInSchedule) -> Rhythm:
    """As the schedule runs now. Reads `mentee.user` and `mentee.program`: select both when asking for many."""
    program = mentee.program
    return Rhythm(
        zone=zone_of(mentee.user.timezone),
        hour=schedule.hour,
        cadence_days=max(1, schedule.cadence_days),
        quiet=QuietHours(program.quiet_from_hour, program.quiet_until_hour),
    )


def wanted_rhythm(mentee: Membership, schedule: CheckInSchedule) -> Rhythm:
    """As the program wants it by now: `schedule` takes it over with its next check-in."""
    return replace(rhythm_of(mentee, schedule), cadence_days=max(1, mentee.program.checkin_cadence_days))


def plan_of(schedule: CheckInSchedule) -> SchedulePlan:
    """Where a running schedule stands."""
    assert schedule.due_at is not None
    assert schedule.reminder_at is not None
    return SchedulePlan(schedule.due_at, schedule.reminder_at, schedule.reminders_sent, schedule.reminded_on)


def put_plan(schedule: CheckInSchedule, plan: SchedulePlan) -> None:
    """Copy the plan onto the row; the caller saves."""
    schedule.due_at = plan.due_at
    schedule.reminder_at = plan.reminder_at
    schedule.reminders_sent = plan.reminders_sent
    schedule.reminded_on = plan.reminded_on


def save_plans(schedules: Sequence[CheckInSchedule]) -> None:
    """Save the plans of rows that the caller holds. An upsert: `bulk_update()` takes ten times as long."""
    CheckInSchedule.objects.bulk_create(schedules, update_conflicts=True, unique_fields=["id"], update_fields=PLAN)


@transaction.atomic
def follow_pairs(mentee_ids: Iterable[UUID], now: datetime) -> int:
    """Start the clocks of those of these mentees whose pair runs, and stop the others; returns how many it changed.

    A clock that is right already stays as it is. The memberships are held first, by every caller, because a mentee without a
    clock has no other row to hold: two changes at once end with the clock that the later one wants.
    """
    ids = list(mentee_ids)
    list(Membership.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    held = CheckInSchedule.objects.filter(mentee__in=ids).order_by("pk").select_for_update(of=("self",))
    schedules = {schedule.mentee_id: schedule for schedule in held}
    wanted = {mentee.pk: mentee for mentee in Membership.objects.filter(_RUNS, pk__in=ids).select_related("user", "program")}
    ticking = {pk for pk, schedule in schedules.items() if schedule.due_at is not None}
    idle = [schedules[pk].pk for pk in ticking - wanted.keys()]
    missing = [mentee for pk, mentee in wanted.items() if pk not in ticking]
    if idle:
        CheckInSchedule.objects.filter(pk__in=idle).update(due_at=None, reminder_at=None)
        cancel_all(list(Nudge), idle, now=now)
    if missing:
        _start(missing, schedules, now)
    return len(idle) + len(missing)


def _start(mentees: Sequence[Membership], schedules: Mapping[UUID, CheckInSchedule], now: datetime) -> None:
    checked_in = CheckIn.objects.order_by().filter(mentee__in=mentees).values_list("mentee")
    latest = dict(checked_in.annotate(latest=Max("submitted_at")))
    started = []
    for mentee in mentees:
        schedule = schedules.get(mentee.pk) or CheckInSchedule(mentee=mentee)
        schedule.cadence_days = mentee.program.checkin_cadence_days
        rhythm = rhythm_of(mentee, schedule)
        last = latest.get(mentee.pk)
        put_plan(
            schedule, replace(first_plan(rhythm, now, rhythm.day_of(last) if last else None), reminded_on=schedule.reminded_on)
        )
        started.append(schedule)
    new = [schedule for schedule in started if schedule.mentee_id not in schedules]
    CheckInSchedule.objects.bulk_create(new, ignore_conflicts=True)  # another transaction may have begun it meanwhile
    save_plans([one for one in started if one.mentee_id in schedules])


def on_running_changed(*, mentee_ids: Iterable[UUID], now: datetime, **_signal: object) -> None:
    """A receiver of `relationships.signals.running_changed`."""
    follow_pairs(mentee_ids, now)


def on_active_changed(*, membership_ids: Iterable[UUID], now: datetime, **_signal: object) -> None:
    """A receiver of `accounts.signals.active_changed`."""
    follow_pairs(membership_ids, now)


def sweep(now: datetime) -> int:
    """The scan `checkins.sweep`: put right the clocks that no change of a pair or of a membership has put right.

    Returns how many it started or stopped. It looks at every mentee, so it runs once a day.
    """
    wrong = Membership.objects.filter(_RUNS & ~_TICKS | ~_RUNS & _TICKS, role=Role.MENTEE).order_by("pk")
    return in_batches("checkins.sweep", wrong, follow_pairs, now, about="pk")
