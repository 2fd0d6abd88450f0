"""Weekly times a person can meet: read from text, written as text and in words, put in order."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 24 * 60
_WINDOW = re.compile(r"([a-z]{3})\s+([0-9]{1,2}):([0-9]{2})\s*[-\u2013]\s*([0-9]{1,2}):([0-9]{2})")


class Window(NamedTuple):
    """`weekday` 0 is Monday; minutes count from local midnight, `end` up to 1440."""

    weekday: int
    start: int
    end: int


def in_order(windows: Iterable[Window]) -> tuple[Window, ...]:
    """The same times, sorted, with those that touch or overlap made one."""
    merged: list[Window] = []
    for window in sorted(windows):
        last = merged[-1] if merged else None
        if last and last.weekday == window.weekday and window.start <= last.end:
            merged[-1] = last._replace(end=max(last.end, window.end))
        else:
            merged.append(window)
    return tuple(merged)


def read_windows(text: str) -> tuple[Window, ...]:
    """The times in `mon 17:00-20:00; sat 09:00-24:00`. Raises `ValueError` with a sentence for the person who wrote it."""
    return in_order(_window(part.strip()) for part in text.split(";") if part.strip())


def _window(part: str) -> Window:
    match = _WINDOW.fullmatch(part.lower())
    if match is None or match[1] not in DAYS:
        raise ValueError(_("“%(text)s” is not a time. Write it like this: mon 17:00-20:00.") % {"text": part})
    start, end = int(match[2]) * 60 + int(match[3]), int(match[4]) * 60 + int(match[5])
    if int(match[3]) > 59 or int(match[5]) > 59 or end > MINUTES_A_DAY:
        raise ValueError(_("“%(text)s” is not a time of day. Times run from 00:00 to 24:00.") % {"text": part})
    if start >= end:
        raise ValueError(_("“%(text)s” ends before it starts. Split a time that passes midnight in two.") % {"text": part})
    return Window(DAYS.index(match[1]), start, end)


def show_windows(windows: Iterable[Window]) -> str:
    """The text that `read_windows` reads."""
    return "; ".join(f"{DAYS[day]} {_clock(start)}-{_clock(end)}" for day, start, end in windows)


def in_words(windows: Iterable[Window]) -> list[str]:
    """One line per weekday: `Monday: 17:00 to 20:00, 21:00 to 22:00`."""
    lines: dict[int, list[str]] = {}
    for day, start, end in in_order(windows):
        lines.setdefault(day, []).append(_("%(start)s to %(end)s") % {"start": _clock(start), "end": _clock(end)})
    return [f"{WEEKDAYS[day]}: {', '.join(times)}" for day, times in lines.items()]


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
