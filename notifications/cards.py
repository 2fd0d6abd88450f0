"""Cards for the home pages."""

from typing import Any

from accounts.http import MemberRequest
from notifications.models import Delivery
from notifications.selectors import unread_lines


def new_for_you(request: MemberRequest) -> dict[str, Any] | None:
    lines, has_more = unread_lines(request.membership)
    return {"lines": lines, "has_more": has_more} if lines else None


def delivery_trouble(request: MemberRequest) -> dict[str, Any] | None:
    """For coordinators and admins, who can try again, only while something did not leave."""
    dead = Delivery.objects.visible_to(request.membership).dead().count()
    return {"dead": dead} if dead else None
