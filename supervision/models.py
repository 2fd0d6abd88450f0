"""Flags with clocks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Program
from core.fields import EncryptedTextField
from core.models import AppendOnlyModel, UUIDModel
from relationships.models import Relationship
from supervision.enums import FlagChange, FlagKind
from supervision.querysets import FlagQuerySet


class Flag(UUIDModel):
    """Something about a pair that a person must look at. At most one open per kind and pair; a worse step raises it."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="flags")
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="flags")
    kind = models.CharField(_("kind"), max_length=20, choices=FlagKind)
    step = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, related_name="+", help_text="Null when it closed by itself."
    )
    what_was_done = EncryptedTextField(_("what was done"), blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "kind"], condition=models.Q(closed_at=None), name="one_open_flag_per_kind"
            )
        ]


class FlagEvent(AppendOnlyModel):
    """The history of a flag."""

    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="events")
    change = models.CharField(max_length=12, choices=FlagChange)
    step = models.PositiveSmallIntegerField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
