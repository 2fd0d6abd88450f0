"""People, the programs they belong to, and what they say about themselves."""

from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.availability import MINUTES_A_DAY
from accounts.enums import (
    STAFF_ROLES,
    Experience,
    Gender,
    Goal,
    Interest,
    Language,
    MeetingMode,
    Pathway,
    Role,
    SupportStyle,
)
from accounts.profile_rules import whole_years
from accounts.querysets import InvitationQuerySet, MembershipQuerySet
from accounts.timezones import check_zone
from core.fields import ChoiceListField, EncryptedTextField
from core.models import UUIDModel


def address_of(user: "User") -> EmailAddress:
    """The row, not yet saved, by which allauth knows a user's address. Whoever adds a user saves it too.

    It counts as verified: nobody signs up alone, and each way to a first password goes through this mailbox.
    """
    return EmailAddress(user=user, email=user.email, verified=True, primary=True)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A user with this address, kept in lower case. Without a password nobody can sign in until one is set."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        address_of(user).save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(UUIDModel, AbstractBaseUser, PermissionsMixin):
    """A person who can sign in, in any number of programs and roles."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    first_name = models.CharField(_("chosen first name"), max_length=80, help_text=_("What people in the program call you."))
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, default="America/New_York", validators=[check_zone])
    language = models.CharField(_("language"), max_length=8, default="en")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Program(UUIDModel):
    """A wall: every row belongs to one program. Durations and hours are this project's defaults; see docs/settings.md."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(unique=True)
    timezone = models.CharField(_("time zone"), max_length=64, default="America/New_York", validators=[check_zone])
    country = models.CharField(_("country"), max_length=2, default="US", help_text=_("Decides which crisis lines people see."))
    mentor_recovery_months = models.PositiveSmallIntegerField(
        _("months in recovery before mentoring"), default=12, validators=[MinValueValidator(6), MaxValueValidator(24)]
    )
    training_hours = models.PositiveSmallIntegerField(
        _("training hours before mentoring"), default=6, validators=[MinValueValidator(2), MaxValueValidator(200)]
    )
    mentor_capacity = models.PositiveSmallIntegerField(
        _("mentees per mentor"), default=3, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    proposal_days = models.PositiveSmallIntegerField(
        _("days to answer a proposal"), default=7, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    session_cadence_days = models.PositiveSmallIntegerField(
        _("days between sessions"), default=7, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    checkin_cadence_days = models.PositiveSmallIntegerField(
        _("days between check-ins"), default=7, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    quiet_from_hour = models.PositiveSmallIntegerField(_("quiet from (hour)"), default=21, validators=[MaxValueValidator(23)])
    quiet_until_hour = models.PositiveSmallIntegerField(_("quiet until (hour)"), default=9, validators=[MaxValueValidator(23)])

    def __str__(self) -> str:
        return self.name


class Membership(UUIDModel):
    """One person in one program in one role. People act as one membership at a time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "program", "role"], name="membership_unique")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.program}"

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES


ADULT = [MinValueValidator(18), MaxValueValidator(120)]


class MatchingProfile(models.Model):
    """What either side says about themselves. An empty answer is unknown, never a no."""

    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    gender = models.CharField(_("gender"), max_length=12, choices=Gender, blank=True)
    languages = ChoiceListField(_("languages"), options=Language)
    pathways = ChoiceListField(_("pathways"), options=Pathway)
    goals = ChoiceListField(_("goals"), options=Goal)
    experiences = ChoiceListField(_("lived experience to use in matching"), options=Experience)
    meeting_modes = ChoiceListField(_("ways to meet"), options=MeetingMode)
    support_styles = ChoiceListField(_("support style"), options=SupportStyle)
    interests = ChoiceListField(_("interests"), options=Interest)
    dislikes = ChoiceListField(_("dislikes"), options=Interest)
    places = ChoiceListField(_("places to meet"))
    preferred_genders = ChoiceListField(_("would rather be matched with"), options=Gender)
    required_genders = ChoiceListField(_("must be matched with"), options=Gender)
    preferred_age_min = models.PositiveSmallIntegerField(_("preferred age from"), null=True, blank=True, validators=ADULT)
    preferred_age_max = models.PositiveSmallIntegerField(_("preferred age to"), null=True, blank=True, validators=ADULT)
    contact = EncryptedTextField(_("how to be reached"), blank=True, help_text=_("Shown to the match and to coordinators."))

    class Meta:
        abstract = True

    def age_on(self, day: date) -> int | None:
        """Whole years on `day`, or None when the date of birth is unknown."""
        return whole_years(self.birth_date, day)


class MentorProfile(UUIDModel, MatchingProfile):
    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="mentor_profile")
    recovery_since = models.DateField(_("in recovery since"), null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(_("places"), default=3, validators=[MaxValueValidator(50)])
    is_taking_mentees = models.BooleanField(_("taking new mentees"), default=True)
    supervisor = models.ForeignKey(
        Membership,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="supervised_mentors",
        verbose_name=_("supervisor"),
    )

    def __str__(self) -> str:
        return str(self.membership)

    def get_absolute_url(self) -> str:
        return reverse("accounts:person", args=[self.membership_id])


class MenteeProfile(UUIDModel, MatchingProfile):
    """`waiting_since` is set when intake is complete and cleared when a mentor is found or the person leaves."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="mentee_profile")
    waiting_since = models.DateField(_("waiting since"), null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        return str(self.membership)

    def get_absolute_url(self) -> str:
        return reverse("accounts:person", args=[self.membership_id])


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

    The mail is owed while `sent_at` and `dead_at` are both null and the invitation is open.
    """

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    role = models.CharField(_("role"), max_length=12, choices=Role)
    language = models.CharField(_("language"), max_length=8, default="en")
    token_hash = models.CharField(max_length=64, unique=True)
    token = EncryptedTextField(blank=True)
    invited_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.UUIDField(unique=True)
    due_at = models.DateTimeField(help_text="When the mail is to be tried next.")
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True, help_text="When the last try was given up.")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="invitation_owed", condition=models.Q(sent_at=None, dead_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_role_display()}"

    def is_open(self, now: datetime) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at


class PendingImport(UUIDModel):
    """Uploaded people files that wait for their owner to confirm. Deleted when confirmed, and when they expire."""

    owner = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="pending_imports")
    mentors = EncryptedTextField(blank=True)
    mentees = EncryptedTextField(blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)
