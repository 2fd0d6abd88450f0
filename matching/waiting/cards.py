"""The home page's card for coordinators."""

from collections.abc import Mapping
from typing import Any

from accounts.http import MemberRequest
from matching.waiting.board import line_of, waiting_for

ON_HOME = 5


def home_card(request: MemberRequest) -> Mapping[str, Any]:
    """The mentees who have waited longest, how many wait, and who in line lacks something first."""
    program = request.membership.program
    today = program.today(request.now)
    line = line_of(program, request.now)
    return {
        "rows": [waiting_for(member, today) for member in line.waiting[:ON_HOME]],
        "count": len(line.waiting),
        "more": max(0, len(line.waiting) - ON_HOME),
        "held_back": line.held_back[:ON_HOME],
        "more_held_back": max(0, len(line.held_back) - ON_HOME),
    }
