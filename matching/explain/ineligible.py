"""Why two people may not be paired, in words for the coordinator."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.scoring.eligibility import LEAST_MINUTES, Barriers, PairRule, PersonRule
from matching.scoring.people import MenteeFacts, MentorFacts, PersonFacts
from matching.scoring.wording import labels
from people.enums import Gender, Language
from people.rules import ADULT_AGE


def ineligible(mentee: MenteeFacts, mentor: MentorFacts, barriers: Barriers) -> list[str]:
    """Every rule that keeps the two apart, for the coordinator. A never-pair says no more than that."""
    return [
        *_pair_words(mentee, mentor, barriers.pair),
        *mentor_reasons(mentor, barriers.mentor),
        *_person_words(mentee, barriers.mentee),
    ]


_PERSON_WORDS: Mapping[PersonRule, Promise] = {
    PersonRule.NO_CONSENT: gettext_lazy("%(name)s’s consent is not in force"),
    PersonRule.AGE_NOT_KNOWN: gettext_lazy("%(name)s’s date of birth is not known, so nobody can say they are an adult"),
    PersonRule.NOT_ADULT: gettext_lazy("%(name)s is under %(adult)d"),
    PersonRule.LANGUAGES_NOT_KNOWN: gettext_lazy("The languages %(name)s speaks are not known"),
    PersonRule.TIMES_NOT_KNOWN: gettext_lazy("The times %(name)s is free are not known"),
    PersonRule.NOT_TAKING_MENTEES: gettext_lazy("%(name)s is not taking new mentees now"),
    PersonRule.NO_PLACE: gettext_lazy("%(name)s has no free place"),
}


def _person_words(who: PersonFacts, rules: PersonRule) -> list[str]:
    """What stands in one person's way; readiness has its own words in `MentorFacts.missing`."""
    return [str(words) % {"name": who.name, "adult": ADULT_AGE} for rule, words in _PERSON_WORDS.items() if rule in rules]


def mentee_reasons(mentee: MenteeFacts, rules: PersonRule) -> list[str]:
    """What keeps this mentee from being paired with any mentor."""
    return _person_words(mentee, rules)


def mentor_reasons(mentor: MentorFacts, rules: PersonRule) -> list[str]:
    """What keeps this mentor from being paired with any mentee, with what readiness lacks."""
    return [*_person_words(mentor, rules), *mentor.missing]


def _pair_words(mentee: MenteeFacts, mentor: MentorFacts, rules: PairRule) -> list[str]:
    found = []
    if PairRule.SAME_PERSON in rules:
        found.append(_("They are the same person"))
    if PairRule.NEVER_PAIR in rules:
        found.append(_("These two must not be paired"))
    if PairRule.DECLINED in rules:
        found.append(_("One of the two said no to this match before"))
    if PairRule.NO_SHARED_LANGUAGE in rules:
        found.append(
            _("No shared language: %(mentee)s speaks %(mine)s, %(mentor)s speaks %(theirs)s")
            % {
                "mentee": mentee.name,
                "mine": labels(Language, mentee.languages),
                "mentor": mentor.name,
                "theirs": labels(Language, mentor.languages),
            }
        )
    if PairRule.TOO_LITTLE_TIME in rules:
        found.append(_("Less than %(hours)d hours a week that both are free") % {"hours": LEAST_MINUTES // 60})
    found += [
        _("%(name)s must be matched with: %(wish)s") % {"name": who.name, "wish": labels(Gender, who.required_genders)}
        for who, rule in ((mentee, PairRule.MENTEE_MUST_HAVE), (mentor, PairRule.MENTOR_MUST_HAVE))
        if rule in rules
    ]
    return found
