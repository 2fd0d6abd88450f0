"""Why these two, in words.

`explain` is for the coordinator, who sees intake: it says what speaks for a pair, what does not, and what is not known.
`shared_facts` is for the two people themselves. It names only what both said and what says nothing new about the other one:
never a score, an age, a gender, a pathway or a preference, and of lived experience only what both chose to use in matching.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.scoring.availability import WeekClock
from matching.scoring.factors import FACTORS, Factor, Part
from matching.scoring.people import MenteeFacts, MentorFacts
from matching.scoring.questions import Bearing, InCommon
from matching.scoring.wording import labels, times_in_common
from people.enums import Language


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence about one part of a pair."""

    factor: Factor
    part: Part
    bearing: Bearing
    text: str


def explain(mentee: MenteeFacts, mentor: MentorFacts, clock: WeekClock) -> list[Sentence]:
    """One sentence for each part of each factor, for the coordinator, in the order of the factors."""
    return [
        Sentence(factor, part, *part.question.sentence(mentee, mentor, clock))
        for factor in FACTORS.values()
        for part in factor.parts
    ]


def shared_facts(mentee: MenteeFacts, mentor: MentorFacts, now: datetime) -> list[str]:
    """What two people have in common, for both of them to read."""
    found = []
    languages = [language for language in mentee.languages if language in mentor.languages]
    if languages:
        found.append(_("You both speak: %(items)s") % {"items": labels(Language, languages)})
    minutes = sum(end - start for start, end in times_in_common(mentee, mentor, WeekClock(now)))
    hours = minutes // 60
    if hours:
        text = ngettext(
            "You are both free about %(hours)d hour a week", "You are both free about %(hours)d hours a week", hours
        )
        found.append(text % {"hours": hours})
    for question in [part.question for factor in FACTORS.values() for part in factor.parts]:
        if isinstance(question, InCommon) and question.shared:
            common = question.common(mentee, mentor)
            if common:
                found.append(str(question.shared) % {"items": labels(question.options, common)})
    return found
