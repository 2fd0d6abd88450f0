"""What must be known before a person can be paired, and the people of whom it is not known yet."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, Program
from accounts.staff import Staff
from people.fields import ProfileField, fields_of
from people.models import PROFILE_OF, AvailabilityWindow, MenteeProfile, MentorProfile
from people.selectors import profile_of
from privacy.consents import has_consent, people_with_consent
from privacy.models import Consent
from relationships.enums import CloseReason, State
from relationships.models import Relationship, without_supervisor
from relationships.selectors import pairs_of_mentees


def missing_of(person: Membership, now: datetime) -> list[str]:
    """What is not known of a mentor or mentee, without which they cannot be paired."""
    consents = has_consent(person, person.program.today(now))
    answers = _answers_of(profile_of(person))
    return missing_from(person.role, answers, has_consent=consents, has_times=person.availability.exists())


def own_missing_of(person: Membership) -> list[str]:
    """What a mentor or mentee can still fill in themselves, of what it takes to be paired."""
    answer = _answers_of(profile_of(person))
    asked_of = (asked for asked in fields_of(PROFILE_OF[person.role]) if asked.is_needed and not asked.by_staff)
    missing = [str(asked.label) for asked in asked_of if not answer(asked)]
    return missing if person.availability.exists() else [*missing, _("weekly times to meet")]


def waiting_for_intake(program: Program, now: datetime) -> list[tuple[Membership, list[str]]]:
    """People who joined and cannot be paired yet, and what is missing; first to join first.

    Mentees in line, of whom the waiting list says what is missing, and mentees once paired are past it.
    """
    joined = Membership.objects.active().joined().with_role(Role.MENTOR, Role.MENTEE).filter(program=program)
    with_times = set(AvailabilityWindow.objects.filter(membership__in=joined).values_list("membership_id", flat=True))
    consenting = people_with_consent(program.pk, program.today(now))
    paired = pairs_of_mentees(program)
    not_in_line = joined.filter(mentee_profile__waiting_since=None)
    people = not_in_line.select_related("user", "mentor_profile", "mentee_profile").defer(*_private_answers())
    found = []
    for person in people.order_by("joined_at", "id"):
        profile = profile_of(person)
        if profile is None or person.pk in paired:
            continue
        missing = missing_from(
            person.role,
            _answers_of(profile),
            has_consent=(person.user_id, person.role) in consenting,
            has_times=person.pk in with_times,
        )
        if not missing and isinstance(profile, MenteeProfile):
            missing = [_("not on the waiting list yet")]
        if missing:
            found.append((person, missing))
    return found


def place_in_line(mentee: Membership, now: datetime) -> date:
    """From which day this mentee waits, who begins to wait now.

    A match that was ended for safety, or for another one, does not cost them the place they had.
    """
    closed = Relationship.objects.filter(mentee=mentee, state=State.CLOSED).select_related("program")
    last = closed.order_by("-ended_at").first()
    keeps_place = last is not None and last.close_reason in (CloseReason.SAFETY, CloseReason.REMATCH)
    return last.place_in_line if last and keeps_place else mentee.program.today(now)


def mentees_to_hand_on(membership: Membership) -> QuerySet[Relationship]:
    """Matches that were ended for safety, of mentees of whom nobody has said how they go on; the first to end first."""
    return Relationship.objects.visible_to(membership).to_hand_on().with_people().order_by("ended_at", "pk")


def mentors_of_supervisor(supervisor: Membership) -> QuerySet[Membership]:
    """Active mentors with a match whom this person supervises."""
    return _with_a_match(supervisor.program).filter(mentor_profile__supervisor=supervisor)


def mentors_to_hand_on(program: Program) -> QuerySet[Membership]:
    """Active mentors with a match whose own supervisor is not active any more; where no supervisor is, all of them.

    A mentor for whom nobody was chosen is looked after by all the program's supervisors.
    """
    supervisor = "mentor_profile__supervisor"
    shared = Q(**{supervisor: None}) & Exists(Membership.objects.active().with_role(Role.SUPERVISOR).filter(program=program))
    mentors = _with_a_match(program).filter(without_supervisor(supervisor) & ~shared)
    return mentors.select_related("user", f"{supervisor}__user").defer("mentor_profile__contact").order_by("joined_at", "id")


def _with_a_match(program: Program) -> QuerySet[Membership]:
    pairs = Relationship.objects.ongoing().filter(mentor=OuterRef("pk"))
    return Membership.objects.active().with_role(Role.MENTOR).filter(Exists(pairs), program=program)


def _answers_of(profile: MentorProfile | MenteeProfile | None) -> Callable[[ProfileField], Any]:
    return lambda asked: getattr(profile, asked.name, None)


def _private_answers() -> list[str]:
    """The private answers, which are not read here, as a query names them."""
    asked_of = ((role, asked) for role, model in PROFILE_OF.items() for asked in fields_of(model))
    return [f"{role}_profile__{asked.name}" for role, asked in asked_of if asked.is_private]


def missing_from(kind: str, answer: Callable[[ProfileField], Any], *, has_consent: bool, has_times: bool) -> list[str]:
    """What is not known of a mentor or mentee who gives these answers, which need not be saved."""
    needed = [asked for asked in fields_of(PROFILE_OF[kind]) if asked.is_needed]
    known = [
        (_("consent"), has_consent),
        *((str(asked.label), answer(asked)) for asked in needed),
        (_("weekly times to meet"), has_times),
    ]
    return [words for words, is_known in known if not is_known]


def staff_who_hear_of_consent(program_id: UUID) -> list[Membership]:
    """Who is told when somebody takes back their consent: the coordinators, else the admins. A page names staff by this too."""
    return Staff.of([program_id]).coordinators(program_id)


def newest_consent(person: Membership, on: date) -> Consent | None:
    """What this person agreed to in this role: the newest that is in force on that day, else the newest of all."""
    given = Consent.objects.of(person).order_by("-given_on")
    return given.in_force(person.program_id, on).first() or given.first()
