"""Check in, and keep each schedule going."""

from dataclasses import replace
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.timezones import zone_of
from checkins.audit_events import IN_TOUCH
from checkins.enums import Support
from checkins.models import CheckIn, CheckInSchedule, SupportRequest
from checkins.schedule import Nudge, Plan, Rhythm, first_plan, plan_after_checkin
from core.errors import DomainError
from notifications.quiet import QuietHours
from notifications.services import cancel_all, enqueue
from privacy import audit
from relationships.models import Relationship

SUPPORT_KINDS = {Support.TODAY: "checkins.support_today", Support.NOW: "checkins.support_now"}
"""The answers that reach somebody at once, and what the mentor is told."""


class Answers(TypedDict, total=False):
    """What a mentee may say; every part may be left out."""

    mood: int | None
    urges: int | None
    confidence: int | None
    drinking: str
    hard: list[str]
    support: str
    note: str
    is_shared: bool


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


def plan_of(schedule: CheckInSchedule) -> Plan:
    """Where a running schedule stands."""
    assert schedule.due_at is not None
    assert schedule.reminder_at is not None
    return Plan(schedule.due_at, schedule.reminder_at, schedule.reminders_sent, schedule.reminded_on)


def put_plan(schedule: CheckInSchedule, plan: Plan) -> None:
    """Copy the plan onto the row; the caller saves."""
    schedule.due_at = plan.due_at
    schedule.reminder_at = plan.reminder_at
    schedule.reminders_sent = plan.reminders_sent
    schedule.reminded_on = plan.reminded_on


@transaction.atomic
def start_schedule(*, mentee: Membership, now: datetime) -> CheckInSchedule:
    """The clock runs from here on; one that runs already stays as it is."""
    CheckInSchedule.objects.get_or_create(mentee=mentee)
    schedule = CheckInSchedule.objects.select_for_update().get(mentee=mentee)
    if schedule.due_at is not None:
        return schedule
    schedule.cadence_days = mentee.program.checkin_cadence_days
    rhythm = rhythm_of(mentee, schedule)
    last = CheckIn.objects.filter(mentee=mentee).values_list("submitted_at", flat=True).first()
    plan = first_plan(rhythm, now, rhythm.day_of(last) if last else None)
    put_plan(schedule, Plan(plan.due_at, plan.reminder_at, 0, schedule.reminded_on))
    schedule.save()
    return schedule


def stop_schedule(*, mentee: Membership, now: datetime) -> None:
    """No clock runs and no reminder is owed any more; a schedule that has stopped, or never was, stays so."""
    stop_schedules(list(CheckInSchedule.objects.filter(mentee=mentee).values_list("pk", flat=True)), now=now)


@transaction.atomic
def stop_schedules(schedule_ids: list[UUID], *, now: datetime) -> int:
    """Stop many at once; returns how many had been running."""
    stopped = CheckInSchedule.objects.ticking().filter(pk__in=schedule_ids).update(due_at=None, reminder_at=None)
    cancel_all(list(Nudge), schedule_ids, now=now)
    return stopped


@transaction.atomic
def submit_checkin(*, mentee: Membership, now: datetime, submission_key: UUID, **answers: Unpack[Answers]) -> CheckIn:
    """Save what the mentee said, move the schedule on, and pass on a call for support.

    The same form posted again returns the first row and does nothing else. Refuses with `form_used` a key that another
    person's form carried.
    """
    checkin, is_new = CheckIn.objects.get_or_create(
        submission_key=submission_key, defaults={"mentee": mentee, "submitted_at": now, **answers}
    )
    if checkin.mentee_id != mentee.pk:
        raise DomainError(_("This form was used before. Please open a new check-in and send it again."), code="form_used")
    if is_new:
        _move_on(mentee, now)
        if checkin.support in SUPPORT_KINDS:
            _ask_for_support(checkin, now)
    return checkin


def note_mentor_heard(*, request: SupportRequest, now: datetime) -> None:
    """The mentor opened the request, whichever way they came: the notice counts as read, and no mail leaves any more."""
    cancel_all(list(SUPPORT_KINDS.values()), [request.pk], now=now)


@transaction.atomic
def say_in_touch(*, request: SupportRequest, by: Membership, now: datetime) -> None:
    """The mentor has been in touch; the supervisor sees it on the flag. A second time changes nothing."""
    if SupportRequest.objects.filter(pk=request.pk, in_touch_at=None).update(in_touch_at=now):
        note_mentor_heard(request=request, now=now)
        audit.record(IN_TOUCH, request, person=request.mentee.user_id, program=by.program_id, by=by, at=now)


def _move_on(mentee: Membership, now: datetime) -> None:
    schedule = CheckInSchedule.objects.ticking().select_for_update().filter(mentee=mentee).first()
    if schedule is None:
        return
    rhythm = wanted_rhythm(mentee, schedule)
    put_plan(schedule, plan_after_checkin(plan_of(schedule), rhythm, now))
    schedule.cadence_days = rhythm.cadence_days
    schedule.save()
    cancel_all(list(Nudge), [schedule.pk], now=now)


def _ask_for_support(checkin: CheckIn, now: datetime) -> None:
    """The mentor is told at once; supervision reads the request with its own scan."""
    request = SupportRequest.objects.create(mentee=checkin.mentee, checkin=checkin, urgency=checkin.support, asked_at=now)
    pair = Relationship.objects.running().filter(mentee=checkin.mentee).select_related("mentor__user", "program").first()
    if pair is not None:
        kind = SUPPORT_KINDS[Support(checkin.support)]
        enqueue(kind, subject_id=request.pk, recipient=pair.mentor.user, program=pair.program, now=now)
