"""What supervision's pages and other rooms read, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q

from accounts.enums import Role
from accounts.models import Membership
from notifications.models import Message
from relationships.cadence import local_date
from relationships.enums import RUNNING
from relationships.models import MentoringSession, Relationship
from supervision.circles import CARE_STEP, who_hears
from supervision.enums import FlagKind
from supervision.models import Flag, FlagEvent
from supervision.querysets import FlagQuerySet
from supervision.staff import Staff

WINDOW_DAYS = 28


def supervisors_of(relationship: Relationship) -> list[Membership]:
    """The mentor's own supervisor, else the program's supervisors, else its coordinators, else its admins."""
    return Staff.of([relationship.program_id]).supervisors(relationship)


def supervisors_of_many(relationships: Sequence[Relationship]) -> dict[UUID, list[Membership]]:
    """The same for many pairs, in one query when they were selected `with_people()`."""
    staff = Staff.of(pair.program_id for pair in relationships)
    return {pair.pk: staff.supervisors(pair) for pair in relationships}


# Flags ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """Who was sent word of a flag, and when it went out; `is_stuck` when every try was in vain."""

    name: str
    sent_at: datetime | None
    is_stuck: bool


@dataclass(frozen=True)
class NextCall:
    """Whom the gap calls next, and on which day, if nothing is logged before."""

    day: date
    is_care: bool
    is_me: bool
    names: str


@dataclass(frozen=True)
class FlagLine:
    """A flag in a list, with its last line of history, who has been told and what comes next.

    `gap_days` and `next_call` belong to an open session gap, None for anything else.
    """

    flag: Flag
    last_event: FlagEvent | None
    told: list[Told]
    gap_days: int | None
    next_call: NextCall | None


def flag_lines(flags: Iterable[Flag], me: Membership, now: datetime) -> list[FlagLine]:
    """As `me` reads them. Three queries for any number of flags that were selected `with_people()`."""
    shown = list(flags)
    events: dict[UUID, list[FlagEvent]] = defaultdict(list)
    for event in FlagEvent.objects.filter(flag__in=shown):
        events[event.flag_id].append(event)
    told = _told_of(event for line in events.values() for event in line)
    staff = Staff.of(flag.program_id for flag in shown)
    return [
        FlagLine(
            flag,
            events[flag.pk][-1] if events[flag.pk] else None,
            list({person: one for event in events[flag.pk] for person, one in told[event.pk]}.values()),
            _gap_days(flag, now),
            _next_call(flag, staff, me),
        )
        for flag in shown
    ]


def _told_of(events: Iterable[FlagEvent]) -> dict[UUID, list[tuple[UUID, Told]]]:
    """By event: the recipients of its messages, each with their user's id."""
    told: dict[UUID, list[tuple[UUID, Told]]] = defaultdict(list)
    messages = Message.objects.filter(
        kind__startswith="supervision.", subject_id__in=[event.pk for event in events], cancelled_at=None
    )
    for message in messages.select_related("recipient").order_by("created_at", "recipient__first_name"):
        one = Told(message.recipient.full_name, message.sent_at, message.dead_at is not None)
        told[message.subject_id].append((message.recipient_id, one))
    return told


def _open_gap_of(flag: Flag) -> Relationship | None:
    """The pair of an open session gap whose days are counted."""
    pair = flag.relationship
    is_open_gap = flag.kind == FlagKind.SESSION_GAP and flag.closed_at is None
    return pair if is_open_gap and pair is not None and pair.session_gap_since is not None else None


def _gap_days(flag: Flag, now: datetime) -> int | None:
    pair = _open_gap_of(flag)
    if pair is None or pair.session_gap_since is None:
        return None
    return (local_date(now, pair.mentor.user.timezone) - pair.session_gap_since).days


def _next_call(flag: Flag, staff: Staff, me: Membership) -> NextCall | None:
    pair = _open_gap_of(flag)
    if pair is None or pair.session_gap_due_at is None:
        return None
    step = pair.session_gap_step + 1
    called = [person for kind, people in who_hears(pair, step, step, staff) for person in people if person != pair.mentor]
    return NextCall(
        day=local_date(pair.session_gap_due_at, pair.mentor.user.timezone),
        is_care=step == CARE_STEP,
        is_me=me in called,
        names=", ".join(person.user.full_name for person in called),
    )


def open_flags(membership: Membership) -> FlagQuerySet:
    """Open flags this person answers for, the most pressing first."""
    return Flag.objects.visible_to(membership).open().with_people().most_pressing_first()


def flags_for_coordinator(membership: Membership) -> FlagQuerySet:
    """Safety, long gaps and people without a mentor; every flag where the program has no supervisor."""
    supervisors = Membership.objects.active().filter(program=OuterRef("program"), role=Role.SUPERVISOR)
    return open_flags(membership).filter(Q(pk__in=Flag.objects.for_coordinators().values("pk")) | ~Q(Exists(supervisors)))


# Pairs ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PairHealth:
    """A pair in plain numbers: sessions held in the last four weeks, and how many its cadence expects.

    `expected` is None when nothing is expected (paused, closing) or the pair is younger than one cadence.
    """

    pair: Relationship
    held: int
    expected: int | None
    days_since: int | None


def pair_health(membership: Membership, now: datetime, limit: int) -> list[PairHealth]:
    """The pairs somebody supervises, gaps first, then those longest without a session. Two queries."""
    ongoing = Relationship.objects.visible_to(membership).ongoing().with_people()
    ordered = ongoing.order_by("-session_gap_step", F("last_session_on").asc(nulls_first=True), "started_at", "pk")
    pairs = list(ordered[:limit])
    window = local_date(now, membership.program.timezone) - timedelta(days=WINDOW_DAYS)
    sessions = MentoringSession.objects.held().filter(relationship__in=pairs, held_on__gt=window).order_by()
    held = dict(sessions.values_list("relationship_id").annotate(Count("pk")))
    return [_health(pair, held.get(pair.pk, 0), now) for pair in pairs]


def _health(pair: Relationship, held: int, now: datetime) -> PairHealth:
    today = local_date(now, pair.mentor.user.timezone)
    since = pair.session_gap_since
    return PairHealth(pair, held, _expected(pair, today), (today - since).days if since else None)


def _expected(pair: Relationship, today: date) -> int | None:
    if pair.state not in RUNNING or pair.started_at is None:
        return None
    age = (today - local_date(pair.started_at, pair.mentor.user.timezone)).days
    return min(age, WINDOW_DAYS) // pair.cadence_days or None
