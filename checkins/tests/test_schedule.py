from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checkins.schedule import Advance, Nudge, Rhythm, SchedulePlan, advance, advance_into, first_plan, plan_after_checkin
from notifications.quiet import QuietHours, at_local_hour, wake_time

pytestmark = pytest.mark.once

NIGHT = QuietHours(21, 9)
NEW_YORK = ZoneInfo("America/New_York")
WEEKLY = Rhythm(NEW_YORK, 10, 7, NIGHT)
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 10:00 in New York

ZONES = [
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/St_Johns",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "UTC",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
hours = st.integers(0, 23)
quiets = st.builds(QuietHours, hours, hours)
days = st.dates(date(2008, 1, 1), date(2037, 12, 1))
moments = st.datetimes(datetime(2008, 1, 1), datetime(2037, 12, 1), timezones=st.just(UTC))
rhythms = st.builds(Rhythm, zones, hours, st.integers(1, 30), quiets)
gap_lists = st.lists(st.timedeltas(timedelta(minutes=1), timedelta(days=40)), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "utc"),
    [
        ("America/New_York", date(2026, 3, 8), 2, "2026-03-08T07:00"),  # skipped: 3:00 on the new clock
        ("America/New_York", date(2026, 11, 1), 1, "2026-11-01T05:00"),  # twice: the first
        ("Australia/Lord_Howe", date(2026, 10, 4), 2, "2026-10-03T15:30"),  # skipped half: 2:30 on the new clock
        ("America/Nuuk", date(2026, 3, 28), 23, "2026-03-29T00:00"),  # skipped up to midnight: 22:00 on the old clock
        ("Pacific/Apia", date(2011, 12, 30), 10, "2011-12-30T20:00"),  # a day that never was: 10:00 on the 31st
        ("Asia/Kathmandu", date(2026, 3, 2), 10, "2026-03-02T04:15"),
    ],
)
def test_at_local_hour_on_days_when_clocks_change(zone: str, day: date, hour: int, utc: str) -> None:
    assert at_local_hour(day, hour, ZoneInfo(zone)) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@given(zone=zones, quiet=quiets, moment=moments)
@example(zone=ZoneInfo("Pacific/Chatham"), quiet=QuietHours(0, 3), moment=datetime(2008, 4, 5, 14, tzinfo=UTC))
def test_wake_time_is_never_quiet_and_never_earlier(zone: ZoneInfo, quiet: QuietHours, moment: datetime) -> None:
    awake = wake_time(moment, quiet, zone)

    assert not quiet.cover(awake.astimezone(zone).hour)
    assert moment <= awake <= moment + timedelta(hours=49)


@given(rhythm=rhythms, day=days)
def test_opening_of_the_next_day_is_later_and_on_another_day(rhythm: Rhythm, day: date) -> None:
    first, second = rhythm.opening(day), rhythm.opening(day + timedelta(days=1))

    assert not rhythm.quiet.cover(first.astimezone(rhythm.zone).hour)
    if (rhythm.zone.key, day) == ("Pacific/Apia", date(2011, 12, 30)):
        assert first == second
    else:
        assert rhythm.day_of(first) < rhythm.day_of(second)


def test_first_plan_new_pair_opens_tomorrow_at_the_hour() -> None:
    assert first_plan(WEEKLY, MONDAY, None) == SchedulePlan(MONDAY + timedelta(days=1), MONDAY + timedelta(days=1))


def test_first_plan_after_a_recent_checkin_waits_a_full_cadence() -> None:
    saturday = date(2026, 2, 28)

    assert first_plan(WEEKLY, MONDAY, saturday).due_at == datetime(2026, 3, 7, 15, 0, tzinfo=UTC)


def test_first_plan_hour_inside_the_quiet_hours_becomes_their_end() -> None:
    assert first_plan(Rhythm(NEW_YORK, 23, 7, NIGHT), MONDAY, None).due_at == datetime(2026, 3, 3, 14, 0, tzinfo=UTC)


def test_plan_after_checkin_opens_a_cadence_later_at_the_same_hour_across_the_change_of_clocks() -> None:
    plan = plan_after_checkin(SchedulePlan(MONDAY, MONDAY, 1, date(2026, 3, 2)), WEEKLY, MONDAY + timedelta(hours=5))

    following = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)  # 10:00, an hour less behind
    assert plan == SchedulePlan(following, following, 0, date(2026, 3, 2))


def test_advance_before_it_is_due_sends_nothing() -> None:
    plan = SchedulePlan(MONDAY, MONDAY)

    assert advance(plan, WEEKLY, MONDAY - timedelta(seconds=1)) == Advance(plan)


def test_advance_week_unanswered_is_one_reminder_one_follow_up_then_silence() -> None:
    plan, sent = SchedulePlan(MONDAY, MONDAY), []
    for hour in range(7 * 24 - 1):
        moment = MONDAY + timedelta(hours=hour)
        if plan.reminder_at <= moment:
            step = advance(plan, WEEKLY, moment)
            plan = step.plan
            sent.append((step.nudge, moment, step.skipped))

    assert sent == [(Nudge.REMINDER, MONDAY, 0), (Nudge.FOLLOW_UP, MONDAY + timedelta(days=2), 0)]
    assert (plan.due_at, plan.reminder_at) == (MONDAY, datetime(2026, 3, 9, 14, 0, tzinfo=UTC))


