"""Flags with clocks."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Program
from core.fields import EncryptedTextField
from core.models import AppendOnlyModel, UUIDModel
from relationships.models import Relationship
from supervision.enums import FlagChange, FlagKind, FlagReason
from supervision.querysets import FlagQuerySet


class Flag(UUIDModel):
    """Something about a pair that a person must look at. At most one open per kind and pair; a worse step raises it.

    `about` is the person it concerns. `relationship` is null when a mentee without a mentor asked for support: nobody goes
    unheard for lack of a pair.
    """

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="flags")
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, null=True, related_name="flags")
    about = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="flags_about")
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
            ),
            models.UniqueConstraint(
                fields=["about", "kind"],
                condition=models.Q(closed_at=None, relationship=None),
                name="one_open_flag_per_kind_unpaired",
            ),
        ]
        indexes = [models.Index(fields=["program", "-raised_at"], name="flag_open", condition=models.Q(closed_at=None))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("supervision:flag", args=[self.pk])


class FlagEvent(AppendOnlyModel):
    """The history of a flag. `source_id` is the session or support request that caused this event, if one did."""

    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="events")
    change = models.CharField(max_length=12, choices=FlagChange)
    step = models.PositiveSmallIntegerField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=20, choices=FlagReason, blank=True)
    source_id = models.UUIDField(null=True)

    class Meta:
        ordering = ["at", "change", "id"]  # of one moment "opened" comes before "raised"

    @property
    def is_from_session(self) -> bool:
        return self.reason in (FlagReason.MENTOR_WORRIED, FlagReason.MENTOR_ASKED)
