"""The demo program: invented people, and half a year of what they did.

Its dates move with the day it is loaded; its people, and what they said, are the same each time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, Program
from core.errors import DomainError
from demo import people
from demo.history import Player
from demo.people import Person
from demo.profiles import Cast, ProfileBuilder, Window, express_wishes
from demo.signins import ADMIN, BOTH, COORDINATOR, DEMO_PASSWORD, MENTEE, MENTOR, SIGN_INS, SUPERVISOR
from demo.story import PROPOSALS, PairStory, half_a_year, recent_pairs

__all__ = ["DEMO_PASSWORD", "SIGN_INS", "SLUG", "Stage", "create_demo_data"]

SLUG = "demo"
SEED = 1935

STAFF = {
    COORDINATOR.email: Person("Grace", "Holloway-Tate", people.WOMAN, 47, people.SECULAR),
    BOTH.email: Person("Priya", "Castellan", people.WOMAN, 52, people.STEPS, people.BOTH),
    "coordinator3@example.org": Person("Dominic", "Aveyard", people.MAN, 38, people.FAITH),
    SUPERVISOR.email: Person("Samir", "Nakashian", people.MAN, 55, people.SECULAR),
    "supervisor2@example.org": Person("Odette", "Marchbanks", people.WOMAN, 60, people.STEPS),
    ADMIN.email: Person("Ines", "Vargova", people.WOMAN, 43, people.SECULAR),
}


class Stage(StrEnum):
    """How far the program has come: everybody waits; pairs run since a few weeks; half a year of history."""

    WAITING = "waiting"
    ACTIVE = "active"
    FULL = "full"


@dataclass(frozen=True)
class Loaded:
    """`is_new` is False when the demo program was there already; then nothing was changed."""

    program: Program
    is_new: bool


@contextmanager
def _without_savepoints() -> Iterator[None]:
    """Inside a transaction that is kept whole or not at all, services need no savepoint each.

    PostgreSQL slows to minutes under thousands of them: each is a transaction of its own to the rows that it locks.
    """
    used = connection.features.uses_savepoints
    connection.features.uses_savepoints = False
    try:
        yield
    finally:
        connection.features.uses_savepoints = used


@transaction.atomic
@_without_savepoints()
def create_demo_data(*, stage: Stage, now: datetime) -> Loaded:
    """Load the demo program once, all of it or nothing. Refuses (`not_in_demo_mode`) where real people could be."""
    if not settings.DEMO_MODE:
        raise DomainError(
            _("The demo program loads in demo mode only. Set DEMO_MODE=1 on an installation without real people."),
            code="not_in_demo_mode",
        )
    there = Program.objects.filter(slug=SLUG).first()
    if there is not None:
        return Loaded(there, is_new=False)
    rng = Random(SEED)  # noqa: S311  the same people each time, nothing secret
    program = Program.objects.create(slug=SLUG, name="Fernhill Mentoring")
    stories = {Stage.WAITING: lambda _rng: [], Stage.ACTIVE: recent_pairs, Stage.FULL: half_a_year}[stage](rng)
    cast = _people(program, rng, now, stories)
    if stories:
        Player(cast, now).play(stories, is_half_a_year=stage == Stage.FULL)
    return Loaded(program, is_new=True)


def _people(program: Program, rng: Random, now: datetime, stories: list[PairStory]) -> Cast:
    build = ProfileBuilder(program, rng=rng, now=now, password=DEMO_PASSWORD)
    staff = list(STAFF.items())
    coordinators = build.members(Role.COORDINATOR, staff[:3])
    supervisors = build.members(Role.SUPERVISOR, staff[3:5])
    supervisors.append(build.also(coordinators[1], Role.SUPERVISOR))
    build.members(Role.ADMIN, staff[5:])
    mentors = build.members(Role.MENTOR, _addressed(people.MENTORS, MENTOR.email))
    mentees = build.members(Role.MENTEE, _addressed(people.MENTEES, MENTEE.email))
    build.mentors(mentors, supervisors)
    mentor_times = [build.free_times() for _mentor in mentors]
    build.availability(mentors, mentor_times)
    met: dict[int, list[list[Window]]] = {}
    for mentor, mentee in [*((told.mentor, told.mentee) for told in stories), *PROPOSALS]:
        met.setdefault(mentee, []).append(mentor_times[mentor])
    build.mentees(
        mentees,
        [build.times_shared_with(met[place]) if place in met else build.free_times() for place in range(len(mentees))],
        _waiting_since(rng, build.today, stories),
    )
    build.consent([*mentors, *_without_intake(mentees)])
    cast = Cast(program, coordinators, supervisors, mentors, mentees)
    express_wishes(cast)
    return cast


def _addressed(persons: tuple[Person, ...], first_email: str) -> list[tuple[str, Person]]:
    """The first of a table has the printed sign-in."""
    return [(first_email if place == 0 else person.email, person) for place, person in enumerate(persons)]


def _intake_places() -> range:
    first = len(people.MENTOR_OF) + len(people.WAITING)
    return range(first, first + len(people.INTAKE))


def _without_intake(mentees: list[Membership]) -> list[Membership]:
    return [member for place, member in enumerate(mentees) if place not in _intake_places()]


def _waiting_since(rng: Random, today: date, stories: list[PairStory]) -> list[date | None]:
    """Since when each mentee waits or waited: before the first pair, or up to six weeks ago."""
    first_pair: dict[int, int] = {}
    for told in stories:
        first_pair[told.mentee] = max(told.started, first_pair.get(told.mentee, 0))
    return [
        None if place in _intake_places() else today - timedelta(days=first_pair.get(place, 33) + rng.randrange(5, 15))
        for place in range(len(people.MENTEES))
    ]
