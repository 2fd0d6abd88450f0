"""What people files would do to a program. Reads only; `intake.files.apply` does it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Program
from intake.files.check import problems_of, told_otherwise
from intake.files.columns import EMAIL, USER_COLUMNS, Column, columns_for
from intake.files.facts import ALL_FACTS
from intake.files.facts.base import Directory, in_batches
from intake.files.format import NAMES, PeopleFile, PersonRow, Problem

USER_FIELDS = tuple(column.name for column in USER_COLUMNS)


class RowOutcome(TextChoices):
    BAD = "bad", _("Needs fixing")
    CHANGE = "change", _("Changes")
    ADD = "add", _("New")
    SAME = "same", _("Stays the same")


@dataclass(frozen=True)
class Planned:
    """What one row would do. `fields` are the columns that differ from what is known, `cleared` those that it empties."""

    kind: str
    number: int
    email: str
    name: str
    outcome: RowOutcome
    fields: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    row: PersonRow | None = None
    known: Mapping[str, Any] = field(default_factory=dict)
    """What will be known of this person, by column."""
    membership: Membership | None = None
    is_in_both: bool = False

    @property
    def told(self) -> list[tuple[str, str]]:
        """The columns that differ and hold something, and what is read in them. The name of somebody new is told already."""
        assert self.row is not None
        values = self.row.values
        said = [
            (column.name, column.text_of(values[column.name]))
            for column in columns_for(self.kind)
            if column.name in self.fields
        ]
        return [(name, text) for name, text in said if text and (self.membership or name not in NAMES)]


@dataclass(frozen=True)
class ImportPlan:
    """Every row of the files, in the order they stand."""

    people: tuple[Planned, ...]

    def count(self, outcome: RowOutcome) -> int:
        return sum(1 for planned in self.people if planned.outcome == outcome)

    @property
    def with_problems(self) -> list[Planned]:
        """The rows that are left out, and those of which a cell is."""
        return [planned for planned in self.people if planned.problems]

    @property
    def to_write(self) -> list[Planned]:
        return [planned for planned in self.people if planned.outcome in (RowOutcome.ADD, RowOutcome.CHANGE)]


def plan_import(program: Program, files: Sequence[PeopleFile], *, now: datetime) -> ImportPlan:
    """What `files` would do. The number of queries does not follow the number of rows, but for batches.

    Who stands in a row that needs fixing is not about to be added: a row that names them, and nobody else does, needs it too.
    """
    known = Directory.of(program, now)
    coming = {(row.email, file.kind) for file in files for row in file.rows}
    besides = [_Beside.of(program, file, files, known=known) for file in files]
    while True:
        known.expect(coming)
        people = [one for beside in besides for one in beside.everybody()]
        fine = {(one.email, one.kind) for one in people if one.outcome != RowOutcome.BAD}
        if fine == coming:
            return ImportPlan(tuple(people))
        coming = fine


def _unreadable(file: PeopleFile) -> list[Planned]:
    """The rows with cells that could not be read, each with everything wrong in it."""
    taken = {row.number for row in file.rows}
    return [
        Planned(file.kind, number, *file.named[number], RowOutcome.BAD, problems=tuple(found))
        for number, found in _by_row(file.problems).items()
        if number not in taken
    ]


def _by_row(problems: Iterable[Problem]) -> dict[int, list[Problem]]:
    found: dict[int, list[Problem]] = {}
    for problem in problems:
        found.setdefault(problem.row, []).append(problem)
    return found


@dataclass(frozen=True)
class _Beside:
    """The rows of one file beside what is known: who they are about, what is kept of them, which columns the file has."""

    file: PeopleFile
    known: Directory
    clashes: Mapping[int, Problem]
    left_out: Mapping[int, Sequence[Problem]]
    """The cells that cannot be read, by row."""
    elsewhere: set[str]
    members: Mapping[str, Membership]
    joined: set[str]
    """Their name, zone and language are their own affair."""
    current: Mapping[UUID, Mapping[str, Any]]
    columns: Sequence[Column]

    @classmethod
    def of(cls, program: Program, file: PeopleFile, files: Sequence[PeopleFile], *, known: Directory) -> "_Beside":
        members = _members(program, file)
        return cls(
            file=file,
            known=known,
            clashes=told_otherwise(file, files),
            left_out=_by_row(file.problems),
            elsewhere={row.email for other in files if other is not file for row in other.rows},
            members=members,
            joined=_joined(program, file),
            current=_current(file.kind, list(members.values())),
            columns=[column for column in columns_for(file.kind) if column.name in file.columns and column.name != EMAIL],
        )

    def everybody(self) -> list[Planned]:
        """Every row of the file, in the order they stand."""
        return sorted([*_unreadable(self.file), *map(self.plan, self.file.rows)], key=lambda one: one.number)

    def plan(self, row: PersonRow) -> Planned:
        member = self.members.get(row.email)
        current = self.current.get(member.pk, {}) if member else {}
        wrong = problems_of(row, self.known, current, self.clashes)
        changed = [column for column in self.columns if self._says_else(column, row, member, current)]
        emptied = [column.name for column in changed if member and not column.text_of(row.values[column.name])]
        return Planned(
            self.file.kind,
            row.number,
            *self.file.named[row.number],
            _outcome(is_bad=bool(wrong), is_new=member is None, is_changed=bool(changed)),
            tuple(column.name for column in changed),
            tuple(emptied),
            (*wrong, *self.left_out.get(row.number, ())),
            row,
            {**current, **row.values},
            member,
            is_in_both=row.email in self.elsewhere,
        )

    def _says_else(self, column: Column, row: PersonRow, member: Membership | None, current: Mapping[str, Any]) -> bool:
        """Whether the row has this column, may change it, and says something that is not kept yet."""
        if column.name not in row.values or (row.email in self.joined and column.name in USER_FIELDS):
            return False
        return member is None or _differs(column, row.values[column.name], current.get(column.name))


def _outcome(*, is_bad: bool, is_new: bool, is_changed: bool) -> RowOutcome:
    if is_bad:
        return RowOutcome.BAD
    if is_new:
        return RowOutcome.ADD
    return RowOutcome.CHANGE if is_changed else RowOutcome.SAME


def _differs(column: Column, said: Any, known: Any) -> bool:
    """Whether the cell says something else than what is kept; the order of a list of codes says nothing."""
    said_text, known_text = column.text_of(said), column.text_of(known)
    if said_text == known_text:
        return False
    try:
        return not known_text or said_text != column.text_of(column.cell.parse(known_text))
    except ValueError:
        return True


def _members(program: Program, file: PeopleFile) -> dict[str, Membership]:
    found: dict[str, Membership] = {}
    for batch in in_batches(row.email for row in file.rows):
        members = program.memberships.filter(role=file.kind, user__email__in=batch).select_related("user", "program")
        found.update((member.user.email, member) for member in members)
    return found


def _current(kind: str, members: Sequence[Membership]) -> dict[UUID, dict[str, Any]]:
    """What is known of each member, by membership id and column."""
    known: dict[UUID, dict[str, Any]] = {
        member.pk: {name: getattr(member.user, name) for name in USER_FIELDS} for member in members
    }
    for facts in ALL_FACTS:
        for pk, values in facts.read(kind, members).items():
            known[pk].update(values)
    return known


def _joined(program: Program, file: PeopleFile) -> set[str]:
    """The addresses of those who have joined this program, in whatever role. What they are elsewhere is not asked."""
    found: set[str] = set()
    for batch in in_batches(row.email for row in file.rows):
        found.update(program.memberships.joined().filter(user__email__in=batch).values_list("user__email", flat=True))
    return found
