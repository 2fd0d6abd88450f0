"""Two people files as matching sees them, without a database.

A spreadsheet cannot know what a program's records know. Consent, training and screening are taken as given, and every place
in the file counts as free; the hard rules that the files can answer stay hard.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Program
from accounts.timezones import FALLBACK, local_date
from intake.files.check import problems_in
from intake.files.format import NAMES, PeopleFile, PersonRow, Problem
from matching.scoring.evaluation import People
from matching.scoring.people import MenteeFacts, MentorFacts, PersonFacts, answers_of, distinct_names
from matching.scoring.tables import Frequencies
from people.rules import days_waited

WAITING = "waiting_since"
ZONE = "timezone"


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """Everybody in the two files, each list by e-mail address, which is also the `id` and the `person`.

    A mentee of a file without the column has waited 0 days.
    """

    people: People
    not_waiting: list[MenteeFacts]


def day_of(now: datetime, zone: str) -> date:
    """Today in `zone`, or where none was given."""
    return local_date(now, zone or FALLBACK)


def problems(mentors: PeopleFile, mentees: PeopleFile, *, zone: str, now: datetime) -> list[Problem]:
    """Everything the import would refuse, and weekly times without a time zone to place them in."""
    files = [mentors, mentees]
    return [*problems_in(files, today=day_of(now, zone)), *_without_zone(files, zone)]


def read(mentors: PeopleFile, mentees: PeopleFile, *, zone: str, now: datetime) -> Spreadsheet:
    """The people of two files without problems. `zone` is that of rows that name none."""
    rows = sorted(mentees.rows, key=lambda row: row.email)
    facts = _Rows([*mentors.rows, *rows], day_of(now, zone), zone or FALLBACK)
    waits: dict[bool, list[PersonRow]] = {True: [], False: []}
    for row in rows:
        waits[WAITING not in mentees.columns or bool(row.values[WAITING])].append(row)
    not_waiting = [facts.mentee(row) for row in waits[False]]
    people = People(
        mentees=[facts.mentee(row) for row in waits[True]],
        mentors=[facts.mentor(row) for row in sorted(mentors.rows, key=lambda row: row.email)],
        never=[(row.email, other) for row in facts.rows for other in row.values.get("never_pair", ())],
        frequencies=lambda: _frequencies([*people.mentees, *people.mentors, *not_waiting]),
    )
    return Spreadsheet(people, not_waiting)


def _frequencies(everybody: Sequence[PersonFacts]) -> Frequencies:
    """Over everybody in the files, waiting or not."""
    return Frequencies.of(who.experiences for who in everybody)


def _without_zone(files: Sequence[PeopleFile], zone: str) -> Iterator[Problem]:
    """Rows with times but no zone, where others name theirs. When no row does, all are taken to live in one."""
    timed = [row for file in files for row in file.rows if row.values.get("availability")]
    if not zone and any(row.values.get(ZONE) for row in timed):
        reason = _("Other rows name a time zone. Name this one too, or say with --timezone what it is where none is named.")
        yield from (Problem(row.kind, row.number, ZONE, reason) for row in timed if not row.values.get(ZONE))


class _Rows:
    """How the rows of both files become facts."""

    def __init__(self, rows: list[PersonRow], day: date, zone: str) -> None:
        self.rows, self.day, self._zone = rows, day, zone
        self._names = distinct_names({row.email: _names(row) for row in rows})
        self._capacity = Program().mentor_capacity

    def facts(self, row: PersonRow) -> dict[str, Any]:
        """What `PersonFacts` asks for."""
        return {
            "id": row.email,
            "person": row.email,
            "name": self._names[row.email],
            "time_zone": row.values.get(ZONE) or self._zone,
            "windows": tuple(row.values.get("availability", ())),
            **answers_of(row.values.get, self.day),
            "has_consent": True,
        }

    def mentee(self, row: PersonRow) -> MenteeFacts:
        return MenteeFacts(**self.facts(row), days=days_waited(row.values.get(WAITING), self.day))

    def mentor(self, row: PersonRow) -> MentorFacts:
        places = row.values.get("capacity", self._capacity)
        taking = row.values.get("taking_mentees", True)
        return MentorFacts(**self.facts(row), capacity=places, places_left=places, is_taking_mentees=taking)


def _names(row: PersonRow) -> tuple[str, str, str]:
    """The first name, and as much more as may tell this person from the others in the files."""
    whole = " ".join(filter(None, (row.values.get(name) for name in NAMES)))
    return str(row.values[NAMES[0]]), whole, f"{whole} ({row.email})"
