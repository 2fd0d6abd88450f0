"""What supervision's pages and other rooms read, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership
from accounts.staff import Staff
from checkins.models import SupportRequest
from core.dates import Style, written
from notifications.models import CancelReason, Message
from relationships.enums import RUNNING
from relationships.grounds import missing_grounds
from relationships.models import MentoringSession, Relationship, SupervisorRequest
from supervision.escalation import Badge
from supervision.kinds import CONFIDED_REASONS, FOLLOW_UPS, FlagChange
from supervision.models import Flag, FlagEvent, FlagNotified, FlagQuerySet

WINDOW_DAYS = 28


@dataclass(frozen=True)
class Notification:
    """A person who was told of a flag, with their role, and when the mail went out, or they saw it on the site before: None as
    long as it is on its way.

    `is_stuck` when every try was in vain.
    """

    name: str
    sent_at: datetime | None
    is_stuck: bool


@dataclass(frozen=True)
class EventLine:
    """A line of a flag's history as one reader has it: what changed, and when, which is when somebody asked where one did."""

    event: FlagEvent
    change: FlagChange
    asked: SupportRequest | SupervisorRequest | None

    @property
    def at(self) -> datetime:
        return self.asked.asked_at if self.asked else self.event.at

    @property
    def why(self) -> str:
        return self.event.get_reason_display()

    @property
    def is_cause(self) -> bool:
        return self.change in (FlagChange.OPENED, FlagChange.RAISED) and self.event.reason not in FOLLOW_UPS

    @property
    def is_again(self) -> bool:
        """Whether a person asked, or told, once more while it was open."""
        return self.change == FlagChange.RAISED and self.asked is not None

    @property
    def words(self) -> str:
        """What the mentor wrote to the supervisor, empty for most. Opens the words."""
        return self.asked.words if isinstance(self.asked, SupervisorRequest) else ""


@dataclass(frozen=True)
class FlagLine:
    """A flag in a list, with what this reader may know of its history, the people who were notified and what comes next.

    `gap_days` and `next_step`, the sentence about the staff to whom the gap comes next, belong to an open session gap.
    """

    flag: Flag
    history: list[EventLine]
    notified: list[Notification]
    gap_days: int | None
    next_step: str

    @property
    def since(self) -> datetime:
        """Since when it is open: when somebody asked, where one did."""
        return self.history[0].at if self.history else self.flag.opened_at

    @property
    def last(self) -> EventLine | None:
        return self.history[-1] if self.history else None

    @property
    def causes(self) -> list[EventLine]:
        """The latest line of each cause, the oldest cause first."""
        latest = {line.event.reason: line for line in self.history if line.is_cause}
        return sorted(latest.values(), key=lambda line: line.at)

    @property
    def confided(self) -> list[EventLine]:
        """What the mentor told the supervisor alone, each time."""
        return [line for line in self.history if line.event.reason in CONFIDED_REASONS]

    @property
    def call(self) -> SupportRequest | None:
        """The mentee's latest request for support behind it, if they asked at all."""
        calls = [line.asked for line in self.history if isinstance(line.asked, SupportRequest)]
        return calls[-1] if calls else None

    @property
    def badge(self) -> Badge:
        return self.flag.spec.badge_at(self.flag.step)

    @property
    def badge_text(self) -> str:
        day = written(self.since, Style.DAY)
        return str(self.badge.text) % {"step": self.flag.step, "day": day}

    @property
    def advice(self) -> str:
        """What helps to close it; empty where nothing is to be said."""
        return str(self.flag.spec.advice_at(self.flag.step) or "") % self.names

    @property
    def names(self) -> dict[str, str]:
        """The first names of the two, for the sentences about them."""
        pair = self.flag.relationship
        if pair is None:
            return {"mentee": self.flag.about.user.first_name, "mentor": ""}
        return {"mentee": pair.mentee.user.first_name, "mentor": pair.mentor.user.first_name}


def flag_lines(flags: Iterable[Flag], me: Membership, now: datetime) -> list[FlagLine]:
    """As `me` reads them. Six queries for any number of flags that were selected `with_people()`."""
    shown = list(flags)
    history = _history(shown, me)
    staff = Staff.of(flag.program_id for flag in shown)
    notified = _notified([line.event for lines in history.values() for line in lines])
    return [
        FlagLine(
            flag,
            history[flag.pk],
            notified.get(flag.pk, []),
            _gap_days(flag, now),
            _next_step(flag, staff, me),
        )
        for flag in shown
    ]


