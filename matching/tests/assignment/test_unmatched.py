"""Why a mentee is left over: which mentees need which mentors."""

import numpy as np
import pytest

from matching.assignment import Unmatched, UnmatchedKind, assign

pytestmark = pytest.mark.once


def test_reason_too_few_places_names_who_needs_whom() -> None:
    found = assign([[0.9, np.nan], [0.8, np.nan], [np.nan, 0.4]], [1, 1])
    assert found.reason_unmatched == {1: Unmatched(UnmatchedKind.TOO_FEW_PLACES, (0, 1), (0,), 1)}
    assert found.reason_unmatched[1].text("abc", "AB") == "a and b both need A, 1 place"
    assert str(found.reason_unmatched[1]) == "mentee 0 and mentee 1 both need mentor 0, 1 place"


def test_reason_too_few_places_of_several_mentors_names_all_of_them() -> None:
    """c could only have B, where b is, who could have A, where a is. d could only have A."""
    found = assign([[0.9, np.nan], [0.5, 0.9], [np.nan, 0.1], [0.1, np.nan]], [1, 1], priority=[4, 3, 2, 1])
    assert {row: why.text("abcd", "AB") for row, why in found.reason_unmatched.items()} == {
        2: "a, b, c and d all need A or B, 2 places",
        3: "a and d both need A, 1 place",
    }


def test_reason_too_few_places_for_many_people_are_counted() -> None:
    names = "abcdefg"
    found = assign(np.full((7, 1), 0.5), [2])
    assert found.reason_unmatched[6].text(names, "A") == "a, b, c, d and 3 others all need A, 2 places"


def test_reason_forced_pairs_take_up_places() -> None:
    found = assign([[0.9], [0.8]], [1], forced=[(1, 0)])
    assert found.reason_unmatched == {0: Unmatched(UnmatchedKind.TOO_FEW_PLACES, (0, 1), (0,), 1)}


def test_reason_other_than_too_few_places_says_what_is_missing() -> None:
    found = assign([[np.nan, np.nan], [0.9, 0.1], [np.nan, 0.1]], [0, 1], floor=0.5)
    assert found.reason_unmatched == {
        0: Unmatched(UnmatchedKind.NO_ELIGIBLE_MENTOR, (), (), 0),
        1: Unmatched(UnmatchedKind.NO_CAPACITY, (1,), (0,), 0),
        2: Unmatched(UnmatchedKind.BELOW_FLOOR, (2,), (1,), 0),
    }
    assert [str(reason) for reason in found.reason_unmatched.values()] == [
        "no eligible mentor",
        "no capacity",
        "no eligible mentor at or above the floor",
    ]
