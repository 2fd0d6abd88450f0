"""The mentee's check-in and its schedule."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from checkins.enums import Drinking, Hard, Mood, Support
from checkins.querysets import CheckInQuerySet, ScheduleQuerySet, SupportRequestQuerySet
from core.fields import ChoiceListField, EncryptedTextField
from core.models import UUIDModel


class CheckIn(UUIDModel):
    """What a mentee said on one day. Every question may be skipped. The mentor sees it only where `is_shared`."""

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
    is_shared = models.BooleanField(_("Share this check-in with my mentor"), default=False)
    submission_key = models.UUIDField(unique=True)

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "id"]
        indexes = [models.Index(fields=["mentee", "-submitted_at"], name="checkin_mentee_latest")]


class CheckInSchedule(UUIDModel):
    """When this mentee's next check-in is due and when to remind. Null times mean no clock runs.

    `due_at` is when the check-in opens (UTC, computed in the person's own zone); `reminder_at` is the next message owed;
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
    """A mentee asked for support today or now. Open until staff say what was done."""

    mentee = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="support_requests")
    checkin = models.OneToOneField(CheckIn, on_delete=models.PROTECT, null=True, related_name="support_request")
    urgency = models.CharField(max_length=12, choices=Support)
    asked_at = models.DateTimeField(db_index=True)
    taken_up_at = models.DateTimeField(null=True, help_text="When supervision was told; null while it is owed.")
    in_touch_at = models.DateTimeField(null=True, help_text="When the mentor first said that they had been in touch.")

    objects = SupportRequestQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="support_to_take_up", condition=models.Q(taken_up_at=None))]
