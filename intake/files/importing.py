"""What a people file would do to a program, and doing it: all of it or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import STAFF_ROLES
from accounts.models import Membership, Program, User, address_of
from core.errors import DomainError
from intake.audit_events import IMPORTED
from intake.files.all_facts import ALL_FACTS
from intake.files.check import problems_of, told_otherwise
from intake.files.columns import EMAIL, KINDS, USER_COLUMNS, Column, columns_for
from intake.files.facts import Change, Directory, in_batches
from intake.files.format import PeopleFile, PersonRow, Problem
from privacy import audit

_USER_FIELDS = tuple(column.name for column in USER_COLUMNS)


class Outcome(TextChoices):
    BAD = "bad", gettext_lazy("Needs fixing")
    CHANGE = "change", gettext_lazy("Changes")
    ADD = "add", gettext_lazy("New")
    SAME = "same", gettext_lazy("Stays the same")


@dataclass(frozen=True)
class Planned:
    """What one row would do. `fields` are the columns that differ from what is known, `cleared` those that it empties."""

    kind: str
    number: int
    email: str
    name: str
    outcome: Outcome
    fields: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    row: PersonRow | None = None
    known: Mapping[str, Any] = field(default_factory=dict)
    """What will be known of this person, by column."""
    membership: Membership | None = None
    is_in_both: bool = False

    @property
    def filled(self) -> tuple[str, ...]:
        """The columns that differ and hold something."""
        return tuple(name for name in self.fields if name not in self.cleared)


@dataclass(frozen=True)
class Plan:
    """Every row of the files, in the order they stand."""

    people: tuple[Planned, ...]
    keep_own: frozenset[str]
    """Addresses of people who also belong elsewhere or are staff: their name, zone and language are their own affair."""

    def count(self, outcome: Outcome) -> int:
        return sum(1 for planned in self.people if planned.outcome == outcome)

    @property
    def to_write(self) -> list[Planned]:
        return [planned for planned in self.people if planned.outcome in (Outcome.ADD, Outcome.CHANGE)]


def plan_import(program: Program, files: Sequence[PeopleFile], *, now: datetime) -> Plan:
    """What `files` would do. Reads only; the number of queries does not follow the number of rows, but for batches."""
    known = Directory.of(program, now)
    for file in files:
        for row in file.rows:
            known.expect(row.email, file.kind)
    keep_own = _keep_own(program, {row.email for file in files for row in file.rows})
    people: list[Planned] = []
    for file in files:
        others = {row.email for other in files if other is not file for row in other.rows}
        people += _planned(program, file, known, keep_own, clashes=told_otherwise(file, files), elsewhere=others)
    return Plan(tuple(people), frozenset(keep_own))


def _planned(
    program: Program,
    file: PeopleFile,
    known: Directory,
    keep_own: set[str],
    *,
    clashes: dict[int, Problem],
    elsewhere: set[str],
) -> list[Planned]:
    members = _members(program, file)
    beside = _Beside(
        file=file,
        known=known,
        keep_own=keep_own,
        clashes=clashes,
        elsewhere=elsewhere,
        members=members,
        current=_current(file.kind, list(members.values())),
        columns=[column for column in columns_for(file.kind) if column.name in file.columns and column.name != EMAIL],
    )
    return sorted([*_unreadable(file), *map(beside.plan, file.rows)], key=lambda one: one.number)


def _unreadable(file: PeopleFile) -> list[Planned]:
    """The rows with cells that could not be read, each with everything wrong in it."""
    by_number: dict[int, list[Problem]] = {}
    for problem in file.problems:
        by_number.setdefault(problem.row, []).append(problem)
    return [
        Planned(file.kind, number, *file.named[number], Outcome.BAD, problems=tuple(found))
        for number, found in by_number.items()
    ]


@dataclass(frozen=True)
class _Beside:
    """The rows of one file beside what is known: who they are about, what is kept of them, which columns the file has."""

    file: PeopleFile
    known: Directory
    keep_own: set[str]
    clashes: Mapping[int, Problem]
    elsewhere: set[str]
    members: Mapping[str, Membership]
    current: Mapping[UUID, Mapping[str, Any]]
    columns: Sequence[Column]

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
            tuple(wrong),
            row,
            {**current, **row.values},
            member,
            is_in_both=row.email in self.elsewhere,
        )

    def _says_else(self, column: Column, row: PersonRow, member: Membership | None, current: Mapping[str, Any]) -> bool:
        """Whether the row has this column, may change it, and says something that is not kept yet."""
        if column.name not in row.values or (row.email in self.keep_own and column.name in _USER_FIELDS):
            return False
        return member is None or _differs(column, row.values[column.name], current.get(column.name))


def _outcome(*, is_bad: bool, is_new: bool, is_changed: bool) -> Outcome:
    if is_bad:
        return Outcome.BAD
    if is_new:
        return Outcome.ADD
    return Outcome.CHANGE if is_changed else Outcome.SAME


def _differs(column: Column, said: Any, known: Any) -> bool:
    """Whether the cell says something else than what is kept; the order of a list of codes says nothing."""
    said_text, known_text = column.text_of(said), column.text_of(known)
    if said_text == known_text:
        return False
    try:
        return not known_text or said_text != column.text_of(column.parse(known_text))
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
        member.pk: {name: getattr(member.user, name) for name in _USER_FIELDS} for member in members
    }
    for facts in ALL_FACTS:
        for pk, values in facts.read(kind, members).items():
            known[pk].update(values)
    return known


def _keep_own(program: Program, emails: set[str]) -> set[str]:
    found: set[str] = set()
    for batch in in_batches(sorted(emails)):
        elsewhere = Membership.objects.filter(user__email__in=batch).filter(~Q(program=program) | Q(role__in=STAFF_ROLES))
        found.update(elsewhere.values_list("user__email", flat=True))
    return found


@transaction.atomic
def import_people(*, program: Program, files: Sequence[PeopleFile], by: Membership | None, now: datetime) -> Plan:
    """Add and change everybody in `files`, or, when any row is bad, nobody (`DomainError` code `bad_rows`)."""
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    plan = plan_import(program, files, now=now)
    if plan.count(Outcome.BAD):
        raise DomainError(_("Nothing was imported: some rows need fixing first."), code="bad_rows")
    try:
        with transaction.atomic():
            _write(program, plan, by=by, now=now)
    except IntegrityError:
        raise DomainError(
            _("Nothing was imported: somebody else was changing the same people. Try again."), code="busy"
        ) from None
    return plan


def _write(program: Program, plan: Plan, *, by: Membership | None, now: datetime) -> None:
    users = _users_of(plan, zone=program.timezone)
    known = Directory.of(program, now)
    changes: dict[str, list[Change]] = {kind: [] for kind in KINDS}
    for planned in plan.to_write:
        assert planned.row is not None
        member = planned.membership or Membership(user=users[planned.email], program=program, role=planned.kind)
        changes[planned.kind].append(Change(member, planned.membership is None, planned.row.values, frozenset(planned.fields)))
    new = [change.membership for group in changes.values() for change in group if change.is_new]
    Membership.objects.bulk_create(new, batch_size=500)
    for membership in new:
        known.add(membership)
    for kind, group in changes.items():
        for facts in ALL_FACTS:
            facts.write(kind, group, known=known, now=now)
    everybody = [change.membership for group in changes.values() for change in group]
    audit.record_many(IMPORTED, ((one, one.user_id) for one in everybody), program=program.pk, by=by, at=now)


def _users_of(plan: Plan, *, zone: str) -> dict[str, User]:
    """The user of everybody in the plan, by address, made or brought up to date. A new one without a zone is in `zone`."""
    users: dict[str, User] = {}
    for batch in in_batches({planned.email for planned in plan.to_write}):
        users.update((user.email, user) for user in User.objects.filter(email__in=batch))
    new: dict[str, User] = {}
    changed: dict[str, User] = {}
    for planned in plan.to_write:
        assert planned.row is not None
        values = {name: planned.row.values[name] for name in _USER_FIELDS if name in planned.fields}
        user = users.get(planned.email) or new.get(planned.email)
        if user is None:
            user = new[planned.email] = User(email=planned.email, password=make_password(None), timezone=zone)
        elif values and planned.email not in new:
            changed[planned.email] = user
        for name, value in values.items():
            setattr(user, name, value)
    User.objects.bulk_create(new.values(), batch_size=500)
    EmailAddress.objects.bulk_create(map(address_of, new.values()), batch_size=500)
    User.objects.bulk_update(changed.values(), list(_USER_FIELDS), batch_size=200)
    return users | new
