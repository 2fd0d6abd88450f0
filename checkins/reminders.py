"""The scan `checkins.reminders`: it reads the rows that are due, and no other."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from checkins.clocks import plan_of, put_plan, rhythm_of, save_plans, wanted_rhythm
from checkins.models import CheckInSchedule
from checkins.schedule import advance_into
from notifications.isolation import in_batches
from notifications.models import Message
from notifications.services import enqueue_all, message_for

BATCH = 500


def remind(now: datetime) -> int:
    """One pass; returns how many reminders are new."""
    due = CheckInSchedule.objects.reminder_due(now).order_by("reminder_at")
    return in_batches("checkins.reminders", due, _remind, now, about="mentee", size=BATCH)


def _remind(ids: Sequence[UUID], now: datetime) -> int:
    """Returns how many messages are new. Each row's next time lies after `now`. Rows that another pass holds are left
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
        save_plans(schedules)
    return enqueue_all(messages)
