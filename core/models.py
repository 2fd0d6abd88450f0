"""Bases of the house's models."""

import uuid
from typing import Any

from django.db import models


class UUIDModel(models.Model):
    """A row whose id says nothing and is known before it is saved."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class AppendOnlyError(TypeError):
    """The caller tried to change or delete a row that is written once."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    def update(self, **kwargs: Any) -> int:
        raise AppendOnlyError("These rows are written once.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("These rows are written once.")


class AppendOnlyModel(UUIDModel):
    """A row that is written once. The table also needs `core.triggers.ForbidChanges` in its migration."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("This row is written once.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("This row is written once.")


class ScanRun(models.Model):
    """When each scan last finished, one row per scan, for `/readyz`."""

    name = models.CharField(max_length=40, primary_key=True)
    finished_at = models.DateTimeField()


class TryCount(models.Model):
    """How many tries of one thing were counted since its time began. See `core.limits`."""

    key = models.CharField(max_length=64, primary_key=True, help_text="A keyed hash of what is counted.")
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="try_count_ends_at")]


class BrokenRowQuerySet(models.QuerySet["BrokenRow"]):
    def standing(self) -> "BrokenRowQuerySet":
        """Those that still break."""
        return self.filter(mended_at=None)


class BrokenRow(UUIDModel):
    """A row at which a scan broke while it did the others, and of which the program's staff have heard.

    `person_id` is the membership it concerns, None in rows of old that named nobody. `error` is the error's class, never its
    text, which may quote the row. It counts as mended once it works or is no longer due; until then `/readyz` counts it.
    """

    scan = models.CharField(max_length=40)
    row_id = models.UUIDField()
    program_id = models.UUIDField()
    person_id = models.UUIDField(null=True)
    error = models.CharField(max_length=80)
    since = models.DateTimeField()
    mended_at = models.DateTimeField(null=True)

    objects = BrokenRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scan", "row_id"], condition=models.Q(mended_at=None), name="broken_row_once")
        ]
