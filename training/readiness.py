"""Is a mentor ready, and if not, what is missing."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import MembershipQuerySet, Program
from people.models import MentorProfile


@dataclass(frozen=True)
class Readiness:
    """`missing` names what stands between this mentor and a match, in words for the coordinator."""

    missing: tuple[str | Promise, ...]

    @property
    def is_ready(self) -> bool:
        return not self.missing


def months_between(earlier: date, later: date) -> int:
    """Whole months from `earlier` to `later`."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month - (later.day < earlier.day)


def readiness(mentor: MentorProfile, now: datetime) -> Readiness:
    """Reads `mentor.membership.program` and `mentor.training`: select both when asking for many."""
    program = mentor.membership.program
    today = program.today(now)
    record = getattr(mentor, "training", None)
    missing: list[str | Promise] = []
    if mentor.recovery_since is None:
        missing.append(_("The date recovery began is not known"))
    elif months_between(mentor.recovery_since, today) < program.mentor_recovery_months:
        missing.append(_("Less than %(months)d months in recovery") % {"months": program.mentor_recovery_months})
    if record is None or record.hours < program.training_hours:
        missing.append(_("Less than %(hours)d hours of training") % {"hours": program.training_hours})
    if record is None or record.agreement_signed_on is None:
        missing.append(_("The mentor agreement is not signed"))
    if record is None or record.screening_valid_until is None:
        missing.append(_("Screening is not recorded"))
    elif record.screening_valid_until < today:
        missing.append(_("Screening is out of date"))
    return Readiness(tuple(missing))


def months_before(day: date, months: int) -> date:
    """The last day from which at least `months` whole months have passed on `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def mentors_ready(people: MembershipQuerySet, program: Program, now: datetime) -> MembershipQuerySet:
    """The mentors among the program's `people` of whom `readiness` says the same, for lists."""
    return people.with_role(Role.MENTOR).filter(_is_ready(program, program.today(now)))


def mentors_not_ready(people: MembershipQuerySet, program: Program, now: datetime) -> MembershipQuerySet:
    return people.with_role(Role.MENTOR).exclude(pk__in=mentors_ready(people, program, now).values("pk"))


def _is_ready(program: Program, today: date) -> Q:
    return Q(
        mentor_profile__recovery_since__lte=months_before(today, program.mentor_recovery_months),
        mentor_profile__training__hours__gte=program.training_hours,
        mentor_profile__training__agreement_signed_on__isnull=False,
        mentor_profile__training__screening_valid_until__gte=today,
    )
