"""The outbox: one row per message owed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import UUIDModel
from notifications.querysets import MessageQuerySet, NoticeQuerySet


class CancelReason(models.TextChoices):
    NOT_NEEDED = "not_needed", _("No longer needed")
    ACCOUNT_CLOSED = "account_closed", _("The account is closed")
    LEFT_PROGRAM = "left_program", _("The person left the program")


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
