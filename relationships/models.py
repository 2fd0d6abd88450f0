"""The pair and its life."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership, Program
from core.fields import ChoiceListField, EncryptedTextField
from core.models import AppendOnlyModel, UUIDModel
from people.enums import MeetingMode
from people.models import NeverPair
from privacy.models import Consent
from relationships.enums import HOLDS_PLACE, ONGOING, RUNNING, CloseReason, Ground, Outcome, RequestKind, State, Topic

TAKE_BACK_HOURS = 24
"""How long a mentor may take back a session they logged."""


def supervised_by(membership: Membership, mentor: str = "mentor") -> models.Q:
    """Pairs whose mentor this supervisor looks after: their own, and those of mentors without an active supervisor.

    `mentor` is the lookup that leads to the mentor's membership.
    """
    supervisor = f"{mentor}__mentor_profile__supervisor"
    return models.Q(**{supervisor: membership}) | without_supervisor(supervisor)


def without_supervisor(supervisor: str) -> models.Q:
    """Mentors without an active supervisor of their own; `supervisor` is the lookup that leads to that membership."""
    return (
        models.Q(**{supervisor: None})
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

    def in_contact(self, on: date) -> RelationshipQuerySet:
        """The pairs of one program who may reach each other on that day there: ongoing, and no ground is missing.

        For lists; `relationships.grounds` says the same of a pair, and which ground is missing.
        """
        consents = Consent.objects.in_force(models.OuterRef("program_id"), on)
        named = NeverPair.objects.filter(program_id=models.OuterRef("program_id"))
        users = models.OuterRef("mentor__user_id"), models.OuterRef("mentee__user_id")
        return self.ongoing().filter(
            models.Exists(consents.filter(person_id=users[0], role=Role.MENTOR)),
            models.Exists(consents.filter(person_id=users[1], role=Role.MENTEE)),
            ~models.Exists(named.filter(person__user_id=users[0], other__user_id=users[1])),
            ~models.Exists(named.filter(person__user_id=users[1], other__user_id=users[0])),
            mentor__is_active=True,
            mentor__user__is_active=True,
            mentee__is_active=True,
            mentee__user__is_active=True,
        )

    def on_hold(self, on: date) -> RelationshipQuerySet:
        """The program's ongoing pairs of which a ground is missing on that day."""
        return self.ongoing().exclude(pk__in=Relationship.objects.in_contact(on).values("pk"))

    def holding_a_place(self) -> RelationshipQuerySet:
        return self.filter(state__in=HOLDS_PLACE)

    def proposed(self) -> RelationshipQuerySet:
        return self.filter(state=State.PROPOSED)

    def proposal_expired(self, now: datetime) -> RelationshipQuerySet:
        return self.proposed().filter(proposal_expires_at__lte=now)

    def to_hand_on(self) -> RelationshipQuerySet:
        """Ended for safety, and nobody has said yet how the mentee, who is active, goes on: no wait, no other match since."""
        later = models.Q(state__in=HOLDS_PLACE) | models.Q(ended_at__gt=models.OuterRef("ended_at"))
        ended = self.filter(state=State.CLOSED, close_reason=CloseReason.SAFETY, handed_on_at=None)
        return ended.filter(
            ~models.Exists(Relationship.objects.filter(later, mentee=models.OuterRef("mentee"))),
            mentee__is_active=True,
            mentee__user__is_active=True,
            mentee__mentee_profile__waiting_since=None,
        )

    def session_gap_due(self, now: datetime) -> RelationshipQuerySet:
        return self.running().filter(session_gap_due_at__lte=now)

    def with_people(self) -> RelationshipQuerySet:
        """With the mentor and the mentee, whom a page names."""
        return self.select_related("mentor__user", "mentee__user", "mentor__mentor_profile", "program")


class SessionQuerySet(models.QuerySet["MentoringSession"]):
    def standing(self) -> SessionQuerySet:
        """Those that were not taken back: every page and every count starts here."""
        return self.filter(taken_back_at=None)

    def held(self) -> SessionQuerySet:
        return self.standing().filter(outcome=Outcome.MET)

    def to_confirm(self, mentee: Membership) -> SessionQuerySet:
        return self.held().filter(relationship__mentee=mentee, relationship__state__in=ONGOING, confirmed_at=None)


