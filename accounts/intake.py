"""Intake: what must be known before anybody can be paired, who still waits for it, and the list of those who wait for a mentor.

Pairs live to the right of this app, so the app that keeps them says who has one: `register_pairs`, from `AppConfig.ready()`.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.models import AvailabilityWindow, Membership, MenteeProfile, MentorProfile, Program
from accounts.timezones import zone_of
from core.errors import DomainError
from privacy import audit
from privacy.consents import has_consent, people_with_consent
from privacy.models import Action

ROWS_ON_THE_CARD = 10

Pairs = Callable[[Program], Mapping[UUID, bool]]
"""By mentee's membership: True while a mentor or a proposal is there for them, False once a pair of theirs has ended."""
_pairs: list[Pairs] = []


def register_pairs(find: Pairs) -> None:
    _pairs.append(find)


def pairs_of(program: Program) -> dict[UUID, bool]:
    return {mentee: holds for find in _pairs for mentee, holds in find(program).items()}


def program_day(program: Program, now: datetime) -> date:
    return now.astimezone(zone_of(program.timezone)).date()


def missing_of(person: Membership, now: datetime) -> list[str]:
    """What is not known of a mentor or mentee with a profile, without which nobody can be paired with them."""
    consents = has_consent(person.user_id, person.program_id, program_day(person.program, now))
    return missing_from(_profile(person), has_consent=consents, has_times=person.availability.exists())


@transaction.atomic
def start_waiting(*, person: Membership, by: Membership, now: datetime) -> None:
    """Put a mentee on the waiting list from today; one who waits already keeps their day.

    Refuses with `not_a_mentee`, `has_a_mentor` or `intake_missing`.
    """
    profile = MenteeProfile.objects.select_for_update().filter(membership=person).first()
    if profile is None or person.role != Role.MENTEE or not person.is_active:
        raise DomainError(_("Only a mentee who takes part can wait for a mentor."), code="not_a_mentee")
    if profile.waiting_since is not None:
        return
    if pairs_of(person.program).get(person.pk):
        raise DomainError(_("This person has a mentor, or a proposal to answer."), code="has_a_mentor")
    if missing_of(person, now):
        raise DomainError(_("Something is still missing from intake."), code="intake_missing")
    profile.waiting_since = program_day(person.program, now)
    profile.save(update_fields=["waiting_since"])
    audit.record(
        Action.CHANGED,
        by=by,
        about=profile,
        person_id=person.user_id,
        program_id=person.program_id,
        at=now,
        reason="waiting",
    )


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
    consenting = people_with_consent(program.pk, program_day(program, now))
    paired = pairs_of(program)
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


def intake_card(request: MemberRequest) -> dict[str, Any] | None:
    """A coordinator's: whom to sit down with next."""
    found = waiting_for_intake(request.membership.program, request.now)
    if not found:
        return None
    return {"rows": found[:ROWS_ON_THE_CARD], "more": max(0, len(found) - ROWS_ON_THE_CARD)}


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
