"""Filters of rounds, by name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.enums import Role
from accounts.models import Membership

if TYPE_CHECKING:
    from matching.models import Override, Round  # noqa: F401


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, membership: Membership) -> RoundQuerySet:
        """Every round of the program, for its coordinators."""
        return self.filter(program_id=membership.program_id) if membership.role == Role.COORDINATOR else self.none()

    def to_solve(self, now: datetime) -> RoundQuerySet:
        """A solve is owed and nobody is at it."""
        return self.filter(Q(claimed_until=None) | Q(claimed_until__lte=now), solve_wanted_at__isnull=False)

    def at_work(self, now: datetime) -> RoundQuerySet:
        """A worker is at it."""
        return self.filter(claimed_until__gt=now, solve_wanted_at__isnull=False)


class OverrideQuerySet(models.QuerySet["Override"]):
    def standing(self) -> OverrideQuerySet:
        """Not taken back."""
        return self.filter(undone_at=None)
