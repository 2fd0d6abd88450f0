"""Filters by name."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from accounts.enums import Role
from accounts.models import Membership
from relationships.enums import RUNNING
from relationships.querysets import supervised_by
from supervision.circles import COORDINATOR_STEP
from supervision.enums import FlagKind
from supervision.ladder import CALLS, LATER, WIDER_STEP

if TYPE_CHECKING:
    from supervision.models import Flag, FlagEvent  # noqa: F401


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, membership: Membership) -> FlagQuerySet:
        """A supervisor's own mentors' flags, those of mentors nobody supervises, of people without a mentor and calls that
        waited too long; a coordinator's program's."""
        mine = self.filter(program_id=membership.program_id)
        if membership.role == Role.SUPERVISOR:
            waited = Q(kind__in=CALLS, step__gte=WIDER_STEP)
            return mine.filter(Q(relationship=None) | waited | supervised_by(membership, "relationship__mentor"))
        if membership.role == Role.COORDINATOR:
            return mine
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
        """Open calls that are due for their next step."""
        due = [Q(kind=rung.kind, step__lt=rung.step, opened_at__lte=now - rung.after) for rung in LATER]
        return self.open().filter(reduce(or_, due))

    def for_coordinators(self) -> FlagQuerySet:
        """What a coordinator must know of: safety, calls that waited too long, long gaps, and people without a mentor."""
        waited = Q(kind__in=CALLS, step__gte=WIDER_STEP)
        return self.filter(Q(kind=FlagKind.SAFETY) | waited | Q(step__gte=COORDINATOR_STEP) | Q(relationship=None))

    def most_pressing_first(self) -> FlagQuerySet:
        """Safety, then support asked for, then a mentor's wish to talk, then gaps by step; the oldest of each first."""
        order = [FlagKind.SAFETY, FlagKind.SUPPORT, FlagKind.MENTOR_ASKS, FlagKind.SESSION_GAP]
        rank = models.Case(*(models.When(kind=kind, then=number) for number, kind in enumerate(order)))
        return self.order_by(rank, "-step", "opened_at", "pk")

    def with_people(self) -> FlagQuerySet:
        return self.select_related(
            "about__user",
            "relationship__mentor__user",
            "relationship__mentee__user",
            "relationship__mentor__mentor_profile",
            "closed_by__user",
        )
