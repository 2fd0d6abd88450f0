"""What matching's pages read. The number of queries does not grow with the number of people."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.availability import Window
from accounts.enums import Role
from accounts.models import AvailabilityWindow, Membership, MenteeProfile, MentorProfile, NeverPair, Program
from accounts.timezones import zone_of
from matching.factors import Frequencies
from matching.people import MenteeFacts, MentorFacts
from privacy.consents import people_with_consent
from relationships.enums import CloseReason
from relationships.models import Relationship
from training.readiness import readiness


@dataclass(frozen=True, slots=True)
class People:
    """One program's people as matching sees them, each list ordered by id. `members` finds the row of an id."""

    mentees: list[MenteeFacts]
    mentors: list[MentorFacts]
    never: list[tuple[str, str]]
    frequencies: Frequencies
    members: dict[str, Membership]


def program_day(program: Program, now: datetime) -> date:
    """Today, where the program is."""
    return now.astimezone(zone_of(program.timezone)).date()


def waiting_mentees(program: Program) -> QuerySet[Membership]:
    """Mentees whose intake is complete and who have neither a mentor nor a proposal to answer, longest waiting first."""
    taken = Relationship.objects.holding_a_place().filter(mentee=OuterRef("pk"))
    return (
        Membership.objects.active()
        .with_role(Role.MENTEE)
        .filter(~Exists(taken), program=program, mentee_profile__waiting_since__isnull=False)
        .order_by("mentee_profile__waiting_since", "id")
    )


def proposals_out(program: Program) -> list[Relationship]:
    """Proposals that somebody has yet to answer, the first to expire first."""
    return list(Relationship.objects.proposed().filter(program=program).with_people().order_by("proposal_expires_at", "id"))


def load_people(program: Program, mentees: QuerySet[Membership], *, now: datetime) -> People:
    """`mentees` (of this program) beside all its active mentors, in eight queries."""
    mentors = Membership.objects.active().with_role(Role.MENTOR).filter(program=program, mentor_profile__isnull=False)
    mentee_rows = list(mentees.select_related("user", "mentee_profile").defer("mentee_profile__contact").order_by("id"))
    mentor_rows = list(
        mentors.select_related("user", "program", "mentor_profile__training").defer("mentor_profile__contact").order_by("id")
    )
    about = _About.of(mentors | mentees, program, now)
    taken = Counter(Relationship.objects.holding_a_place().filter(program=program).values_list("mentor_id", flat=True))
    return People(
        mentees=[MenteeFacts(**about.facts(member, member.mentee_profile)) for member in mentee_rows],
        mentors=[_mentor(member, about, taken[member.pk], now) for member in mentor_rows],
        never=never_pairs(program),
        frequencies=_frequencies(program, mentor_rows),
        members={str(member.pk): member for member in (*mentee_rows, *mentor_rows)},
    )


def load_two(mentee_id: UUID, mentor_id: UUID, *, now: datetime) -> tuple[MenteeFacts, MentorFacts]:
    """The facts of one mentee and one mentor of the same program, in three queries. Places taken are not counted."""
    members = Membership.objects.filter(pk__in=[mentee_id, mentor_id])
    profiles = members.select_related("user", "program", "mentee_profile", "mentor_profile__training")
    rows = {member.pk: member for member in profiles}
    mentee, mentor = rows[mentee_id], rows[mentor_id]
    about = _About.of(members, mentor.program, now)
    return MenteeFacts(**about.facts(mentee, mentee.mentee_profile)), _mentor(mentor, about, 0, now)


def standing_pair(mentee: Membership) -> Relationship | None:
    """The proposal this mentee can answer, or the mentor they have."""
    return Relationship.objects.holding_a_place().filter(mentee=mentee).with_people().first()


def _mentor(member: Membership, about: "_About", taken: int, now: datetime) -> MentorFacts:
    profile = member.mentor_profile
    return MentorFacts(
        **about.facts(member, profile),
        capacity=profile.capacity,
        places_left=profile.capacity - taken,
        is_taking_mentees=profile.is_taking_mentees,
        missing=tuple(str(reason) for reason in readiness(profile, now).missing),
    )


@dataclass(frozen=True, slots=True)
class _About:
    """What several people have in rows of their own: weekly times by membership, and whose consent is in force."""

    day: date
    windows: dict[UUID, list[Window]]
    consenting: set[UUID]

    @classmethod
    def of(cls, members: QuerySet[Membership], program: Program, now: datetime) -> "_About":
        windows: dict[UUID, list[Window]] = defaultdict(list)
        for row in AvailabilityWindow.objects.filter(membership__in=members.order_by().values("pk")):
            windows[row.membership_id].append(Window(row.weekday, row.start_minute, row.end_minute))
        day = program_day(program, now)
        return cls(day, windows, people_with_consent(program.pk, day))

    def facts(self, member: Membership, profile: MenteeProfile | MentorProfile) -> dict[str, Any]:
        """What `PersonFacts` asks for."""
        return {
            "id": str(member.pk),
            "person": str(member.user_id),
            "name": member.user.first_name,
            "time_zone": zone_of(member.user.timezone).key,
            "windows": tuple(self.windows.get(member.pk, ())),
            "age": profile.age_on(self.day),
            "gender": profile.gender,
            "languages": tuple(profile.languages),
            "pathways": tuple(profile.pathways),
            "goals": tuple(profile.goals),
            "experiences": tuple(profile.experiences),
            "modes": tuple(profile.meeting_modes),
            "styles": tuple(profile.support_styles),
            "interests": tuple(profile.interests),
            "dislikes": tuple(profile.dislikes),
            "places": tuple(profile.places),
            "preferred_genders": tuple(profile.preferred_genders),
            "required_genders": tuple(profile.required_genders),
            "preferred_age_min": profile.preferred_age_min,
            "preferred_age_max": profile.preferred_age_max,
            "has_consent": member.user_id in self.consenting,
        }


def never_pairs(program: Program) -> list[tuple[str, str]]:
    """Users who must not be paired: named by either, or once a pair that ended for safety."""
    named = NeverPair.objects.filter(program=program).values_list("person__user_id", "other__user_id")
    ended = Relationship.objects.filter(program=program, close_reason=CloseReason.SAFETY)
    return [(str(one), str(other)) for one, other in (*named, *ended.values_list("mentee__user_id", "mentor__user_id"))]


def _frequencies(program: Program, mentors: Sequence[Membership]) -> Frequencies:
    """Over everybody in the program who takes part, waiting or not, so that one person's scores do not hang on who waits."""
    mentees = MenteeProfile.objects.filter(
        membership__program=program, membership__is_active=True, membership__user__is_active=True
    )
    answers = [*mentees.values_list("experiences", flat=True), *(member.mentor_profile.experiences for member in mentors)]
    return Frequencies.of(answers)
