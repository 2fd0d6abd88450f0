"""Flags with clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership, Program
from core.fields import EncryptedTextField
from core.models import AppendOnlyModel, AppendOnlyQuerySet, UUIDModel
from notifications.models import Message
from relationships.enums import RUNNING
from relationships.models import Relationship, supervised_by
from supervision.escalation import FlagSpec
from supervision.kinds import CONFIDED_KINDS, CONFIDED_REASONS, FLAG_KINDS, FlagChange, FlagKind, FlagReason


def _any(conditions: Iterable[Q]) -> Q:
    """Flags that meet one of them; none when there are none."""
    return reduce(or_, conditions, Q(pk__in=[]))


def _reached(first: Callable[[FlagSpec], int | None]) -> Q:
    """Flags at or past the step that their kind names; of a kind that names none, no flag."""
    steps = ((kind, first(spec)) for kind, spec in FLAG_KINDS.items())
    return _any(Q(kind=kind, step__gte=step) for kind, step in steps if step is not None)


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, membership: Membership) -> FlagQuerySet:
        """A supervisor's own mentors' flags, those of mentors without a supervisor, of people without a mentor and calls that
        waited too long; a coordinator's program's, but for what a mentor told the supervisor alone."""
        mine = self.filter(program_id=membership.program_id)
        if membership.role == Role.SUPERVISOR:
            everybodys = _reached(lambda spec: spec.every_supervisor_from)
            return mine.filter(Q(relationship=None) | everybodys | supervised_by(membership, "relationship__mentor"))
        if membership.role == Role.COORDINATOR:
            return mine.exclude(kind__in=CONFIDED_KINDS)
        return self.none()

    def open(self) -> FlagQuerySet:
        return self.filter(closed_at=None)

    def closed(self) -> FlagQuerySet:
        return self.exclude(closed_at=None)

    def gap_is_over(self) -> FlagQuerySet:
        """Open flags of session gaps that no longer stand: the pair stopped, or its count started anew."""
        gaps = self.open().filter(kind=FlagKind.SESSION_GAP)
        return gaps.filter(~Q(relationship__state__in=RUNNING) | Q(relationship__session_gap_step__lt=F("step")))

    def unanswered(self, now: datetime) -> FlagQuerySet:
        """Open flags that have waited long enough for their next step."""
        due = (
            Q(kind=kind, step__lt=step, opened_at__lte=now - after)
            for kind, spec in FLAG_KINDS.items()
            for step, after in spec.timed_steps()
        )
        return self.open().filter(_any(due))

    def for_coordinators(self) -> FlagQuerySet:
        """What a coordinator must know of: safety, calls that waited too long, long gaps, and people without a mentor."""
        return self.filter(Q(relationship=None) | _reached(lambda spec: spec.coordinators_from))

    def most_pressing_first(self) -> FlagQuerySet:
        """By the rank of their kinds, then the worst step, then the oldest. A kind that is no longer known comes last."""
        ranks = (models.When(kind=kind, then=spec.rank) for kind, spec in FLAG_KINDS.items())
        return self.order_by(models.Case(*ranks, default=len(FLAG_KINDS) + 1), "-step", "opened_at", "pk")

    def with_people(self) -> FlagQuerySet:
        return self.select_related(
            "about__user",
            "relationship__mentor__user",
            "relationship__mentee__user",
            "relationship__mentor__mentor_profile",
            "closed_by__user",
        )


class Flag(UUIDModel):
    """Something about a pair that a person must look at. At most one open per kind and pair; a worse step raises it.

    `about` is the person it concerns, in whose record it is written down: the mentee, or the mentor who said it in confidence.
    `relationship` is null when a mentee without a mentor asked for support: no mentee goes unheard for lack of a pair.
    `away` are those who were told and do not hear of it any more, as far as it was handed on.
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
    away = models.ManyToManyField(Membership, related_name="+")

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

    @property
    def spec(self) -> FlagSpec:
        return FLAG_KINDS[FlagKind(self.kind)]

    def get_absolute_url(self) -> str:
        return reverse("supervision:flag", args=[self.pk])


class FlagEventQuerySet(AppendOnlyQuerySet):
    def visible_to(self, membership: Membership) -> FlagEventQuerySet:
        """Lines of the flags that this staff member may see. What a mentor confided is for those who supervise this mentor,
        on whichever flag it stands."""
        seen = self.filter(flag__in=Flag.objects.visible_to(membership))
        if membership.role == Role.SUPERVISOR:
            return seen.filter(~Q(reason__in=CONFIDED_REASONS) | supervised_by(membership, "flag__relationship__mentor"))
        return seen.not_confided()

    def not_confided(self) -> FlagEventQuerySet:
        """Without what a mentor told the supervisor alone."""
        return self.exclude(reason__in=CONFIDED_REASONS)


class FlagEvent(AppendOnlyModel):
    """The history of a flag. `source_id` is the request, of a mentee or a mentor, that caused this event, if one did.

    Whoever reads it starts at `visible_to`, or at `not_confided` for the mentee.
    """

    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="events")
    change = models.CharField(max_length=12, choices=FlagChange)
    step = models.PositiveSmallIntegerField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=20, choices=FlagReason, blank=True)
    source_id = models.UUIDField(null=True)

    objects = FlagEventQuerySet.as_manager()  # type: ignore[misc]  # the base has a manager too

    class Meta:
        ordering = ["at", "change", "id"]  # of one moment "opened" comes before "raised"


class FlagNotified(AppendOnlyModel):
    """Which member was notified of an event, in which role and when. Written with the message; kept when mail is pruned.

    `message_id` leads to what became of the message, as long as it exists. A mentor whom `checkins` told of a call for support
    has a row too, with the message of that call.
    """

    event = models.ForeignKey(FlagEvent, on_delete=models.PROTECT, related_name="notified")
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=Role)
    at = models.DateTimeField()
    message_id = models.UUIDField()

    class Meta:
        ordering = ["at", "member__user__name_key", "id"]

    @classmethod
    def of(cls, event: FlagEvent, member: Membership, message: Message) -> FlagNotified:
        """The row for a message about this event; the caller saves it."""
        return cls(event=event, member=member, role=member.role, at=message.created_at, message_id=message.pk)
