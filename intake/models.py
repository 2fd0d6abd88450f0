"""Uploads that wait for a confirmation."""

from django.db import models

from accounts.models import Membership
from core.fields import EncryptedTextField
from core.models import UUIDModel


class PendingImport(UUIDModel):
    """Uploaded people files that wait for their owner to confirm. Deleted when confirmed, and when they expire."""

    owner = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="pending_imports")
    mentors = EncryptedTextField(blank=True)
    mentees = EncryptedTextField(blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)
