"""A group of columns that live in one place, read and written for many people at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from accounts.models import Membership, Program
from intake.files.format import PersonRow

BATCH = 500
Item = TypeVar("Item")


@dataclass
class Directory:
    """The people who may be named by address: address → role → membership id, and those who are about to be added."""

    members: dict[str, dict[str, UUID]]
    today: date
    """The day in the program's time zone."""
    expected: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, program: Program, now: datetime) -> "Directory":
        members: dict[str, dict[str, UUID]] = {}
        for email, role, pk in program.memberships.values_list("user__email", "role", "id"):
            members.setdefault(email, {})[role] = pk
        return cls(members, program.today(now))

    def expect(self, people: Iterable[tuple[str, str]]) -> None:
        """These (address, role) are about to be added, and nobody else."""
        self.expected = {}
        for email, role in people:
            self.expected.setdefault(email, set()).add(role)

    def add(self, membership: Membership) -> None:
        self.members.setdefault(membership.user.email, {})[membership.role] = membership.pk

    def has(self, email: str, *roles: str) -> bool:
        """Whether a person with this address is, or is about to be, one of `roles`."""
        return bool(set(roles) & (set(self.members.get(email, {})) | self.expected.get(email, set())))

    def find(self, email: str, *roles: str) -> UUID:
        """The membership with this address in the first of `roles` that they hold."""
        held = self.members[email]
        return next(held[role] for role in roles if role in held)


@dataclass(frozen=True)
class Change:
    """A person to be written: `values` is all that the row says, `fields` names what differs from what is known."""

    membership: Membership
    is_new: bool
    values: Mapping[str, Any]
    fields: frozenset[str]


class Facts:
    """A group of columns that live in one place. Every method handles all people at once, in a fixed number of queries."""

    def read(self, kind: str, members: Sequence[Membership]) -> dict[UUID, dict[str, Any]]:
        """What is known of each, by membership id and column."""
        raise NotImplementedError

    def problems(self, row: PersonRow, known: Directory, current: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """(column, sentence) for whatever a single cell could not tell. `current` is what is known of this person."""
        return ()

    def write(self, kind: str, changes: Sequence[Change], *, known: Directory, now: datetime) -> None:
        """Keep what the changes say. Some may touch none of these columns."""
        raise NotImplementedError


def in_batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """`items` in lists of at most `size`, so one query never names thousands of values."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
