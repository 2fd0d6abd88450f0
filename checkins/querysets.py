"""Filters by name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from accounts.enums import Role
from accounts.models import Membership
from privacy.models import Action, AuditEntry
from relationships.enums import ONGOING

if TYPE_CHECKING:
    from checkins.models import CheckIn, CheckInSchedule, SupportRequest  # noqa: F401


def opened_by(membership: Membership) -> models.Exists:
    """Whether an access record says that this person opened the row; for rows that have a `mentee`."""
    return models.Exists(
        AuditEntry.objects.filter(
            action=Action.OPENED,
            actor_id=membership.user_id,
            person_id=models.OuterRef("mentee__user_id"),
            object_id=models.OuterRef("pk"),
        )
    )


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def visible_to(self, membership: Membership) -> CheckInQuerySet:
        """A mentee's own; what a mentor's present mentees shared since the two began; nothing for anybody else."""
        mine = self.filter(mentee__program_id=membership.program_id)
        if membership.role == Role.MENTEE:
            return mine.filter(mentee=membership)
        if membership.role == Role.MENTOR:
            return mine.filter(
                is_shared=True,
                mentee__relationships_as_mentee__mentor=membership,
                mentee__relationships_as_mentee__state__in=ONGOING,
                mentee__relationships_as_mentee__started_at__lte=models.F("submitted_at"),
            )
        return self.none()

    def not_opened_by(self, membership: Membership) -> CheckInQuerySet:
        return self.filter(~opened_by(membership))


class ScheduleQuerySet(models.QuerySet["CheckInSchedule"]):
    def ticking(self) -> ScheduleQuerySet:
        """Those whose clock runs."""
        return self.filter(due_at__isnull=False)

    def reminder_due(self, now: datetime) -> ScheduleQuerySet:
        return self.filter(reminder_at__lte=now)


class SupportRequestQuerySet(models.QuerySet["SupportRequest"]):
    def visible_to(self, membership: Membership) -> SupportRequestQuerySet:
        """A mentee's own; a mentor's present mentees', since the two began. Staff work with flags instead."""
        mine = self.filter(mentee__program_id=membership.program_id)
        if membership.role == Role.MENTEE:
            return mine.filter(mentee=membership)
        if membership.role == Role.MENTOR:
            return mine.filter(
                mentee__relationships_as_mentee__mentor=membership,
                mentee__relationships_as_mentee__state__in=ONGOING,
                mentee__relationships_as_mentee__started_at__lte=models.F("asked_at"),
            )
        return self.none()

    def not_opened_by(self, membership: Membership) -> SupportRequestQuerySet:
        return self.filter(~opened_by(membership))
