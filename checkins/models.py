"""The mentee's check-in and its schedule."""

from __future__ import annotations

from datetime import datetime

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership
from checkins.enums import Drinking, Hard, Mood, Support
from core.fields import ChoiceListField, EncryptedTextField
from core.models import UUIDModel
from privacy.models import Action, AuditEntry
from relationships.models import Relationship


def opened_by(membership: Membership) -> models.Exists:
    """Whether an access record says that this person opened the row; for rows that have a `mentee`."""
    return models.Exists(
        AuditEntry.objects.filter(
            action=Action.OPENED,
            actor_id=membership.user_id,
            person_id=models.OuterRef("mentee__user_id"),
            object_id=models.OuterRef("pk"),
        )
    )


def _shared_with(mentor: Membership, now: datetime) -> models.Q:
    """Rows that were shared with this mentor, in a pair whose two people are in contact now."""
    in_contact = Relationship.objects.in_contact(mentor.program.today(now))
    return models.Q(shared_with__in=in_contact.filter(mentor=mentor))


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def visible_to(self, membership: Membership, now: datetime) -> CheckInQuerySet:
        """A mentee's own; what was shared with a mentor who is in contact in that pair now; nothing for any other role."""
        mine = self.filter(mentee__program_id=membership.program_id)
        if membership.role == Role.MENTEE:
            return mine.filter(mentee=membership)
        if membership.role == Role.MENTOR:
            return mine.filter(_shared_with(membership, now))
        return self.none()

    def not_opened_by(self, membership: Membership) -> CheckInQuerySet:
        return self.filter(~opened_by(membership))


class ScheduleQuerySet(models.QuerySet["CheckInSchedule"]):
    def ticking(self) -> ScheduleQuerySet:
        """The clocks that run."""
        return self.filter(due_at__isnull=False)

    def reminder_due(self, now: datetime) -> ScheduleQuerySet:
        return self.filter(reminder_at__lte=now)


class SupportRequestQuerySet(models.QuerySet["SupportRequest"]):
    def with_people(self) -> SupportRequestQuerySet:
        """With the mentee who asked and the two of the pair whose mentor was told."""
        two = ("shared_with__program", "shared_with__mentor__user", "shared_with__mentee__user")
        return self.select_related("mentee__user", "mentee__mentee_profile", *two)

    def visible_to(self, membership: Membership, now: datetime) -> SupportRequestQuerySet:
        """A mentee's own; those that a mentor was told of who is in contact in that pair now. Staff work with flags instead."""
        mine = self.filter(mentee__program_id=membership.program_id)
        if membership.role == Role.MENTEE:
            return mine.filter(mentee=membership)
        if membership.role == Role.MENTOR:
            return mine.filter(_shared_with(membership, now))
        return self.none()


class CheckIn(UUIDModel):
    """What a mentee said on one day. Every question may be skipped.

    `shared_with` is the one pair whose mentor may read it; null means nobody but the mentee.
    """

    mentee = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="checkins")
    submitted_at = models.DateTimeField()
    mood = models.PositiveSmallIntegerField(_("How are things?"), choices=Mood, null=True, blank=True)
    urges = models.PositiveSmallIntegerField(_("Urges to drink"), null=True, blank=True, validators=[MaxValueValidator(10)])
    confidence = models.PositiveSmallIntegerField(
        _("Confidence in my plan"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )
    drinking = models.CharField(_("Any drinking since last time?"), max_length=16, choices=Drinking, blank=True)
    hard = ChoiceListField(_("What is hard right now?"), options=Hard)
    support = models.CharField(_("Would you like support?"), max_length=12, choices=Support, blank=True)
    note = EncryptedTextField(_("A note"), blank=True)
    shared_with = models.ForeignKey(Relationship, on_delete=models.PROTECT, null=True, related_name="shared_checkins")
    submission_key = models.UUIDField(unique=True)

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "id"]
        indexes = [models.Index(fields=["mentee", "-submitted_at"], name="checkin_mentee_latest")]


class CheckInSchedule(UUIDModel):
    """When this mentee's next check-in is due and when to remind. Null times mean no clock runs.

    `due_at` is when the check-in opens (UTC, computed in the person's own zone); `reminder_at` is the next message to be said;
    `reminders_sent` counts those for this due date: 0, 1 (the reminder) or 2 (the follow-up). `reminded_on` is the local day of
    the last one; `reminders_skipped` counts those that an outage swallowed. `cadence_days` is the program's as it was when this
    check-in opened; what was changed meanwhile counts from the next. `checkins.schedule` works the times out.
    """

    mentee = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="checkin_schedule")
    cadence_days = models.PositiveSmallIntegerField(default=7)
    hour = models.PositiveSmallIntegerField(_("hour of the day"), default=10, validators=[MaxValueValidator(23)])
    due_at = models.DateTimeField(null=True)
    reminder_at = models.DateTimeField(null=True)
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    reminded_on = models.DateField(null=True)
    reminders_skipped = models.PositiveIntegerField(default=0)

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["reminder_at"], name="checkin_reminder_due", condition=models.Q(reminder_at__isnull=False))
        ]


class SupportRequest(UUIDModel):
    """A mentee asked for support today or now. Open until staff say what was done.

    `shared_with` is the pair whose mentor was told of it; null where only staff were.
    """

    mentee = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="support_requests")
    checkin = models.OneToOneField(CheckIn, on_delete=models.PROTECT, null=True, related_name="support_request")
    shared_with = models.ForeignKey(Relationship, on_delete=models.PROTECT, null=True, related_name="calls")
    urgency = models.CharField(max_length=12, choices=Support)
    asked_at = models.DateTimeField(db_index=True)
    taken_up_at = models.DateTimeField(null=True, help_text="When supervision was told; null while it is pending.")
    in_touch_at = models.DateTimeField(null=True, help_text="When the mentor first said that they had been in touch.")

    objects = SupportRequestQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="support_to_take_up", condition=models.Q(taken_up_at=None))]
