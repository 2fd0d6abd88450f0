"""Days as people write them in a spreadsheet, and what a whole column says about the order in which it writes them."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from django.utils.dates import MONTHS, MONTHS_3

from core import canonical
from people.said.words import by_word, key

_FIRST_SERIAL = date(1899, 12, 30)
"""Day 0 of a spreadsheet that shows a day as a number (ECMA-376 part 1, 18.17.4.1)."""
_LONGEST = 60
"""Characters of a day."""
_SERIALS = range(7_000, 60_000)
"""Days 1919 to 2064: a smaller number may be a year or an age."""
_TIME = r"(?:[ t,]+\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?: ?[ap]\.?m\.?)?z?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")
_NEXT = 50
"""The first year of two digits that is of the last century."""
_WORD = re.compile(r"[^\W\d_]+|\d+")
_BESIDE = frozenset({"of", "the", "de", "del", "st", "nd", "rd", "th", "º"})
"""Words that may stand in a day and say nothing."""


class Order(StrEnum):
    """Which of the first two numbers of 3/8/1990 is the month."""

    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"


def order_of(texts: Iterable[str]) -> Order | None:
    """The only order in which every day of a column can be one; None where both will do, or neither."""
    possible = set(Order)
    for text in texts:
        if (found := _YEAR_LAST.fullmatch(_plain(text))) and found[2] != ".":
            possible -= {order for order in Order if not _year_last(found, order)}
    return possible.pop() if len(possible) == 1 else None


def days_in(text: str, order: Order | None) -> set[date]:
    """The days that a text may mean: none where it is no day, two where nothing says which number is the month.

    A year of two digits lies between 1950 and 2049.
    """
    plain = _plain(text)
    if plain.isdecimal() and int(plain) in _SERIALS:
        return {_FIRST_SERIAL + timedelta(int(plain))}
    if found := _YEAR_FIRST.fullmatch(plain):
        return _days(int(found[1]), int(found[3]), int(found[4]))
    if found := _YEAR_LAST.fullmatch(plain):
        orders = [order] if order and _year_last(found, order) else list(Order)
        return set().union(*(_year_last(found, one) for one in orders))
    return _in_words(plain)


def _year_last(found: re.Match[str], order: Order) -> set[date]:
    """Between points the day comes first: nobody writes 3.8.1990 for the eighth of March."""
    first, second = int(found[1]), int(found[3])
    if found[2] == "." and order == Order.MONTH_FIRST:
        return set()
    month, day = (first, second) if order == Order.MONTH_FIRST else (second, first)
    return _days(int(found[4]), month, day, is_short=len(found[4]) == 2)


def _in_words(plain: str) -> set[date]:
    """March 8, 1990; 8 de marzo de 1990."""
    words = [word for word in _WORD.findall(plain) if word not in _BESIDE]
    months = [month for word in words if (month := _months().get(key(word)))]
    numbers = [word for word in words if word.isdecimal()]
    if len(words) != 3 or len(months) != 1 or len(numbers) != 2:
        return set()
    day, year = (numbers[1], numbers[0]) if len(numbers[0]) == 4 else numbers
    return _days(int(year), months[0], int(day), is_short=len(year) == 2)


def _days(year: int, month: int, day: int, *, is_short: bool = False) -> set[date]:
    try:
        return {date((2000 if year < _NEXT else 1900) + year if is_short else year, month, day)}
    except ValueError:
        return set()


def _plain(text: str) -> str:
    return canonical.one_line(text).lower() if len(text) <= _LONGEST else ""


@cache
def _months() -> dict[str, int]:
    """What a month may be called, folded: whole, and by its first three letters and more."""
    return by_word((number, name) for names in (MONTHS, MONTHS_3) for number, name in names.items()) | {
        "sept": 9,
        "setiembre": 9,
    }