def _history(flags: Sequence[Flag], me: Membership) -> dict[UUID, list[EventLine]]:
    """By flag, what `me` may read of its history, oldest first.

    Where it began with what is not for `me`, it begins with the first cause that is, so that nothing seems to be left out.
    """
    events = list(FlagEvent.objects.visible_to(me).filter(flag__in=flags).select_related("by__user"))
    sources = [event.source_id for event in events if event.source_id]
    asked: dict[UUID, SupportRequest | SupervisorRequest] = {}
    asked.update(SupportRequest.objects.in_bulk(sources))
    asked.update(SupervisorRequest.objects.in_bulk(sources))
    history: dict[UUID, list[EventLine]] = {flag.pk: [] for flag in flags}
    for event in events:
        known = history[event.flag_id]
        if not known and event.reason in FOLLOW_UPS:
            continue
        is_first = not known and event.change == FlagChange.RAISED
        change = FlagChange.OPENED if is_first else FlagChange(event.change)
        known.append(EventLine(event, change, asked.get(event.source_id)))
    return history


def _notified(events: Sequence[FlagEvent]) -> dict[UUID, list[Notification]]:
    """By flag: the people told, each once a day. A message that is no longer kept counts as sent on the day it was written."""
    flag_of = {event.pk: event.flag_id for event in events if event.change in (FlagChange.OPENED, FlagChange.RAISED)}
    lines = list(FlagNotified.objects.filter(event__in=flag_of).select_related("member__user"))
    said: QuerySet[Any] = Message.objects.annotate(sent_at=Min("deliveries__sent_at"), dead_at=Min("deliveries__dead_at"))
    messages = said.in_bulk([line.message_id for line in lines])
    notified: dict[UUID, dict[tuple[UUID, date | None, bool], Notification]] = defaultdict(dict)
    for line in lines:
        message = messages.get(line.message_id)
        if message is not None and message.cancelled_at is not None and message.cancel_reason != CancelReason.SEEN:
            continue
        sent_at, is_stuck = line.at, False
        if message is not None:
            sent_at, is_stuck = message.sent_at or message.cancelled_at, message.dead_at is not None
        once = line.member.user_id, localtime(sent_at).date() if sent_at else None, is_stuck
        notified[flag_of[line.event_id]].setdefault(once, Notification(_name_and_role(line), sent_at, is_stuck))
    return {flag_id: list(found.values()) for flag_id, found in notified.items()}


def _name_and_role(line: FlagNotified) -> str:
    return _("%(name)s, %(role)s") % {"name": line.member.user.full_name, "role": line.get_role_display().lower()}


def _open_gap_of(flag: Flag) -> Relationship | None:
    """The pair of an open session gap whose days are counted."""
    pair = flag.relationship
    is_open_gap = flag.spec.follows_gap and flag.closed_at is None
    return pair if is_open_gap and pair is not None and pair.session_gap_since is not None else None


def _gap_days(flag: Flag, now: datetime) -> int | None:
    pair = _open_gap_of(flag)
    if pair is None or pair.session_gap_since is None:
        return None
    return (pair.mentor.user.today(now) - pair.session_gap_since).days


def _next_step(flag: Flag, staff: Staff, me: Membership) -> str:
    """To which staff the gap comes next, and on which day, if no session is logged before; empty when no step is left."""
    pair = _open_gap_of(flag)
    if pair is None or pair.session_gap_due_at is None:
        return ""
    step = flag.spec.steps[pair.session_gap_step]
    people = [person for person in step.recipients(staff, flag.program_id, pair) if person != pair.mentor]
    day = written(pair.mentor.user.today(pair.session_gap_due_at), Style.WEEKDAY)
    if me in people:
        return str(step.comes_to_you) % {"day": day}
    names = ", ".join(person.user.full_name for person in people)
    return str(step.goes_to) % {"names": names, "day": day} if names else ""


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
    is_on_hold: bool


def pair_health(membership: Membership, now: datetime, limit: int) -> list[PairHealth]:
    """The pairs a supervisor looks after, gaps first, then those longest without a session. Four queries."""
    ongoing = Relationship.objects.visible_to(membership).ongoing().with_people()
    ordered = ongoing.order_by("-session_gap_step", F("last_session_on").asc(nulls_first=True), "started_at", "pk")
    pairs = list(ordered[:limit])
    window = membership.program.today(now) - timedelta(days=WINDOW_DAYS)
    sessions = MentoringSession.objects.held().filter(relationship__in=pairs, held_on__gt=window).order_by()
    held = dict(sessions.values_list("relationship_id").annotate(Count("pk")))
    missing = missing_grounds(pairs, now)
    return [_health(pair, held.get(pair.pk, 0), now, is_on_hold=bool(missing[pair.pk])) for pair in pairs]


def _health(pair: Relationship, held: int, now: datetime, *, is_on_hold: bool) -> PairHealth:
    today = pair.mentor.user.today(now)
    since = pair.session_gap_since
    return PairHealth(pair, held, _expected(pair, today), (today - since).days if since else None, is_on_hold)


def _expected(pair: Relationship, today: date) -> int | None:
    if pair.state not in RUNNING or pair.started_at is None:
        return None
    age = (today - pair.mentor.user.today(pair.started_at)).days
    return min(age, WINDOW_DAYS) // pair.cadence_days or None
