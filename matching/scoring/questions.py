"""The kinds of question that a part of a factor can ask: what it reads of the two sides, and what it says of one pair."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray

from matching.scoring.availability import WeekClock
from matching.scoring.people import MenteeFacts, MentorFacts, PersonFacts
from matching.scoring.tables import Rule, Sides, Table
from matching.scoring.wording import age_range, labels, names, span_words, times_in_common
from people.enums import Gender

ENOUGH_MINUTES = 6 * 60
"""Common time a week that counts in full. A judgement of this project: room to move a weekly session."""
TIMES_SHOWN = 4
OLDEST = 200


class Bearing(StrEnum):
    """`SILENT` is not scored either, but there is nothing to ask: the person has no such preference."""

    FOR = "for"
    AGAINST = "against"
    UNKNOWN = "unknown"
    SILENT = "silent"


Said = tuple[Bearing, str]


@dataclass(frozen=True, kw_only=True)
class Question(ABC):
    """`rule` and `enough` are those of `tables`. `is_reason` is false where the answer is no reason for just these two."""

    rule: Rule = Rule.SHARE
    enough: int = 1
    is_reason: bool = True

    @abstractmethod
    def table(self, sides: Sides) -> Table:
        """What everybody answered."""

    @abstractmethod
    def sentence(self, mentee: MenteeFacts, mentor: MentorFacts, clock: WeekClock) -> Said:
        """For the coordinator, about one pair."""


@dataclass(frozen=True, kw_only=True)
class InCommon(Question):
    """Something both sides were asked, and the words for having it in common or not. `%(items)s` are what both have.

    `shared` is what the two people themselves read of it; None where it would say something new about the other one.
    """

    title: Promise
    answer: Callable[[PersonFacts], Sequence[str]]
    options: type[TextChoices] | None
    both: Promise
    nothing: Promise
    shared: Promise | None = None
    rarer_counts_more: bool = False

    def table(self, sides: Sides) -> Table:
        left, right = ([self.answer(who) for who in people] for people in (sides.mentees, sides.mentors))
        return (
            Table.of_answers(left, right, sides.frequencies.worth) if self.rarer_counts_more else Table.of_answers(left, right)
        )

    def sentence(self, mentee: MenteeFacts, mentor: MentorFacts, clock: WeekClock) -> Said:
        silent = [who for who in (mentee, mentor) if not self.answer(who)]
        if silent:
            words = {"question": self.title, "names": names(silent)}
            return Bearing.UNKNOWN, _("%(question)s: not answered by %(names)s") % words
        common = self.common(mentee, mentor)
        values = {
            "items": labels(self.options, common),
            "count": len(common),
            "all": len(self.answer(mentee)),
            "mentee": mentee.name,
            "mentor": mentor.name,
        }
        return (Bearing.FOR, str(self.both) % values) if common else (Bearing.AGAINST, str(self.nothing) % values)

    def common(self, mentee: PersonFacts, mentor: PersonFacts) -> list[str]:
        """What both answered, in the mentee's order."""
        return [item for item in self.answer(mentee) if item in self.answer(mentor)]


@dataclass(frozen=True, kw_only=True)
class CommonTime(Question):
    """Minutes a week that both are free."""

    rule: Rule = Rule.UP_TO
    enough: int = ENOUGH_MINUTES

    def table(self, sides: Sides) -> Table:
        times = sides.times
        minutes = times.minutes.astype(np.float64)
        return Table(times.mentees, times.mentors, minutes, times.mentees_known, times.mentors_known)

    def sentence(self, mentee: MenteeFacts, mentor: MentorFacts, clock: WeekClock) -> Said:
        silent = [who for who in (mentee, mentor) if not who.windows]
        if silent:
            return Bearing.UNKNOWN, _("Times: not known for %(names)s") % {"names": names(silent)}
        spans = times_in_common(mentee, mentor, clock)
        if not spans:
            return Bearing.AGAINST, _("No time when both are free")
        in_week = sorted(spans, key=lambda span: (clock.local(mentee.time_zone, span[0]).weekday(), span[0]))
        shown = ", ".join(span_words(span, mentee.time_zone, clock) for span in in_week[:TIMES_SHOWN])
        text = _("Both free %(times)s") % {"times": shown}
        more = len(spans) - TIMES_SHOWN
        if more > 0:
            text += " " + ngettext("and %(more)d more time", "and %(more)d more times", more) % {"more": more}
        if mentee.time_zone != mentor.time_zone:
            text += " " + _("(%(name)s’s time)") % {"name": mentee.name}
        return Bearing.FOR, text


