"""The score: its value, its parts, what is unknown, and that it does not hang on who else is there."""

from math import fsum, inf, nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings

from matching.scoring.factors import FACTORS, Weights, default_weights
from matching.scoring.people import MenteeFacts, MentorFacts
from matching.scoring.tables import Frequencies
from matching.tests import make
from matching.tests.make import scores_of
from people.availability import Window

pytestmark = pytest.mark.once

NOTHING_ELSE: dict[str, Any] = {"windows": (), "age": None}
BAREST: dict[str, Any] = {"capacity": 0, "places_left": 0, **NOTHING_ELSE}


def value(factor: str, mentee: MenteeFacts, mentor: MentorFacts) -> float | None:
    return next(c.value for c in scores_of([mentee], [mentor]).contributions(0, 0) if c.factor == factor)


def test_factors_weights_add_up_to_100_and_parts_to_their_factor() -> None:
    assert sum(default_weights().values()) == 100
    assert all(fsum(part.share for part in factor.parts) == pytest.approx(1) for factor in FACTORS.values())


def test_score_worked_example_of_the_docs_is_what_they_say() -> None:
    """docs/matching.md tells the story of these two."""
    ben = make.mentee(
        windows=(Window(1, 18 * 60, 21 * 60),), goals=("work", "sleep", "family"), experiences=("grief", "parenting")
    )
    mona = make.mentor(
        windows=(Window(1, 17 * 60, 24 * 60),),
        goals=("work", "sleep"),
        experiences=("grief", "anxiety"),
        capacity=3,
        places_left=2,
    )
    scores = scores_of([ben], [mona], frequencies=Frequencies(40, {"grief": 5, "parenting": 20}))
    rows = [f"| {FACTORS[c.factor].label} | {100 * c.points:.1f} |" for c in scores.contributions(0, 0) if c.points]
    rows.append(f"| **Score** | **{100 * scores.matrix[0, 0]:.1f}** |")
    rows.append(f"| **Known** | **{100 * scores.known()[0, 0]:.0f} %** |")
    docs = (Path(settings.BASE_DIR) / "docs" / "matching.md").read_text()
    assert docs.partition("| part | points |\n|---|---|\n")[2].split("\n\n")[0].splitlines() == rows


def test_score_docstring_example_is_what_it_says() -> None:
    weights = {**default_weights(), "capacity": 0, "support_style": 15}
    ben = make.mentee(windows=(Window(1, 18 * 60, 21 * 60),), goals=("work", "sleep", "family"))
    mona = make.mentor(goals=("work", "sleep"), windows=(Window(1, 0, 24 * 60),))
    scores = scores_of([ben], [mona], weights)
    assert round(float(scores.matrix[0, 0]), 3) == 0.567
    assert [round(c.points, 3) for c in scores.contributions(0, 0)][:2] == [0.3, 0.267]
    assert round(float(scores.known()[0, 0]), 6) == 0.25


@pytest.mark.parametrize(("hours", "expected"), [(0, 0.0), (1, 1 / 6), (2, 1 / 3), (3, 0.5), (6, 1.0), (9, 1.0), (24, 1.0)])
def test_availability_hours_in_common_rise_to_six(hours: int, expected: float) -> None:
    ben = make.mentee(windows=(Window(0, 0, 24 * 60),))
    mona = make.mentor(windows=(Window(0, 0, hours * 60),) if hours else (Window(1, 0, 60),))
    assert value("availability", ben, mona) == pytest.approx(expected, abs=1e-6)


def test_availability_ways_to_meet_are_a_quarter() -> None:
    ben = make.mentee(modes=("phone", "video"))
    assert value("availability", ben, make.mentor(modes=("phone",))) == pytest.approx(0.875, abs=1e-6)


def test_goals_share_of_the_mentees_counts() -> None:
    ben = make.mentee(goals=("work", "sleep", "family"))
    assert value("pathway_goals", ben, make.mentor(goals=("work", "steps"))) == pytest.approx(1 / 3, abs=1e-6)


def test_pathway_still_deciding_is_unknown() -> None:
    ben = make.mentee(pathways=("undecided",))
    assert value("pathway_goals", ben, make.mentor(pathways=("secular",))) is None
    assert value("pathway_goals", make.mentee(pathways=("secular",)), make.mentor(pathways=("undecided",))) is None


def test_experience_rarer_shared_counts_more() -> None:
    ben = make.mentee(experiences=("grief", "military"))
    frequencies = Frequencies(100, {"grief": 50, "military": 2})
    scores = scores_of(
        [ben], [make.mentor("A", experiences=("grief",)), make.mentor("B", experiences=("military",))], frequencies=frequencies
    )
    values, known = scores.factor(FACTORS["experience"])
    common, rare = 1 + round(np.log(2) * 1024) / 1024, 1 + round(np.log(50) * 1024) / 1024
    assert values[0].tolist() == pytest.approx([common / (common + rare), rare / (common + rare)], abs=1e-6)
    assert known.tolist() == [[1.0, 1.0]]


