"""Filters by name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from accounts.enums import Role
from accounts.models import Membership
from relationships.enums import ONGOING

if TYPE_CHECKING:
    from checkins.models import CheckIn, CheckInSchedule  # noqa: F401


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def visible_to(self, membership: Membership) -> CheckInQuerySet:
        """A mentee's own; a mentor's present mentees' shared ones; nothing for anybody else."""
        mine = self.filter(mentee__program_id=membership.program_id)
        if membership.role == Role.MENTEE:
            return mine.filter(mentee=membership)
        if membership.role == Role.MENTOR:
            return mine.filter(
                is_shared=True,
                mentee__relationships_as_mentee__mentor=membership,
                mentee__relationships_as_mentee__state__in=ONGOING,
            )
        return self.none()


class ScheduleQuerySet(models.QuerySet["CheckInSchedule"]):
    def reminder_due(self, now: datetime) -> ScheduleQuerySet:
        return self.filter(reminder_at__lte=now)
