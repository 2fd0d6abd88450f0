"""Who hears of which step of a session gap. No database here: `Staff` has read it."""

from accounts.models import Membership
from relationships.models import Relationship
from supervision.staff import Staff

MENTOR_STEP, SUPERVISOR_STEP, COORDINATOR_STEP, CARE_STEP = 1, 2, 3, 4


def who_hears(pair: Relationship, first: int, last: int, staff: Staff) -> list[tuple[str, list[Membership]]]:
    """Who hears what when a gap passes the steps `first` to `last`: the mentor, the supervisor, the coordinators, then both
    of these for a care conversation.

    Each circle hears of the worst that concerns it, not of every step that was missed.
    """
    crossed = range(first, last + 1)
    supervisors, coordinators = staff.supervisors(pair), staff.coordinators(pair.program_id)
    heard = [("supervision.gap_mentor", [pair.mentor])] if MENTOR_STEP in crossed else []
    if CARE_STEP in crossed:
        both = dict.fromkeys([*supervisors, *coordinators])
        return [*heard, ("supervision.gap_care", list(both))]
    if SUPERVISOR_STEP in crossed:
        heard.append(("supervision.gap_supervisor", supervisors))
    if COORDINATOR_STEP in crossed:
        heard.append(("supervision.gap_coordinator", coordinators))
    return heard
