from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.enums import Role
from accounts.models import Membership, Program, User
from checkins.models import CheckInSchedule
from checkins.reminders import remind
from checkins.tests.conftest import CheckInAs, pair_up
from core.scans import all_scans
from core.tests.broken_rows import break_row
from demo.factories import make_member, make_mentee
from notifications.isolation import ROW_BROKE
from notifications.models import Message, Notice
from notifications.outbox import drain
from notifications.tests.broken import heard_of_broken_rows
from relationships.models import Relationship

DAY = timedelta(days=1)
TEN_TUESDAY = datetime.fromisoformat("2026-03-03T15:00+00:00")


def tick(now: datetime) -> None:
    remind(now)
    drain(now)


def test_remind_pair_that_runs_starts_the_clock_and_reminds_the_next_day(pair: Relationship, noon: datetime) -> None:
    tick(noon)
    assert CheckInSchedule.objects.get().due_at == TEN_TUESDAY
    tick(TEN_TUESDAY - timedelta(minutes=1))
    assert mail.outbox == []

    tick(TEN_TUESDAY)
    tick(TEN_TUESDAY)
    tick(TEN_TUESDAY + timedelta(minutes=1))

    assert [message.to for message in mail.outbox] == [[pair.mentee.user.email]]
    assert list(Message.objects.values_list("kind", "recipient_id")) == [("checkins.reminder", pair.mentee.user_id)]


def test_remind_unanswered_for_two_weeks_is_two_messages_a_week(pair: Relationship, noon: datetime) -> None:
    for hours in range(0, 14 * 24, 2):
        tick(noon + timedelta(hours=hours))

    sent = Message.objects.filter(deliveries__sent_at__isnull=False).order_by("created_at").values_list("kind", "local_date")
    assert [(kind, str(day)) for kind, day in sent] == [
        ("checkins.reminder", "2026-03-03"),
        ("checkins.follow_up", "2026-03-05"),
        ("checkins.reminder", "2026-03-10"),
        ("checkins.follow_up", "2026-03-12"),
    ]


def test_remind_answered_in_time_sends_no_follow_up(pair: Relationship, noon: datetime, check_in_as: CheckInAs) -> None:
    tick(noon)
    tick(TEN_TUESDAY)
    check_in_as(pair.mentee, at=TEN_TUESDAY + timedelta(hours=2))
    for days in range(1, 7):
        tick(TEN_TUESDAY + days * DAY)

    assert Message.objects.count() == 1
    assert Notice.objects.unread().count() == 0


def test_remind_after_an_outage_sends_one_and_shows_the_rest(pair: Relationship, noon: datetime) -> None:
    tick(noon)

    tick(TEN_TUESDAY + 17 * DAY)

    assert len(mail.outbox) == 1
    assert CheckInSchedule.objects.get().reminders_skipped == 5


def test_remind_follows_a_changed_cadence_from_the_next_check_in(pair: Relationship, noon: datetime) -> None:
    tick(noon)
    tick(TEN_TUESDAY)
    Program.objects.update(checkin_cadence_days=14)
    for hours in range(0, 23 * 24, 2):
        tick(TEN_TUESDAY + timedelta(hours=hours))

    sent = Message.objects.order_by("created_at").values_list("kind", "local_date")
    assert [(kind.removeprefix("checkins."), f"{day:%b %d}") for kind, day in sent] == [
        ("reminder", "Mar 03"),
        ("follow_up", "Mar 05"),
        ("reminder", "Mar 10"),  # the day that was announced
        ("follow_up", "Mar 12"),
        ("reminder", "Mar 24"),
    ]
    schedule = CheckInSchedule.objects.get()
    assert (schedule.cadence_days, schedule.reminders_skipped) == (14, 0)


def test_remind_each_in_their_own_zone(mona: Membership, north: Program, noon: datetime) -> None:
    zones = ["America/Los_Angeles", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"]
    for number, zone in enumerate(zones):
        pair_up(mona, make_member(north, Role.MENTEE, f"m{number}@example.org", timezone=zone), noon)

    for minutes in range(0, 48 * 60, 15):
        remind(noon + timedelta(minutes=minutes))

    sent = Message.objects.order_by("recipient__email").values_list("due_at", flat=True)
    assert [moment.strftime("%a %H:%M") for moment in sent] == ["Tue 18:00", "Tue 04:15", "Tue 23:00", "Tue 21:00"]


@pytest.mark.django_db(transaction=True)
def test_remind_four_at_once_is_one_message_each(mona: Membership, north: Program, noon: datetime) -> None:
    for number in range(20):
        pair_up(mona, make_member(north, Role.MENTEE, f"m{number}@example.org"), noon)

    def pass_at(moment: datetime) -> int:
        try:
            return remind(moment)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        owed = list(threads.map(pass_at, [TEN_TUESDAY] * 4))

    assert sum(owed) == 20
    assert Message.objects.count() == 20
    assert set(CheckInSchedule.objects.values_list("reminders_sent", flat=True)) == {1}


def test_remind_more_people_cost_no_more_queries(
    mona: Membership, north: Program, noon: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count, moment in ((3, noon), (27, noon + 7 * DAY)):
        for number in range(count):
            pair_up(mona, make_member(north, Role.MENTEE, f"m{count}-{number}@example.org"), noon)
        CheckInSchedule.objects.update(reminder_at=moment, due_at=moment, reminders_sent=0, reminded_on=None)
        with django_assert_num_queries(11):
            assert remind(moment) == CheckInSchedule.objects.count()


def test_remind_scan_runs_every_minute_before_the_drain(db: None) -> None:
    order = [scan.name for scan in all_scans()]
    scan = next(scan for scan in all_scans() if scan.name == "checkins.reminders")

    assert scan.every_seconds == 60
    assert order.index("checkins.reminders") < order.index("notifications.drain")


def test_zone_that_this_machine_no_longer_knows_stops_nobodys_reminder(
    mona: Membership, ben: Membership, north: Program, noon: datetime
) -> None:
    """A zone may be renamed by an update of the machine; the rows keep the old name."""
    User.objects.filter(pk=ben.user_id).update(timezone="Old/Name")
    other = make_mentee(north, "other@example.org", now=noon)
    for mentee in (ben, other):
        pair_up(mona, mentee, noon)

    remind(noon)
    remind(noon + timedelta(days=2))

    assert set(Message.objects.values_list("recipient", flat=True)) == {ben.user_id, other.user_id}


def test_row_that_breaks_stops_nobody_elses_reminder_and_is_named_once(
    alice: Membership, mona: Membership, ben: Membership, north: Program, noon: datetime
) -> None:
    other = make_mentee(north, "other@example.org", now=noon)
    for mentee in (ben, other):
        pair_up(mona, mentee, noon)
    remind(noon)
    break_row(CheckInSchedule.objects.get(mentee=ben))

    assert [remind(TEN_TUESDAY), remind(TEN_TUESDAY + DAY)] == [1, 0]

    assert list(Message.objects.exclude(kind=ROW_BROKE).values_list("kind", "recipient", "subject_id")) == [
        ("checkins.reminder", other.user_id, CheckInSchedule.objects.get(mentee=other).pk)
    ]
    assert heard_of_broken_rows() == [(alice.user_id, ben.pk)]
