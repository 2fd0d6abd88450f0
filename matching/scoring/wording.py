"""Small pieces of the sentences about two people."""

from collections.abc import Sequence
from datetime import time

from django.db.models import TextChoices
from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from matching.scoring.availability import WEEK_MINUTES, Span, WeekClock, common_spans
from matching.scoring.people import PersonFacts


def labels(options: type[TextChoices] | None, values: Sequence[str]) -> str:
    """The words for `values`, with commas; a value that is no option stands for itself."""
    known = dict(options.choices) if options else {}
    return ", ".join(str(known.get(value, value)) for value in values)


def names(people: Sequence[PersonFacts]) -> str:
    """Of one person or two."""
    if len(people) == 1:
        return people[0].name
    return _("%(one)s and %(other)s") % {"one": people[0].name, "other": people[1].name}


def unbroken(text: str) -> str:
    """The same words, kept on one line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def age_range(asking: PersonFacts) -> str:
    """The ages a person would rather have; they stated at least one end."""
    low, high = asking.preferred_age_min, asking.preferred_age_max
    if low is None:
        return _("up to %(high)d") % {"high": high}
    if high is None:
        return _("from %(low)d") % {"low": low}
    return _("%(low)d to %(high)d") % {"low": low, "high": high}


def times_in_common(mentee: PersonFacts, mentor: PersonFacts, clock: WeekClock) -> list[Span]:
    """When both are free, in order; a time over the end of the reference week is one span that runs past it."""
    both = common_spans(clock.spans(mentee), clock.spans(mentor))
    if len(both) > 1 and both[0][0] == 0 and both[-1][1] == WEEK_MINUTES:
        both = [*both[1:-1], (both[-1][0], WEEK_MINUTES + both[0][1])]
    return both


def span_words(span: Span, zone: str, clock: WeekClock) -> str:
    """`Monday 5 p.m. to 8 p.m.` in one piece; one that passes midnight names both days and may break between them."""
    start, end = clock.local(zone, span[0]), clock.local(zone, span[1])
    passes_midnight = end.date() != start.date() and end.time() != time.min
    words = {
        "start": unbroken(f"{WEEKDAYS[start.weekday()]} {time_format(start.time())}"),
        "end": unbroken(f"{WEEKDAYS[end.weekday()]} {time_format(end.time())}" if passes_midnight else time_format(end.time())),
    }
    text = _("%(start)s to %(end)s") % words
    return text if passes_midnight else unbroken(text)
