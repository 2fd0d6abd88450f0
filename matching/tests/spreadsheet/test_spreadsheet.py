"""Two people files as facts."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from accounts.enums import Role
from accounts.models import Membership, Program
from intake.files.export import export_people
from intake.files.facts import ALL_FACTS
from intake.files.format import PeopleFile, Problem, read_people
from intake.files.plan import plan_import
from matching.pool import evaluate
from matching.scoring.people import MenteeFacts, MentorFacts
from matching.scoring.tables import Frequencies
from matching.spreadsheet import people as spreadsheet
from matching.spreadsheet.people import Spreadsheet
from people.availability import Window
from relationships.selectors import waiting_mentees

NOW = datetime(2026, 3, 2, 17, tzinfo=UTC)
Row = Mapping[str, str]


def people_csv(rows: Sequence[Row]) -> str:
    """A people file with the columns that any of its rows has."""
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row)) or ["email", "first_name"]
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def file(kind: str, *rows: Row) -> PeopleFile:
    return read_people(kind, people_csv(rows).encode())


def who(name: str, **cells: str) -> Row:
    return {"email": f"{name.lower()}@example.org", "first_name": name, **cells}


def read(mentors: Sequence[Row], mentees: Sequence[Row], zone: str = "") -> Spreadsheet:
    return spreadsheet.read(file(Role.MENTOR, *mentors), file(Role.MENTEE, *mentees), zone=zone, now=NOW)


def problems(mentors: Sequence[Row], mentees: Sequence[Row], zone: str = "") -> list[Problem]:
    return spreadsheet.problems(file(Role.MENTOR, *mentors), file(Role.MENTEE, *mentees), zone=zone, now=NOW)


ANSWERS = {
    "timezone": "America/New_York",
    "availability": "mon 17:00-20:00",
    "birth_date": "1990-03-03",
    "gender": "woman",
    "languages": "en; es",
    "pathways": "secular",
    "goals": "work; sleep",
    "experiences": "grief",
    "meeting_modes": "phone",
    "support_styles": "direct",
    "interests": "music",
    "dislikes": "loud",
    "places": "Main library; Park",
    "preferred_genders": "man",
    "required_genders": "woman; man",
    "preferred_age_min": "30",
    "preferred_age_max": "60",
}


def test_read_every_answer_becomes_a_fact() -> None:
    sheet = read(
        [who("Mona", **ANSWERS, capacity="2", taking_mentees="no")], [who("Ana", **ANSWERS, waiting_since="2026-02-20")]
    )

    (mentee,), (mentor,) = sheet.people.mentees, sheet.people.mentors
    assert mentee == MenteeFacts(
        id="ana@example.org",
        person="ana@example.org",
        name="Ana",
        time_zone="America/New_York",
        windows=(Window(0, 17 * 60, 20 * 60),),
        age=35,
        gender="woman",
        languages=("en", "es"),
        pathways=("secular",),
        goals=("work", "sleep"),
        experiences=("grief",),
        modes=("phone",),
        styles=("direct",),
        interests=("music",),
        dislikes=("loud",),
        places=("Main library", "Park"),
        preferred_genders=("man",),
        required_genders=("woman", "man"),
        preferred_age_min=30,
        preferred_age_max=60,
        has_consent=True,
        days=10,
    )
    assert (mentor.capacity, mentor.places_left, mentor.is_taking_mentees, mentor.missing) == (2, 2, False, ())


def test_read_columns_left_out_are_not_known() -> None:
    sheet = read([who("Mona")], [who("Ana")])

    assert sheet.people.mentees == [
        MenteeFacts(id="ana@example.org", person="ana@example.org", name="Ana", time_zone="UTC", has_consent=True)
    ]
    assert sheet.people.mentors == [
        MentorFacts(
            id="mona@example.org",
            person="mona@example.org",
            name="Mona",
            time_zone="UTC",
            has_consent=True,
            capacity=3,
            places_left=3,
        )
    ]
    assert (sheet.not_waiting, sheet.people.never) == ([], [])


def test_read_empty_cells_that_the_import_keeps_are_as_if_left_out() -> None:
    empty = who("Mona", timezone="", capacity="", taking_mentees="")

    assert read([empty], []).people.mentors == read([who("Mona")], []).people.mentors


@pytest.mark.django_db
def test_read_an_export_says_what_the_rows_say(north: Program, mona: Membership, ben: Membership, now: datetime) -> None:
    profile = ben.mentee_profile
    profile.gender, profile.goals, profile.places, profile.preferred_age_max = "man", ["work"], ["Main library"], 60
    profile.save()
    mentors, mentees = (
        read_people(kind, export_people(program=north, kind=kind, by=None, now=now).encode())
        for kind in (Role.MENTOR, Role.MENTEE)
    )

    sheet = spreadsheet.read(mentors, mentees, zone=north.timezone, now=now)

    known = evaluate(north, list(waiting_mentees(north, now)), now=now).people
    assert sheet.people.mentees == [replace(known.mentees[0], id="ben@example.org", person="ben@example.org")]
    assert sheet.people.mentors == [replace(known.mentors[0], id="mona@example.org", person="mona@example.org")]


def test_read_people_are_in_order_of_their_addresses() -> None:
    sheet = read([who("Zoe"), who("Mona")], [who("Cleo"), who("Ana"), who("Ben")])

    assert [one.name for one in sheet.people.mentees] == ["Ana", "Ben", "Cleo"]
    assert [one.name for one in sheet.people.mentors] == ["Mona", "Zoe"]


def test_read_mentee_without_a_date_where_there_is_the_column_is_not_waiting() -> None:
    sheet = read([], [who("Ana", waiting_since="2026-03-01", experiences="grief"), who("Ben", experiences="young")])

    assert [one.name for one in sheet.people.mentees] == ["Ana"]
    assert [one.name for one in sheet.not_waiting] == ["Ben"]
    assert sheet.people.frequencies() == Frequencies.of([["grief"], ["young"]])


def test_read_names_that_several_have_are_told_apart() -> None:
    mentors = [who("Ana", last_name="Diaz"), {"email": "ana.cruz@example.org", "first_name": "Ana", "last_name": "Cruz"}]
    mentees = [
        {"email": "lee1@example.org", "first_name": "Lee"},
        {"email": "lee2@example.org", "first_name": "Lee"},
        who("Ben"),
    ]
    sheet = read(mentors, mentees)

    assert [one.name for one in sheet.people.mentors] == ["Ana Cruz", "Ana Diaz"]
    assert [one.name for one in sheet.people.mentees] == ["Ben", "Lee (lee1@example.org)", "Lee (lee2@example.org)"]


def test_read_person_in_both_files_has_one_name() -> None:
    sheet = read([who("Ana")], [who("Ana")])

    assert (sheet.people.mentees[0].name, sheet.people.mentors[0].name) == ("Ana", "Ana")


def test_read_zone_given_counts_where_none_is_named() -> None:
    sheet = read([who("Mona", timezone="America/Chicago")], [who("Ana")], zone="America/New_York")

    assert (sheet.people.mentors[0].time_zone, sheet.people.mentees[0].time_zone) == ("America/Chicago", "America/New_York")


def test_read_never_pairs_of_both_files() -> None:
    sheet = read([who("Mona", never_pair="ana@example.org")], [who("Ana"), who("Ben", never_pair="mona@example.org")])

    assert sorted(sheet.people.never) == [("ben@example.org", "mona@example.org"), ("mona@example.org", "ana@example.org")]


TIMES = {"availability": "mon 17:00-20:00"}


def test_problems_times_without_a_zone_beside_others_with_one_are_named() -> None:
    mentors = [who("Mona", **TIMES, timezone="America/Chicago"), who("Max", **TIMES)]
    reason = "Other rows name a time zone. Name this one too, or say with --timezone what it is where none is named."

    assert problems(mentors, [who("Ana", **TIMES), who("Ben")]) == [
        Problem("mentor", 3, "timezone", reason),
        Problem("mentee", 2, "timezone", reason),
    ]
    assert problems(mentors, [who("Ana", **TIMES)], zone="America/New_York") == []


def test_problems_no_zone_anywhere_is_none() -> None:
    assert problems([who("Mona", **TIMES)], [who("Ana", **TIMES)]) == []


BAD = [
    ([who("Mona", languages="klingon")], []),
    ([who("Mona", birth_date="2027-01-01")], []),
    ([who("Mona", preferred_age_min="60", preferred_age_max="50")], []),
    ([who("Mona", birth_date="1990-01-01", recovery_since="1980-01-01")], []),
    ([who("Mona", agreement_signed_on="2027-01-01")], []),
    ([who("Mona", consent_expires_on="2027-01-01")], []),
    ([who("Mona", never_pair="mona@example.org")], []),
    ([who("Mona")], [who("Ana", never_pair="nobody@example.org")]),
    ([who("Ana")], [{"email": "ana@example.org", "first_name": "Anna"}]),
    ([who("Mona"), who("Mona")], [who("Ana", waiting_since="soon"), who("")]),
    ([who("Mona", never_pair="max@example.org"), who("Max", gender="q")], []),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("mentors", "mentees"), BAD)
def test_problems_are_those_of_the_import(north: Program, mentors: list[Row], mentees: list[Row]) -> None:
    files = [file(Role.MENTOR, *mentors), file(Role.MENTEE, *mentees)]
    of_import = [problem for planned in plan_import(north, files, now=NOW).people for problem in planned.problems]

    assert problems(mentors, mentees) == of_import != []


def test_problems_supervisor_is_taken_at_their_word() -> None:
    assert problems([who("Mona", supervisor="sam@example.org")], []) == []


def test_every_group_of_facts_checks_without_a_database() -> None:
    """Facts that are registered later must keep to it, or the command stops working where there is none."""
    assert len(ALL_FACTS) >= 5
    assert problems([who("Mona", **ANSWERS, training_hours="6")], [who("Ana", **ANSWERS)]) == []
