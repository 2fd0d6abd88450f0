"""What is known of a person."""

from accounts.enums import Role
from accounts.models import Membership
from people.availability import Window
from people.models import MenteeProfile, MentorProfile


def profile_of(person: Membership) -> MentorProfile | MenteeProfile | None:
    """What a mentor or mentee says about themselves; None for staff, and until they have joined."""
    if person.role == Role.MENTOR:
        return getattr(person, "mentor_profile", None)
    if person.role == Role.MENTEE:
        return getattr(person, "mentee_profile", None)
    return None


def windows_of(person: Membership) -> list[Window]:
    """The weekly times a person can meet, in their own time zone."""
    return [Window(row.weekday, row.start_minute, row.end_minute) for row in person.availability.all()]
