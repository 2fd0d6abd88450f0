"""What supervision's pages and other rooms read, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership
from accounts.staff import Staff
from checkins.models import SupportRequest
from notifications.models import Message
from relationships.enums import RUNNING
from relationships.grounds import missing_grounds
from relationships.models import MentoringSession, Relationship, SupervisorRequest
from supervision.escalation import Badge
from supervision.kinds import FlagChange, FlagReason
from supervision.models import Flag, FlagEvent, FlagNotified, FlagQuerySet

WINDOW_DAYS = 28


@dataclass(frozen=True)
class Notification:
    """A person who was told of a flag, with their role, and when the mail went out: None as long as it is on its way.

    `is_stuck` when every try was in vain.
    """

    name: str
    sent_at: datetime | None
    is_stuck: bool


@dataclass(frozen=True)
class FlagLine:
    """A flag in a list, with its last line of history, the people who were notified and what comes next.

    `causes` has the latest line of history of each cause, the oldest cause first.
    `gap_days` and `next_step`, the sentence about the staff to whom the gap comes next, belong to an open session gap.
    `mentor_was_told` is whether a call for support reached the mentor too.
    """

    flag: Flag
    last_event: FlagEvent | None
    causes: list[FlagEvent]
    notified: list[Notification]
    gap_days: int | None
    next_step: str
    mentor_was_told: bool

    @property
    def badge(self) -> Badge:
        return self.flag.spec.badge_at(self.flag.step)

    @property
    def badge_text(self) -> str:
        day = date_format(localtime(self.flag.opened_at), "F j")
        return str(self.badge.text) % {"step": self.flag.step, "day": day}

    @property
    def advice(self) -> str:
        """What helps to close it; empty where nothing is to be said."""
        return str(self.flag.spec.advice_at(self.flag.step) or "") % self._names

    @property
    def first(self) -> str:
        """What staff do first about a call for support or a worry; empty for any other flag."""
        call = self.flag.spec.call
        if call is None:
            return ""
        sentences = call.first if self._mentor_can_help else call.first_without_mentor
        return " ".join(str(sentence) % self._names for sentence in sentences)

    @property
    def _mentor_can_help(self) -> bool:
        """Whether to send staff to the mentor: the one who spoke, or who was told of the call and is still there."""
        pair = self.flag.relationship
        if pair is None or self.flag.spec.is_confided:
            return pair is not None
        return self.mentor_was_told and pair.mentor.is_active and pair.mentor.user.is_active

    @property
    def _names(self) -> dict[str, str]:
        pair = self.flag.relationship
        if pair is None:
            return {"mentee": self.flag.about.user.first_name, "mentor": ""}
        return {"mentee": pair.mentee.user.first_name, "mentor": pair.mentor.user.first_name}


def flag_lines(flags: Iterable[Flag], me: Membership, now: datetime) -> list[FlagLine]:
    """As `me` reads them. Five queries for any number of flags that were selected `with_people()`."""
    shown = list(flags)
    events: dict[UUID, list[FlagEvent]] = defaultdict(list)
    for event in FlagEvent.objects.filter(flag__in=shown):
        events[event.flag_id].append(event)
    staff = Staff.of(flag.program_id for flag in shown)
    notified = _notified([event for line in events.values() for event in line])
    reached_mentors = _that_reached_mentors([event for line in events.values() for event in line])
    return [
        FlagLine(
            flag,
            events[flag.pk][-1] if events[flag.pk] else None,
            _causes(events[flag.pk]),
            notified.get(flag.pk, []),
            _gap_days(flag, now),
            _next_step(flag, staff, me),
            flag.pk in reached_mentors,
        )
        for flag in shown
    ]


def _that_reached_mentors(events: Iterable[FlagEvent]) -> set[UUID]:
    """Flags of calls of which `checkins` told the mentor."""
    flag_of = {event.source_id: event.flag_id for event in events if event.source_id}
    told = SupportRequest.objects.filter(pk__in=flag_of).exclude(shared_with=None)
    return {flag_of[pk] for pk in told.values_list("pk", flat=True)}


def _causes(events: Iterable[FlagEvent]) -> list[FlagEvent]:
    calls = [event for event in events if event.change in (FlagChange.OPENED, FlagChange.RAISED)]
    latest = {event.reason: event for event in calls if event.reason != FlagReason.UNANSWERED}
    return sorted(latest.values(), key=lambda event: event.at)


def _notified(events: Sequence[FlagEvent]) -> dict[UUID, list[Notification]]:
    """By flag: the people told, each once a day. A message that is no longer kept counts as sent on the day it was written."""
    flag_of = {event.pk: event.flag_id for event in events if event.change in (FlagChange.OPENED, FlagChange.RAISED)}
    lines = list(FlagNotified.objects.filter(event__in=flag_of).select_related("member__user"))
    said: QuerySet[Any] = Message.objects.annotate(sent_at=Min("deliveries__sent_at"), dead_at=Min("deliveries__dead_at"))
    messages = said.in_bulk([line.message_id for line in lines])
    notified: dict[UUID, dict[tuple[UUID, date | None, bool], Notification]] = defaultdict(dict)
    for line in lines:
        message = messages.get(line.message_id)
        if message is not None and message.cancelled_at is not None:
            continue
        sent_at, is_stuck = (message.sent_at, message.dead_at is not None) if message else (line.at, False)
        once = line.member.user_id, localtime(sent_at).date() if sent_at else None, is_stuck
        notified[flag_of[line.event_id]].setdefault(once, Notification(_name_and_role(line), sent_at, is_stuck))
    return {flag_id: list(found.values()) for flag_id, found in notified.items()}


def _name_and_role(line: FlagNotified) -> str:
    return _("%(name)s, %(role)s") % {"name": line.member.user.full_name, "role": line.get_role_display().lower()}


def latest_call_of(events: Iterable[FlagEvent]) -> SupportRequest | None:
    """The latest request for support behind a flag, if a mentee asked at all."""
    return (
        SupportRequest.objects.filter(pk__in=[event.source_id for event in events if event.source_id])
        .order_by("asked_at")
        .last()
    )


def with_words(events: Sequence[FlagEvent]) -> list[tuple[FlagEvent, str]]:
    """Each line of history with what the mentor wrote to the supervisor, empty for most. Opens the words."""
    asked = SupervisorRequest.objects.in_bulk([event.source_id for event in events if event.source_id])
    return [(event, asked[event.source_id].words if event.source_id in asked else "") for event in events]


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
    day = date_format(pair.mentor.user.today(pair.session_gap_due_at), "l, F j")
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
