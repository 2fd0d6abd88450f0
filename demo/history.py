"""Play the stories of `demo.story` through the services, so that everything in the demo program could have happened."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import UUID, uuid4

from django.db.models import F

from accounts.enums import Role
from accounts.models import Membership
from accounts.timezones import zone_of
from checkins.enums import SUPPORT_KINDS
from checkins.models import CheckIn
from checkins.services import submit_checkin
from core.scans import all_scans
from demo import people, story
from demo.profiles import Cast
from demo.story import CheckInStory, PairStory, SessionStory
from matching.waiting.services import propose_match
from notifications.models import Delivery, Notice
from people.services.invitations import invite
from relationships.enums import Outcome, RequestKind, State
from relationships.models import Relationship
from relationships.services import accept, ask_supervisor, change_state, confirm_session, decline, log_session
from supervision.kinds import FlagKind
from supervision.models import Flag
from supervision.services import resolve_flag, take_up_confided, take_up_requests

DRAIN_ORDER = 90
"""Scans from here on send and seal: what is past was sent long ago."""
REMINDED_DAYS = 35
"""Older check-ins are written all at once; playing them one by one would double the time it takes to load."""
SCAN_AT = time(12, 5)
HEARD_AFTER = timedelta(seconds=10)
"""Whoever asks for somebody waits for no daily scan."""
DONE_FOR_SAFETY = "Rang both the same evening. He is safe and stays with his brother this week. We speak again on Monday."

Event = tuple[datetime, Callable[[datetime], object]]


@dataclass
class Player:
    """Collects what happened as (time, action) and then plays it in order of time, with the daily scans between."""

    cast: Cast
    now: datetime
    events: list[Event] = field(default_factory=list)
    pairs: dict[tuple[int, int], Relationship] = field(default_factory=dict)
    old_checkins: list[CheckIn] = field(default_factory=list)
    old_and_shared: dict[tuple[int, int], list[UUID]] = field(default_factory=lambda: defaultdict(list))

    def play(self, stories: list[PairStory], *, is_half_a_year: bool) -> None:
        for told in stories:
            self._begin(told)
            self._meet(told)
            self._turn(told)
        self._propose_to_the_waiting()
        self._invite()
        if is_half_a_year:
            self._propose_in_vain()
            self._resolve_safety()
        CheckIn.objects.bulk_create(self.old_checkins)
        self._scan_daily(from_days_ago=max(told.started for told in stories) + 3)
        for at, action in sorted(self.events, key=lambda event: event[0]):
            action(at)
        for key, checkins in self.old_and_shared.items():
            CheckIn.objects.filter(pk__in=checkins).update(shared_with=self.pairs[key])
        settle_messages(self.now)
        scan(self.now)

    def _at(self, days_ago: int, hour: int, minute: int = 0) -> datetime:
        """A time on the wall of the program, that many days ago."""
        return datetime.combine(self._day(days_ago), time(hour, minute), zone_of(self.cast.program.timezone))

    def _day(self, days_ago: int) -> date:
        return self.cast.program.today(self.now) - timedelta(days=days_ago)

    def _add(self, at: datetime, action: Callable[[datetime], object]) -> None:
        self.events.append((at, action))

    def _begin(self, told: PairStory) -> None:
        """Proposed, answered by both, introduced the same afternoon (a pair of the last days still waits for that)."""
        mentor, mentee = self.cast.mentors[told.mentor], self.cast.mentees[told.mentee]
        key = (told.mentor, told.mentee)
        self._add(self._at(told.started + 3, 10), partial(self._propose, key))
        self._add(self._at(told.started + 2, 8), partial(self._accept, key, mentor))
        self._add(self._at(told.started, 12), partial(self._accept, key, mentee))
        if told.state != State.ACCEPTED:
            self._add(self._at(told.started, 17), partial(self._change, key, State.INTRODUCED, ""))

    def _meet(self, told: PairStory) -> None:
        key = (told.mentor, told.mentee)
        for session in told.sessions:
            self._add(self._at(session.days_ago, 19, 30), partial(self._log, key, session))
        for checkin in told.checkins:
            at = self._at(checkin.days_ago, checkin.hour, 20)
            if checkin.days_ago > REMINDED_DAYS:
                self._write(key, checkin, at)
            else:
                self._add(at, partial(self._check_in, key, checkin))

    def _turn(self, told: PairStory) -> None:
        key = (told.mentor, told.mentee)
        if told.turned is None:
            return
        if told.state == State.CLOSED:
            self._add(self._at(told.turned + 1, 15), partial(self._change, key, State.CLOSING, ""))
        self._add(self._at(told.turned, 15), partial(self._change, key, told.state, told.close_reason))

    def _propose_to_the_waiting(self) -> None:
        """Two proposals are out."""
        self._add(self._at(2, 11), partial(self._propose, story.UNANSWERED))
        self._add(self._at(2, 11, 15), partial(self._propose, story.HALF_ANSWERED))
        self._add(self._at(1, 9), partial(self._accept, story.HALF_ANSWERED, self.cast.mentees[story.HALF_ANSWERED[1]]))

    def _propose_in_vain(self) -> None:
        """One proposal was declined by its mentor, one ran out unanswered."""
        self._add(self._at(20, 11), partial(self._propose, story.DECLINED))
        mentor = self.cast.mentors[story.DECLINED[0]]
        self._add(self._at(18, 20), lambda at: decline(relationship=self.pairs[story.DECLINED], by=mentor, now=at))
        self._add(self._at(32, 11), partial(self._propose, story.EXPIRED))

    def _invite(self) -> None:
        """A person who offered to mentor; the mail with the link is still pending, so the demo's mail page soon has one."""
        email, by = "carmen.delacourt@example.org", self.cast.coordinators[0]
        self._add(
            self._at(1, 16),
            lambda at: invite(
                program=self.cast.program,
                email=email,
                first_name="Carmen",
                role=Role.MENTOR,
                by=by,
                now=at,
                submission_key=uuid4(),
            ),
        )

    def _resolve_safety(self) -> None:
        """The supervisor rang the evening it was written down."""
        mentee, days_ago = story.SAFETY_CONCERN
        self._add(self._at(days_ago, 20, 30), partial(self._resolve, (people.MENTOR_OF[mentee], mentee)))

    def _scan_daily(self, *, from_days_ago: int) -> None:
        """Reminders begin with the check-ins that are played one by one."""
        for days_ago in range(from_days_ago, 0, -1):
            run = partial(scan, with_reminders=days_ago <= REMINDED_DAYS)
            self._add(self._at(days_ago, SCAN_AT.hour, SCAN_AT.minute), run)

    def _propose(self, key: tuple[int, int], at: datetime) -> None:
        mentor, mentee = self.cast.mentors[key[0]], self.cast.mentees[key[1]]
        coordinator = self.cast.coordinators[key[1] % 2]
        self.pairs[key] = propose_match(mentor=mentor, mentee=mentee, by=coordinator, now=at)

    def _accept(self, key: tuple[int, int], by: Membership, at: datetime) -> None:
        accept(relationship=self.pairs[key], by=by, now=at)

    def _change(self, key: tuple[int, int], to: State, reason: str, at: datetime) -> None:
        change_state(relationship=self.pairs[key], to=to, by=self.cast.coordinators[key[1] % 2], now=at, reason=reason)

    def _log(self, key: tuple[int, int], told: SessionStory, at: datetime) -> None:
        session = log_session(
            relationship=self.pairs[key],
            by=self.cast.mentors[key[0]],
            now=at,
            submission_key=uuid4(),
            held_on=at.date(),
            outcome=told.outcome,
            minutes=told.minutes,
            mode=told.mode,
            topics=told.topics,
            next_step=told.next_step,
            note=told.note,
            mentor_wellbeing=told.mentor_wellbeing,
        )
        if told.is_worried:
            ask_supervisor(
                relationship=session.relationship,
                kind=RequestKind.WORRY,
                by=self.cast.mentors[key[0]],
                now=at,
                submission_key=uuid4(),
            )
            take_up_confided(at + HEARD_AFTER)
        if told.is_confirmed and told.outcome == Outcome.MET:
            confirm_session(session=session, by=self.cast.mentees[key[1]], now=at + timedelta(hours=1))

    def _check_in(self, key: tuple[int, int], told: CheckInStory, at: datetime) -> None:
        pair = self.pairs[key] if told.is_shared else None
        mentee = self.cast.mentees[key[1]]
        submit_checkin(mentee=mentee, now=at, submission_key=uuid4(), shared_with=pair, **told.answers)
        if told.support in SUPPORT_KINDS:
            take_up_requests(at + HEARD_AFTER)

    def _write(self, key: tuple[int, int], told: CheckInStory, at: datetime) -> None:
        """A check-in of long ago, which asked for nothing and whose reminders are forgotten: one row, nothing else."""
        mentee = self.cast.mentees[key[1]]
        written = CheckIn(mentee=mentee, submitted_at=at, submission_key=uuid4(), **told.answers)
        self.old_checkins.append(written)
        if told.is_shared:
            self.old_and_shared[key].append(written.pk)

    def _resolve(self, key: tuple[int, int], at: datetime) -> None:
        flag = Flag.objects.open().get(relationship=self.pairs[key], kind=FlagKind.WORRY)
        resolve_flag(flag=flag, what_was_done=DONE_FOR_SAFETY, by=self._supervisor_of(key[0]), now=at)

    def _supervisor_of(self, mentor: int) -> Membership:
        supervisor = self.cast.mentors[mentor].mentor_profile.supervisor
        assert supervisor is not None
        return supervisor


def scan(now: datetime, *, with_reminders: bool = True) -> None:
    """What the schedule would have done at that time, but for sending and sealing."""
    for due in all_scans():
        if due.order < DRAIN_ORDER and (with_reminders or due.name != "checkins.reminders"):
            due.run(now)


def settle_messages(now: datetime) -> None:
    """What became due before today was sent when it was due, and what is older than three days was read."""
    past = Delivery.objects.pending().filter(next_try_at__lt=now, message__recipient__isnull=False)
    past.update(sent_at=F("next_try_at"), next_try_at=None)
    old = Notice.objects.unread().filter(created_at__lt=now - timedelta(days=3))
    old.update(read_at=F("created_at") + timedelta(hours=1))