def test_frequencies_of_answers_counts_people_who_named_any() -> None:
    found = Frequencies.of([("grief",), ("grief", "anxiety"), (), ("grief", "grief")])
    assert (found.people, dict(found.counts)) == (3, {"grief": 3, "anxiety": 1})
    assert found.worth("grief") == 1.0
    assert found.worth("anxiety") > found.worth("grief")
    assert found.worth("never named") == found.worth("anxiety")


def test_preferences_of_both_sides_are_scored_by_their_weights() -> None:
    ben = make.mentee(gender="man", age=30, preferred_genders=("man", "woman"), preferred_age_min=40)
    mona = make.mentor(gender="woman", age=39, preferred_genders=("woman",), preferred_age_min=25, preferred_age_max=30)
    # gender as Ben prefers 2/6, age not 0/6, gender not as Mona prefers 0/6, age as she prefers 1/6
    assert value("preferences", ben, mona) == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize(("age", "expected"), [(39, 0.0), (40, 1.0), (50, 1.0), (51, 0.0)])
def test_preferences_ends_of_an_age_range_belong_to_it(age: int, expected: float) -> None:
    ben = make.mentee(preferred_age_min=40, preferred_age_max=50)
    assert value("preferences", ben, make.mentor(age=age)) == expected


def test_preferences_none_stated_or_other_side_unknown_is_unknown() -> None:
    assert value("preferences", make.mentee(), make.mentor(gender="woman")) is None
    assert value("preferences", make.mentee(preferred_genders=("woman",)), make.mentor()) is None
    assert value("preferences", make.mentee(preferred_age_max=30), make.mentor(age=None)) is None


def test_style_interests_dislikes_and_places_say_what_both_have() -> None:
    ben = make.mentee(styles=("direct",), interests=("music", "cars"), dislikes=("loud",), places=("Library", "Park"))
    mona = make.mentor(styles=("direct", "listener"), interests=("music",), dislikes=("loud",), places=("Park",))
    assert value("support_style", ben, mona) == 1.0
    assert value("interests", ben, mona) == pytest.approx(0.75, abs=1e-6)
    assert value("places", ben, mona) == 1.0
    assert value("places", ben, make.mentor(places=("Café",))) == 0.0


@pytest.mark.parametrize(("left", "capacity", "expected"), [(3, 3, 1.0), (1, 3, 1 / 3), (0, 3, 0.0), (-1, 3, 0.0), (0, 0, 0.0)])
def test_capacity_share_of_places_that_is_free(left: int, capacity: int, expected: float) -> None:
    found = value("capacity", make.mentee(), make.mentor(places_left=left, capacity=capacity))
    assert found == pytest.approx(expected, abs=1e-6)


def test_score_everything_met_is_one_and_wholly_known() -> None:
    both: dict[str, Any] = {
        "modes": ("phone",),
        "pathways": ("secular",),
        "goals": ("work", "sleep", "family"),
        "experiences": ("grief",),
        "styles": ("direct",),
        "interests": ("music",),
        "dislikes": ("loud",),
        "places": ("Park",),
        "gender": "woman",
        "preferred_genders": ("woman",),
        "preferred_age_min": 30,
    }
    scores = scores_of([make.mentee(**both)], [make.mentor(**both)])
    assert scores.matrix.tolist() == [[1.0]]
    assert scores.known().tolist() == [[1.0]]


def test_score_nothing_known_without_weight_on_capacity_is_zero() -> None:
    scores = scores_of([make.mentee(**NOTHING_ELSE)], [make.mentor(**BAREST)], {**default_weights(), "capacity": 0})
    assert (scores.matrix.tolist(), scores.known().tolist()) == ([[0.0]], [[0.0]])


def test_score_nobody_on_one_side_is_an_empty_matrix() -> None:
    assert scores_of([], [make.mentor()]).matrix.shape == (0, 1)
    assert scores_of([make.mentee()], []).matrix.shape == (1, 0)


@pytest.mark.parametrize(
    "weights",
    [{}, dict.fromkeys(FACTORS, 0), {**default_weights(), "places": -1}, {**default_weights(), "places": nan},
     {**default_weights(), "places": inf}],
)  # fmt: skip
def test_weights_that_mean_nothing_are_refused(weights: Weights) -> None:
    with pytest.raises(ValueError, match="weight"):
        scores_of([make.mentee()], [make.mentor()], weights)
