"""Which mentees are with a mentor, for the intake that another app keeps."""

from uuid import UUID

from accounts.models import Program
from relationships.enums import HOLDS_PLACE, State
from relationships.models import Relationship


def pairs_of_mentees(program: Program) -> dict[UUID, bool]:
    """Mentees by membership: True with a mentor or a proposal now, False when a pair of theirs has ended."""
    rows = Relationship.objects.filter(program=program, state__in=(*HOLDS_PLACE, State.CLOSED)).values_list(
        "mentee_id", "state"
    )
    found: dict[UUID, bool] = {}
    for mentee, state in rows:
        found[mentee] = found.get(mentee, False) or state != State.CLOSED
    return found
