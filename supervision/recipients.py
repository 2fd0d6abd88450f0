"""The staff who hear of a flag. Each is a function of the program's staff, the program and the pair, which is None for a mentee
without a mentor. No database here: `Staff` has read it.
"""

from collections.abc import Callable
from uuid import UUID

from accounts.enums import Role
from accounts.models import Membership
from accounts.staff import Staff
from relationships.models import Relationship

Recipients = Callable[[Staff, UUID, Relationship | None], list[Membership]]


def the_mentor(_staff: Staff, _program_id: UUID, pair: Relationship | None) -> list[Membership]:
    return [pair.mentor] if pair else []


def in_charge(staff: Staff, program_id: UUID, pair: Relationship | None) -> list[Membership]:
    """The pair's supervisors; for a mentee without a mentor every supervisor and coordinator."""
    return staff.supervisors(pair.mentor) if pair else staff.supervisors_and_coordinators(program_id)


def own_supervisors(staff: Staff, program_id: UUID, pair: Relationship | None) -> list[Membership]:
    """For what a mentor says in confidence: the mentor's supervisor, else the program's. Coordinators never; the admins of a
    program without a supervisor, who get the step's message for admins: that one is needed, not why."""
    return (staff.own_supervisors(pair.mentor) if pair else []) or staff.first_of(program_id, Role.ADMIN)


def coordinators(staff: Staff, program_id: UUID, _pair: Relationship | None) -> list[Membership]:
    """The program's coordinators, else its admins."""
    return staff.coordinators(program_id)


def in_charge_and_coordinators(staff: Staff, program_id: UUID, pair: Relationship | None) -> list[Membership]:
    """No admin stands in for a coordinator here: the staff in charge hear already."""
    return list(dict.fromkeys([*in_charge(staff, program_id, pair), *staff.first_of(program_id, Role.COORDINATOR)]))


def in_charge_and_coordinators_else_admins(staff: Staff, program_id: UUID, pair: Relationship | None) -> list[Membership]:
    return list(dict.fromkeys([*in_charge(staff, program_id, pair), *staff.coordinators(program_id)]))


def others(staff: Staff, program_id: UUID, pair: Relationship | None) -> list[Membership]:
    """The supervisors and coordinators who are not in charge; the admins when there are no others."""
    heard = in_charge(staff, program_id, pair)
    more = [member for member in staff.supervisors_and_coordinators(program_id) if member not in heard]
    return more or staff.first_of(program_id, Role.ADMIN)


def everybody(staff: Staff, program_id: UUID, _pair: Relationship | None) -> list[Membership]:
    """Every supervisor and coordinator, and the admins."""
    return list(dict.fromkeys([*staff.supervisors_and_coordinators(program_id), *staff.first_of(program_id, Role.ADMIN)]))
