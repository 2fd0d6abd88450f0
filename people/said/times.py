"""Weekly times as people say them, read as `people.availability` keeps them."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core import canonical
from people.availability import DAYS, MINUTES_A_DAY, Window, example, in_order
from people.said.words import by_word

_LONGEST = 200
"""Characters of one entry, in any language."""
_SHOWN = 80
# What follows is folded: without accents, dashes made one.
_NOON, _MIDNIGHT = frozenset({"noon", "mediodia"}), frozenset({"midnight", "medianoche"})
_CLOCK = r"[0-9]{1,2}(?:[:.h][0-9]{2}|h)?(?:\s*[ap]\.?\s?m\b\.?)?|" + "|".join(sorted(_NOON | _MIDNIGHT))
_SPAN = re.compile(rf"({_CLOCK})(?:\s*-\s*|\s+(?:to|until|till|a|hasta)\s+(?:las?\s+)?)({_CLOCK})")
_TIME = re.compile(r"(?P<hour>[0-9]{1,2})(?P<exact>[:.h](?P<minute>[0-9]{2})|h)?\s*(?:(?P<half>[ap])\.?\s?m\.?)?")
_WORK = range(7 * 60, 12 * 60)
"""Minutes between which a working day starts."""
_WORD = re.compile(r"[^\W\d_]+|\S")
_THROUGH = frozenset({"-", "to", "through", "thru", "a", "al", "hasta"})
_BESIDE = frozenset({*",&/+.:()", "and", "y", "from", "de", "las", "los", "la", "el", "on", "every", "each", "cada", "entre"})
"""What may stand beside days and says nothing."""
_GROUPS: Mapping[str, Sequence[int]] = {
    **dict.fromkeys(("weekday", "weekdays", "entresemana"), range(5)),
    **dict.fromkeys(("weekend", "weekends"), range(5, 7)),
    **dict.fromkeys(("daily", "diario", "everyday"), range(7)),
}


def read_windows(text: str) -> tuple[Window, ...]:
    """The times in `mon 17:00-20:00; Sat & Sun 9 a.m. to noon`. Raises `ValueError` with a sentence for whoever wrote it.

    Days are the codes above or words of any language of the site: one, several, or from one to another. A time ends at
    midnight as 24:00, 00:00 or in words. Where one of two times names its half of the day, the other is in the one that fits.
    """
    parts = [part.strip() for part in re.split(r"[;\n]", text)]
    return in_order(window for part in parts if part for window in _windows(part))


def _windows(part: str) -> list[Window]:
    """The times of one entry: days and then times, once or several times over; times without days are of the days before."""
    said = canonical.folded(part) if len(part) <= _LONGEST else ""
    found: list[Window] = []
    days: list[int] | None = []
    at = 0
    for span in _SPAN.finditer(said):
        named = _days_in(said[at : span.start()])
        days = days if named == [] else named
        if not days:
            break
        start, end = _ends(span[1], span[2], part)
        found += [Window(day, start, end) for day in days]
        at = span.end()
    if not found or said[at:].strip(" ,."):
        text = Truncator(part).chars(_SHOWN)
        raise ValueError(_("“%(text)s” is not a time. Write one such as: %(example)s") % {"text": text, "example": example()})
    return found


def _days_in(words: str) -> list[int] | None:
    """The weekdays that these words name; None where one of them is something else."""
    days: list[int] = []
    is_through = False
    for word in _WORD.findall(words):
        day = _days().get(word)
        if word in _GROUPS:
            days += _GROUPS[word]
        elif day is not None and is_through and days:
            days += [(days[-1] + step) % 7 for step in range(1, (day - days[-1]) % 7 + 1)]
        elif day is not None:
            days.append(day)
        elif word not in _BESIDE | _THROUGH:
            return None
        is_through = word in _THROUGH or (is_through and word in _BESIDE)
    return days


@cache
def _days() -> dict[str, int]:
    """What a weekday may be called, folded."""
    names = dict(zip(DAYS, range(7), strict=True)) | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3, "mie": 2, "sab": 5}
    said = by_word((day, name) for by_day in (WEEKDAYS, WEEKDAYS_ABBR) for day, name in by_day.items())
    return names | said | {f"{name}s": day for name, day in said.items()}


def _ends(start: str, end: str, part: str) -> tuple[int, int]:
    """Minutes since midnight of the two times of an entry."""
    first, last = _minutes(start), _minutes(end)
    fits = [(a, b or MINUTES_A_DAY) for a in first for b in last if a < (b or MINUTES_A_DAY)]
    if len(first) == len(last) == 2:
        # Two bare hours: 9 to 5 is a working day, 17 to 20 is no clock with halves, and 5 to 8 may be morning or evening.
        fits = [(first[0], last[1])] if _WORK.start <= first[0] < _WORK.stop and last[0] < first[0] else []
    if not first or not last or (len(first) == len(last) == 2 and not fits):
        raise ValueError(_("“%(text)s” is not a time of day. Write 5 p.m. or 17:00.") % {"text": part})
    if not fits:
        raise ValueError(_("“%(text)s” ends before it starts. Split a time that passes midnight in two.") % {"text": part})
    return min(fits, key=lambda ends: ends[1] - ends[0])


def _minutes(text: str) -> list[int]:
    """Minutes since midnight; two for a bare hour, which may be of the morning or of the evening; none for what is no time."""
    if text in _NOON | _MIDNIGHT:
        return [MINUTES_A_DAY // 2 if text in _NOON else 0]
    match = _TIME.fullmatch(text)
    if match is None:
        return []
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
    if minute > 59 or hour * 60 + minute > MINUTES_A_DAY or (half and not 1 <= hour <= 12):
        return []
    if half:
        return [(hour % 12 + (12 if half == "p" else 0)) * 60 + minute]
    if match["exact"] or not 1 <= hour <= 12:
        return [hour * 60 + minute]
    return [hour % 12 * 60, (hour % 12 + 12) * 60]
