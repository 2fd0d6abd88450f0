"""The home page's cards: for staff the people to sit down with; for a mentor or mentee without a match what comes next."""

from datetime import datetime
from typing import Any

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.models import Membership
from accounts.staff import has_any
from intake.selectors import mentees_to_hand_on, mentors_to_hand_on, own_missing_of, waiting_for_intake
from people.models import MenteeProfile, MentorProfile
from people.selectors import profile_of
from privacy.consents import has_consent
from relationships.models import Relationship
from training.readiness import readiness

ROWS_ON_THE_CARD = 10


def first_steps(request: MemberRequest) -> dict[str, Any] | None:
    """For a coordinator of a program in which no mentor and no mentee has ever been: how people come in."""
    people = Membership.objects.with_role(Role.MENTOR, Role.MENTEE).filter(program=request.membership.program)
    return None if people.exists() else {}


def intake_card(request: MemberRequest) -> dict[str, Any] | None:
    """For a coordinator: the people to sit down with next."""
    found = waiting_for_intake(request.membership.program, request.now)
    if not found:
        return None
    return {"rows": found[:ROWS_ON_THE_CARD], "more": max(0, len(found) - ROWS_ON_THE_CARD)}


def next_steps(request: MemberRequest) -> dict[str, Any] | None:
    """For a mentor or mentee whom no match keeps busy: what is done, what comes next, and what they can do now."""
    person = request.membership
    profile = profile_of(person)
    mine = Relationship.objects.visible_to(person)
    if profile is None or mine.holding_a_place().exists():
        return None
    return {
        "has_coordinator": has_any(person.program_id, Role.COORDINATOR),
        "is_mentor": person.role == Role.MENTOR,
        "is_new": not mine.exclude(started_at=None).exists(),
        "to_fill_in": own_missing_of(person),
        "agreed": has_consent(person, person.program.today(request.now)),
        **_how_ready(profile, request.now),
    }


def _how_ready(profile: MentorProfile | MenteeProfile, now: datetime) -> dict[str, bool]:
    """`is_open` to a match: a mentor takes new mentees, a mentee is in line."""
    if isinstance(profile, MenteeProfile):
        return {"is_ready": False, "is_open": profile.waiting_since is not None}
    return {"is_ready": readiness(profile, now).is_ready, "is_open": profile.is_taking_mentees}


def to_hand_on(request: MemberRequest) -> dict[str, Any] | None:
    """For staff: people who stand alone since a match was ended for safety, or for want of a supervisor, until a coordinator
    decides."""
    me = request.membership
    mentees = list(mentees_to_hand_on(me)[: ROWS_ON_THE_CARD + 1])
    mentors = list(mentors_to_hand_on(me.program)[: ROWS_ON_THE_CARD + 1]) if me.role == Role.COORDINATOR else []
    if not mentees and not mentors:
        return None
    return {
        "mentees": mentees[:ROWS_ON_THE_CARD],
        "mentors": mentors[:ROWS_ON_THE_CARD],
        "has_more": max(len(mentees), len(mentors)) > ROWS_ON_THE_CARD,
        "has_supervisors": bool(mentors) and has_any(me.program_id, Role.SUPERVISOR),
    }


def no_coordinator(request: MemberRequest) -> dict[str, Any] | None:
    """For an admin of a program without an active coordinator: how many wait for one. Admins reach no pairs, so not who."""
    program = request.membership.program
    if has_any(program.pk, Role.COORDINATOR):
        return None
    pairs = Relationship.objects.filter(program=program)
    on_hold = pairs.on_hold(program.today(request.now)).count()
    alone = pairs.to_hand_on().count() + mentors_to_hand_on(program).count()
    return {"on_hold": on_hold, "alone": alone} if on_hold or alone else None
