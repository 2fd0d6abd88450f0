"""Filters by name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from accounts.enums import Role
from accounts.models import Membership
from relationships.enums import HOLDS_PLACE, ONGOING, RUNNING, Outcome, State
from relationships.lifecycle import WITHDRAWN

if TYPE_CHECKING:
    from relationships.models import MentoringSession, Relationship  # noqa: F401


def supervised_by(membership: Membership, mentor: str = "mentor") -> models.Q:
    """Pairs whose mentor this supervisor looks after: their own, and those of mentors without an active supervisor.

    `mentor` is the lookup that leads to the mentor's membership.
    """
    supervisor = f"{mentor}__mentor_profile__supervisor"
    return (
        models.Q(**{supervisor: membership})
        | models.Q(**{supervisor: None})
        | models.Q(**{f"{supervisor}__is_active": False})
        | models.Q(**{f"{supervisor}__user__is_active": False})
    )


class RelationshipQuerySet(models.QuerySet["Relationship"]):
    def visible_to(self, membership: Membership) -> RelationshipQuerySet:
        """The pairs this membership may know of: own ones, own mentors' ones, or the program's."""
        mine = self.filter(program_id=membership.program_id)
        if membership.role == Role.MENTEE:
            return mine.filter(mentee=membership)
        if membership.role == Role.MENTOR:
            return mine.filter(mentor=membership)
        if membership.role == Role.SUPERVISOR:
            return mine.filter(supervised_by(membership))
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
        """With whoever a page names, and with whether a coordinator took the proposal back."""
        people = self.select_related("mentor__user", "mentee__user", "mentor__mentor_profile", "program")
        taken_back = self.model._meta.get_field("transitions").related_model._default_manager.filter(
            relationship=models.OuterRef("pk"), reason=WITHDRAWN
        )
        fills_property = {"was_withdrawn": models.Q(state=State.DECLINED) & models.Q(models.Exists(taken_back))}
        return people.annotate(**fills_property)


class SessionQuerySet(models.QuerySet["MentoringSession"]):
    def standing(self) -> SessionQuerySet:
        """Those that were not taken back: every page and every count starts here."""
        return self.filter(taken_back_at=None)

    def held(self) -> SessionQuerySet:
        return self.standing().filter(outcome=Outcome.MET)

    def to_take_up(self) -> SessionQuerySet:
        """Sessions in which the mentor asked for somebody and supervision has not yet heard."""
        asks = models.Q(has_safety_concern=True) | models.Q(wants_supervisor=True)
        return self.standing().filter(asks, taken_up_at=None)

    def to_confirm(self, mentee: Membership) -> SessionQuerySet:
        return self.held().filter(relationship__mentee=mentee, relationship__state__in=ONGOING, confirmed_at=None)
