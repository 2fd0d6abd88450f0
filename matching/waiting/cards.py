"""The home page's card for coordinators."""

from collections.abc import Mapping
from typing import Any

from accounts.http import MemberRequest
from matching.pool import waiting_mentees
from matching.waiting.board import Waiting
from people.rules import days_waited

ON_HOME = 5


def home_card(request: MemberRequest) -> Mapping[str, Any]:
    """The mentees who have waited longest, and how many wait."""
    program = request.membership.program
    today = program.today(request.now)
    members = list(waiting_mentees(program))
    since = [(member, member.mentee_profile.waiting_since) for member in members[:ON_HOME]]
    rows = [Waiting(member, day, days_waited(day, today)) for member, day in since]
    return {"rows": rows, "count": len(members), "more": len(members) - len(rows)}
