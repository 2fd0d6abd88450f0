"""Why these two, in words.

`tell` is for the coordinator, who sees intake: it says what speaks for a pair, what does not, and what is not known.
`shared_facts` is for the two people themselves. It names only what both said and what says nothing new about the other one:
never a score, an age, a gender, a pathway or a preference, and of lived experience only what both chose to use in matching.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matching.scoring.availability import WEEK_MINUTES, Span, WeekClock, common_spans
from matching.scoring.factors import PARTS, STILL_DECIDING, Factor, Part
from matching.scoring.people import MenteeFacts, MentorFacts, PersonFacts
from people.enums import Experience, Gender, Goal, Interest, Language, MeetingMode, Pathway, SupportStyle

FACTOR_NAMES: Mapping[Factor, Promise] = {
    Factor.AVAILABILITY: gettext_lazy("Times and ways to meet"),
    Factor.PATHWAY_GOALS: gettext_lazy("Pathway and goals"),
    Factor.EXPERIENCE: gettext_lazy("Lived experience"),
    Factor.PREFERENCES: gettext_lazy("Stated preferences"),
    Factor.SUPPORT_STYLE: gettext_lazy("Support style"),
    Factor.INTERESTS: gettext_lazy("Interests and dislikes"),
    Factor.PLACES: gettext_lazy("Places both can meet"),
    Factor.CAPACITY: gettext_lazy("Spare capacity"),
}
TIMES_SHOWN = 4


class Bearing(StrEnum):
    """`SILENT` is not scored either, but there is nothing to ask: the person has no such preference."""

    FOR = "for"
    AGAINST = "against"
    UNKNOWN = "unknown"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence about one part of a pair."""

    factor: Factor
    part: Part
    bearing: Bearing
    text: str


PART_NAMES: Mapping[Part, Promise] = {
    Part.TIME: gettext_lazy("times"),
    Part.MODES: gettext_lazy("ways to meet"),
    Part.PATHWAYS: gettext_lazy("pathway"),
    Part.GOALS: gettext_lazy("goals"),
    Part.EXPERIENCES: gettext_lazy("lived experience"),
    Part.MENTEE_GENDERS: gettext_lazy("the mentor’s gender"),
    Part.MENTEE_AGES: gettext_lazy("the mentor’s age"),
    Part.MENTOR_GENDERS: gettext_lazy("the mentee’s gender"),
    Part.MENTOR_AGES: gettext_lazy("the mentee’s age"),
    Part.STYLES: gettext_lazy("support style"),
    Part.INTERESTS: gettext_lazy("interests"),
    Part.DISLIKES: gettext_lazy("dislikes"),
    Part.PLACES: gettext_lazy("places to meet"),
    Part.CAPACITY: gettext_lazy("free places"),
}
"""What is not known, as it reads in "Not known: goals, places to meet"."""


def labels(options: type[TextChoices], values: Sequence[str]) -> str:
    """The words for `values`, with commas; a value that is no option stands for itself."""
    known = dict(options.choices)
    return ", ".join(str(known.get(value, value)) for value in values)


def names(people: Sequence[PersonFacts]) -> str:
    if len(people) == 1:
        return people[0].name
    return _("%(one)s and %(other)s") % {"one": people[0].name, "other": people[1].name}


def times_in_common(mentee: PersonFacts, mentor: PersonFacts, clock: WeekClock) -> list[Span]:
    """When both are free, in order; a time over the end of the reference week is one span that runs past it."""
    both = common_spans(clock.spans(mentee), clock.spans(mentor))
    if len(both) > 1 and both[0][0] == 0 and both[-1][1] == WEEK_MINUTES:
        both = [*both[1:-1], (both[-1][0], WEEK_MINUTES + both[0][1])]
    return both


