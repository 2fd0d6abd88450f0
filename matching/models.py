"""Rounds of matching, the overrides of coordinators with their reasons, and the weights a program chose.

Only coordinators of the program may see them. Mentors and mentees never see a score.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership, Program
from core.fields import EncryptedTextField
from core.models import AppendOnlyModel, UUIDModel
from matching.enums import OverrideKind, OverrideReason, RoundState
from relationships.models import Relationship


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, membership: Membership) -> RoundQuerySet:
        """Every round of the program, for its coordinators."""
        return self.filter(program_id=membership.program_id) if membership.role == Role.COORDINATOR else self.none()

    def to_solve(self, now: datetime) -> RoundQuerySet:
        """A solve is pending and no worker is at it."""
        return self.filter(Q(claimed_until=None) | Q(claimed_until__lte=now), solve_wanted_at__isnull=False)

    def at_work(self, now: datetime) -> RoundQuerySet:
        """A worker is at it."""
        return self.filter(claimed_until__gt=now, solve_wanted_at__isnull=False)


class OverrideQuerySet(models.QuerySet["Override"]):
    def standing(self) -> OverrideQuerySet:
        """Not taken back."""
        return self.filter(undone_at=None)


class WeightChange(AppendOnlyModel):
    """The weights a program scores with from `at` on: the latest row counts. `weights` names every factor, 0 to 100 each."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="weight_changes")
    weights = models.JSONField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["program", "-at"], name="weights_of_a_program")]


class Round(UUIDModel):
    """One attempt to find a mentor for everybody who waits. It changes only through `matching.rounds.services`.

    `lines` are what the last solve proposed. While `solve_wanted_at` is set a solve is pending: a worker claims it until
    `claimed_until`, writes its `progress` (percent) and clears both; clearing `solve_wanted_at` calls it off.
    `weights` are this round's own, as percent-like numbers by factor.
    """

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="rounds")
    state = models.CharField(_("state"), max_length=12, choices=RoundState, default=RoundState.OPEN)
    started_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    weights = models.JSONField()
    protects_weakest = models.BooleanField(
        _("protect the weakest pair"),
        default=True,
        help_text=_("Raise the lowest score of the set first, then the sum."),
    )
    solve_wanted_at = models.DateTimeField(null=True)
    solve_language = models.CharField(max_length=8, blank=True)
    claimed_until = models.DateTimeField(null=True)
    progress = models.PositiveSmallIntegerField(default=0)
    solved_at = models.DateTimeField(null=True)
    places = models.PositiveIntegerField(default=0, help_text="Free places of mentors who could be proposed, at the solve.")
    sent_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["program"], condition=models.Q(state=RoundState.OPEN), name="one_open_round"),
        ]
        indexes = [
            models.Index(fields=["solve_wanted_at"], name="round_to_solve", condition=models.Q(solve_wanted_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.program} · {self.program.today(self.started_at).isoformat()}"

    def get_absolute_url(self) -> str:
        return reverse("matching:round", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == RoundState.OPEN

    @property
    def is_at_work(self) -> bool:
        """A solve is pending or running."""
        return self.solve_wanted_at is not None

    @property
    def is_behind(self) -> bool:
        """The last change was called off before it was worked out: the lines do not follow it."""
        return not self.is_at_work and self.progress < 100


class RoundLine(UUIDModel):
    """What a round proposes for one mentee, as it was worked out; `mentor` is null for a mentee left over.

    `score` and `known` are of 100. `parts` holds a `scoring.scores.Contribution` for each factor there was, by its name, so
    that the row can be read when there are others. `others` holds the next choices, the cheapest first: `{"mentor": id,
    "score": …, "cost": points of the whole set, "moves": [[mentee id, mentor id or null], …]}`, of which `moves` is the
    others who would change. `left_over` and `lost` are sentences for the coordinator: why no mentor was found, and why the
    proposal could not be sent.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="lines")
    mentee = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    mentor = models.ForeignKey(Membership, on_delete=models.CASCADE, null=True, related_name="+")
    days = models.PositiveIntegerField(help_text="How long the mentee had waited.")
    score = models.FloatField(null=True)
    known = models.FloatField(null=True)
    parts = models.JSONField(default=list)
    others = models.JSONField(default=list)
    is_locked = models.BooleanField(default=False)
    left_over = EncryptedTextField(blank=True)
    lost = EncryptedTextField(blank=True)
    relationship = models.ForeignKey(Relationship, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-days", "mentee_id"]
        constraints = [models.UniqueConstraint(fields=["round", "mentee"], name="one_line_per_mentee")]


class Override(UUIDModel):
    """A pair that a coordinator locked or ruled out in one round, and why: what later learning reads.

    `score` and `cost` are what the product said at that moment: the pair's score of 100, and what the whole set lost by it in
    points, null where that cannot be said: a worker did it, fewer were matched, or people had changed. `instead_of` is the
    mentor it had proposed. `holds` is false when the last solve could not follow it.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="overrides")
    kind = models.CharField(_("what"), max_length=8, choices=OverrideKind)
    mentee = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    mentor = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(_("why"), max_length=20, choices=OverrideReason)
    words = EncryptedTextField(_("in your own words"), blank=True)
    score = models.FloatField(null=True)
    cost = models.FloatField(null=True)
    instead_of = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    holds = models.BooleanField(default=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "mentee", "mentor"], condition=models.Q(undone_at=None), name="one_override_per_pair"
            ),
            models.UniqueConstraint(
                fields=["round", "mentee"],
                condition=models.Q(undone_at=None, kind=OverrideKind.LOCK),
                name="one_lock_per_mentee",
            ),
        ]
