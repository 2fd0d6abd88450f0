"""Weekly times a person can meet: put in order, written as text and in words."""

from collections.abc import Iterable
from datetime import time
from typing import NamedTuple

from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext as _

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 24 * 60


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


def show_windows(windows: Iterable[Window]) -> str:
    """The same in every language, for files; `said_times.read_windows` reads it."""
    return "; ".join(f"{DAYS[day]} {_clock(start)}-{_clock(end)}" for day, start, end in windows)


def in_lines(windows: Iterable[Window]) -> str:
    """One time a line as people write it, `Monday 5 p.m. to 8 p.m.`, which `read_windows` reads with `;` for line ends."""
    return "\n".join(f"{WEEKDAYS[day]} {_span(start, end)}" for day, start, end in windows)


def in_words(windows: Iterable[Window]) -> list[str]:
    """One line per weekday: `Monday: 5 p.m. to 8 p.m., 9 p.m. to 10 p.m.`."""
    lines: dict[int, list[str]] = {}
    for day, start, end in in_order(windows):
        lines.setdefault(day, []).append(_span(start, end))
    return [f"{WEEKDAYS[day]}: {', '.join(times)}" for day, times in lines.items()]


def example() -> str:
    """A time that `said_times.read_windows` reads, as people write it in the present language."""
    return in_lines([Window(0, 17 * 60, 20 * 60)])


def _span(start: int, end: int) -> str:
    return _("%(start)s to %(end)s") % {"start": _in_words(start), "end": _in_words(end)}


def _in_words(minute: int) -> str:
    """In the style of the present language: `5:30 p.m.`, `17:30`."""
    return time_format(time(minute // 60 % 24, minute % 60))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
