"""Consent, and the record of each member who opened or changed a person's data."""

from __future__ import annotations

from datetime import date
from typing import Protocol
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import AppendOnlyModel, UUIDModel


class Actor(Protocol):
    """A membership, as far as this app needs to know it."""

    user_id: UUID
    program_id: UUID
    role: str


class Action(models.TextChoices):
    OPENED = "opened", _("opened")
    CHANGED = "changed", _("changed")
    EXPORTED = "exported", _("exported")
    IMPORTED = "imported", _("imported")


class ConsentQuerySet(models.QuerySet["Consent"]):
    def of(self, member: Actor) -> ConsentQuerySet:
        """What a person agreed to in their program, in the role of this membership."""
        return self.filter(program_id=member.program_id, person_id=member.user_id, role=member.role)

    def standing(self, program_id: UUID | models.OuterRef) -> ConsentQuerySet:
        return self.filter(program_id=program_id, revoked_at=None)

    def in_force(self, program_id: UUID | models.OuterRef, on: date) -> ConsentQuerySet:
        """Given by that day, not run out before it, and not revoked. A revoked consent counts for no day at all."""
        lasting = models.Q(expires_on=None) | models.Q(expires_on__gte=on)
        return self.standing(program_id).filter(lasting, given_on__lte=on)


class AuditEntry(AppendOnlyModel):
    """What a member, or the program itself, did to which person's data, when and why.

    Ids only, so it outlives the rows it names and tells nothing by itself.
    """

    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=12, choices=Action)
    program_id = models.UUIDField(db_index=True)
    actor_id = models.UUIDField(null=True, help_text="The user; null when the program itself acted.")
    actor_role = models.CharField(max_length=12, blank=True)
    person_id = models.UUIDField(null=True, help_text="The user whose data it is.")
    object_type = models.CharField(max_length=60)
    object_id = models.UUIDField()
    reason = models.CharField(max_length=40, blank=True, help_text="A code, never free text.")

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["person_id", "-at"], name="audit_about_a_person")]


class UnsealedEntry(models.Model):
    """An entry that waits for its link in the chain. A trigger on the entries fills it; `privacy.seal` empties it."""

    entry_id = models.UUIDField(primary_key=True)


class AuditSeal(models.Model):
    """One link of the HMAC chain over the entries, written soon after them. See docs/adr/0005-audit-chain.md."""

    position = models.PositiveBigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    mac = models.CharField(max_length=64)


class Consent(UUIDModel):
    """A person's written consent that the program may share what is needed to find and support a match.

    It says with whom, as a mentee or as a mentor, so it is of that `role` alone: who takes on the other one is asked anew.
    """

    program_id = models.UUIDField(db_index=True)
    person_id = models.UUIDField(db_index=True, help_text="The user.")
    role = models.CharField(_("role"), max_length=12)
    given_on = models.DateField(_("given on"))
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program_id", "person_id", "role", "given_on"], name="consent_unique"),
        ]

    def is_in_force(self, on: date) -> bool:
        """As `ConsentQuerySet.in_force`, of this one."""
        return self.revoked_at is None and self.given_on <= on and (self.expires_on is None or self.expires_on >= on)
