"""The home page's card for admins."""

from typing import Any

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.models import Invitation, Membership


def access(request: MemberRequest) -> dict[str, Any] | None:
    """Who waits outside: open invitations, mail about them that did not leave, suspended people; nobody to coordinate."""
    members = Membership.objects.visible_to(request.membership)
    open_ones = Invitation.objects.visible_to(request.membership).open(request.now)
    found = {
        "invited": open_ones.count(),
        "unsent": open_ones.exclude(dead_at=None).count(),
        "suspended": members.filter(is_active=False).count(),
        "needs_coordinator": not members.active().with_role(Role.COORDINATOR).exists(),
    }
    return found if any(found.values()) else None
