"""Filters by name."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models

from accounts.enums import Role
from accounts.models import Membership

if TYPE_CHECKING:
    from notifications.models import Message, Notice  # noqa: F401

LATE_AFTER = timedelta(minutes=15)
"""A message that was due this long ago and has not left is shown to staff."""


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, membership: Membership) -> MessageQuerySet:
        """Coordinators and admins look after delivery in their program; nobody else sees the outbox."""
        if membership.role in (Role.COORDINATOR, Role.ADMIN):
            return self.filter(program_id=membership.program_id)
        return self.none()

    def owed(self) -> MessageQuerySet:
        return self.filter(sent_at=None, dead_at=None, cancelled_at=None)

    def ready(self, now: datetime) -> MessageQuerySet:
        """Owed, and neither in somebody's hands nor waiting for its next try."""
        return self.owed().filter(next_try_at__lte=now)

    def late(self, now: datetime) -> MessageQuerySet:
        return self.owed().filter(due_at__lte=now - LATE_AFTER)

    def dead(self) -> MessageQuerySet:
        return self.filter(dead_at__isnull=False, sent_at=None)

    def about(self, kinds: Collection[str], subject_ids: Collection[UUID]) -> MessageQuerySet:
        return self.filter(kind__in=kinds, subject_id__in=subject_ids)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, membership: Membership) -> NoticeQuerySet:
        """A person's own, in the program they act in."""
        return self.filter(recipient_id=membership.user_id, program_id=membership.program_id)

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)
