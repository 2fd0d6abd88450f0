"""Why a mentee is left over when the pairs are made, in words for the coordinator.

The assignment says it in numbers of rows; here they become names. A never-pair is only counted, so that the
coordinator does not read from it which of the two named the other.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from core.joining import joined
from matching.assignment import Unmatched, UnmatchedKind
from matching.explain.ineligible import mentee_reasons, mentor_reasons
from matching.scoring.eligibility import LEAST_MINUTES, Eligibility, PairRule, PersonRule
from matching.scoring.people import MenteeFacts, MentorFacts
from people.rules import ADULT_AGE

RULES_SHOWN = 3
ALL_NAMED = 4
"""Up to so many people are all named."""
SOME_NAMED = 3
"""So many are named of more."""

_MENTORS: Mapping[PersonRule, Promise] = {
    PersonRule.NO_PLACE: ngettext_lazy("%(count)d has no free place", "%(count)d have no free place", "count"),
    PersonRule.NOT_TAKING_MENTEES: ngettext_lazy(
        "%(count)d is not taking new mentees", "%(count)d are not taking new mentees", "count"
    ),
    PersonRule.NOT_READY: ngettext_lazy("%(count)d is not ready to mentor", "%(count)d are not ready to mentor", "count"),
    PersonRule.NO_CONSENT: ngettext_lazy("%(count)d has no consent in force", "%(count)d have no consent in force", "count"),
    PersonRule.AGE_NOT_KNOWN: ngettext_lazy(
        "%(count)d has no known date of birth", "%(count)d have no known date of birth", "count"
    ),
    PersonRule.NOT_ADULT: ngettext_lazy("%(count)d is under %(adult)d", "%(count)d are under %(adult)d", "count"),
    PersonRule.LANGUAGES_NOT_KNOWN: ngettext_lazy(
        "%(count)d has no known languages", "%(count)d have no known languages", "count"
    ),
    PersonRule.TIMES_NOT_KNOWN: ngettext_lazy(
        "%(count)d has no known weekly times", "%(count)d have no known weekly times", "count"
    ),
}
_PAIRS: Mapping[PairRule, Promise] = {
    PairRule.TOO_LITTLE_TIME: ngettext_lazy(
        "for %(count)d the times overlap less than %(hours)d hours a week",
        "for %(count)d the times overlap less than %(hours)d hours a week",
        "count",
    ),
    PairRule.NO_SHARED_LANGUAGE: ngettext_lazy("%(count)d shares no language", "%(count)d share no language", "count"),
    PairRule.MENTEE_MUST_HAVE: ngettext_lazy(
        "%(count)d does not meet a must-have of %(name)s", "%(count)d do not meet a must-have of %(name)s", "count"
    ),
    PairRule.MENTOR_MUST_HAVE: ngettext_lazy(
        "%(count)d has a must-have that %(name)s does not meet",
        "%(count)d have a must-have that %(name)s does not meet",
        "count",
    ),
    PairRule.NEVER_PAIR: ngettext_lazy(
        "%(count)d must not be paired with %(name)s", "%(count)d must not be paired with %(name)s", "count"
    ),
    PairRule.DECLINED: ngettext_lazy(
        "with %(count)d one of the two said no before", "with %(count)d one of the two said no before", "count"
    ),
    PairRule.SAME_PERSON: ngettext_lazy("%(count)d is the same person", "%(count)d are the same person", "count"),
}
_BY_HAND = ngettext_lazy("%(count)d was ruled out by hand", "%(count)d were ruled out by hand", "count")


def why_unmatched(
    reason: Unmatched,
    mentees: Sequence[MenteeFacts],
    mentors: Sequence[MentorFacts],
    row: int,
    eligibility: Eligibility,
) -> str:
    """What kept the mentee of `row` without a mentor. People and rules are those that the assignment was made with."""
    if reason.kind is UnmatchedKind.NO_ELIGIBLE_MENTOR:
        return _no_mentor_eligible(mentees[row], row, eligibility)
    able = [mentors[column].name for column in reason.mentors]
    others = [mentees[other].name for other in reason.mentees if other != row]
    if reason.kind is UnmatchedKind.NO_CAPACITY:
        return _no_place(mentees[row].name, able)
    if reason.kind is UnmatchedKind.BELOW_FLOOR:
        return _too_low(mentees[row].name, able)
    return _too_few_places([mentees[row].name, *others], able, reason.places)


def why_without_mentee(mentor: MentorFacts, column: int, eligibility: Eligibility) -> str:
    """Why no mentee was given to a mentor who has no pair in this assignment."""
    own = mentor_reasons(mentor, PersonRule(int(eligibility.mentors[column])))
    if own:
        return "; ".join(own)
    words = {"name": mentor.name, "places": mentor.places_left}
    text = ngettext("%(places)d place stays free", "%(places)d places stay free", mentor.places_left) % words
    if not np.any((eligibility.pairs[:, column] == 0) & (eligibility.mentees == 0)):
        text = _("Nobody who waits may be matched with %(name)s") % words + "; " + text
    return text


def _no_mentor_eligible(mentee: MenteeFacts, row: int, eligibility: Eligibility) -> str:
    """What is wrong with the mentee alone or else, of all mentors, the rules that keep the most of them away.

    One mentor may be counted under several rules. A mentor whom none of the rules shown keeps away is counted at the end.
    """
    own = mentee_reasons(mentee, PersonRule(int(eligibility.mentees[row])))
    if own:
        return "; ".join(own)
    if not len(eligibility.mentors):
        return _("There are no mentors")
    apart = [(words, (eligibility.pairs[row] & rule) != 0) for rule, words in _PAIRS.items()]
    apart += [(words, (eligibility.mentors & rule) != 0) for rule, words in _MENTORS.items()]
    apart.append((_BY_HAND, (eligibility.pairs[row] == 0) & (eligibility.mentors == 0)))
    shown = sorted(apart, key=lambda rule: -int(rule[1].sum()))[:RULES_SHOWN]
    values = {"name": mentee.name, "hours": LEAST_MINUTES // 60, "adult": ADULT_AGE}
    reasons = [str(words % {**values, "count": count}) for words, who in shown if (count := int(who.sum()))]
    rest = int((~np.any([who for _words, who in shown], axis=0)).sum())
    if rest:
        other = ngettext("%(count)d has other reasons", "%(count)d have other reasons", rest)
        reasons.append(other % {"count": rest})
    return _("No mentor is eligible for %(name)s: %(reasons)s") % {"name": mentee.name, "reasons": ", ".join(reasons)}


def _no_place(name: str, able: Sequence[str]) -> str:
    if not able:
        return _("No mentor has a free place")
    text = ngettext(
        "%(mentors)s may take %(name)s but has no free place", "%(mentors)s may take %(name)s but have no free place", len(able)
    )
    return text % {"mentors": _listed(able), "name": name}


def _too_low(name: str, able: Sequence[str]) -> str:
    text = ngettext(
        "%(mentors)s may take %(name)s but scores below the lowest score that is allowed",
        "%(mentors)s may take %(name)s but score below the lowest score that is allowed",
        len(able),
    )
    return text % {"mentors": _listed(able), "name": name}


def _too_few_places(people: Sequence[str], able: Sequence[str], places: int) -> str:
    """More people than places among the mentors they may be paired with; the mentee it is about comes first."""
    if len(able) > 1:
        mentors = get_text_list([*able], _("or")) if len(able) <= ALL_NAMED else _same(able)
        text = ngettext(
            "%(people)s need %(mentors)s, who have %(places)d place",
            "%(people)s need %(mentors)s, who have %(places)d places",
            places,
        )
    else:
        mentors = able[0]
        text = (
            ngettext(
                "%(people)s both need %(mentors)s, who has %(places)d place",
                "%(people)s both need %(mentors)s, who has %(places)d places",
                places,
            )
            if len(people) == 2
            else ngettext(
                "%(people)s all need %(mentors)s, who has %(places)d place",
                "%(people)s all need %(mentors)s, who has %(places)d places",
                places,
            )
        )
    return text % {"people": _crowd(people), "mentors": mentors, "places": places}


def _crowd(people: Sequence[str]) -> str:
    """The first person, and the others by name or as a number."""
    if len(people) <= ALL_NAMED:
        return joined(people)
    more = len(people) - 1
    return _("%(name)s and %(more)d more people") % {"name": people[0], "more": more}


def _same(able: Sequence[str]) -> str:
    return _("the same %(count)d mentors (%(names)s)") % {"count": len(able), "names": _listed(able)}


def _listed(names: Sequence[str]) -> str:
    if len(names) <= ALL_NAMED:
        return joined(names)
    more = len(names) - SOME_NAMED
    return _("%(names)s and %(more)d more") % {"names": ", ".join(names[:SOME_NAMED]), "more": more}