class Relationship(UUIDModel):
    """One mentor and one mentee. State changes only through `relationships.services`.

    `session_gap_since` is the day the gap is counted from, in the mentor's zone: the start, the last session held, or the end
    of a pause; null when no clock runs. `session_gap_due_at` is when the next step is due (UTC), null when no clock runs or
    after the last step; `session_gap_step` is the last step taken, 0–4. `relationships.cadence` works them out.
    """

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="relationships")
    mentor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="relationships_as_mentor")
    mentee = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="relationships_as_mentee")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PROPOSED)
    close_reason = models.CharField(_("reason"), max_length=12, choices=CloseReason, blank=True)
    cadence_days = models.PositiveSmallIntegerField(
        _("days between sessions"), default=7, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    proposed_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    proposal_expires_at = models.DateTimeField()
    mentor_accepted_at = models.DateTimeField(null=True)
    mentee_accepted_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True, help_text="When the second of the two accepted.")
    mentee_waited_since = models.DateField(null=True, help_text="The mentee's place in line when the two began.")
    ended_at = models.DateTimeField(null=True)
    handed_on_at = models.DateTimeField(
        null=True, help_text="When a coordinator said that the mentee, after an end for safety, wants no mentor for now."
    )
    held_for = ChoiceListField(options=Ground, help_text="The missing grounds that the coordinators were told of.")
    unfit_told_at = models.DateTimeField(
        null=True, help_text="When it was last told that the two could not be paired any more; null while they could."
    )
    last_session_on = models.DateField(null=True)
    session_gap_since = models.DateField(null=True)
    session_gap_due_at = models.DateTimeField(null=True)
    session_gap_step = models.PositiveSmallIntegerField(default=0)

    objects = RelationshipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mentee"], condition=models.Q(state__in=HOLDS_PLACE), name="one_mentor_per_mentee"),
        ]
        indexes = [
            models.Index(fields=["mentor", "state"], name="relationship_mentor_state"),
            models.Index(
                fields=["session_gap_due_at"], name="relationship_gap_due", condition=models.Q(session_gap_due_at__isnull=False)
            ),
            models.Index(
                fields=["proposal_expires_at"], name="relationship_proposal_due", condition=models.Q(state=State.PROPOSED)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor.user.first_name} & {self.mentee.user.first_name}"

    def get_absolute_url(self) -> str:
        return reverse("relationships:detail", args=[self.pk])

    @property
    def place_in_line(self) -> date:
        """The first day the mentee waited from, to go back to; no later than the proposal, where it was not kept."""
        return self.mentee_waited_since or self.program.today(self.proposed_at)


class Transition(AppendOnlyModel):
    """One change of state: the history of the pair."""

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="transitions")
    from_state = models.CharField(max_length=12, choices=State, blank=True)
    to_state = models.CharField(max_length=12, choices=State)
    by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, related_name="+", help_text="Null when time did it."
    )
    at = models.DateTimeField()
    reason = models.CharField(max_length=40, blank=True, help_text="A code, such as a CloseReason.")

    class Meta:
        ordering = ["at", "id"]


class HoldChange(AppendOnlyModel):
    """What a pair was missing from `at` on, as the coordinators were told; empty when contact was open again.

    A hold is read from the rows each time, so this is when the site took note: at once of what somebody did on it, within the
    hour of what time or a hand in the database did. That a match was closed while on hold is a `Transition` alone.
    """

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="hold_changes")
    grounds = ChoiceListField(options=Ground, help_text="What is missing from then on; empty when nothing is any more.")
    by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, related_name="+", help_text="Whose act it followed; null for nobody's."
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class MentoringSession(UUIDModel):
    """A session as the mentor logged it. `note` and `next_step` may be read by the mentee.

    One that was taken back stays as a row, so that its form posted again makes no second one; it counts nowhere
    (`objects.standing()`).
    """

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="sessions")
    held_on = models.DateField(_("date"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    mode = models.CharField(_("how"), max_length=12, choices=MeetingMode, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    topics = ChoiceListField(_("what it was about"), options=Topic)
    next_step = EncryptedTextField(_("next step"), blank=True)
    next_on = models.DateField(_("next date"), null=True, blank=True)
    note = EncryptedTextField(_("note"), blank=True)
    mentor_wellbeing = models.PositiveSmallIntegerField(
        _("how are you doing yourself?"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    logged_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    logged_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, help_text="When the mentee confirmed it.")
    taken_back_at = models.DateTimeField(null=True, help_text="When the mentor took it back: it did not take place.")
    submission_key = models.UUIDField(unique=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-logged_at"]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, {self.held_on.isoformat()}"

    def get_absolute_url(self) -> str:
        return reverse("relationships:session", args=[self.relationship_id, self.pk])

    def may_be_taken_back(self, now: datetime) -> bool:
        """Within a day, as long as the mentee did not confirm it. What the mentor told the supervisor changes nothing here:
        the mentee could tell from the difference."""
        is_settled = self.taken_back_at or self.confirmed_at
        return not is_settled and now < self.logged_at + timedelta(hours=TAKE_BACK_HOURS)

    @property
    def outcome_plainly(self) -> str:
        return str(Outcome(self.outcome).plainly)

    @property
    def outcome_for_mentee(self) -> str:
        return str(Outcome(self.outcome).for_mentee)


class SupervisorRequestQuerySet(models.QuerySet["SupervisorRequest"]):
    def to_take_up(self) -> SupervisorRequestQuerySet:
        """Those of which supervision has not yet heard."""
        return self.filter(taken_up_at=None)


class SupervisorRequest(UUIDModel):
    """What a mentor told their supervisor alone: a worry about somebody's safety, or the wish to talk. It needs no session.

    Nobody else learns of it: what the mentee, coordinators and admins can open is the same with and without this row.
    """

    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="supervisor_requests")
    kind = models.CharField(_("what is it?"), max_length=12, choices=RequestKind)
    words = EncryptedTextField(_("in your own words"), blank=True)
    asked_at = models.DateTimeField()
    taken_up_at = models.DateTimeField(null=True, help_text="When supervision took it up; null while it is pending.")
    submission_key = models.UUIDField(unique=True)

    objects = SupervisorRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "id"]
        indexes = [models.Index(fields=["asked_at"], name="supervisor_to_take_up", condition=models.Q(taken_up_at=None))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
