"""What this app adds to the page about a person."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from accounts.http import MemberRequest
from accounts.models import Membership
from relationships.models import Relationship

SHOWN = 20


def panel(request: MemberRequest, person: Membership) -> Mapping[str, Any] | None:
    """The pairs and proposals of a mentor or a mentee, the newest first, each with the other person."""
    theirs = Relationship.objects.visible_to(request.membership).filter(Q(mentor=person) | Q(mentee=person)).with_people()
    pairs = theirs.order_by("-proposed_at")[:SHOWN]
    lines = [{"pair": pair, "other": pair.mentee if pair.mentor_id == person.pk else pair.mentor} for pair in pairs]
    return {"lines": lines} if lines else None
