"""What this app puts on the home pages."""

from collections.abc import Mapping
from typing import Any

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.staff import has_any
from training.readiness import readiness


def missing(request: MemberRequest) -> Mapping[str, Any] | None:
    """What stands between a mentor and a match; nothing for one who is ready."""
    mentor = getattr(request.membership, "mentor_profile", None)
    if mentor is None:
        return None
    found = readiness(mentor, request.now).missing
    if not found:
        return None
    return {"missing": found, "has_coordinator": has_any(request.membership.program_id, Role.COORDINATOR)}
