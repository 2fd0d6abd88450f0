"""Why somebody is left over, in words a coordinator can act on."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from matching.assignment import Unmatched, UnmatchedKind
from matching.explain.unmatched import why_unmatched, why_without_mentee
from matching.scoring.availability import encode_times
from matching.scoring.eligibility import Eligibility, PairRule, PersonRule, check
from matching.scoring.people import MenteeFacts, MentorFacts
from matching.tests import make
from people.availability import Window

pytestmark = pytest.mark.once

NOW = datetime(2026, 3, 2, 17, tzinfo=UTC)
NOBODY = Unmatched(UnmatchedKind.NO_ELIGIBLE_MENTOR, (), (), 0)
ELSEWHEN = (Window(6, 0, 60),)


def checked(mentees: list[MenteeFacts], mentors: list[MentorFacts], never: list[tuple[str, str]] | None = None) -> Eligibility:
    return check(mentees, mentors, times=encode_times(mentees, mentors, NOW), never=never or [])


def words_for_ben(mentors: list[MentorFacts], *never: tuple[str, str], **facts: Any) -> str:
    ben = make.mentee(**facts)
    return why_unmatched(NOBODY, [ben], mentors, 0, checked([ben], mentors, list(never)))


def too_few_places(people: list[str], mentors: list[str], places: int, row: int = 0) -> str:
    mentees = [make.mentee(name) for name in people]
    rooms = [make.mentor(name) for name in mentors]
    reason = Unmatched(UnmatchedKind.TOO_FEW_PLACES, tuple(range(len(people))), tuple(range(len(mentors))), places)
    return why_unmatched(reason, mentees, rooms, row, checked(mentees, rooms))


def test_why_unmatched_mentors_differ_counts_the_commonest_rules_first() -> None:
    mentors = [make.mentor(f"M{number}", windows=ELSEWHEN) for number in range(3)]
    mentors += [make.mentor("N1", places_left=0), make.mentor("N2", places_left=0)]
    assert words_for_ben(mentors) == (
        "No mentor is eligible for Ben: for 3 the times overlap less than 2 hours a week, 2 have no free place"
    )


def test_why_unmatched_mentor_apart_by_two_rules_counts_under_both() -> None:
    assert words_for_ben([make.mentor(windows=ELSEWHEN, places_left=0)]) == (
        "No mentor is eligible for Ben: for 1 the times overlap less than 2 hours a week, 1 has no free place"
    )


def test_why_unmatched_many_rules_shows_three_and_counts_the_rest() -> None:
    mentors = [
        *(make.mentor(f"A{n}", languages=("fr",)) for n in range(4)),
        *(make.mentor(f"B{n}", is_taking_mentees=False) for n in range(3)),
        *(make.mentor(f"C{n}", missing=("Screening is out of date",)) for n in range(2)),
        make.mentor("D", has_consent=False),
        make.mentor("E", age=None),
    ]
    assert words_for_ben(mentors) == (
        "No mentor is eligible for Ben: 4 share no language, 3 are not taking new mentees, 2 are not ready to mentor,"
        " 2 have other reasons"
    )


@pytest.mark.parametrize(
    ("mentor", "mentee", "words"),
    [
        ({"has_consent": False}, {}, "1 has no consent in force"),
        ({"age": None}, {}, "1 has no known date of birth"),
        ({"age": 17}, {}, "1 is under 18"),
        ({"languages": ()}, {}, "1 has no known languages"),
        ({"windows": ()}, {}, "1 has no known weekly times"),
        ({"missing": ("The agreement is not signed",)}, {}, "1 is not ready to mentor"),
        ({"is_taking_mentees": False}, {}, "1 is not taking new mentees"),
        ({"places_left": 0}, {}, "1 has no free place"),
        ({"person": "p"}, {"person": "p"}, "1 is the same person"),
        ({"languages": ("fr",)}, {}, "1 shares no language"),
        ({}, {"required_genders": ("woman",)}, "1 does not meet a must-have of Ben"),
        ({"required_genders": ("woman",)}, {}, "1 has a must-have that Ben does not meet"),
    ],
)
def test_why_unmatched_each_rule_has_its_words(mentor: dict[str, Any], mentee: dict[str, Any], words: str) -> None:
    assert words_for_ben([make.mentor(**mentor)], **mentee) == f"No mentor is eligible for Ben: {words}"


def test_why_unmatched_never_pair_names_nobody() -> None:
    never = ("person of Ben", "person of Mona")
    assert words_for_ben([make.mentor()], never) == "No mentor is eligible for Ben: 1 must not be paired with Ben"


def test_why_unmatched_every_rule_alone_is_counted_in_its_own_words() -> None:
    """A rule added later without words would end up among the other reasons."""
    ben, mona = make.mentee(), make.mentor()
    clear = checked([ben], [mona])
    by_mentor = [replace(clear, mentors=clear.mentors | np.uint8(rule)) for rule in PersonRule]
    by_pair = [replace(clear, pairs=clear.pairs | np.uint8(rule)) for rule in PairRule]
    found = [why_unmatched(NOBODY, [ben], [mona], 0, eligibility) for eligibility in (*by_mentor, *by_pair)]
    assert not [text for text in found if "other reasons" in text or "by hand" in text]
    assert len(set(found)) == len(PersonRule) + len(PairRule)


def test_why_unmatched_mentee_alone_is_the_reason_says_only_that() -> None:
    assert words_for_ben([make.mentor(places_left=0)], windows=(), age=17) == (
        "Ben is under 18; The times Ben is free are not known"
    )


def test_why_unmatched_without_mentors_says_so() -> None:
    assert words_for_ben([]) == "There are no mentors"


def test_why_unmatched_pair_ruled_out_by_hand_is_counted() -> None:
    """Where the rules allow the two, a coordinator took the pair out."""
    assert words_for_ben([make.mentor(), make.mentor("Max", languages=("fr",))]) == (
        "No mentor is eligible for Ben: 1 shares no language, 1 was ruled out by hand"
    )


@pytest.mark.parametrize(
    ("people", "mentors", "places", "words"),
    [
        (["Ana", "Ben"], ["Mona"], 1, "Ana and Ben both need Mona, who has 1 place"),
        (["Ana", "Ben", "Cleo"], ["Mona"], 2, "Ana, Ben and Cleo all need Mona, who has 2 places"),
        (["Ana", "Ben", "Cleo"], ["Mona", "Max"], 2, "Ana, Ben and Cleo need Mona or Max, who have 2 places"),
        (list("ABCDEF"), ["Mona"], 3, "A and 5 more people all need Mona, who has 3 places"),
        (
            [f"P{n}" for n in range(12)],
            [f"M{n}" for n in range(8)],
            11,
            "P0 and 11 more people need the same 8 mentors (M0, M1, M2 and 5 more), who have 11 places",
        ),
    ],
)
def test_why_unmatched_too_few_places_names_who_needs_whom(
    people: list[str], mentors: list[str], places: int, words: str
) -> None:
    assert too_few_places(people, mentors, places) == words


def test_why_unmatched_too_few_places_starts_with_the_person_it_is_about() -> None:
    assert too_few_places(["Ana", "Ben", "Cleo"], ["Mona"], 2, row=2) == "Cleo, Ana and Ben all need Mona, who has 2 places"


@pytest.mark.parametrize(
    ("able", "words"),
    [
        ((), "No mentor has a free place"),
        ((0,), "Mona may take Ben but has no free place"),
        ((0, 1), "Mona and Max may take Ben but have no free place"),
    ],
)
def test_why_unmatched_no_capacity_names_who_is_full(able: tuple[int, ...], words: str) -> None:
    mentees, mentors = [make.mentee()], [make.mentor(), make.mentor("Max")]
    reason = Unmatched(UnmatchedKind.NO_CAPACITY, (0,), able, 0)
    assert why_unmatched(reason, mentees, mentors, 0, checked(mentees, mentors)) == words


@pytest.mark.parametrize(
    ("able", "words"),
    [
        ((0,), "Mona may take Ben but scores below the lowest score that is allowed"),
        ((0, 1), "Mona and Max may take Ben but score below the lowest score that is allowed"),
    ],
)
def test_why_unmatched_below_the_floor_names_who_scores_too_low(able: tuple[int, ...], words: str) -> None:
    mentees, mentors = [make.mentee()], [make.mentor(), make.mentor("Max")]
    reason = Unmatched(UnmatchedKind.BELOW_FLOOR, (0,), able, 6)
    assert why_unmatched(reason, mentees, mentors, 0, checked(mentees, mentors)) == words


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "3 places stay free"),
        ({"places_left": 1}, "1 place stays free"),
        ({"languages": ("fr",)}, "Nobody who waits may be matched with Mona; 3 places stay free"),
        ({"places_left": 0}, "Mona has no free place"),
        ({"missing": ("Screening is out of date",)}, "Screening is out of date"),
    ],
)
def test_why_without_mentee_says_what_stays_free(facts: dict[str, Any], words: str) -> None:
    mentees, mentors = [make.mentee()], [make.mentor(**facts)]
    assert why_without_mentee(mentors[0], 0, checked(mentees, mentors)) == words
