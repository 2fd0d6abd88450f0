"""Filters by name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.models import Invitation, Membership  # noqa: F401


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, membership: Membership) -> MembershipQuerySet:
        """Everybody in the same program; what a role may see of them is the page's business."""
        return self.filter(program_id=membership.program_id)

    def active(self) -> MembershipQuerySet:
        return self.filter(is_active=True, user__is_active=True)

    def with_role(self, *roles: str) -> MembershipQuerySet:
        return self.filter(role__in=roles)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, membership: Membership) -> InvitationQuerySet:
        return self.filter(program_id=membership.program_id)

    def open(self, now: datetime) -> InvitationQuerySet:
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)

    def unsent(self, now: datetime) -> InvitationQuerySet:
        """Whose mail has still to leave."""
        return self.open(now).filter(sent_at=None, dead_at=None)

    def owed(self, now: datetime) -> InvitationQuerySet:
        """Whose mail is due and in nobody's hands."""
        free = models.Q(leased_until=None) | models.Q(leased_until__lte=now)
        return self.unsent(now).filter(free, due_at__lte=now)
