"""What this app adds to the page about a person."""

from collections.abc import Mapping
from typing import Any

from accounts.http import MemberRequest
from accounts.models import Membership
from matching.selectors import program_day, waiting_mentees


def panel(request: MemberRequest, person: Membership) -> Mapping[str, Any] | None:
    """For a mentee who waits: since when, and the way to the mentors they could have."""
    waiting = waiting_mentees(person.program).filter(pk=person.pk).first()
    since = waiting.mentee_profile.waiting_since if waiting else None
    return {"person": person, "days": (program_day(person.program, request.now) - since).days} if since else None
