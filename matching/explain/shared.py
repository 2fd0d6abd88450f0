"""What two people read about each other on a proposal.

It names only what both said and what says nothing new about the other one: never a score, an age, a gender, a pathway or a
preference, and of lived experience only what both chose to use in matching.
"""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from matching.pool import load_two
from matching.scoring.availability import WeekClock
from matching.scoring.factors import FACTORS
from matching.scoring.people import MenteeFacts, MentorFacts
from matching.scoring.questions import InCommon
from matching.scoring.wording import labels, times_in_common
from people.enums import Language
from relationships.models import Relationship


def facts_of(relationship: Relationship) -> list[str]:
    """What the two share, in plain sentences. Nothing while the consent of either is not in force.

    Common time is that of the week of the proposal, so both read the same whenever they look.
    """
    return facts_about(relationship.mentee, relationship.mentor, relationship.proposed_at)


def facts_about(mentee: Membership, mentor: Membership, now: datetime) -> list[str]:
    """The same, for two people who are about to be asked."""
    mentee_facts, mentor_facts = load_two(mentee.pk, mentor.pk, now=now)
    if not (mentee_facts.has_consent and mentor_facts.has_consent):
        return []
    return shared_facts(mentee_facts, mentor_facts, now)


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
