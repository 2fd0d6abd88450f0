"""The people who sign in, the programs they belong to, and in which role."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.enums import STAFF_ROLES, Role
from accounts.timezones import check_zone, local_date
from core.fields import AddressField, NameField, NameKeyField
from core.models import UUIDModel


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, membership: Membership) -> MembershipQuerySet:
        """Everybody in the same program; what a role may see of them is the page's business."""
        return self.filter(program_id=membership.program_id)

    def active(self) -> MembershipQuerySet:
        return self.filter(is_active=True, user__is_active=True)

    def with_role(self, *roles: str) -> MembershipQuerySet:
        return self.filter(role__in=roles)

    def joined(self) -> MembershipQuerySet:
        return self.filter(user__pending_in=None)

    def not_joined(self) -> MembershipQuerySet:
        """Of people whom the program brought in and who have not accepted yet."""
        return self.filter(user__pending_in__isnull=False)


def address_of(user: User) -> EmailAddress:
    """The row, not yet saved, by which allauth knows a user's address. A caller that adds a user saves it too.

    It counts as verified: nobody signs up alone, and each way to a first password goes through this mailbox.
    """
    return EmailAddress(user=user, email=user.email, verified=True, primary=True)


class UserManager(BaseUserManager["User"]):
    """Accounts. Whatever signs in, resets a password or looks for an address finds nobody who is only pending."""

    def get_queryset(self) -> models.QuerySet[User]:
        return super().get_queryset().filter(pending_in=None)

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """A user with this address. Without a password the person cannot sign in until one is set."""
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        address_of(user).save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=username)


class User(UUIDModel, AbstractBaseUser, PermissionsMixin):
    """An account, which can sign in, in any number of programs and roles; or a person who is still pending.

    A *pending* person was brought in by one program and has not accepted. They are what that program wrote down, whether or
    not their address has an account elsewhere: the two are one only once the person accepts (`people.services.joining`).
    """

    email = AddressField(_("e-mail address"), max_length=254, db_index=True)
    first_name = NameField(_("chosen first name"), max_length=80, help_text=_("What people in the program call you."))
    last_name = NameField(_("last name"), max_length=80, blank=True)
    name_key = NameKeyField(of=("first_name", "last_name"))
    timezone = models.CharField(_("time zone"), max_length=64, default="America/New_York", validators=[check_zone])
    language = models.CharField(_("language"), max_length=8, default="en")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    pending_in = models.ForeignKey(
        "Program",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="pending_people",
        help_text="The program that brought this person in; null for an account.",
    )

    objects = UserManager()
    everybody = models.Manager["User"]()
    """With the people who are pending."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), condition=models.Q(pending_in=None), name="user_email_unique"),
            models.UniqueConstraint(Lower("email"), "pending_in", name="user_pending_once"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def has_joined(self) -> bool:
        return self.pending_in_id is None

    def known_ids(self) -> list[UUID]:
        """Every id by which the record of who opened this person's data knows them."""
        return [self.pk, *self.earlier_ids.values_list("pk", flat=True)]

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def today(self, now: datetime) -> date:
        """The date where this person is."""
        return local_date(now, self.timezone)


class EarlierId(models.Model):
    """The id by which a program knew a person before they accepted with an account of theirs. Audit entries keep it."""

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="earlier_ids")


class Program(UUIDModel):
    """A wall: every row belongs to one program. Durations and hours are this project's defaults; see docs/settings.md."""

    name = NameField(_("name"), max_length=120)
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
        return str(self.name)

    def today(self, now: datetime) -> date:
        """The date where the program is."""
        return local_date(now, self.timezone)


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
        indexes = [
            models.Index(fields=["program", "role"], name="membership_active_role", condition=models.Q(is_active=True)),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.program}"

    @property
    def takes_part(self) -> bool:
        """Whether they can open anything in this program: neither this nor their account is closed."""
        return self.is_active and self.user.is_active

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES
