"""The staff who look after a pair. One query for any number of pairs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from accounts.enums import STAFF_ROLES, Role
from accounts.models import Membership
from relationships.models import Relationship


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
        """Every member with the first of `roles` that the program has a member for, so that a flag always reaches a person."""
        return next((found for role in roles if (found := self.members.get((program_id, role)))), [])

    def own_supervisors(self, pair: Relationship) -> list[Membership]:
        """The mentor's own supervisor, else the program's: whom `relationships.selectors.supervisors_of` names to the mentor.

        Reads `pair.mentor.mentor_profile`: select it when asking for many.
        """
        profile = getattr(pair.mentor, "mentor_profile", None)
        all_of_them = self.first_of(pair.program_id, Role.SUPERVISOR)
        return [one for one in all_of_them if profile is not None and one.pk == profile.supervisor_id] or all_of_them

    def supervisors(self, pair: Relationship) -> list[Membership]:
        """The mentor's own supervisor, else the program's supervisors, else its coordinators, else its admins."""
        return self.own_supervisors(pair) or self.coordinators(pair.program_id)

    def coordinators(self, program_id: UUID) -> list[Membership]:
        """The program's coordinators, else its admins."""
        return self.first_of(program_id, Role.COORDINATOR, Role.ADMIN)

    def supervisors_and_coordinators(self, program_id: UUID) -> list[Membership]:
        """The staff who answer for a mentee without a mentor."""
        both = self.first_of(program_id, Role.SUPERVISOR) + self.first_of(program_id, Role.COORDINATOR)
        return both or self.first_of(program_id, Role.ADMIN)
