"""The home page's cards for staff."""

from typing import Any

from accounts.enums import Role
from accounts.http import MemberRequest
from intake.selectors import mentees_to_hand_on, mentors_to_hand_on, waiting_for_intake

ROWS_ON_THE_CARD = 10


def intake_card(request: MemberRequest) -> dict[str, Any] | None:
    """For a coordinator: the people to sit down with next."""
    found = waiting_for_intake(request.membership.program, request.now)
    if not found:
        return None
    return {"rows": found[:ROWS_ON_THE_CARD], "more": max(0, len(found) - ROWS_ON_THE_CARD)}


def to_hand_on(request: MemberRequest) -> dict[str, Any] | None:
    """For staff: people who stand alone since somebody left or a match was ended for safety, until a coordinator decides."""
    mentees = list(mentees_to_hand_on(request.membership)[: ROWS_ON_THE_CARD + 1])
    is_coordinator = request.membership.role == Role.COORDINATOR
    mentors = list(mentors_to_hand_on(request.membership.program)[: ROWS_ON_THE_CARD + 1]) if is_coordinator else []
    if not mentees and not mentors:
        return None
    has_more = max(len(mentees), len(mentors)) > ROWS_ON_THE_CARD
    return {"mentees": mentees[:ROWS_ON_THE_CARD], "mentors": mentors[:ROWS_ON_THE_CARD], "has_more": has_more}
