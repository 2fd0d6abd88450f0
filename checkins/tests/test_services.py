from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import Membership
from checkins.enums import Support
from checkins.models import CheckIn, CheckInSchedule, SupportRequest
from checkins.schedule import Nudge
from checkins.services import submit_checkin
from checkins.tests.conftest import CheckInAs, start_clock
from notifications.models import Message, Notice
from notifications.outbox import drain
from notifications.services import enqueue
from relationships.enums import State
from relationships.models import Relationship

DAY = timedelta(days=1)
TEN_TUESDAY = datetime.fromisoformat("2026-03-03T15:00+00:00")  # the day after `noon`, 10:00 in New York


def owe_reminder(schedule: CheckInSchedule, at: datetime) -> None:
    mentee = schedule.mentee
    enqueue(Nudge.REMINDER, subject_id=schedule.pk, recipient=mentee.user, program=mentee.program, now=at)


def test_submit_checkin_moves_a_running_schedule_on_by_what_the_program_wants_by_now(
    ben: Membership, noon: datetime, check_in_as: CheckInAs
) -> None:
    start_clock(ben, noon)
    ben.program.checkin_cadence_days = 3
    ben.program.save()

    check_in_as(ben, at=TEN_TUESDAY)

    schedule = CheckInSchedule.objects.get()
    assert (schedule.due_at, schedule.cadence_days) == (datetime.fromisoformat("2026-03-06T15:00+00:00"), 3)


def test_submit_checkin_moves_the_schedule_on_and_cancels_the_reminder(
    ben: Membership, noon: datetime, check_in_as: CheckInAs
) -> None:
    schedule = start_clock(ben, noon)
    owe_reminder(schedule, TEN_TUESDAY)
    CheckInSchedule.objects.update(reminders_sent=1, reminded_on=date(2026, 3, 3))

    check_in_as(ben, at=TEN_TUESDAY, mood=4, note="A walk helped.")

    schedule.refresh_from_db()
    following = datetime.fromisoformat("2026-03-10T14:00+00:00")
    assert (schedule.due_at, schedule.reminder_at, schedule.reminders_sent) == (following, following, 0)
    assert Message.objects.get().cancelled_at == TEN_TUESDAY
    checkin = CheckIn.objects.get()
    assert (checkin.mood, checkin.note, checkin.shared_with, checkin.submitted_at) == (4, "A walk helped.", None, TEN_TUESDAY)


def test_submit_checkin_after_the_reminder_went_out_takes_its_notice_off_the_home_page(
    ben: Membership, noon: datetime, check_in_as: CheckInAs
) -> None:
    owe_reminder(start_clock(ben, noon), TEN_TUESDAY)
    drain(TEN_TUESDAY)

    check_in_as(ben, at=TEN_TUESDAY + timedelta(hours=1))

    assert Notice.objects.get().read_at == TEN_TUESDAY + timedelta(hours=1)


def test_submit_checkin_without_a_running_schedule_starts_none(ben: Membership, check_in_as: CheckInAs) -> None:
    check_in_as(ben)

    assert CheckIn.objects.count() == 1
    assert CheckInSchedule.objects.count() == 0


def test_submit_checkin_with_nothing_answered_counts(ben: Membership, check_in_as: CheckInAs) -> None:
    checkin = check_in_as(ben)

    checkin.refresh_from_db()
    assert (checkin.mood, checkin.urges, checkin.drinking, checkin.hard, checkin.note) == (None, None, "", [], "")


@pytest.mark.parametrize(
    ("support", "kind"), [(Support.TODAY, "checkins.support_today"), (Support.NOW, "checkins.support_now")]
)
def test_submit_checkin_asking_for_support_reaches_the_mentor_once(
    support: Support, kind: str, pair: Relationship, noon: datetime
) -> None:
    key = uuid4()

    first = submit_checkin(mentee=pair.mentee, now=noon, submission_key=key, support=support)
    again = submit_checkin(mentee=pair.mentee, now=noon + DAY, submission_key=key, support=support)

    assert first == again
    request = SupportRequest.objects.get()
    assert (request.checkin, request.shared_with, request.urgency, request.asked_at) == (first, pair, support, noon)
    assert list(Message.objects.values_list("kind", "subject_id", "recipient_id")) == [(kind, request.pk, pair.mentor.user_id)]


@pytest.mark.parametrize("state", [State.PROPOSED, State.PAUSED, State.CLOSING, State.CLOSED])
def test_submit_checkin_asking_for_support_without_a_running_pair_is_kept_for_staff(
    state: State, pair: Relationship, noon: datetime, check_in_as: CheckInAs
) -> None:
    Relationship.objects.update(state=state)

    check_in_as(pair.mentee, at=noon, support=Support.NOW)

    assert (SupportRequest.objects.get().shared_with, Message.objects.count()) == (None, 0)


def test_submit_checkin_wanting_support_this_week_calls_nobody(
    pair: Relationship, noon: datetime, check_in_as: CheckInAs
) -> None:
    check_in_as(pair.mentee, at=noon, support=Support.THIS_WEEK)

    assert (SupportRequest.objects.count(), Message.objects.count()) == (0, 0)


def test_submit_checkin_key_of_another_person_makes_a_check_in_of_ones_own(
    ben: Membership, maya: Membership, noon: datetime
) -> None:
    key = uuid4()
    theirs = submit_checkin(mentee=maya, now=noon, submission_key=key, note="South only")

    mine = submit_checkin(mentee=ben, now=noon, submission_key=key, note="South only")

    assert (theirs.mentee, mine.mentee) == (maya, ben)


def test_submit_checkin_same_form_with_a_call_added_is_heard(pair: Relationship, noon: datetime) -> None:
    key = uuid4()
    submit_checkin(mentee=pair.mentee, now=noon, submission_key=key, note="Hard day.")

    added = submit_checkin(mentee=pair.mentee, now=noon, submission_key=key, note="Hard day.", support=Support.NOW)

    assert CheckIn.objects.count() == 2
    assert SupportRequest.objects.get().checkin == added


@pytest.mark.django_db(transaction=True)
def test_submit_checkin_same_form_eight_times_at_once_is_one_row(pair: Relationship, noon: datetime) -> None:
    key = uuid4()

    def submit(_turn: int) -> object:
        try:
            return submit_checkin(mentee=pair.mentee, now=noon, submission_key=key, support=Support.NOW).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        ids = set(threads.map(submit, range(8)))

    assert ids == {CheckIn.objects.get().pk}
    assert (SupportRequest.objects.count(), Message.objects.count()) == (1, 1)
