"""What is wrong with the rows of people files beyond what a single cell can tell. Nothing here reads the database."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from intake.files.columns import USER_COLUMNS
from intake.files.facts import ALL_FACTS
from intake.files.facts.base import Directory
from intake.files.format import PeopleFile, PersonRow, Problem


def problems_of(row: PersonRow, known: Directory, current: Mapping[str, Any], clashes: Mapping[int, Problem]) -> list[Problem]:
    """Everything wrong with a row whose cells could be read. `current` is what is known of this person so far."""
    wrong = [clashes[row.number]] if row.number in clashes else []
    for facts in ALL_FACTS:
        wrong += [Problem(row.kind, row.number, column, reason) for column, reason in facts.problems(row, known, current)]
    return wrong


def told_otherwise(file: PeopleFile, files: Sequence[PeopleFile]) -> dict[int, Problem]:
    """Rows whose person has another name, zone or language in an earlier file."""
    clashes: dict[int, Problem] = {}
    for earlier in files[: files.index(file)]:
        said = {row.email: row.values for row in earlier.rows}
        for row in file.rows:
            for column in USER_COLUMNS:
                name = column.name
                if row.email in said and name in row.values and said[row.email].get(name, row.values[name]) != row.values[name]:
                    reason = _("The same address has another value in the other file.")
                    clashes.setdefault(row.number, Problem(file.kind, row.number, name, reason))
    return clashes


def problems_in(files: Sequence[PeopleFile], *, today: date) -> list[Problem]:
    """Everything wrong with files that stand alone, in the order of their rows.

    These are the import's own checks for a program without people yet, but with every supervisor whom the files name.
    """
    known = Directory(members={}, today=today)
    rows = [row for file in files for row in file.rows]
    supervisors = {row.values["supervisor"] for row in rows if row.values.get("supervisor")}
    known.expect([*((row.email, row.kind) for row in rows), *((email, Role.SUPERVISOR) for email in supervisors)])
    found: list[Problem] = []
    for file in files:
        clashes = told_otherwise(file, files)
        wrong = [*file.problems, *(problem for row in file.rows for problem in problems_of(row, known, {}, clashes))]
        found += sorted(wrong, key=lambda problem: problem.row)
    return found
