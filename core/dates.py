"""How a day and a moment are written: one short style, with the whole date beside it for whoever points at it or prints.

Each is in the time zone and the language of whoever reads. A style is English; it is also the name by which another language
says its own order (`mentorship/formats/`).
"""

from datetime import date, datetime
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.timezone import localtime


class Style(StrEnum):
    """Pages write a date by one of these; `core.templatetags.dates` has the filters."""

    DAY = "M j"
    """Nov 27: what is over, where the year is plain."""
    DATED = "M j, Y"
    """Nov 27, 2026: where another year may be meant."""
    WEEKDAY = "D, M j"
    """Fri, Nov 27: what lies ahead."""
    MOMENT = "D, M j, g:i A"
    """Fri, Nov 27, 5:52 PM: where the hour counts."""
    RECORD = "M j, Y, g:i A"
    """Nov 27, 2026, 5:52 PM: a moment in a list that is kept for years."""
    CLOCK = "g:i A"
    """5:52 PM: where the day is said beside it."""
    WHOLE_DAY = "l, F j, Y"
    WHOLE_MOMENT = "l, F j, Y, g:i A"


def local(at: date) -> date:
    """A time, in the reader's zone; a date as it is."""
    return localtime(at) if isinstance(at, datetime) else at


def for_machines(at: date) -> str:
    """As exact as what people read: a source that told more would tell who did two things one after the other."""
    here = local(at)
    return here.isoformat(timespec="minutes") if isinstance(here, datetime) else here.isoformat()


def written(at: date, style: Style) -> str:
    """A date, or a time in whatever zone, as the reader reads it."""
    return date_format(local(at), style)


def whole(at: date) -> str:
    """Nothing left out: Friday, November 27, 2026, 5:52 PM."""
    return written(at, Style.WHOLE_MOMENT if isinstance(at, datetime) else Style.WHOLE_DAY)