@dataclass(frozen=True, kw_only=True)
class Wish(Question):
    """What one side would rather have in the other: the mentee in the mentor, or the other way round."""

    rule: Rule = Rule.SUM
    by_mentee: bool

    def sentence(self, mentee: MenteeFacts, mentor: MentorFacts, clock: WeekClock) -> Said:
        return self.about(mentee, mentor) if self.by_mentee else self.about(mentor, mentee)

    @abstractmethod
    def about(self, asking: PersonFacts, other: PersonFacts) -> Said:
        """Whether `other` is as `asking` would rather have it."""


@dataclass(frozen=True, kw_only=True)
class GenderWish(Wish):
    def table(self, sides: Sides) -> Table:
        asking, asked = (sides.mentees, sides.mentors) if self.by_mentee else (sides.mentors, sides.mentees)
        wishes = [who.preferred_genders for who in asking]
        genders = [(who.gender,) if who.gender else () for who in asked]
        return Table.of_answers(wishes, genders) if self.by_mentee else Table.of_answers(genders, wishes)

    def about(self, asking: PersonFacts, other: PersonFacts) -> Said:
        words = {"asking": asking.name, "other": other.name}
        if not asking.preferred_genders:
            return Bearing.SILENT, _("%(asking)s stated no preference about gender") % words
        if not other.gender:
            return Bearing.UNKNOWN, _("%(asking)s has a preference about gender; %(other)s’s is not known") % words
        words |= {"wish": labels(Gender, asking.preferred_genders)}
        if other.gender in asking.preferred_genders:
            return Bearing.FOR, _("As %(asking)s would rather have it: %(wish)s") % words
        return Bearing.AGAINST, _("Not what %(asking)s would rather have: %(wish)s") % words


@dataclass(frozen=True, kw_only=True)
class AgeWish(Wish):
    def table(self, sides: Sides) -> Table:
        asking, asked = (sides.mentees, sides.mentors) if self.by_mentee else (sides.mentors, sides.mentees)
        ranges, bands = _ages(asking, asked)
        has_wish = np.array([who.has_age_preference for who in asking], dtype=np.bool_)
        has_age = np.array([who.age is not None for who in asked], dtype=np.bool_)
        worth = np.ones(ranges.shape[1])
        if self.by_mentee:
            return Table(ranges, bands, worth, has_wish, has_age)
        return Table(bands, ranges, worth, has_age, has_wish)

    def about(self, asking: PersonFacts, other: PersonFacts) -> Said:
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


def _ages(asking: Sequence[PersonFacts], asked: Sequence[PersonFacts]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Age ranges beside ages: the ranges' edges cut ages into bands, so one age lies in one band at most."""
    first = np.array([who.preferred_age_min or 0 for who in asking], dtype=np.int32)
    last = np.array([OLDEST if who.preferred_age_max is None else who.preferred_age_max for who in asking], dtype=np.int32)
    asks = np.array([who.has_age_preference for who in asking], dtype=np.bool_)
    ages = np.array([-1 if who.age is None else who.age for who in asked], dtype=np.int32)
    cuts = np.unique(np.concatenate([first[asks], last[asks] + 1]))
    low, high = cuts[:-1], cuts[1:]
    ranges = (first[:, None] <= low) & (high <= last[:, None] + 1) & asks[:, None]
    bands = (low <= ages[:, None]) & (ages[:, None] < high)
    return ranges.view(np.uint8), bands.view(np.uint8)


@dataclass(frozen=True, kw_only=True)
class FreePlaces(Question):
    """The share of a mentor's places that is free: the same for every mentee, so no reason for one of them."""

    rule: Rule = Rule.SUM
    is_reason: bool = False

    def table(self, sides: Sides) -> Table:
        """One column per share that occurs, and each mentor is in one."""
        shares = [min(max(who.places_left, 0) / who.capacity, 1.0) if who.capacity else 0.0 for who in sides.mentors]
        columns = {share: column for column, share in enumerate(sorted(set(shares) - {0.0}))}
        right = np.zeros((len(shares), len(columns)), dtype=np.uint8)
        for row, share in enumerate(shares):
            if share:
                right[row, columns[share]] = 1
        return Table(
            mentees=np.ones((len(sides.mentees), len(columns)), dtype=np.uint8),
            mentors=right,
            worth=np.array(list(columns), dtype=np.float64),
            mentees_known=np.ones(len(sides.mentees), dtype=np.bool_),
            mentors_known=np.ones(len(shares), dtype=np.bool_),
        )

    def sentence(self, mentee: MenteeFacts, mentor: MentorFacts, clock: WeekClock) -> Said:
        bearing = Bearing.FOR if mentor.places_left > 0 else Bearing.AGAINST
        return bearing, _("%(left)d of %(all)d places free") % {"left": max(mentor.places_left, 0), "all": mentor.capacity}
