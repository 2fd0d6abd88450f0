"""Filters by name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from accounts.enums import Role
from accounts.models import Membership
from relationships.enums import HOLDS_PLACE, ONGOING, RUNNING, Outcome, State

if TYPE_CHECKING:
    from relationships.models import MentoringSession, Relationship  # noqa: F401


class RelationshipQuerySet(models.QuerySet["Relationship"]):
    def visible_to(self, membership: Membership) -> RelationshipQuerySet:
        """The pairs this membership may know of: own ones, own mentors' ones, or the program's."""
        mine = self.filter(program_id=membership.program_id)
        if membership.role == Role.MENTEE:
            return mine.filter(mentee=membership)
        if membership.role == Role.MENTOR:
            return mine.filter(mentor=membership)
        if membership.role == Role.SUPERVISOR:
            return mine.filter(
                models.Q(mentor__mentor_profile__supervisor=membership) | models.Q(mentor__mentor_profile__supervisor=None)
            )
        if membership.role == Role.COORDINATOR:
            return mine
        return self.none()

    def running(self) -> RelationshipQuerySet:
        return self.filter(state__in=RUNNING)

    def ongoing(self) -> RelationshipQuerySet:
        return self.filter(state__in=ONGOING)

    def holding_a_place(self) -> RelationshipQuerySet:
        return self.filter(state__in=HOLDS_PLACE)

    def proposed(self) -> RelationshipQuerySet:
        return self.filter(state=State.PROPOSED)

    def proposal_expired(self, now: datetime) -> RelationshipQuerySet:
        return self.proposed().filter(proposal_expires_at__lte=now)

    def session_gap_due(self, now: datetime) -> RelationshipQuerySet:
        return self.running().filter(session_gap_due_at__lte=now)

    def with_people(self) -> RelationshipQuerySet:
        return self.select_related("mentor__user", "mentee__user", "mentor__mentor_profile", "program")


class SessionQuerySet(models.QuerySet["MentoringSession"]):
    def held(self) -> SessionQuerySet:
        return self.filter(outcome=Outcome.MET)
