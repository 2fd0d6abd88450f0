"""Common time against a count of every minute, across zones, the week's end and the days the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.scoring.availability import WEEK_MINUTES, WeekClock, common_spans, encode_times, minutes_in_common
from matching.scoring.people import PersonFacts
from matching.tests import make
from people.availability import Window

pytestmark = pytest.mark.once

MARCH_2 = datetime(2026, 3, 2, 17, tzinfo=UTC)
SPRING_FORWARD = datetime(2026, 3, 4, 12, tzinfo=UTC)
"""In the week whose Sunday, March 8, loses an hour in the United States."""
FALL_BACK = datetime(2026, 10, 28, 12, tzinfo=UTC)
"""In the week whose Sunday, November 1, has an hour twice in the United States."""


def minutes(mentee: PersonFacts, mentor: PersonFacts, now: datetime = MARCH_2) -> int:
    return int(minutes_in_common(encode_times([mentee], [mentor], now))(slice(None))[0, 0])


def free_minutes(who: PersonFacts, now: datetime) -> set[int]:
    """Every minute of the reference week, UTC, in which this person is free; counted one by one."""
    monday = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    monday -= timedelta(days=monday.weekday())
    found = set()
    for day, start, end in who.windows:
        midnight = datetime(monday.year, monday.month, monday.day, tzinfo=ZoneInfo(who.time_zone)) + timedelta(days=day)
        first = (midnight + timedelta(minutes=start)).astimezone(UTC)
        last = (midnight + timedelta(minutes=end)).astimezone(UTC)
        while first < last:
            found.add(int((first - monday).total_seconds() // 60) % WEEK_MINUTES)
            first += timedelta(minutes=1)
    return found


def test_common_time_same_zone_counts_the_overlap() -> None:
    ben = make.mentee(windows=(Window(0, 17 * 60, 20 * 60), Window(2, 9 * 60, 10 * 60)))
    mona = make.mentor(windows=(Window(0, 18 * 60, 21 * 60), Window(2, 10 * 60, 12 * 60)))
    assert minutes(ben, mona) == 120


def test_common_time_other_zone_moves_the_windows() -> None:
    ben = make.mentee(time_zone="America/New_York", windows=(Window(0, 17 * 60, 20 * 60),))
    mona = make.mentor(time_zone="America/Los_Angeles", windows=(Window(0, 14 * 60, 16 * 60),))
    assert minutes(ben, mona) == 120


def test_common_time_over_the_end_of_the_week_wraps_round() -> None:
    ben = make.mentee(time_zone="America/New_York", windows=(Window(6, 20 * 60, 24 * 60),))
    mona = make.mentor(time_zone="Europe/Madrid", windows=(Window(0, 2 * 60, 5 * 60),))
    assert minutes(ben, mona) == 180


def test_common_time_windows_of_one_person_overlap_are_counted_once() -> None:
    ben = make.mentee(windows=(Window(0, 17 * 60, 19 * 60), Window(0, 18 * 60, 20 * 60)))
    assert minutes(ben, make.mentor(windows=(Window(0, 0, 24 * 60),))) == 180


def test_common_time_unknown_is_zero_and_said_to_be_unknown() -> None:
    times = encode_times([make.mentee(windows=())], [make.mentor()], MARCH_2)
    assert minutes_in_common(times)(slice(None)).tolist() == [[0]]
    assert (times.mentees_known.tolist(), times.mentors_known.tolist()) == ([False], [True])


def test_common_time_between_the_clock_changes_uses_the_offset_of_the_week() -> None:
    ben = make.mentee(time_zone="America/New_York", windows=(Window(0, 12 * 60, 13 * 60),))
    mona = make.mentor(time_zone="Europe/London", windows=(Window(0, 16 * 60, 17 * 60),))
    assert minutes(ben, mona, datetime(2026, 3, 2, 17, tzinfo=UTC)) == 0
    assert minutes(ben, mona, datetime(2026, 3, 11, 17, tzinfo=UTC)) == 60
    assert minutes(ben, mona, datetime(2026, 4, 1, 17, tzinfo=UTC)) == 0


@pytest.mark.parametrize(("now", "expected"), [(SPRING_FORWARD, 120), (MARCH_2 + timedelta(days=14), 180), (FALL_BACK, 240)])
def test_common_time_on_the_day_the_clock_jumps_is_as_long_as_it_is(now: datetime, expected: int) -> None:
    night = (Window(6, 1 * 60, 4 * 60),)
    assert minutes(make.mentee(windows=night), make.mentor(windows=night), now) == expected


def test_common_time_window_that_the_clock_skips_is_empty() -> None:
    skipped = make.mentee(windows=(Window(6, 2 * 60 + 30, 3 * 60 + 15),))
    assert minutes(skipped, make.mentor(windows=(Window(6, 0, 24 * 60),)), SPRING_FORWARD) == 0


@make.unhurried
@given(
    make.mentees(most=3),
    make.mentors(most=3),
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),
)
def test_common_time_any_people_matches_a_count_of_every_minute(
    mentees: list[PersonFacts], mentors: list[PersonFacts], now: datetime
) -> None:
    found = minutes_in_common(encode_times(mentees, mentors, now))(slice(None))
    counted = [[len(free_minutes(one, now) & free_minutes(other, now)) for other in mentors] for one in mentees]
    assert found.tolist() == counted


@make.unhurried
@given(make.mentees(most=3), make.mentors(most=3))
def test_common_time_swapped_sides_is_the_same(mentees: list[PersonFacts], mentors: list[PersonFacts]) -> None:
    one_way = minutes_in_common(encode_times(mentees, mentors, MARCH_2))(slice(None))
    other_way = minutes_in_common(encode_times(mentors, mentees, MARCH_2))(slice(None))
    np.testing.assert_array_equal(one_way, other_way.T)


@make.unhurried
@given(make.mentees(most=1), make.mentors(most=1))
def test_common_spans_any_pair_add_up_to_the_minutes(mentees: list[PersonFacts], mentors: list[PersonFacts]) -> None:
    clock = WeekClock(MARCH_2)
    spans = common_spans(clock.spans(mentees[0]), clock.spans(mentors[0]))
    assert sum(end - start for start, end in spans) == minutes(mentees[0], mentors[0])


def test_spans_touching_windows_are_one() -> None:
    ben = make.mentee(time_zone="UTC", windows=(Window(0, 60, 120), Window(0, 120, 180), Window(3, 0, 30)))
    assert WeekClock(MARCH_2).spans(ben) == [(60, 180), (4320, 4350)]