def test_advance_next_week_reminds_anew() -> None:
    following = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
    step = advance(SchedulePlan(MONDAY, following, 2, date(2026, 3, 4)), WEEKLY, following)

    assert (step.nudge, step.skipped) == (Nudge.REMINDER, 0)
    assert step.plan == SchedulePlan(following, following + timedelta(days=2), 1, date(2026, 3, 9))


def test_advance_after_an_outage_sends_only_the_newest_and_counts_the_others() -> None:
    """Three weeks: two messages each for the first two, and the reminder that the third follow-up stands for."""
    back = MONDAY + timedelta(days=17)

    step = advance(SchedulePlan(MONDAY, MONDAY), WEEKLY, back)

    assert (step.nudge, step.skipped) == (Nudge.REMINDER, 5)
    assert step.plan.due_at == datetime(2026, 3, 16, 14, 0, tzinfo=UTC)
    assert step.plan.reminder_at == datetime(2026, 3, 23, 14, 0, tzinfo=UTC)


def test_advance_outage_that_ends_in_the_night_waits_for_the_morning() -> None:
    three_in_the_morning = MONDAY + timedelta(hours=17)
    nine = MONDAY + timedelta(hours=23)

    step = advance(SchedulePlan(MONDAY, MONDAY), WEEKLY, three_in_the_morning)

    assert step == Advance(SchedulePlan(MONDAY, nine))
    assert advance(step.plan, WEEKLY, nine).nudge == Nudge.REMINDER


def test_advance_second_message_on_one_local_day_waits_for_tomorrow() -> None:
    late_reminder = MONDAY + timedelta(days=1, hours=23)
    plan = advance(SchedulePlan(MONDAY, MONDAY), WEEKLY, late_reminder).plan
    follow_up = MONDAY + timedelta(days=2)
    assert plan.reminder_at == follow_up

    assert advance(plan, WEEKLY, follow_up) == Advance(
        SchedulePlan(MONDAY, follow_up + timedelta(days=1), 1, WEEKLY.day_of(follow_up))
    )


@given(
    rhythm=rhythms,
    start=moments,
    gaps=st.lists(st.timedeltas(timedelta(minutes=1), timedelta(days=40)), min_size=1, max_size=40),
)
def test_advance_whatever_the_ticks_is_one_a_day_outside_quiet_hours_with_none_uncounted(
    rhythm: Rhythm, start: datetime, gaps: list[timedelta]
) -> None:
    plan = first_plan(rhythm, start, None)
    first_due, now = plan.due_at, start
    sent_on: list[date] = []
    swallowed = 0
    for gap in gaps:
        now += gap
        if plan.reminder_at > now:
            continue
        step = advance(plan, rhythm, now)
        plan = step.plan
        assert plan.reminder_at > now
        assert plan.due_at <= now or step.nudge is None
        swallowed += step.skipped
        if step.nudge:
            assert not rhythm.quiet.cover(now.astimezone(rhythm.zone).hour)
            sent_on.append(rhythm.day_of(now))

    assert sent_on == sorted(set(sent_on))
    rounds = (rhythm.day_of(plan.due_at) - rhythm.day_of(first_due)).days // rhythm.cadence_days
    if "Apia" not in rhythm.zone.key:
        assert len(sent_on) + swallowed == rounds * rhythm.nudges() + plan.reminders_sent


@pytest.mark.parametrize(
    ("wanted", "days"), [(14, [0, 2, 7, 9, 21, 23]), (3, [0, 2, 7, 9, 10, 12, 13, 15, 16, 18, 19, 21, 22])]
)
def test_advance_into_another_cadence_keeps_the_next_day_and_counts_from_it(wanted: int, days: list[int]) -> None:
    """Asked weekly; the program changed it on the day of the follow-up. Nothing was lost on the way."""
    plan, rhythm, sent, skipped = SchedulePlan(MONDAY, MONDAY), WEEKLY, [], 0
    for hour in range(24 * 24):
        moment = MONDAY + timedelta(hours=hour)
        if plan.reminder_at <= moment:
            cadence = wanted if hour >= 48 else 7
            step, rhythm = advance_into(plan, rhythm, replace(WEEKLY, cadence_days=cadence), moment)
            plan, skipped = step.plan, skipped + step.skipped
            sent += [(moment.astimezone(NEW_YORK).date() - date(2026, 3, 2)).days] if step.nudge else []

    assert ([day for day in sent if day < 23 or wanted == 14], skipped, rhythm.cadence_days) == (days, 0, wanted)


def test_advance_into_another_cadence_after_an_outage_counts_what_was_swallowed() -> None:
    """The follow-up of the open check-in, and what the two since were worth up to the newest."""
    back = MONDAY + timedelta(days=17, hours=1)

    step, rhythm = advance_into(SchedulePlan(MONDAY, MONDAY + timedelta(days=2), 1, date(2026, 3, 2)), WEEKLY, WEEKLY, back)
    other, changed = advance_into(
        SchedulePlan(MONDAY, MONDAY + timedelta(days=2), 1, date(2026, 3, 2)), WEEKLY, replace(WEEKLY, cadence_days=10), back
    )

    assert (step.skipped, step.plan.due_at.day, rhythm.cadence_days) == (4, 16, 7)
    assert (other.skipped, other.plan.due_at.day, changed.cadence_days) == (3, 19, 10)
