"""Who hears of what somebody asked for: at once, and when nobody has closed the flag in time. No database here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.enums import Role
from accounts.models import Membership
from relationships.models import Relationship
from supervision.enums import FlagKind
from supervision.staff import Staff

Who = Callable[[Staff, UUID, Relationship | None], list[Membership]]


def in_charge(staff: Staff, program_id: UUID, pair: Relationship | None) -> list[Membership]:
    """The pair's supervisors; for a person without a mentor every supervisor and coordinator."""
    return staff.supervisors(pair) if pair else staff.supervisors_and_coordinators(program_id)


def in_charge_and_coordinators(staff: Staff, program_id: UUID, pair: Relationship | None) -> list[Membership]:
    return list(dict.fromkeys([*in_charge(staff, program_id, pair), *staff.first_of(program_id, Role.COORDINATOR)]))


def others(staff: Staff, program_id: UUID, pair: Relationship | None) -> list[Membership]:
    """The supervisors and coordinators who have not heard yet; the admins when there is nobody else."""
    heard = in_charge(staff, program_id, pair)
    more = [member for member in staff.supervisors_and_coordinators(program_id) if member not in heard]
    return more or staff.first_of(program_id, Role.ADMIN)


def everybody(staff: Staff, program_id: UUID, _pair: Relationship | None) -> list[Membership]:
    return list(dict.fromkeys([*staff.supervisors_and_coordinators(program_id), *staff.first_of(program_id, Role.ADMIN)]))


@dataclass(frozen=True)
class Rung:
    """A flag of `kind` that is open for `after` reaches `step`: `who` hears `message`."""

    kind: FlagKind
    step: int
    after: timedelta
    who: Who
    message: str

    def is_due(self, kind: str, opened_at: datetime, now: datetime) -> bool:
        return kind == self.kind and opened_at <= now - self.after


AT_ONCE = timedelta(0)
LADDER = (
    Rung(FlagKind.SAFETY, 1, AT_ONCE, in_charge_and_coordinators, "supervision.safety"),
    Rung(FlagKind.SAFETY, 2, timedelta(minutes=60), everybody, "supervision.safety_waits"),
    Rung(FlagKind.SUPPORT, 1, AT_ONCE, in_charge, "supervision.support"),
    Rung(FlagKind.SUPPORT, 2, timedelta(hours=24), others, "supervision.support_waits"),
    Rung(FlagKind.MENTOR_ASKS, 1, AT_ONCE, in_charge, "supervision.mentor_asks"),
)
FIRST = {rung.kind: rung for rung in LADDER if rung.after == AT_ONCE}
LATER = [rung for rung in LADDER if rung.after > AT_ONCE]
CALLS = (FlagKind.SAFETY, FlagKind.SUPPORT)
"""Kinds of flags for a person who may need somebody soon."""
WIDER_STEP = 2
"""From this step on a call is everybody's: each supervisor and coordinator of the program sees it."""


def circle(kind: FlagKind, step: int, staff: Staff, program_id: UUID, pair: Relationship | None) -> list[Membership]:
    """Everybody who has a part in a flag that has reached `step`."""
    rungs = [rung for rung in LADDER if rung.kind == kind and rung.step <= step]
    return list(dict.fromkeys(member for rung in rungs for member in rung.who(staff, program_id, pair)))
