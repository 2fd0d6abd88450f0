"""Filters by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from accounts.enums import Role
from accounts.models import Membership
from relationships.querysets import supervised_by

if TYPE_CHECKING:
    from supervision.models import Flag  # noqa: F401


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, membership: Membership) -> FlagQuerySet:
        """A supervisor's own mentors' flags (and those of mentors nobody supervises); a coordinator's program's."""
        mine = self.filter(program_id=membership.program_id)
        if membership.role == Role.SUPERVISOR:
            return mine.filter(supervised_by(membership, "relationship__mentor"))
        if membership.role == Role.COORDINATOR:
            return mine
        return self.none()

    def open(self) -> FlagQuerySet:
        return self.filter(closed_at=None)
