"""People for tests of the pure functions: the least that is eligible, unless told otherwise."""

from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from matching.scoring.availability import encode_times
from matching.scoring.encoding import encode
from matching.scoring.factors import Weights
from matching.scoring.people import MenteeFacts, MentorFacts
from matching.scoring.scores import Scores, score
from matching.scoring.tables import Frequencies
from people.availability import Window

NOW = datetime(2026, 3, 2, 17, tzinfo=UTC)
EVENINGS = tuple(Window(day, 17 * 60, 20 * 60) for day in range(5))
ELIGIBLE: dict[str, Any] = {
    "time_zone": "America/New_York",
    "windows": EVENINGS,
    "age": 40,
    "languages": ("en",),
    "has_consent": True,
}


def mentee(name: str = "Ben", **facts: Any) -> MenteeFacts:
    return MenteeFacts(**{"id": name, "person": f"person of {name}", "name": name, **ELIGIBLE, **facts})


def mentor(name: str = "Mona", **facts: Any) -> MentorFacts:
    return MentorFacts(
        **{"id": name, "person": f"person of {name}", "name": name, "capacity": 3, "places_left": 3, **ELIGIBLE, **facts}
    )


ZONES = ("America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland", "Pacific/Honolulu", "UTC")
GENDERS = ("woman", "man", "non_binary")


def _some(rng: Random, items: Sequence[str], most: int = 4) -> tuple[str, ...]:
    return tuple(rng.sample(items, rng.randint(0, min(most, len(items)))))


def _letters(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


def _windows(rng: Random) -> tuple[Window, ...]:
    found = []
    for _ in range(rng.randint(0, 4)):
        start = rng.randint(0, 1439)
        found.append(Window(rng.randint(0, 6), start, rng.randint(start + 1, 1440)))
    return tuple(found)


def answers(rng: Random) -> dict[str, Any]:
    """Any answers a person may give, many of them missing."""
    low = rng.choice((None, rng.randint(18, 60)))
    return {
        "time_zone": rng.choice(ZONES),
        "windows": _windows(rng),
        "age": rng.choice((None, rng.randint(16, 80))),
        "gender": rng.choice(("", *GENDERS)),
        "languages": _some(rng, ("en", "es", "fr")),
        "pathways": _some(rng, ("twelve_step", "secular", "undecided")),
        "goals": _some(rng, _letters("goal", 5)),
        "experiences": _some(rng, _letters("experience", 8)),
        "modes": _some(rng, ("phone", "video", "in_person")),
        "styles": _some(rng, _letters("style", 4)),
        "interests": _some(rng, _letters("interest", 6)),
        "dislikes": _some(rng, _letters("interest", 6)),
        "places": _some(rng, _letters("place", 4)),
        "preferred_genders": _some(rng, GENDERS, 2),
        "required_genders": _some(rng, GENDERS, 1),
        "preferred_age_min": low,
        "preferred_age_max": rng.choice((None, rng.randint(low or 18, 80))),
        "has_consent": rng.random() < 0.7,
    }


def any_mentee(rng: Random, row: int) -> MenteeFacts:
    return mentee(f"mentee {row}", **answers(rng))


def any_mentor(rng: Random, row: int) -> MentorFacts:
    capacity = rng.randint(0, 4)
    return mentor(
        f"mentor {row}",
        **answers(rng),
        capacity=capacity,
        places_left=rng.randint(-1, capacity),
        is_taking_mentees=rng.random() < 0.7,
        missing=rng.choice(((), ("Screening is out of date",))),
    )


unhurried = settings(deadline=None, max_examples=60)
"""For tests on a machine that others use too."""

# People come from a drawn seed: drawing each answer by itself takes hypothesis longer than the tests.
SEEDS = st.integers(0, 2**32 - 1)


def mentees(least: int = 1, most: int = 4) -> st.SearchStrategy[list[MenteeFacts]]:
    """Between `least` and `most` mentees with any answers."""
    return st.tuples(SEEDS, st.integers(least, most)).map(
        lambda drawn: [any_mentee(rng, row) for rng in [Random(drawn[0])] for row in range(drawn[1])]
    )


def mentors(least: int = 1, most: int = 4) -> st.SearchStrategy[list[MentorFacts]]:
    """Between `least` and `most` mentors with any answers."""
    return st.tuples(SEEDS, st.integers(least, most)).map(
        lambda drawn: [any_mentor(rng, row) for rng in [Random(drawn[0])] for row in range(drawn[1])]
    )


def scores_of(
    mentees: list[MenteeFacts],
    mentors: list[MentorFacts],
    weights: Weights | None = None,
    frequencies: Frequencies | None = None,
) -> Scores:
    return score(encode(mentees, mentors, times=encode_times(mentees, mentors, NOW), frequencies=frequencies), weights)
