"""What matching knows of a person: plain values, without the database.

An empty answer is unknown, never a no. `id` names the row that is paired (a membership, or a line of a spreadsheet) and
is also the tie-break; `person` names the human being behind it, so that no person is paired with themselves.

    >>> ben = MenteeFacts(id="b", person="p1", name="Ben", time_zone="America/New_York", goals=("work",))
    >>> ben.goals, ben.interests, ben.age
    (('work',), (), None)
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from people.availability import Window
from people.rules import whole_years

Who = TypeVar("Who", bound=Hashable)

_LISTS: Mapping[str, str] = {
    "languages": "languages",
    "pathways": "pathways",
    "goals": "goals",
    "experiences": "experiences",
    "modes": "meeting_modes",
    "styles": "support_styles",
    "interests": "interests",
    "dislikes": "dislikes",
    "places": "places",
    "preferred_genders": "preferred_genders",
    "required_genders": "required_genders",
}
"""What a person may name several of, and what a profile or a column of the people file calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """`experiences` are only those the person chose to use in matching. `places` are compared as they are written.

    `windows` are weekly times in the person's own `time_zone`.
    """

    id: str
    person: str
    name: str
    time_zone: str
    windows: tuple[Window, ...] = ()
    age: int | None = None
    gender: str = ""
    languages: tuple[str, ...] = ()
    pathways: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    experiences: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    preferred_genders: tuple[str, ...] = ()
    required_genders: tuple[str, ...] = ()
    preferred_age_min: int | None = None
    preferred_age_max: int | None = None
    has_consent: bool = False

    @property
    def has_age_preference(self) -> bool:
        return self.preferred_age_min is not None or self.preferred_age_max is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class MenteeFacts(PersonFacts):
    """A person who waits for a mentor, or may come to. `days` is how long they have waited: the longest wait comes first."""

    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorFacts(PersonFacts):
    """`missing` says in words what stands between this mentor and a match; empty means ready."""

    capacity: int
    places_left: int
    is_taking_mentees: bool = True
    missing: tuple[str, ...] = ()


def distinct_names(names: Mapping[Who, Sequence[str]]) -> dict[Who, str]:
    """The shortest name of each person that no other person has; `names` go from the shortest to the longest.

    >>> distinct_names({1: ("Ana", "Ana Ruiz"), 2: ("Ana", "Ana Solis"), 3: ("Ben", "Ben Ott")})
    {1: 'Ana Ruiz', 2: 'Ana Solis', 3: 'Ben'}
    """
    called = [Counter(same) for same in zip(*names.values(), strict=True)]
    return {
        who: next((name for name, count in zip(own, called, strict=True) if count[name] == 1), own[-1])
        for who, own in names.items()
    }


def answers_of(profile: Callable[[str], Any], day: date) -> dict[str, Any]:
    """What a person answered, as `PersonFacts` calls it. `profile` gives the value of a field of a profile, by its name."""
    return {
        "age": whole_years(profile("birth_date"), day),
        "gender": profile("gender") or "",
        **{name: tuple(profile(field) or ()) for name, field in _LISTS.items()},
        "preferred_age_min": profile("preferred_age_min"),
        "preferred_age_max": profile("preferred_age_max"),
    }
