"""The home page's cards for staff."""

from typing import Any

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.staff import has_any
from intake.selectors import mentees_to_hand_on, mentors_to_hand_on, waiting_for_intake
from relationships.models import Relationship

ROWS_ON_THE_CARD = 10


def intake_card(request: MemberRequest) -> dict[str, Any] | None:
    """For a coordinator: the people to sit down with next."""
    found = waiting_for_intake(request.membership.program, request.now)
    if not found:
        return None
    return {"rows": found[:ROWS_ON_THE_CARD], "more": max(0, len(found) - ROWS_ON_THE_CARD)}


def to_hand_on(request: MemberRequest) -> dict[str, Any] | None:
    """For staff: people who stand alone since a match was ended for safety, or for want of a supervisor, until a coordinator
    decides."""
    me = request.membership
    mentees = list(mentees_to_hand_on(me)[: ROWS_ON_THE_CARD + 1])
    mentors = list(mentors_to_hand_on(me.program)[: ROWS_ON_THE_CARD + 1]) if me.role == Role.COORDINATOR else []
    if not mentees and not mentors:
        return None
    return {
        "mentees": mentees[:ROWS_ON_THE_CARD],
        "mentors": mentors[:ROWS_ON_THE_CARD],
        "has_more": max(len(mentees), len(mentors)) > ROWS_ON_THE_CARD,
        "has_supervisors": bool(mentors) and has_any(me.program_id, Role.SUPERVISOR),
    }


def no_coordinator(request: MemberRequest) -> dict[str, Any] | None:
    """For an admin of a program without an active coordinator: how many wait for one. Admins reach no pairs, so not who."""
    program = request.membership.program
    if has_any(program.pk, Role.COORDINATOR):
        return None
    pairs = Relationship.objects.filter(program=program)
    on_hold = pairs.on_hold(program.today(request.now)).count()
    alone = pairs.to_hand_on().count() + mentors_to_hand_on(program).count()
    return {"on_hold": on_hold, "alone": alone} if on_hold or alone else None
