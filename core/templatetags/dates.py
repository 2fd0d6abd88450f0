"""Filters that write a date or a time: what is short is read, the whole date is there for whoever points at it, and printed.

They need no `{% load %}`. Where no markup may stand (a mail, the title of a page) `|striptags` leaves the words.
"""

from datetime import date

from django import template
from django.utils.html import format_html

from core.dates import Style, for_machines, whole, written

register = template.Library()


def _time(at: date | None, style: Style) -> str:
    """Empty where there is no date."""
    if at is None:
        return ""
    return format_html('<time datetime="{}" title="{}">{}</time>', for_machines(at), whole(at), written(at, style))


@register.filter
def day(at: date | None) -> str:
    return _time(at, Style.DAY)


@register.filter
def dated(at: date | None) -> str:
    return _time(at, Style.DATED)


@register.filter
def weekday(at: date | None) -> str:
    return _time(at, Style.WEEKDAY)


@register.filter
def moment(at: date | None) -> str:
    return _time(at, Style.MOMENT)


@register.filter
def record(at: date | None) -> str:
    return _time(at, Style.RECORD)


@register.filter
def clock(at: date | None) -> str:
    return _time(at, Style.CLOCK)
