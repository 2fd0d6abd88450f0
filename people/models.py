"""What mentors and mentees say about themselves, the people they must not be paired with, and invitations."""

from __future__ import annotations

from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership, Program
from core.fields import AddressField, ChoiceListField, EncryptedListField, EncryptedTextField, NameField
from core.models import UUIDModel
from people.availability import MINUTES_A_DAY
from people.enums import Experience, Gender, Goal, Interest, Language, MeetingMode, Pathway, SupportStyle
from people.fields import Section, asked, with_age
from people.rules import ADULT_AGE


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, membership: Membership) -> InvitationQuerySet:
        return self.filter(program_id=membership.program_id)

    def open(self, now: datetime) -> InvitationQuerySet:
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)

    def unsent(self) -> InvitationQuerySet:
        """Invitations whose mail was given up."""
        return self.filter(message__deliveries__dead_at__isnull=False)

    def with_mail(self) -> InvitationQuerySet:
        """With `sent_at` and `dead_at`: when the mail with the present link left, or was given up."""
        mail = {name: models.Min(f"message__deliveries__{name}") for name in ("sent_at", "dead_at")}
        return self.annotate(**mail)


ADULT = [MinValueValidator(ADULT_AGE), MaxValueValidator(120)]


class MatchingProfile(models.Model):
    """What either side says about themselves; `asked` says where. An empty answer is unknown, never a no."""

    birth_date = asked(
        models.DateField(_("date of birth"), null=True, blank=True),
        Section.ABOUT,
        by_staff=True,
        is_needed=True,
        is_past=True,
        says=with_age,
    )
    gender = asked(models.CharField(_("gender"), max_length=12, choices=Gender, blank=True), Section.ABOUT)
    languages = asked(ChoiceListField(_("languages"), options=Language), Section.ABOUT, is_needed=True)
    pathways = asked(ChoiceListField(_("pathways"), options=Pathway), Section.ABOUT)
    experiences = asked(ChoiceListField(_("lived experience to use in matching"), options=Experience), Section.ABOUT)
    contact = asked(
        EncryptedTextField(
            _("how to be reached"),
            max_length=200,
            blank=True,
            help_text=_(
                "A phone number, for example. The match and the coordinators see it, "
                "and supervisors when somebody has to be called."
            ),
        ),
        Section.MEETING,
    )
    meeting_modes = asked(ChoiceListField(_("ways to meet"), options=MeetingMode), Section.MEETING)
    places = asked(
        EncryptedListField(_("places to meet"), help_text=_("Write a semicolon between two places, such as: Library; Park.")),
        Section.MEETING,
    )
    goals = asked(ChoiceListField(_("goals"), options=Goal), Section.MATCHING)
    support_styles = asked(ChoiceListField(_("support style"), options=SupportStyle), Section.MATCHING)
    interests = asked(ChoiceListField(_("interests"), options=Interest), Section.MATCHING)
    dislikes = asked(ChoiceListField(_("dislikes"), options=Interest), Section.MATCHING)
    preferred_genders = asked(ChoiceListField(_("would rather be matched with"), options=Gender), Section.PREFERENCES)
    required_genders = asked(ChoiceListField(_("must be matched with"), options=Gender), Section.PREFERENCES, is_must=True)
    preferred_age_min = asked(
        models.PositiveSmallIntegerField(_("preferred age from"), null=True, blank=True, validators=ADULT),
        Section.PREFERENCES,
    )
    preferred_age_max = asked(
        models.PositiveSmallIntegerField(_("preferred age to"), null=True, blank=True, validators=ADULT),
        Section.PREFERENCES,
    )

    class Meta:
        abstract = True


