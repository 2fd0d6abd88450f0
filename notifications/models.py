"""The outbox: one row per message owed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership
from core.models import UUIDModel


class CancelReason(models.TextChoices):
    NOT_NEEDED = "not_needed", _("No longer needed")
    ACCOUNT_CLOSED = "account_closed", _("The account is closed")
    LEFT_PROGRAM = "left_program", _("The person left the program")


LATE_AFTER = timedelta(minutes=15)
"""A message that was due this long ago and has not left is shown to staff."""


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, membership: Membership) -> MessageQuerySet:
        """Coordinators and admins look after delivery in their program; nobody else sees the outbox."""
        if membership.role in (Role.COORDINATOR, Role.ADMIN):
            return self.filter(program_id=membership.program_id)
        return self.none()

    def pending(self) -> MessageQuerySet:
        return self.filter(sent_at=None, dead_at=None, cancelled_at=None)

    def ready(self, now: datetime) -> MessageQuerySet:
        """Owed, and neither in somebody's hands nor waiting for its next try."""
        return self.pending().filter(next_try_at__lte=now)

    def late(self, now: datetime) -> MessageQuerySet:
        return self.pending().filter(due_at__lte=now - LATE_AFTER)

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


class Message(UUIDModel):
    """A message owed to one person. Inserted in the transaction that makes it owed; sent later by the drain.

    Owed while `sent_at`, `dead_at` and `cancelled_at` are all null. `next_try_at` is when a drain may take it: at first when
    it is due, after a claim when the lease ends, after a failed try when the wait is over. `attempts` counts claims, so a
    message whose sender is killed each time ends too.
    """

    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField(help_text="What it is about; never shown.")
    local_date = models.DateField(help_text="The recipient's own date when it became due.")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages")
    program = models.ForeignKey("accounts.Program", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    last_error = models.CharField(max_length=80, blank=True, help_text="The error's class, never its text.")
    sent_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=16, choices=CancelReason, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id", "local_date", "recipient"], name="message_owed_once")
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="message_owed", condition=models.Q(sent_at=None, dead_at=None, cancelled_at=None)
            ),
            models.Index(fields=["program", "dead_at"], name="message_dead", condition=models.Q(dead_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Notice(UUIDModel):
    """What a person finds on their home page. Written with the outcome of the first try, so an outage of the mail server
    does not hide it, and once only, however often the mail is tried."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="notice")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    program = models.ForeignKey("accounts.Program", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["recipient", "program", "-created_at"], name="notice_recipient_latest")]

    def __str__(self) -> str:
        return f"{self.message_id}"
