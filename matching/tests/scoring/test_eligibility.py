"""Every hard rule, on both sides of its edge, and all of them at once."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from matching.explain.ineligible import ineligible
from matching.scoring.availability import encode_times, minutes_in_common
from matching.scoring.eligibility import Barriers, Eligibility, PairRule, PersonRule, check
from matching.scoring.people import MenteeFacts, MentorFacts, PersonFacts
from matching.tests import make
from people.availability import Window

pytestmark = pytest.mark.once

NOW = datetime(2026, 3, 2, 17, tzinfo=UTC)
NOBODY, NOTHING = PersonRule(0), PairRule(0)


def checked(mentees: list[MenteeFacts], mentors: list[MentorFacts], never: list[tuple[str, str]] | None = None) -> Eligibility:
    return check(mentees, mentors, times=encode_times(mentees, mentors, NOW), never=never or [])


def barriers(mentee: MenteeFacts, mentor: MentorFacts, *never: tuple[str, str]) -> Barriers:
    return checked([mentee], [mentor], list(never)).of(0, 0)


def test_check_two_people_who_may_be_paired_is_clear() -> None:
    found = barriers(make.mentee(), make.mentor())
    assert found == Barriers(NOBODY, NOBODY, NOTHING)
    assert found.clear


@pytest.mark.parametrize(
    ("facts", "rule", "words"),
    [
        ({"has_consent": False}, PersonRule.NO_CONSENT, "Ben’s consent is not in force"),
        ({"age": None}, PersonRule.AGE_NOT_KNOWN, "Ben’s date of birth is not known, so nobody can say they are an adult"),
        ({"age": 17}, PersonRule.NOT_ADULT, "Ben is under 18"),
        ({"languages": ()}, PersonRule.LANGUAGES_NOT_KNOWN, "The languages Ben speaks are not known"),
        ({"windows": ()}, PersonRule.TIMES_NOT_KNOWN, "The times Ben is free are not known"),
    ],
)
def test_check_something_about_one_person_excludes_on_either_side(facts: dict[str, Any], rule: PersonRule, words: str) -> None:
    mentee, mentor = make.mentee(**facts), make.mentor("Ben", **{"person": "another", **facts})
    found = barriers(mentee, make.mentor())
    assert found == Barriers(rule, NOBODY, NOTHING)
    assert ineligible(mentee, make.mentor(), found) == [words]
    found = barriers(make.mentee("Ana"), mentor)
    assert found == Barriers(NOBODY, rule, NOTHING)
    assert ineligible(make.mentee("Ana"), mentor, found) == [words]


@pytest.mark.parametrize(
    ("facts", "rule", "words"),
    [
        ({"is_taking_mentees": False}, PersonRule.NOT_TAKING_MENTEES, ["Mona is not taking new mentees now"]),
        ({"places_left": 0}, PersonRule.NO_PLACE, ["Mona has no free place"]),
        ({"places_left": -1}, PersonRule.NO_PLACE, ["Mona has no free place"]),
        ({"missing": ("No screening", "No agreement")}, PersonRule.NOT_READY, ["No screening", "No agreement"]),
    ],
)  # fmt: skip
def test_check_something_about_a_mentor_excludes_them(facts: dict[str, Any], rule: PersonRule, words: list[str]) -> None:
    mentor = make.mentor(**facts)
    found = barriers(make.mentee(), mentor)
    assert found == Barriers(NOBODY, rule, NOTHING)
    assert ineligible(make.mentee(), mentor, found) == words


def test_check_18_today_is_an_adult() -> None:
    assert barriers(make.mentee(age=18), make.mentor(age=18)).clear


@pytest.mark.parametrize(("minutes", "rule"), [(119, PairRule.TOO_LITTLE_TIME), (120, NOTHING)])
def test_check_two_hours_in_common_are_enough(minutes: int, rule: PairRule) -> None:
    mentee = make.mentee(windows=(Window(0, 600, 600 + minutes), Window(1, 0, 30)))
    found = barriers(mentee, make.mentor(windows=(Window(0, 600, 900),)))
    assert found.pair == rule
    if rule:
        assert ineligible(mentee, make.mentor(), found) == ["Less than 2 hours a week that both are free"]


def test_check_no_shared_language_excludes_and_names_them() -> None:
    mentee, mentor = make.mentee(languages=("es", "pt")), make.mentor(languages=("en",))
    found = barriers(mentee, mentor)
    assert found == Barriers(NOBODY, NOBODY, PairRule.NO_SHARED_LANGUAGE)
    assert ineligible(mentee, mentor, found) == ["No shared language: Ben speaks Spanish, Portuguese, Mona speaks English"]


def test_check_one_shared_language_is_enough() -> None:
    assert barriers(make.mentee(languages=("es", "en")), make.mentor(languages=("en", "fr"))).clear


@pytest.mark.parametrize(("gender", "is_met"), [("woman", True), ("man", False), ("", False)])
def test_check_must_have_of_the_mentee_is_met_only_by_what_was_said(gender: str, is_met: bool) -> None:
    mentee, mentor = make.mentee(required_genders=("woman", "non_binary")), make.mentor(gender=gender)
    found = barriers(mentee, mentor)
    assert found.pair == (NOTHING if is_met else PairRule.MENTEE_MUST_HAVE)
    if not is_met:
        assert ineligible(mentee, mentor, found) == ["Ben must be matched with: Woman, Non-binary"]


@pytest.mark.parametrize(("gender", "is_met"), [("man", True), ("woman", False), ("", False)])
def test_check_must_have_of_the_mentor_is_met_only_by_what_was_said(gender: str, is_met: bool) -> None:
    mentee, mentor = make.mentee(gender=gender), make.mentor(required_genders=("man",))
    found = barriers(mentee, mentor)
    assert found.pair == (NOTHING if is_met else PairRule.MENTOR_MUST_HAVE)
    if not is_met:
        assert ineligible(mentee, mentor, found) == ["Mona must be matched with: Man"]


def test_check_must_have_of_somebody_else_does_not_concern_the_pair() -> None:
    found = checked([make.mentee("A", required_genders=("woman",)), make.mentee("B")], [make.mentor(gender="man")])
    assert found.mask().tolist() == [[False], [True]]


@pytest.mark.parametrize("named", [("person of Ben", "person of Mona"), ("person of Mona", "person of Ben")])
def test_check_never_pair_excludes_whoever_named_whom_and_says_no_more(named: tuple[str, str]) -> None:
    found = barriers(make.mentee(), make.mentor(), named, ("somebody", "else"))
    assert found == Barriers(NOBODY, NOBODY, PairRule.NEVER_PAIR)
    assert ineligible(make.mentee(), make.mentor(), found) == ["These two must not be paired"]


def test_check_same_person_on_both_sides_excludes() -> None:
    mentee, mentor = make.mentee(person="one"), make.mentor(person="one")
    found = barriers(mentee, mentor)
    assert found == Barriers(NOBODY, NOBODY, PairRule.SAME_PERSON)
    assert ineligible(mentee, mentor, found) == ["They are the same person"]


def test_check_everything_at_once_gives_every_rule_in_words() -> None:
    mentee = make.mentee(has_consent=False, age=17, languages=("es",), required_genders=("woman",), windows=(Window(6, 0, 60),))
    mentor = make.mentor(
        has_consent=False,
        places_left=0,
        is_taking_mentees=False,
        missing=("No agreement",),
        gender="man",
        required_genders=("man",),
    )
    found = barriers(mentee, mentor, ("person of Ben", "person of Mona"))
    assert ineligible(mentee, mentor, found) == [
        "These two must not be paired",
        "No shared language: Ben speaks Spanish, Mona speaks English",
        "Less than 2 hours a week that both are free",
        "Ben must be matched with: Woman",
        "Mona must be matched with: Man",
        "Mona’s consent is not in force",
        "Mona is not taking new mentees now",
        "Mona has no free place",
        "No agreement",
        "Ben’s consent is not in force",
        "Ben is under 18",
    ]


@make.unhurried
@given(make.mentees(most=5), make.mentors(most=5))
def test_check_any_people_agrees_with_the_rules_one_pair_at_a_time(
    mentees: list[MenteeFacts], mentors: list[MentorFacts]
) -> None:
    never = [(mentees[0].person, mentors[-1].person)]
    mask = checked(mentees, mentors, never).mask()
    for row, mentee in enumerate(mentees):
        for column, mentor in enumerate(mentors):
            assert bool(mask[row, column]) == may_be_paired(mentee, mentor, never)


def may_be_paired(mentee: MenteeFacts, mentor: MentorFacts, never: list[tuple[str, str]]) -> bool:
    """The rules once more, as a person would read them out."""
    both = (mentee, mentor)
    minutes = minutes_in_common(encode_times([mentee], [mentor], NOW))(slice(None))[0, 0]
    return (
        all(who.has_consent and who.age is not None and who.age >= 18 and who.windows and who.languages for who in both)
        and mentor.is_taking_mentees
        and not mentor.missing
        and mentor.places_left > 0
        and bool(set(mentee.languages) & set(mentor.languages))
        and minutes >= 120
        and (not mentee.required_genders or mentor.gender in mentee.required_genders)
        and (not mentor.required_genders or mentee.gender in mentor.required_genders)
        and (mentee.person, mentor.person) not in never
    )


@make.unhurried
@given(make.mentees(most=4), make.mentors(most=4))
def test_check_pair_rules_swapped_sides_are_the_same(mentees: list[MenteeFacts], mentors: list[MentorFacts]) -> None:
    """What stands between two people does not depend on who mentors whom."""
    as_mentors = [make.mentor(who.name, **answers_of(who)) for who in mentees]
    as_mentees = [make.mentee(who.name, **answers_of(who)) for who in mentors]
    one_way, other_way = checked(mentees, mentors).pairs, checked(as_mentees, as_mentors).pairs.T
    must_have = PairRule.MENTEE_MUST_HAVE | PairRule.MENTOR_MUST_HAVE
    np.testing.assert_array_equal(one_way & ~np.uint8(must_have), other_way & ~np.uint8(must_have))
    np.testing.assert_array_equal((one_way & PairRule.MENTEE_MUST_HAVE) != 0, (other_way & PairRule.MENTOR_MUST_HAVE) != 0)


def answers_of(who: MenteeFacts | MentorFacts) -> dict[str, Any]:
    return {name: getattr(who, name) for name in PersonFacts.__dataclass_fields__ if name not in ("id", "name")}


def test_check_more_pairs_than_a_block_is_the_same_as_one_by_one() -> None:
    mentees = [make.mentee(f"{at:03}", languages=("en", "es")[at % 2 :]) for at in range(90)]
    mentors = [make.mentor(f"mentor {at:03}", languages=("en",) if at % 3 else ("es",)) for at in range(1000)]
    mask = checked(mentees, mentors).mask()
    expected = [[bool(set(one.languages) & set(other.languages)) for other in mentors] for one in mentees]
    assert mask.tolist() == expected


def test_check_nobody_on_one_side_is_empty() -> None:
    assert checked([], [make.mentor()]).mask().shape == (0, 1)
    assert checked([make.mentee()], []).mask().shape == (1, 0)


def test_ineligible_person_without_barriers_says_nothing() -> None:
    mentee = replace(make.mentee(), goals=("work",))
    assert ineligible(mentee, make.mentor(), barriers(mentee, make.mentor())) == []
