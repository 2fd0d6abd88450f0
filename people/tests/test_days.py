"""Days in a people file as people write them, without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import Role
from intake.files.format import PeopleFile, read_people
from people.said.days import Order, days_in, order_of

pytestmark = pytest.mark.once

MARCH_8, AUGUST_3 = date(1990, 3, 8), date(1990, 8, 3)


def mentees(*days: str) -> PeopleFile:
    lines = "".join(f'p{number}@b.org,P,"{day}"\n' for number, day in enumerate(days))
    return read_people(Role.MENTEE, f"email,first_name,birth_date\n{lines}".encode())


@pytest.mark.parametrize(
    "text",
    [
        *("1990-03-08", "1990-3-8", "1990/03/08", "1990.3.8", "1990-03-08 00:00:00", "1990-03-08T00:00:00", "32940"),
        *("08.03.1990", "8.3.90", "8 March 1990", "March 8, 1990", "Mar. 8th, 1990", "8-Mar-90", "1990 March 8"),
        *("8 de marzo de 1990", "8 mar 1990", "MARZO 8 DE 1990", "\u200b 8  march 1990"),
    ],
)
def test_day_is_read_as_people_write_it(text: str) -> None:
    assert days_in(text, None) == {MARCH_8}


@pytest.mark.parametrize("text", ["1979", "41", "Oct 20", "31/2/1990", "13/13/1990", "soon", "8 March", "3/8", "1" * 5_000])
def test_what_is_no_whole_day_is_none(text: str) -> None:
    assert days_in(text, None) == set()


@pytest.mark.parametrize(("order", "found"), [(None, {MARCH_8, AUGUST_3}), ("mdy", {MARCH_8}), ("dmy", {AUGUST_3})])
def test_day_between_strokes_may_be_two(order: str | None, found: set[date]) -> None:
    assert days_in("3/8/1990", Order(order) if order else None) == found
    assert days_in("3/8/90", Order(order) if order else None) == found


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["3/8/1990"], None),
        (["3/8/1990", "3/14/1988"], Order.MONTH_FIRST),
        (["14/3/1988", "3/8/1990"], Order.DAY_FIRST),
        (["3/14/1988", "14/3/1988"], None),
        (["3/14/1988", "14.03.1988", "no idea", ""], Order.MONTH_FIRST),
    ],
)
def test_column_tells_its_order_by_the_days_that_have_only_one(texts: list[str], order: Order | None) -> None:
    assert order_of(texts) == order


def test_file_reads_its_days_in_the_order_that_one_of_them_tells() -> None:
    file = mentees("3/8/1990", "3/14/1988", "08.03.1990")

    assert [row.values["birth_date"] for row in file.rows] == [MARCH_8, date(1988, 3, 14), MARCH_8]


def test_row_whose_day_may_be_two_says_both() -> None:
    (problem,) = mentees("3/8/1990").problems

    assert problem.reason == "“3/8/1990” may be 1990-03-08 or 1990-08-03. Write it as one of these."


@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)), st.sampled_from(Order))
def test_every_day_is_read_in_its_order(day: date, order: Order) -> None:
    first, second = (day.month, day.day) if order == Order.MONTH_FIRST else (day.day, day.month)

    assert days_in(f"{first}/{second}/{day:%Y}", order) == {day}
    assert days_in(f"{first:02}-{second:02}-{day:%y}", order) == {day}


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_days(text: str) -> None:
    assert len(days_in(text, None)) <= 2
