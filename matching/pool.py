"""A program's people, evaluated: which two may be paired, how well they fit, and the set that is best for all of them.

Every page and service that asks which mentors suit a mentee asks here. The number of queries does not grow with the number of
people.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, Program
from accounts.timezones import zone_of
from core.errors import DomainError
from matching.assignment import Assignment, assign
from matching.explain.ineligible import ineligible
from matching.scoring.evaluation import Evaluation, People
from matching.scoring.factors import Weights
from matching.scoring.people import MenteeFacts, MentorFacts, answers_of, distinct_names
from matching.scoring.tables import Frequencies
from people.availability import Window
from people.models import AvailabilityWindow, MenteeProfile, MentorProfile, NeverPair
from people.rules import days_waited
from privacy.consents import people_with_consent
from relationships.enums import HOLDS_PLACE, CloseReason, State
from relationships.models import Relationship
from training.readiness import readiness

Two = tuple[UUID, UUID]
"""A mentee's and a mentor's membership."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Pool(Evaluation):
    """An evaluation of a program's people. `members` finds the row of an id."""

    members: dict[str, Membership]

    def mentee(self, row: int) -> Membership:
        return self.members[self.people.mentees[row].id]

    def mentor(self, column: int) -> Membership:
        return self.members[self.people.mentors[column].id]


def evaluate(
    program: Program,
    mentees: Sequence[Membership],
    *,
    now: datetime,
    weights: Weights | None = None,
    beside: Collection[UUID] | None = None,
    overridden: Container[Two] = (),
) -> Pool:
    """`mentees` of this program (with user and profile) beside all its active mentors, or those of them in `beside`.

    Of the two in `overridden` a coordinator knows that one of them said no before, and asks again. In five queries, and one
    more when a score is first asked for.
    """
    all_or_some = active_mentors(program) if beside is None else active_mentors(program).filter(pk__in=beside)
    profiles = all_or_some.select_related("user", "mentor_profile__training")
    mentors = list(profiles.defer("mentor_profile__contact").order_by("id"))
    for member in mentors:
        member.program = program  # readiness asks for it
    about = replace(_About.of([*mentees, *mentors], program, now), names=_names_of([*mentees, *mentors]))
    taken, never, declined = _pairs_that_count(program)
    named = NeverPair.objects.filter(program=program).values_list("person__user_id", "other__user_id")
    people = People(
        mentees=[about.mentee(member) for member in sorted(mentees, key=lambda m: m.pk)],
        mentors=[about.mentor(member, taken[member.pk], now) for member in mentors],
        never=[*never, *((str(one), str(other)) for one, other in named)],
        declined=[(str(mentee), str(mentor)) for mentee, mentor in declined if (mentee, mentor) not in overridden],
        frequencies=partial(experience_frequencies, program),
    )
    return Pool(people=people, now=now, weights=weights, members={str(member.pk): member for member in (*mentees, *mentors)})


def propose_set(
    evaluation: Evaluation,
    *,
    protects_weakest: bool = True,
    forced: Iterable[tuple[int, int]] = (),
    forbidden: Iterable[tuple[int, int]] = (),
) -> Assignment:
    """The best set of pairs: what is forced stands, as many people as possible, the longest wait first, then the scores.

    Pairs are a row of the mentees and a column of the mentors. The people need no database.
    """
    return assign(
        evaluation.scores.matrix,
        evaluation.places,
        eligible=evaluation.eligibility.mask(),
        priority=[who.days for who in evaluation.people.mentees],
        floor=protects_weakest,
        forced=forced,
        forbidden=forbidden,
    )


def require_eligible(pool: Pool, mentor: Membership, mentee: Membership) -> None:
    """Refuse with `not_eligible`, and say everything that stands in the way.

    The pool holds the rules as they stand, read anew: what a page showed a minute ago may no longer hold.
    """
    row, column = pool.row_of.get(str(mentee.pk)), pool.column_of.get(str(mentor.pk))
    if row is None:
        raise DomainError(_not_waiting(mentee), code="not_eligible")
    if column is None:
        raise DomainError(_("%(name)s is not an active mentor now.") % {"name": mentor.user.full_name}, code="not_eligible")
    barriers = pool.barriers(row, column)
    if not barriers.clear:
        reasons = ineligible(pool.people.mentees[row], pool.people.mentors[column], barriers)
        raise DomainError(
            _("%(mentor)s and %(mentee)s cannot be matched: %(reasons)s.")
            % {"mentor": mentor.user.full_name, "mentee": mentee.user.full_name, "reasons": "; ".join(reasons)},
            code="not_eligible",
        )


def _not_waiting(mentee: Membership) -> str:
    pair = Relationship.objects.holding_a_place().filter(mentee=mentee).select_related("mentor__user").first()
    if pair is None:
        return _("%(name)s is not waiting for a mentor now.") % {"name": mentee.user.full_name}
    names = {"name": mentee.user.full_name, "mentor": pair.mentor.user.full_name}
    if pair.state == State.PROPOSED:
        return _("%(name)s has a proposal to answer already, with %(mentor)s.") % names
    return _("%(name)s already has a mentor: %(mentor)s.") % names


