"""Cards for the home pages."""

from typing import Any

from accounts.http import MemberRequest
from checkins import selectors


def call(request: MemberRequest) -> dict[str, Any] | None:
    """How the mentee's own call for support stands; the others are folded below it."""
    calls = selectors.calls_to_show(request.membership, request.now)
    return {"call": calls[0], "lead": calls[0], "beside": calls[1:]} if calls else None


def check_in(request: MemberRequest) -> dict[str, Any]:
    schedule = selectors.schedule_of(request.membership)
    due_at = schedule.due_at if schedule else None
    return {
        "latest": selectors.latest_of(request.membership),
        "remind_at": schedule.reminder_at if schedule else None,
        "has_called": any(call.closed_at is None for call in selectors.calls_to_show(request.membership, request.now)),
        "is_due": due_at is not None and due_at <= request.now,
    }


def new_from_mentees(request: MemberRequest) -> dict[str, Any] | None:
    new = selectors.new_for_mentor(request.membership, request.now)
    return {"new": new} if new.requests or new.checkins else None