class MentorProfile(UUIDModel, MatchingProfile):
    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="mentor_profile")
    recovery_since = asked(
        models.DateField(_("in recovery since"), null=True, blank=True), Section.ABOUT, by_staff=True, is_past=True
    )
    capacity = asked(
        models.PositiveSmallIntegerField(_("places for mentees"), default=3, validators=[MaxValueValidator(50)]),
        Section.MATCHING,
        by_staff=True,
        empty_keeps=True,
        is_must=True,
    )
    is_taking_mentees = asked(
        models.BooleanField(_("taking new mentees"), default=True),
        Section.MATCHING,
        by_staff=True,
        column="taking_mentees",
        empty_keeps=True,
        is_must=True,
    )
    supervisor: models.ForeignKey[Membership | None, Membership | None] = asked(
        models.ForeignKey(
            Membership,
            on_delete=models.SET_NULL,
            null=True,
            blank=True,
            related_name="supervised_mentors",
            verbose_name=_("supervisor"),
        ),
        Section.MATCHING,
        by_staff=True,
    )

    def __str__(self) -> str:
        return str(self.membership)

    def get_absolute_url(self) -> str:
        return reverse("intake:person", args=[self.membership_id])


class MenteeProfile(UUIDModel, MatchingProfile):
    """`waiting_since` is set when intake is complete and cleared when a mentor is found or the person leaves."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="mentee_profile")
    waiting_since = asked(
        models.DateField(_("waiting since"), null=True, blank=True, db_index=True), Section.MATCHING, by_staff=True
    )

    def __str__(self) -> str:
        return str(self.membership)

    def get_absolute_url(self) -> str:
        return reverse("intake:person", args=[self.membership_id])


PROFILE_OF: dict[str, type[MentorProfile] | type[MenteeProfile]] = {Role.MENTOR: MentorProfile, Role.MENTEE: MenteeProfile}
"""The profile of each role that has one."""


class AvailabilityWindow(UUIDModel):
    """A weekly time a person can meet, in that person's own time zone.

    `weekday` 0 is Monday. Minutes count from local midnight; `end_minute` may be 1440 (midnight at the end of the day).
    """

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="availability")
    weekday = models.PositiveSmallIntegerField()
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["weekday", "start_minute"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6, end_minute__lte=MINUTES_A_DAY, start_minute__lt=models.F("end_minute")),
                name="availability_is_a_window",
            )
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start_minute}–{self.end_minute}"


class NeverPair(UUIDModel):
    """Two people who must not be paired, whichever of them is the mentor. The reason stays private."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="never_pairs")
    person = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="never_pairs_named")
    other = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="never_pairs_received")
    reason = EncryptedTextField(_("reason"), blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "other"], name="never_pair_unique")]

    def __str__(self) -> str:
        return f"{self.person_id} / {self.other_id}"


class Invitation(UUIDModel):
    """A link sent to one address. Of its token only a hash stays; the token itself is sealed until the mail has gone.

    The mail is a message of the outbox, a new one for each link. A link to a staff role opens only with a `code` that goes to
    the address while somebody has the page open (`people.services.mailbox`).
    """

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="invitations")
    email = AddressField(_("e-mail address"))
    first_name = NameField(_("first name"), max_length=80, blank=True)
    role = models.CharField(_("role"), max_length=12, choices=Role)
    language = models.CharField(_("language"), max_length=8, default="en")
    token_hash = models.CharField(max_length=64, unique=True)
    token = EncryptedTextField(blank=True)
    invited_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_as = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.UUIDField(unique=True)
    message = models.OneToOneField(
        "notifications.Message", on_delete=models.RESTRICT, related_name="+", help_text="The mail with the present link."
    )
    code = EncryptedTextField(blank=True, help_text="The present code; empty once it was used.")
    code_expires_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.email} · {self.get_role_display()}"

    def is_open(self, now: datetime) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at

    @property
    def shown_code(self) -> str:
        """In two groups, as the code to sign in with is shown."""
        return f"{self.code[:4]}-{self.code[4:]}"

    def has_code(self, now: datetime) -> bool:
        return self.code_expires_at is not None and now < self.code_expires_at
