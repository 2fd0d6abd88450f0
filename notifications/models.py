"""The outbox: one row per message owed."""

from django.conf import settings
from django.db import models

from core.models import UUIDModel


class Message(UUIDModel):
    """A message owed to one person. Inserted in the transaction that makes it owed; sent later by the drain.

    Owed while `sent_at`, `dead_at` and `cancelled_at` are all null. `payload` holds ids only.
    """

    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField(help_text="What it is about; never shown.")
    local_date = models.DateField(help_text="The recipient's own date when it became due.")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages")
    program = models.ForeignKey("accounts.Program", on_delete=models.CASCADE, related_name="+")
    payload = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=80, blank=True, help_text="The error's class, never its text.")
    sent_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id", "local_date", "recipient"], name="message_owed_once")
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="message_owed", condition=models.Q(sent_at=None, dead_at=None, cancelled_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Notice(UUIDModel):
    """What a person finds on their home page once the message went out."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="notice")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    program = models.ForeignKey("accounts.Program", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "id"]