def facts_of_mentees(program: Program, mentees: Sequence[Membership], now: datetime) -> dict[UUID, MenteeFacts]:
    """What matching knows of these mentees, without a mentor beside them. In two queries."""
    about = replace(_About.of(mentees, program, now), names=_names_of(mentees))
    return {member.pk: about.mentee(member) for member in mentees}


def active_mentors(program: Program) -> QuerySet[Membership]:
    """Ready or not."""
    return Membership.objects.active().with_role(Role.MENTOR).filter(program=program, mentor_profile__isnull=False)


def proposals_out(program: Program) -> list[Relationship]:
    """Proposals that a mentee or a mentor has yet to answer, the first to expire first."""
    return list(Relationship.objects.proposed().filter(program=program).with_people().order_by("proposal_expires_at", "id"))


def pairs_of(mentee: Membership) -> list[Relationship]:
    """Every proposal and pair this mentee has had, oldest first."""
    return list(Relationship.objects.filter(mentee=mentee).with_people().order_by("proposed_at", "id"))


def experience_frequencies(program: Program) -> Frequencies:
    """Over everybody in the program who takes part, waiting or not, so that one person's scores do not hang on who waits."""
    people = Membership.objects.active().filter(program=program)
    answers = people.values_list("mentee_profile__experiences", "mentor_profile__experiences")
    return Frequencies.of(mentee or mentor or () for mentee, mentor in answers)


def load_two(mentee_id: UUID, mentor_id: UUID, *, now: datetime) -> tuple[MenteeFacts, MentorFacts]:
    """The facts of one mentee and one mentor of the same program, in three queries. Places taken are not counted."""
    members = Membership.objects.filter(pk__in=[mentee_id, mentor_id])
    profiles = members.select_related("user", "program", "mentee_profile", "mentor_profile__training")
    rows = {member.pk: member for member in profiles}
    mentee, mentor = rows[mentee_id], rows[mentor_id]
    about = _About.of([mentee, mentor], mentor.program, now)
    return about.mentee(mentee), about.mentor(mentor, 0, now)


def _names_of(members: Sequence[Membership]) -> dict[UUID, str]:
    """What a coordinator calls each of them: the first name, or the whole name where two of them share it."""
    people = {member.user_id: (member.user.first_name, member.user.full_name) for member in members}
    names = distinct_names(people)
    return {member.pk: names[member.user_id] for member in members}


def _pairs_that_count(program: Program) -> tuple[Counter[UUID], list[tuple[str, str]], list[Two]]:
    """Places taken, by mentor; the users of pairs that ended for safety; the two of whom one said no to a proposal."""
    counts = Q(state__in=(*HOLDS_PLACE, State.DECLINED)) | Q(close_reason=CloseReason.SAFETY)
    pairs = Relationship.objects.filter(counts, program=program)
    rows = list(pairs.values_list("state", "mentee_id", "mentor_id", "mentor__user_id", "mentee__user_id"))
    taken = Counter(mentor_id for state, _mentee, mentor_id, *_ in rows if state in HOLDS_PLACE)
    never = [(str(mentor), str(mentee)) for state, _mentee, _mentor, mentor, mentee in rows if state == State.CLOSED]
    return taken, never, [(mentee, mentor) for state, mentee, mentor, *_ in rows if state == State.DECLINED]


@dataclass(frozen=True, slots=True)
class _About:
    """What several people have in rows of their own: weekly times by membership, and whose consent is in force.

    `names` are by membership too, for those whose first name does not do.
    """

    day: date
    windows: dict[UUID, list[Window]]
    consenting: set[tuple[UUID, str]]
    names: dict[UUID, str] = field(default_factory=dict)

    @classmethod
    def of(cls, members: Sequence[Membership], program: Program, now: datetime) -> "_About":
        windows: dict[UUID, list[Window]] = defaultdict(list)
        rows = AvailabilityWindow.objects.filter(membership__in=members)
        for member_id, *window in rows.values_list("membership_id", "weekday", "start_minute", "end_minute"):
            windows[member_id].append(Window(*window))
        day = program.today(now)
        return cls(day, windows, people_with_consent(program.pk, day))

    def mentee(self, member: Membership) -> MenteeFacts:
        profile = member.mentee_profile
        return MenteeFacts(**self._facts(member, profile), days=days_waited(profile.waiting_since, self.day))

    def mentor(self, member: Membership, taken: int, now: datetime) -> MentorFacts:
        profile = member.mentor_profile
        return MentorFacts(
            **self._facts(member, profile),
            capacity=profile.capacity,
            places_left=profile.capacity - taken,
            is_taking_mentees=profile.is_taking_mentees,
            missing=tuple(str(reason) for reason in readiness(profile, now).missing),
        )

    def _facts(self, member: Membership, profile: MenteeProfile | MentorProfile) -> dict[str, Any]:
        """What `PersonFacts` asks for."""
        return {
            "id": str(member.pk),
            "person": str(member.user_id),
            "name": self.names.get(member.pk, member.user.first_name),
            "time_zone": zone_of(member.user.timezone).key,
            "windows": tuple(self.windows.get(member.pk, ())),
            **answers_of(partial(getattr, profile), self.day),
            "has_consent": (member.user_id, member.role) in self.consenting,
        }
