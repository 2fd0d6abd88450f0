"""What supervision's pages and other rooms read."""

from collections.abc import Sequence
from uuid import UUID

from accounts.models import Membership
from relationships.models import Relationship
from supervision.staff import Staff


def supervisors_of(relationship: Relationship) -> list[Membership]:
    """The mentor's own supervisor, else the program's supervisors, else its coordinators, else its admins."""
    return Staff.of([relationship.program_id]).supervisors(relationship)


def supervisors_of_many(relationships: Sequence[Relationship]) -> dict[UUID, list[Membership]]:
    """The same for many pairs, in one query when they were selected `with_people()`."""
    staff = Staff.of(pair.program_id for pair in relationships)
    return {pair.pk: staff.supervisors(pair) for pair in relationships}
