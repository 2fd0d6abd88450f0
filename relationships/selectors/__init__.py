"""What the pages about pairs read, in a fixed number of queries."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.enums import Role
from accounts.models import Membership, Program
from people.models import AvailabilityWindow
from people.rules import latest_birth_of_an_adult
from privacy.models import Consent
from relationships.enums import HOLDS_PLACE, NEVER_BEGAN, ONGOING, RUNNING, State
from relationships.grounds import Missing, in_words, missing_grounds, remedies
from relationships.lifecycle import RULES
from relationships.models import MentoringSession, Relationship, RelationshipQuerySet

CURRENT = "current"
HELD = "on_hold"
"""Beside the states, what a list of pairs can be asked for."""
TOLD_FOR = timedelta(days=7)
"""So long a match stands on the coordinators' home that no longer fits, and nobody is told of it again."""
RECENT_DAYS = 7
EARLY_DAYS = 30
START_DAYS = 7
"""The first session is expected within this many days of the start."""


@dataclass(frozen=True)
class OpenCall:
    """A mentee's call for support that staff have not closed: since when, whether for now or for today, and its page."""

    since: datetime
    is_now: bool
    url: str


FindCalls = Callable[[Sequence[Relationship], Membership, datetime], Mapping[UUID, OpenCall]]
_calls: list[FindCalls] = []


def register_calls(find: FindCalls) -> None:
    """`find(pairs, membership, now)` gives the open call of each pair, by pair, as far as this member may know of it, in a
    fixed number of queries. `supervision` knows, and registers here from its `ready()`.
    """
    if find not in _calls:
        _calls.append(find)


@dataclass(frozen=True)
class PairLine:
    """A pair in a list. `days_since` counts from the start, the last session or the end of a pause; None without a clock.

    `is_early` marks the first days of a pair, when staff look twice. `missing` are the grounds that it lacks now. `call` is the
    mentee's open call for support, where the reader may know of it.
    """

    pair: Relationship
    days_since: int | None
    met_today: bool
    is_early: bool
    missing: Missing
    call: OpenCall | None = None

    @classmethod
    def of(cls, pair: Relationship, missing: Missing, now: datetime) -> "PairLine":
        today = pair.mentor.user.today(now)
        since = pair.session_gap_since
        early = pair.state in RUNNING and pair.started_at is not None and (now - pair.started_at).days < EARLY_DAYS
        return cls(pair, (today - since).days if since else None, pair.last_session_on == today, early, missing)

    @property
    def is_on_hold(self) -> bool:
        return self.pair.state in ONGOING and bool(self.missing)

    @property
    def in_contact(self) -> bool:
        """Whether the two are a pair now, and may see how to reach each other."""
        return self.pair.state in ONGOING and not self.missing

    @property
    def missing_words(self) -> list[str]:
        """For a coordinator."""
        return in_words(self.pair, self.missing)

    @property
    def remedies(self) -> list[tuple[str, str]]:
        """What is missing and what helps, for a coordinator."""
        return remedies(self.pair, self.missing)


def pair_lines(pairs: Iterable[Relationship], now: datetime) -> list[PairLine]:
    """In two queries, for pairs `with_people()`."""
    shown = list(pairs)
    missing = missing_grounds(shown, now)
    return [PairLine.of(pair, missing[pair.pk], now) for pair in shown]


def pair_lines_for(membership: Membership, pairs: Iterable[Relationship], now: datetime) -> list[PairLine]:
    """As this member reads them: with the open calls for support that they may know of."""
    lines = pair_lines(pairs, now)
    shown = [line.pair for line in lines]
    calls = calls_in(shown, membership, now)
    return [replace(line, call=calls.get(line.pair.pk)) for line in lines]


def calls_in(pairs: Sequence[Relationship], membership: Membership, now: datetime) -> dict[UUID, OpenCall]:
    """The open call of each pair, as far as this member may know of it."""
    return {pk: call for find in _calls for pk, call in find(pairs, membership, now).items()}


def pairs_for(membership: Membership, now: datetime, state: str = CURRENT) -> RelationshipQuerySet:
    """The pairs in the state asked for, furthest into a session gap first. A mentor's list leaves out what never began."""
    pairs = Relationship.objects.visible_to(membership).with_people()
    if membership.role == Role.MENTOR:
        pairs = pairs.exclude(state__in=NEVER_BEGAN)
    if state == HELD:
        pairs = pairs.on_hold(membership.program.today(now))
    else:
        pairs = pairs.filter(state__in=HOLDS_PLACE) if state == CURRENT else pairs.filter(state=state)
    return pairs.order_by("-session_gap_step", F("last_session_on").asc(nulls_first=True), "proposed_at", "pk")


def sessions_of(pair: Relationship) -> list[MentoringSession]:
    """All that was logged and stands, newest first."""
    return list(pair.sessions.standing())


