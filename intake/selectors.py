"""What must be known before anybody can be paired, and who still waits for it."""

from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, Program
from people.models import AvailabilityWindow, MenteeProfile, MentorProfile
from privacy.consents import has_consent, people_with_consent
from relationships.placement import pairs_of_mentees


def missing_of(person: Membership, now: datetime) -> list[str]:
    """What is not known of a mentor or mentee with a profile, without which nobody can be paired with them."""
    consents = has_consent(person.user_id, person.program_id, person.program.today(now))
    return missing_from(_profile(person), has_consent=consents, has_times=person.availability.exists())


def waiting_for_intake(program: Program, now: datetime) -> list[tuple[Membership, list[str]]]:
    """Who joined and cannot be paired yet, and what is missing; the first to join first. Mentees once paired are past it."""
    joined = (
        Membership.objects.active()
        .with_role(Role.MENTOR, Role.MENTEE)
        .filter(program=program)
        .exclude(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
        .select_related("user", "mentor_profile", "mentee_profile")
        .defer("mentor_profile__contact", "mentee_profile__contact")
        .annotate(has_times=Exists(AvailabilityWindow.objects.filter(membership=OuterRef("pk"))))
        .order_by("joined_at", "id")
    )
    consenting = people_with_consent(program.pk, program.today(now))
    paired = pairs_of_mentees(program)
    found = []
    for person in joined:
        profile = _profile(person)
        if profile is None or person.pk in paired:
            continue
        missing = missing_from(profile, has_consent=person.user_id in consenting, has_times=person.has_times)  # type: ignore[attr-defined]
        if not missing and isinstance(profile, MenteeProfile) and profile.waiting_since is None:
            missing = [_("not on the waiting list yet")]
        if missing:
            found.append((person, missing))
    return found


def _profile(person: Membership) -> MentorProfile | MenteeProfile | None:
    return getattr(person, "mentor_profile" if person.role == Role.MENTOR else "mentee_profile", None)


def missing_from(profile: MentorProfile | MenteeProfile | None, *, has_consent: bool, has_times: bool) -> list[str]:
    """What is not known of somebody with this profile, which need not be saved."""
    known = [
        (_("consent"), has_consent),
        (_("date of birth"), profile and profile.birth_date),
        (_("languages"), profile and profile.languages),
        (_("weekly times to meet"), has_times),
    ]
    return [words for words, is_known in known if not is_known]
