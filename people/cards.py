"""Cards of the home page."""

from typing import Any

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.models import Membership, MembershipQuerySet
from core.deployment import mail_leaves
from people.models import Invitation, InvitationQuerySet
from people.selectors import staff_begun


def new_staff(request: MemberRequest) -> dict[str, Any] | None:
    """Who began to act as staff of late, and who made it so; the same for everybody on the staff."""
    begun = staff_begun(request.membership.program_id, request.now)
    return {"begun": begun} if begun else None


def access(request: MemberRequest) -> dict[str, Any] | None:
    """People who cannot come in, and, until there are a coordinator and a supervisor, the first steps in their order."""
    members = Membership.objects.visible_to(request.membership)
    open_ones = Invitation.objects.visible_to(request.membership).open(request.now)
    found = {
        "invited": open_ones.count(),
        "unsent": open_ones.unsent().count(),
        "suspended": members.filter(is_active=False).count(),
        "first_steps": _first_steps(members, open_ones),
        "no_mail": not mail_leaves(),
    }
    return found if any(found.values()) else None


def _first_steps(members: MembershipQuerySet, open_ones: InvitationQuerySet) -> list[tuple[Role, str]]:
    """A coordinator and a supervisor, each "to_invite", "invited" or "here"; nothing when both are here."""
    here = set(members.active().with_role(Role.COORDINATOR, Role.SUPERVISOR).values_list("role", flat=True))
    if len(here) == 2:
        return []
    invited = set(open_ones.values_list("role", flat=True))
    roles = (Role.COORDINATOR, Role.SUPERVISOR)
    return [(role, "here" if role in here else "invited" if role in invited else "to_invite") for role in roles]