def next_session_on(sessions: list[MentoringSession], today: date) -> date | None:
    """The next date the last log names, unless it has passed."""
    latest = max(sessions, key=lambda session: session.logged_at, default=None)
    return latest.next_on if latest and latest.next_on and latest.next_on >= today else None


def ongoing_pair_of(mentee: Membership) -> Relationship | None:
    return Relationship.objects.ongoing().with_people().filter(mentee=mentee).first()


def contact_of(member: Membership) -> str:
    """How the person chose to be reached; empty when they did not say."""
    profile = getattr(member, f"{member.role}_profile", None)
    return profile.contact if profile else ""


def proposals_to_answer(member: Membership, now: datetime) -> list[Relationship]:
    """Open proposals to a mentor or a mentee, those they have not answered first."""
    mine = Relationship.objects.visible_to(member).proposed().filter(proposal_expires_at__gt=now).with_people()
    return list(mine.order_by(F(f"{member.role}_accepted_at").asc(nulls_first=True), "proposal_expires_at"))


def ended_proposals(membership: Membership, now: datetime) -> list[Relationship]:
    """Proposals that came to nothing in the last days, of mentees who have had no other since."""
    ended = Relationship.objects.visible_to(membership).filter(state__in=NEVER_BEGAN)
    ended = ended.exclude(mentee__in=Relationship.objects.holding_a_place().values("mentee"))
    return list(ended.filter(ended_at__gt=now - timedelta(days=RECENT_DAYS)).with_people().order_by("-ended_at")[:10])


def overdue_starts(membership: Membership, now: datetime) -> list[PairLine]:
    """Pairs that began a week ago or more and have not met yet; those on hold are not asked to."""
    mine = Relationship.objects.visible_to(membership).in_contact(membership.program.today(now))
    begun = mine.running().filter(last_session_on=None, started_at__lte=now - timedelta(days=START_DAYS))
    return pair_lines(begun.with_people().order_by("started_at"), now)


def was_not_allowed(pair: Relationship) -> bool:
    """Whether this proposal ended because the rules no longer allowed it."""
    return pair.state == State.WITHDRAWN and pair.transitions.filter(to_state=State.WITHDRAWN, reason=RULES).exists()


def pairs_on_hold(membership: Membership, now: datetime) -> list[PairLine]:
    """The ongoing pairs this member looks after of which a ground is missing, the first to begin first."""
    held = Relationship.objects.visible_to(membership).on_hold(membership.program.today(now)).with_people()
    return pair_lines_for(membership, held.order_by("started_at", "pk"), now)


def pairs_that_no_longer_fit(membership: Membership, now: datetime) -> list[PairLine]:
    """The ongoing pairs this member looks after of which it was told in the last days that they could not be paired any more,
    the latest first. What is told is over when the two fit again, or are on hold.
    """
    told = Relationship.objects.visible_to(membership).ongoing().filter(unfit_told_at__gt=now - TOLD_FOR)
    return pair_lines_for(membership, told.with_people().order_by("-unfit_told_at", "pk"), now)


def mentees_in_line(program: Program) -> QuerySet[Membership]:
    """Mentees on the waiting list who have neither a mentor nor a proposal to answer, longest waiting first."""
    taken = Relationship.objects.holding_a_place().filter(mentee=OuterRef("pk"))
    return (
        Membership.objects.active()
        .with_role(Role.MENTEE)
        .filter(~Exists(taken), program=program, mentee_profile__waiting_since__isnull=False)
        .select_related("user", "mentee_profile")
        .defer("mentee_profile__contact")
        .order_by("mentee_profile__waiting_since", "id")
    )


def waiting_mentees(program: Program, now: datetime) -> QuerySet[Membership]:
    """Those in line who can be paired: every count, list and round of people who wait for a mentor begins here.

    They lack nothing that a person must have beside anybody; `matching.scoring.eligibility` says the same of one person.
    """
    day = program.today(now)
    return mentees_in_line(program).filter(
        ~Q(mentee_profile__languages=[]),
        Exists(Consent.objects.in_force(program.pk, day).filter(person_id=OuterRef("user_id"), role=Role.MENTEE)),
        Exists(AvailabilityWindow.objects.filter(membership=OuterRef("pk"))),
        mentee_profile__birth_date__lte=latest_birth_of_an_adult(day),
    )


def pairs_of_mentees(program: Program) -> dict[UUID, bool]:
    """Mentees by membership: True with a mentor or a proposal now, False when a pair of theirs has ended."""
    rows = Relationship.objects.filter(program=program, state__in=(*HOLDS_PLACE, State.CLOSED)).values_list(
        "mentee_id", "state"
    )
    found: dict[UUID, bool] = {}
    for mentee, state in rows:
        found[mentee] = found.get(mentee, False) or state != State.CLOSED
    return found
