"""The scan `checkins.reminders`: start and stop clocks as pairs come and go, and owe the reminders that are due."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.models import Membership
from checkins.models import CheckInSchedule
from checkins.schedule import advance_into
from checkins.services import plan_of, put_plan, rhythm_of, start_schedule, stop_schedules, wanted_rhythm
from notifications.isolation import in_batches
from notifications.models import Message
from notifications.services import enqueue_all, message_for
from relationships.models import Relationship

BATCH = 500
CHANGED = ["cadence_days", "due_at", "reminder_at", "reminders_sent", "reminded_on", "reminders_skipped"]


def remind(now: datetime) -> int:
    """One pass; returns how many reminders are newly owed."""
    stop_idle(now)
    start_missing(now)
    due = CheckInSchedule.objects.reminder_due(now).order_by("reminder_at")
    return in_batches("checkins.reminders", due, _remind, now, about="mentee", size=BATCH)


def stop_idle(now: datetime) -> int:
    """Stop the clocks of mentees who left, or whose pair does not run: paused, closing or over."""
    runs = Relationship.objects.running().filter(mentee=OuterRef("mentee"))
    active = Membership.objects.active().filter(pk=OuterRef("mentee"))
    idle = CheckInSchedule.objects.ticking().exclude(Exists(runs) & Exists(active))
    ids = list(idle.values_list("pk", flat=True))
    return stop_schedules(ids, now=now) if ids else 0


def start_missing(now: datetime) -> int:
    """Start the clocks of mentees whose pair runs."""
    runs = Relationship.objects.running().filter(mentee=OuterRef("pk"))
    ticks = CheckInSchedule.objects.ticking().filter(mentee=OuterRef("pk"))
    missing = Membership.objects.active().filter(Exists(runs), ~Exists(ticks)).select_related("user", "program")
    mentees = list(missing)
    for mentee in mentees:
        start_schedule(mentee=mentee, now=now)
    return len(mentees)


def _remind(ids: Sequence[UUID], now: datetime) -> int:
    """Returns how many messages are newly owed. Each row's next time lies after `now`. Rows that another pass holds are left
    to it."""
    due = CheckInSchedule.objects.reminder_due(now).filter(pk__in=ids).select_for_update(skip_locked=True, of=("self",))
    schedules = list(due.select_related("mentee__user", "mentee__program"))
    messages: list[Message] = []
    for schedule in schedules:
        mentee = schedule.mentee
        rhythm = rhythm_of(mentee, schedule)
        step, rhythm = advance_into(plan_of(schedule), rhythm, wanted_rhythm(mentee, schedule), now)
        put_plan(schedule, step.plan)
        schedule.cadence_days = rhythm.cadence_days
        schedule.reminders_skipped += step.skipped
        if step.nudge:
            messages.append(
                message_for(step.nudge, subject_id=schedule.pk, recipient=mentee.user, program=mentee.program, now=now)
            )
    if schedules:
        CheckInSchedule.objects.bulk_update(schedules, CHANGED)
    return enqueue_all(messages)