def unbroken(text: str) -> str:
    """The same words, kept on one line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _span_words(span: Span, zone: str, clock: WeekClock) -> str:
    """`Monday 5 p.m. to 8 p.m.` in one piece; one that passes midnight names both days and may break between them."""
    start, end = clock.local(zone, span[0]), clock.local(zone, span[1])
    passes_midnight = end.date() != start.date() and end.time() != time.min
    words = {
        "start": unbroken(f"{WEEKDAYS[start.weekday()]} {time_format(start.time())}"),
        "end": unbroken(f"{WEEKDAYS[end.weekday()]} {time_format(end.time())}" if passes_midnight else time_format(end.time())),
    }
    text = _("%(start)s to %(end)s") % words
    return text if passes_midnight else unbroken(text)


def _times(mentee: MenteeFacts, mentor: MentorFacts, clock: WeekClock) -> tuple[bool, str]:
    spans = times_in_common(mentee, mentor, clock)
    if not spans:
        return False, _("No time in common")
    in_week = sorted(spans, key=lambda span: (clock.local(mentee.time_zone, span[0]).weekday(), span[0]))
    text = _("Both free %(times)s") % {
        "times": ", ".join(_span_words(span, mentee.time_zone, clock) for span in in_week[:TIMES_SHOWN])
    }
    if len(spans) > TIMES_SHOWN:
        more = len(spans) - TIMES_SHOWN
        text += " " + ngettext("and %(more)d more time", "and %(more)d more times", more) % {"more": more}
    if mentee.time_zone != mentor.time_zone:
        text += " " + _("(%(name)s’s time)") % {"name": mentee.name}
    return True, text


@dataclass(frozen=True, slots=True)
class _Question:
    """Something both sides were asked, and the words for having it in common or not. `%(items)s` are what both have."""

    name: Promise
    answer: Callable[[PersonFacts], Sequence[str]]
    options: type[TextChoices] | None
    both: Promise
    nothing: Promise


_QUESTIONS: Mapping[Part, _Question] = {
    Part.MODES: _Question(
        gettext_lazy("Ways to meet"),
        lambda who: who.modes,
        MeetingMode,
        gettext_lazy("Both can meet by: %(items)s"),
        gettext_lazy("No way to meet that both chose"),
    ),
    Part.PATHWAYS: _Question(
        gettext_lazy("Pathway"),
        lambda who: [pathway for pathway in who.pathways if pathway != STILL_DECIDING],
        Pathway,
        gettext_lazy("Same pathway: %(items)s"),
        gettext_lazy("Different pathways"),
    ),
    Part.GOALS: _Question(
        gettext_lazy("Goals"),
        lambda who: who.goals,
        Goal,
        gettext_lazy("Goals in common: %(items)s (%(count)d of %(mentee)s’s %(all)d)"),
        gettext_lazy("No goals in common"),
    ),
    Part.EXPERIENCES: _Question(
        gettext_lazy("Lived experience"),
        lambda who: who.experiences,
        Experience,
        gettext_lazy("Share: %(items)s"),
        gettext_lazy("No lived experience in common"),
    ),
    Part.STYLES: _Question(
        gettext_lazy("Support style"),
        lambda who: who.styles,
        SupportStyle,
        gettext_lazy("%(mentor)s’s style is what %(mentee)s looks for: %(items)s"),
        gettext_lazy("A different style from what %(mentee)s looks for"),
    ),
    Part.INTERESTS: _Question(
        gettext_lazy("Interests"),
        lambda who: who.interests,
        Interest,
        gettext_lazy("Both like: %(items)s"),
        gettext_lazy("No interests in common"),
    ),
    Part.DISLIKES: _Question(
        gettext_lazy("Dislikes"),
        lambda who: who.dislikes,
        Interest,
        gettext_lazy("Neither likes: %(items)s"),
        gettext_lazy("No dislikes in common"),
    ),
    Part.PLACES: _Question(
        gettext_lazy("Places to meet"),
        lambda who: who.places,
        None,
        gettext_lazy("Both can meet at: %(items)s"),
        gettext_lazy("No place that both can reach"),
    ),
}


def _asked(part: Part, mentee: MenteeFacts, mentor: MentorFacts) -> tuple[Bearing, str]:
    question = _QUESTIONS[part]
    mine, theirs = question.answer(mentee), question.answer(mentor)
    silent = [who for who, answer in ((mentee, mine), (mentor, theirs)) if not answer]
    if silent:
        return Bearing.UNKNOWN, _("%(question)s: not answered by %(names)s") % {
            "question": question.name,
            "names": names(silent),
        }
    common = [item for item in mine if item in theirs]
    words = {
        "items": labels(question.options, common) if question.options else ", ".join(common),
        "count": len(common),
        "all": len(mine),
        "mentee": mentee.name,
        "mentor": mentor.name,
    }
    return (Bearing.FOR, str(question.both) % words) if common else (Bearing.AGAINST, str(question.nothing) % words)


def _gender_wish(asking: PersonFacts, other: PersonFacts) -> tuple[Bearing, str]:
    words = {"asking": asking.name, "other": other.name}
    if not asking.preferred_genders:
        return Bearing.SILENT, _("%(asking)s stated no preference about gender") % words
    if not other.gender:
        return Bearing.UNKNOWN, _("%(asking)s has a preference about gender; %(other)s’s is not known") % words
    words |= {"wish": labels(Gender, asking.preferred_genders)}
    if other.gender in asking.preferred_genders:
        return Bearing.FOR, _("As %(asking)s would rather have it: %(wish)s") % words
    return Bearing.AGAINST, _("Not what %(asking)s would rather have: %(wish)s") % words


def age_range(asking: PersonFacts) -> str:
    """The ages a person would rather have; they stated at least one end."""
    low, high = asking.preferred_age_min, asking.preferred_age_max
    if low is None:
        return _("up to %(high)d") % {"high": high}
    if high is None:
        return _("from %(low)d") % {"low": low}
    return _("%(low)d to %(high)d") % {"low": low, "high": high}


def _age_wish(asking: PersonFacts, other: PersonFacts) -> tuple[Bearing, str]:
    words: dict[str, object] = {"asking": asking.name, "other": other.name, "age": other.age}
    if not asking.has_age_preference:
        return Bearing.SILENT, _("%(asking)s stated no preference about age") % words
    if other.age is None:
        return Bearing.UNKNOWN, _("%(asking)s has a preference about age; %(other)s’s is not known") % words
    words |= {"wish": age_range(asking)}
    low, high = asking.preferred_age_min, asking.preferred_age_max
    if (low is None or low <= other.age) and (high is None or other.age <= high):
        return Bearing.FOR, _("The age %(asking)s would rather have (%(wish)s): %(other)s is %(age)d") % words
    return Bearing.AGAINST, _("Not the age %(asking)s would rather have (%(wish)s): %(other)s is %(age)d") % words


def _about(part: Part, mentee: MenteeFacts, mentor: MentorFacts, clock: WeekClock) -> tuple[Bearing, str]:
    if part is Part.TIME:
        silent = [who for who in (mentee, mentor) if not who.windows]
        if silent:
            return Bearing.UNKNOWN, _("Times: not known for %(names)s") % {"names": names(silent)}
        found, text = _times(mentee, mentor, clock)
        return (Bearing.FOR if found else Bearing.AGAINST), text
    if part in (Part.MENTEE_GENDERS, Part.MENTOR_GENDERS):
        return _gender_wish(*((mentee, mentor) if part is Part.MENTEE_GENDERS else (mentor, mentee)))
    if part in (Part.MENTEE_AGES, Part.MENTOR_AGES):
        return _age_wish(*((mentee, mentor) if part is Part.MENTEE_AGES else (mentor, mentee)))
    if part is Part.CAPACITY:
        bearing = Bearing.FOR if mentor.places_left > 0 else Bearing.AGAINST
        return bearing, _("%(left)d of %(all)d places free") % {"left": max(mentor.places_left, 0), "all": mentor.capacity}
    return _asked(part, mentee, mentor)


def tell(mentee: MenteeFacts, mentor: MentorFacts, clock: WeekClock) -> list[Told]:
    """One sentence for each part of each factor, for the coordinator, in the order of the factors."""
    return [Told(factor, part, *_about(part, mentee, mentor, clock)) for factor, parts in PARTS.items() for part in parts]


_SHARED: Sequence[tuple[Callable[[PersonFacts], Sequence[str]], type[TextChoices] | None, Promise]] = (
    (lambda who: who.languages, Language, gettext_lazy("You both speak: %(items)s")),
    (lambda who: who.modes, MeetingMode, gettext_lazy("Ways you can both meet: %(items)s")),
    (lambda who: who.goals, Goal, gettext_lazy("What you both work on: %(items)s")),
    (lambda who: who.experiences, Experience, gettext_lazy("Experience you share: %(items)s")),
    (lambda who: who.interests, Interest, gettext_lazy("You both like: %(items)s")),
    (lambda who: who.dislikes, Interest, gettext_lazy("Neither of you likes: %(items)s")),
    (lambda who: who.places, None, gettext_lazy("Places you can both get to: %(items)s")),
)


def shared_facts(mentee: MenteeFacts, mentor: MentorFacts, now: datetime) -> list[str]:
    """What two people have in common, for both of them to read."""
    found = []
    for answer, options, words in _SHARED:
        common = [item for item in answer(mentee) if item in answer(mentor)]
        if common:
            found.append(str(words) % {"items": labels(options, common) if options else ", ".join(common)})
    minutes = sum(end - start for start, end in times_in_common(mentee, mentor, WeekClock(now)))
    hours = minutes // 60
    if hours:
        text = ngettext(
            "You are both free about %(hours)d hour a week", "You are both free about %(hours)d hours a week", hours
        )
        found.insert(1, text % {"hours": hours})
    return found
