from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.timezones import local_date
from relationships.cadence import step_days, step_due_at, step_on

pytestmark = pytest.mark.once

NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("cadence", "days"),
    [(7, (8, 14, 21, 28)), (14, (15, 28, 42, 56)), (2, (3, 4, 6, 8)), (1, (2, 3, 4, 5)), (60, (61, 120, 180, 240))],
)
def test_step_days_for_a_cadence_are_those_of_the_practice(cadence: int, days: tuple[int, ...]) -> None:
    assert step_days(cadence) == days


@pytest.mark.parametrize("cadence", range(1, 61))
def test_step_days_for_every_cadence_come_one_after_another(cadence: int) -> None:
    days = step_days(cadence)

    assert list(days) == sorted(set(days))
    assert days[0] == cadence + 1


@pytest.mark.parametrize(
    ("passed", "step"), [(0, 0), (7, 0), (8, 1), (13, 1), (14, 2), (20, 2), (21, 3), (27, 3), (28, 4), (400, 4)]
)
def test_step_on_a_weekly_pair_grows_with_the_days(passed: int, step: int) -> None:
    since = date(2026, 3, 2)

    assert step_on(since, since + timedelta(days=passed), 7) == step


@pytest.mark.parametrize(
    ("since", "zone", "due"),
    [
        (date(2026, 1, 5), NEW_YORK, datetime(2026, 1, 13, 5, tzinfo=UTC)),
        (date(2026, 3, 2), NEW_YORK, datetime(2026, 3, 10, 4, tzinfo=UTC)),  # clocks go forward on March 8
        (date(2026, 10, 26), NEW_YORK, datetime(2026, 11, 3, 5, tzinfo=UTC)),  # clocks go back on November 1
        (date(2026, 3, 2), "Pacific/Kiritimati", datetime(2026, 3, 9, 10, tzinfo=UTC)),
        (date(2026, 8, 29), "America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),  # no midnight on September 6
    ],
)
def test_step_due_at_the_first_step_is_the_local_midnight_of_the_day_after_the_cadence(
    since: date, zone: str, due: datetime
) -> None:
    assert step_due_at(since, 1, 7, zone) == due
    assert step_on(since, local_date(due, zone), 7) == 1
    assert step_on(since, local_date(due - timedelta(seconds=1), zone), 7) == 0


def test_step_due_at_after_the_last_step_is_none() -> None:
    assert step_due_at(date(2026, 3, 2), 5, 7, NEW_YORK) is None
