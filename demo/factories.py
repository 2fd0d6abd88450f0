"""Build people and pairs, the least that is valid. Used by tests and by the demo program; all names are invented.

Everything that has a service goes through it, so what is built here could have happened.
"""

from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress

from accounts.enums import Role
from accounts.models import Membership, Program, User
from people.models import AvailabilityWindow, MenteeProfile, MentorProfile
from privacy.models import Consent
from training.models import TrainingRecord

EVENINGS = [(weekday, 17 * 60, 20 * 60) for weekday in range(5)]
"""Monday to Friday, 17:00 to 20:00, local time."""


def make_program(slug: str, **fields: Any) -> Program:
    return Program.objects.create(slug=slug, **{"name": slug.replace("-", " ").title(), **fields})


def make_user(email: str, *, password: str | None = None, **fields: Any) -> User:
    """A user; the first name is the address's first part unless given."""
    return User.objects.create_user(email, password, **{"first_name": email.partition("@")[0].title(), **fields})


def make_member(program: Program, role: Role, email: str, *, user: User | None = None, **fields: Any) -> Membership:
    """A membership, with a user made for it unless one is given; `fields` go to the user."""
    user = user or make_user(email, **fields)
    return Membership.objects.create(user=user, program=program, role=role)


def not_joined(*members: Membership) -> None:
    """As an import leaves them: known to their program, and pending."""
    for member in members:
        member.user.pending_in = member.program
        member.user.save()
        EmailAddress.objects.filter(user=member.user).delete()


def give_evenings(membership: Membership) -> None:
    AvailabilityWindow.objects.bulk_create(
        AvailabilityWindow(membership=membership, weekday=day, start_minute=start, end_minute=end)
        for day, start, end in EVENINGS
    )


def give_consent(membership: Membership, on: date) -> Consent:
    return Consent.objects.create(
        program_id=membership.program_id, person_id=membership.user_id, role=membership.role, given_on=on
    )


def make_mentor(
    program: Program, email: str, *, now: datetime, supervisor: Membership | None = None, **profile: Any
) -> Membership:
    """A ready mentor: five years in recovery, trained, screened, free in the evenings, consent given."""
    membership = make_member(program, Role.MENTOR, email)
    today = program.today(now)
    fields = {
        "birth_date": date(today.year - 50, 1, 1),
        "languages": ["en"],
        "meeting_modes": ["phone", "video"],
        "recovery_since": date(today.year - 5, 1, 1),
        "capacity": program.mentor_capacity,
        "supervisor": supervisor,
    }
    mentor = MentorProfile.objects.create(membership=membership, **{**fields, **profile})
    TrainingRecord.objects.create(
        mentor=mentor,
        hours=program.training_hours,
        agreement_signed_on=today - timedelta(days=100),
        screening_valid_until=today + timedelta(days=200),
    )
    give_evenings(membership)
    give_consent(membership, today - timedelta(days=100))
    return membership


def make_mentee(program: Program, email: str, *, now: datetime, **profile: Any) -> Membership:
    """A waiting mentee: intake done three weeks ago, free in the evenings, consent given."""
    membership = make_member(program, Role.MENTEE, email)
    today = program.today(now)
    fields = {
        "birth_date": date(today.year - 35, 1, 1),
        "languages": ["en"],
        "meeting_modes": ["phone", "video"],
        "waiting_since": today - timedelta(days=21),
    }
    MenteeProfile.objects.create(membership=membership, **{**fields, **profile})
    give_evenings(membership)
    give_consent(membership, today - timedelta(days=21))
    return membership
