"""Weekly times a person can meet: read from text, written as text and in words, put in order."""

import re
from collections.abc import Iterable
from datetime import time
from typing import NamedTuple

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import time_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 24 * 60
_WINDOW = re.compile(r"(?P<day>[^\W\d]+)[.:]?\s+(?P<start>.+?)(?:\s*[-\u2013]\s*|\s+(?:to|a)\s+)(?P<end>.+)")
_LONGEST = 80
"""Characters of one time, in any language."""
_TIME = re.compile(r"(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2}))?\s*(?:(?P<half>[ap])\.?m\.?)?")


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
    """The times in `mon 17:00-20:00; sat 9 a.m. to noon`. Raises `ValueError` with a sentence for the person who wrote it.

    Days are the codes above or the words of the present language; a time ends at midnight as 24:00, 00:00 or in words.
    """
    return in_order(_window(part.strip()) for part in text.split(";") if part.strip())


def _window(part: str) -> Window:
    match = _WINDOW.fullmatch(part.lower()) if len(part) <= _LONGEST else None
    day = _days().get(match["day"]) if match else None
    if match is None or day is None:
        text = Truncator(part).chars(_LONGEST)
        raise ValueError(_("“%(text)s” is not a time. Write one such as: %(example)s") % {"text": text, "example": example()})
    start, end = _minute(match["start"]), _minute(match["end"])
    if start is None or end is None:
        raise ValueError(_("“%(text)s” is not a time of day. Write 5 p.m. or 17:00.") % {"text": part})
    end = end or MINUTES_A_DAY
    if start >= end:
        raise ValueError(_("“%(text)s” ends before it starts. Split a time that passes midnight in two.") % {"text": part})
    return Window(day, start, end)


def _days() -> dict[str, int]:
    """What a weekday may be called."""
    names = [dict(enumerate(DAYS)), WEEKDAYS_ABBR, WEEKDAYS]
    return {str(name).lower(): day for by_day in names for day, name in by_day.items()}


def _minute(text: str) -> int | None:
    """Minutes since midnight; None when it is no time of day. A bare hour is none: it may be morning or evening."""
    if text in ("noon", _("noon")):
        return MINUTES_A_DAY // 2
    if text in ("midnight", _("midnight")):
        return 0
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    found = hour * 60 + minute
    return found if minute < 60 and found <= MINUTES_A_DAY and (half or match["minute"]) else None


def show_windows(windows: Iterable[Window]) -> str:
    """The same in every language, for files; `read_windows` reads it."""
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
    """A time that `read_windows` reads, as people write it in the present language."""
    return in_lines([Window(0, 17 * 60, 20 * 60)])


def _span(start: int, end: int) -> str:
    return _("%(start)s to %(end)s") % {"start": _in_words(start), "end": _in_words(end)}


def _in_words(minute: int) -> str:
    """In the style of the present language: `5:30 p.m.`, `17:30`."""
    return time_format(time(minute // 60 % 24, minute % 60))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
