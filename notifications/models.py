"""What is said to a person (`Message`), how it leaves the site (`Delivery`), and how it stands there (`Notice`)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership
from core.fields import EncryptedTextField
from core.models import UUIDModel


class CancelReason(models.TextChoices):
    NOT_NEEDED = "not_needed", _("No longer needed")
    SEEN = "seen", _("Seen on the site")
    ACCOUNT_CLOSED = "account_closed", _("The account is closed")
    LEFT_PROGRAM = "left_program", _("The person left the program")


class Urgency(models.IntegerChoices):
    """Lower goes first."""

    URGENT = 0
    ORDINARY = 1


LATE_AFTER = timedelta(minutes=15)
"""A message that was due this long ago and has not left is shown to staff."""


class MessageQuerySet(models.QuerySet["Message"]):
    def about(self, kinds: Collection[str], subject_ids: Collection[UUID]) -> MessageQuerySet:
        return self.filter(kind__in=kinds, subject_id__in=subject_ids)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, membership: Membership) -> DeliveryQuerySet:
        """Coordinators and admins look after delivery to the people of their program; no other role sees it.

        That of a letter about an account, which is no program's, shows in each program of the person. What goes to an address
        that has no account yet, such as an invitation, is looked after where it is made.
        """
        if membership.role not in (Role.COORDINATOR, Role.ADMIN):
            return self.none()
        members = Membership.objects.visible_to(membership).active().values("user")
        about_accounts = models.Q(message__program_id=None, message__recipient__in=members)
        ours = models.Q(message__program_id=membership.program_id, message__recipient__isnull=False)
        return self.filter(ours | about_accounts)

    def pending(self) -> DeliveryQuerySet:
        return self.filter(next_try_at__isnull=False)

    def ready(self, channel: str, now: datetime) -> DeliveryQuerySet:
        """Pending, and neither held by another drain nor waiting for its next try."""
        return self.filter(channel=channel, next_try_at__lte=now)

    def late(self, now: datetime) -> DeliveryQuerySet:
        return self.pending().filter(message__due_at__lte=now - LATE_AFTER)

    def dead(self) -> DeliveryQuerySet:
        return self.filter(dead_at__isnull=False)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, membership: Membership) -> NoticeQuerySet:
        """A person's own, in the program they act in."""
        return self.filter(recipient_id=membership.user_id, program_id=membership.program_id)

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)


class Message(UUIDModel):
    """Something to be said once: inserted, with its deliveries and its notice, in the transaction that makes it so.

    Once it is over it stays as a row, so that the link of its mail leads somewhere; what begins anew is said anew.

    The recipient is null where it goes to an address that has no account yet, or none that is known; the program is where it is
    about an account, which belongs to none. Its kind then writes the mail, and how often is for its owner to guard.
    """

    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField(help_text="What it is about; never shown.")
    local_date = models.DateField(help_text="The recipient's own date when it became due, else the program's.")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="messages")
    program = models.ForeignKey("accounts.Program", on_delete=models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Since when it should have left; quiet hours and a new start move it.")
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=16, choices=CancelReason, blank=True)
    over_at = models.DateTimeField(null=True, help_text="Since when it asks for nothing any more, whether it left or not.")

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id", "local_date", "recipient"],
                condition=models.Q(over_at=None),
                name="message_said_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Delivery(UUIDModel):
    """One message on its way through one channel.

    `next_try_at` is the queue: when a drain may take it, and null once there is nothing to do any more, because it left
    (`sent_at`), was given up (`dead_at`) or its message was cancelled. While a drain holds it, it is when the lease ends.
    `attempts` counts the sendings that were begun, so one whose drain is killed each time ends too.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=20)
    urgency = models.PositiveSmallIntegerField(choices=Urgency)
    next_try_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    last_error = models.CharField(max_length=80, blank=True, help_text="The error's class, never its text.")
    sent_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "channel"], name="delivery_once_a_channel")]
        indexes = [
            models.Index(
                fields=["channel", "urgency", "next_try_at"],
                name="delivery_pending",
                condition=models.Q(next_try_at__isnull=False),
            ),
            models.Index(fields=["dead_at"], name="delivery_dead", condition=models.Q(dead_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} by {self.channel}"


class AccountLetter(UUIDModel):
    """The words of a message about an account, until it has left. Empty for an address that has no account."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+")
    address = EncryptedTextField()
    subject = EncryptedTextField()
    body = EncryptedTextField()


class Notice(UUIDModel):
    """What a person finds on their home page, from the moment the message is said: no mail server can hold it up."""

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
