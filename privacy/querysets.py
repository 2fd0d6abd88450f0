"""Filters by name."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models

if TYPE_CHECKING:
    from privacy.models import Consent  # noqa: F401


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self, program_id: UUID) -> ConsentQuerySet:
        return self.filter(program_id=program_id, revoked_at=None)

    def in_force(self, program_id: UUID, on: date) -> ConsentQuerySet:
        """Given by that day, not run out before it, and not revoked. A revoked consent counts for no day at all."""
        lasting = models.Q(expires_on=None) | models.Q(expires_on__gte=on)
        return self.standing(program_id).filter(lasting, given_on__lte=on)
