"""Invented people for the benchmarks: the questions a program asks, answered at random from a seed.

No names, no database. Each side answers as people of the demo program do, with more variety in the times: windows start on the
hour or the half hour, mostly on evenings and weekends, in five time zones, so some 250 pieces of the week tell people apart.
About one answer in ten is missing.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from matching.scoring.people import MenteeFacts, MentorFacts
from people.availability import Window
from people.enums import Experience, Gender, Goal, Interest, MeetingMode, Pathway, SupportStyle

ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Puerto_Rico")
PLACES = tuple(f"Neighborhood {number}" for number in range(1, 13))
PLACES_OF_MENTORS = {1: 4, 2: 5, 3: 5, 4: 5}
"""How many places a mentor has, and how many mentors in 19 have that many: 2.6 on average."""
SKIPPED = 0.1
"""How often a person leaves a question open."""


def invent(mentees: int, mentors: int, *, seed: int) -> tuple[list[MenteeFacts], list[MentorFacts]]:
    """Adults with consent, ready to be paired; all places of the mentors are free."""
    rng = Random(seed)
    waiting = [MenteeFacts(id=f"mentee {row:05}", person=f"a{row}", name="", **_answers(rng)) for row in range(mentees)]
    ready = []
    for row in range(mentors):
        places = rng.choices(list(PLACES_OF_MENTORS), weights=list(PLACES_OF_MENTORS.values()))[0]
        who = _answers(rng)
        ready.append(MentorFacts(id=f"mentor {row:05}", person=f"b{row}", name="", capacity=places, places_left=places, **who))
    return waiting, ready


def _answers(rng: Random) -> dict[str, Any]:
    youngest = rng.choice((None, None, None, 25, 30, 40, 50))
    return {
        "time_zone": rng.choices(ZONES, weights=(6, 2, 1, 2, 1))[0],
        "windows": _windows(rng),
        "age": rng.randint(19, 75),
        "gender": rng.choices([str(gender) for gender in Gender], weights=(10, 10, 1))[0],
        "languages": rng.choices((("en",), ("en", "es"), ("es",)), weights=(7, 2, 1))[0],
        "pathways": _some(rng, Pathway, 1, 1),
        "goals": _some(rng, Goal, 2, 3),
        "experiences": _some(rng, Experience, 1, 4),
        "modes": _some(rng, MeetingMode, 1, 3),
        "styles": _some(rng, SupportStyle, 1, 2),
        "interests": _some(rng, Interest, 2, 4),
        "dislikes": _some(rng, Interest, 0, 2),
        "places": _some(rng, PLACES, 1, 3),
        "preferred_genders": _some(rng, Gender, 1, 1) if rng.random() < 0.3 else (),
        "required_genders": _some(rng, Gender, 1, 1) if rng.random() < 0.05 else (),
        "preferred_age_min": youngest,
        "preferred_age_max": None if youngest is None or rng.random() < 0.5 else youngest + 20,
        "has_consent": True,
    }


def _some(rng: Random, options: Any, least: int, most: int) -> tuple[str, ...]:
    return () if rng.random() < SKIPPED else _drawn(rng, [str(option) for option in options], rng.randint(least, most))


def _drawn(rng: Random, options: Sequence[str], count: int) -> tuple[str, ...]:
    return tuple(rng.sample(options, count))


def _windows(rng: Random) -> tuple[Window, ...]:
    """Three to six days of the week, two to four hours each."""
    found = []
    for day in rng.sample(range(7), rng.randint(3, 6)):
        earliest = 8 * 60 if day >= 5 else rng.choice((7 * 60, 16 * 60, 17 * 60))
        start = earliest + 30 * rng.randint(0, 6)
        found.append(Window(day, start, start + 30 * rng.randint(4, 8)))
    return tuple(found)
