"""The home page's card for coordinators."""

from typing import Any

from accounts.http import MemberRequest
from intake.selectors import waiting_for_intake

ROWS_ON_THE_CARD = 10


def intake_card(request: MemberRequest) -> dict[str, Any] | None:
    """For a coordinator: the people to sit down with next."""
    found = waiting_for_intake(request.membership.program, request.now)
    if not found:
        return None
    return {"rows": found[:ROWS_ON_THE_CARD], "more": max(0, len(found) - ROWS_ON_THE_CARD)}
