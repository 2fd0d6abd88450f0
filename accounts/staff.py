"""The staff who look after people and pairs, and who stands in where a role has nobody. One query for any number of pairs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from accounts.enums import STAFF_ROLES, Role
from accounts.models import Membership


def has_any(program_id: UUID, role: Role) -> bool:
    """Whether somebody is active there in this role."""
    return Membership.objects.active().with_role(role).filter(program_id=program_id).exists()


@dataclass(frozen=True)
class Staff:
    """The active staff of some programs, by program and role."""

    members: dict[tuple[UUID, str], list[Membership]]

    @classmethod
    def of(cls, program_ids: Iterable[UUID]) -> "Staff":
        """Reads the index `membership_active_role`: the staff of these programs, and no mentee or mentor."""
        members: dict[tuple[UUID, str], list[Membership]] = defaultdict(list)
        active = Membership.objects.active().with_role(*STAFF_ROLES).filter(program_id__in=set(program_ids))
        for member in active.select_related("user", "program").order_by("joined_at", "id"):
            members[member.program_id, member.role].append(member)
        return cls(members)

    def first_of(self, program_id: UUID, *roles: Role) -> list[Membership]:
        """Every member with the first of `roles` that the program has a member for, so that what is said reaches a person."""
        return next((found for role in roles if (found := self.members.get((program_id, role)))), [])

    def own_supervisors(self, mentor: Membership) -> list[Membership]:
        """This mentor's own supervisor while that person is active, else the program's, the longest there first: those who
        see the mentor's pairs.

        Reads `mentor.mentor_profile`: select it when asking for many.
        """
        profile = getattr(mentor, "mentor_profile", None)
        all_of_them = self.first_of(mentor.program_id, Role.SUPERVISOR)
        return [one for one in all_of_them if profile is not None and one.pk == profile.supervisor_id] or all_of_them

    def supervisors(self, mentor: Membership) -> list[Membership]:
        """The mentor's own supervisor, else the program's supervisors, else its coordinators, else its admins."""
        return self.own_supervisors(mentor) or self.coordinators(mentor.program_id)

    def coordinators(self, program_id: UUID) -> list[Membership]:
        """The program's coordinators, else its admins."""
        return self.first_of(program_id, Role.COORDINATOR, Role.ADMIN)

    def supervisors_and_coordinators(self, program_id: UUID) -> list[Membership]:
        """The staff who answer for a mentee without a mentor."""
        both = self.first_of(program_id, Role.SUPERVISOR) + self.first_of(program_id, Role.COORDINATOR)
        return both or self.first_of(program_id, Role.ADMIN)
