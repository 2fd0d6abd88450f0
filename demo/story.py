"""What happened in the demo program, as plain numbers: no database here. Days count back from the day it is loaded."""

from dataclasses import dataclass, replace
from enum import Enum
from random import Random

from checkins.enums import Drinking, Hard, Mood, Support
from checkins.services import Answers
from demo import people
from people.enums import MeetingMode
from relationships.enums import CloseReason, Outcome, State, Topic

CADENCE = 7
FIRST_MENTEE_OF = {
    "settled": 0,
    "early": len(people.SETTLED),
    "paused": len(people.SETTLED) + len(people.EARLY),
    "closing": len(people.SETTLED) + len(people.EARLY) + len(people.PAUSED),
}
FIRST_WAITING = len(people.MENTOR_OF)
FIRST_ALUMNUS = len(people.MENTEES) - len(people.ALUMNI)


class Adherence(Enum):
    """The share of expected sessions that were held, from and to."""

    HIGH = (0.82, 0.98)
    MIDDLE = (0.50, 0.79)
    LOW = (0.10, 0.45)


MIDDLE = frozenset({5, 10, 13, 17, 19, 22})
LOW = frozenset({4, 11, 15, 23})
"""Of the twenty-six running pairs, by the mentee's place in the table: six in the middle, four low, sixteen high."""
GAPS = {4: 9, 11: 16, 15: 23}
"""Mentee → days since the last session: the three open session gaps, at the first, second and third step."""
EARLY_STARTS = (12, 25, 9, 15, 26, 27, 11, 3)
"""Days since the eight youngest pairs started. The last has not met yet and waits to be introduced."""
RETURNED_TO_DRINKING = {7: 17, 9: 24, 12: 10}
"""Mentee → days since the check-in that said so. Their pairs hold: honesty costs the mentee nothing."""
SAFETY_CONCERN = (3, 38)
"""The mentee, and the days since the mentor's session log asked for help with safety."""
ASKS_FOR_SUPPORT = 1
"""The mentee who asked for support yesterday evening, so that a day has not passed yet where the program is loaded by day."""
CHECKIN_DUE = 0
"""The mentee whose check-in is due since yesterday: mentee@example.org."""

UNANSWERED, HALF_ANSWERED, DECLINED, EXPIRED = PROPOSALS = (
    (0, FIRST_WAITING),
    (13, FIRST_WAITING + 1),
    (9, FIRST_WAITING + 3),
    (5, FIRST_WAITING + 5),
)
"""(mentor, mentee) of the proposals that led to no pair: neither has answered the first, the mentee said yes to the second."""

NOTES = (
    "We walked along the river and talked about evenings.",
    "Good talk about the family dinner. There is a plan and a way out.",
    "Quiet one today. We mostly listened to each other.",
    "We went through the week ahead, day by day.",
    "Talked about work, and about saying no without a reason.",
    "First weekend away went well. We named what helped.",
    "Long week. We agreed that showing up was enough.",
)
NEXT_STEPS = (
    "Call before the weekend.",
    "Try the Thursday group once.",
    "Write down three people to ring.",
    "Take the long way home.",
    "Meet at the library next week.",
)
CHECKIN_NOTES = (
    "Slept better this week.",
    "Payday is the hard day. I went to my sister's instead.",
    "Thanks for picking up the phone on Tuesday.",
    "A bit flat, but I got to the group.",
    "My daughter's recital is on Saturday and I am looking forward to it.",
)


@dataclass(frozen=True)
class SessionStory:
    days_ago: int
    outcome: Outcome = Outcome.MET
    minutes: int | None = None
    mode: str = ""
    topics: tuple[str, ...] = ()
    next_step: str = ""
    note: str = ""
    mentor_wellbeing: int | None = None
    is_worried: bool = False
    is_confirmed: bool = False


@dataclass(frozen=True)
class CheckInStory:
    """Most people check in with their coffee, before the reminder of that day."""

    days_ago: int
    mood: int
    urges: int
    confidence: int
    drinking: str = Drinking.NO
    hard: tuple[str, ...] = ()
    support: str = Support.FINE
    note: str = ""
    is_shared: bool = False
    hour: int = 8

    @property
    def answers(self) -> Answers:
        return {
            "mood": self.mood,
            "urges": self.urges,
            "confidence": self.confidence,
            "drinking": self.drinking,
            "hard": list(self.hard),
            "support": self.support,
            "note": self.note,
        }


@dataclass(frozen=True)
class PairStory:
    """`started` and `ended` in days ago; `state` is where the pair stands today, since `turned` days."""

    mentor: int
    mentee: int
    started: int
    state: State
    turned: int | None = None
    close_reason: str = ""
    sessions: tuple[SessionStory, ...] = ()
    checkins: tuple[CheckInStory, ...] = ()


def recent_pairs(rng: Random) -> list[PairStory]:
    """Stage `active`: thirty pairs, all a few weeks old at most and all doing well."""
    teller = _Teller(rng)
    return [
        teller.running(mentor, mentee, started=rng.randrange(10, 21), adherence=Adherence.HIGH)
        for mentee, mentor in enumerate(people.MENTOR_OF)
    ]


def half_a_year(rng: Random) -> list[PairStory]:
    """Stage `full`: twenty-six weeks."""
    teller = _Teller(rng)
    settled = range(len(people.SETTLED))
    early = range(FIRST_MENTEE_OF["early"], FIRST_MENTEE_OF["paused"])
    paused = range(FIRST_MENTEE_OF["paused"], FIRST_MENTEE_OF["closing"])
    closing = range(FIRST_MENTEE_OF["closing"], FIRST_WAITING)
    mentor_of = people.MENTOR_OF
    stories = [teller.alumnus(place) for place in range(len(people.ALUMNI))]
    stories.append(teller.first_try(mentee=24, mentor=12))
    stories += [teller.running(mentor_of[i], i, started=rng.randrange(63, 169), adherence=adherence_of(i)) for i in settled]
    stories += [
        teller.running(mentor_of[i], i, started=started, adherence=adherence_of(i))
        for i, started in zip(early, EARLY_STARTS, strict=True)
    ]
    stories += [teller.turned(mentor_of[i], i, started=98, state=State.PAUSED, turned=12) for i in paused]
    stories += [teller.turned(mentor_of[i], i, started=91, state=State.CLOSING, turned=5) for i in closing]
    return [_with_its_moments(story) for story in stories]


def adherence_of(mentee: int) -> Adherence:
    return Adherence.LOW if mentee in LOW else Adherence.MIDDLE if mentee in MIDDLE else Adherence.HIGH


class _Teller:
    """Draws what no promise fixes: which week was missed, what was said."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def running(self, mentor: int, mentee: int, *, started: int, adherence: Adherence) -> PairStory:
        if started < CADENCE:
            return PairStory(mentor, mentee, started, State.ACCEPTED)
        latest = GAPS.get(mentee, self.rng.randrange(1, 6)) if started > max(GAPS.values()) else self.rng.randrange(1, 6)
        return PairStory(
            mentor,
            mentee,
            started,
            State.ACTIVE,
            sessions=self._sessions(started, latest, adherence),
            checkins=self._checkins(mentee, started, self.rng.randrange(1, 6)),
        )

    def turned(self, mentor: int, mentee: int, *, started: int, state: State, turned: int) -> PairStory:
        """A pair that held steadily until it paused, began to close, or closed."""
        return PairStory(
            mentor,
            mentee,
            started,
            state,
            turned,
            sessions=self._sessions(started, turned + 2, Adherence.HIGH),
            checkins=self._checkins(mentee, started, turned + 1),
        )

    def alumnus(self, place: int) -> PairStory:
        """Most complete their term; two stop early."""
        reason = CloseReason.ENDED_EARLY if place in (4, 7) else CloseReason.COMPLETED
        length = 35 if reason == CloseReason.ENDED_EARLY else self.rng.randrange(84, 100)
        started = self.rng.randrange(150, 180)
        mentor = people.FORMER_MENTOR_OF[place]
        story = self.turned(mentor, FIRST_ALUMNUS + place, started=started, state=State.CLOSED, turned=started - length)
        return replace(story, close_reason=reason)

    def first_try(self, *, mentee: int, mentor: int) -> PairStory:
        """A mentee who asked for a different mentor, waited, and was paired again."""
        story = self.turned(mentor, mentee, started=110, state=State.CLOSED, turned=68)
        return replace(story, close_reason=CloseReason.REMATCH)

    def _sessions(self, started: int, latest: int, adherence: Adherence) -> tuple[SessionStory, ...]:
        """One slot a week, counted back from the latest, which was held."""
        slots = list(range(latest, started, CADENCE))
        expected = (started - latest) // CADENCE + 1
        low, high = adherence.value
        fitting = [count for count in range(1, len(slots) + 1) if low <= count / expected <= high]
        held = {latest, *self.rng.sample(slots[1:], (self.rng.choice(fitting) if fitting else len(slots)) - 1)}
        told = [self._held(day) if day in held else self._missed(day) for day in slots]
        return tuple(session for session in told if session is not None)

    def _held(self, day: int) -> SessionStory:
        rng = self.rng
        return SessionStory(
            day,
            minutes=rng.choice((30, 45, 45, 60, 60, 90)),
            mode=rng.choice((MeetingMode.PHONE, MeetingMode.IN_PERSON, MeetingMode.VIDEO)),
            topics=tuple(rng.sample([str(topic) for topic in Topic], rng.randint(1, 2))),
            next_step=rng.choice(NEXT_STEPS) if rng.random() < 0.4 else "",
            note=rng.choice(NOTES) if rng.random() < 0.3 else "",
            mentor_wellbeing=rng.choice((3, 4, 4, 5)) if rng.random() < 0.6 else None,
            is_confirmed=rng.random() < 0.7,
        )

    def _missed(self, day: int) -> SessionStory | None:
        """Three of five missed weeks were written down."""
        if self.rng.random() < 0.4:
            return None
        return SessionStory(day, outcome=self.rng.choice((Outcome.MENTEE_COULD_NOT, Outcome.MENTOR_COULD_NOT, Outcome.MOVED)))

    def _checkins(self, mentee: int, started: int, latest: int) -> tuple[CheckInStory, ...]:
        """One a week; about one in seven is skipped, never the latest."""
        days = [day for day in range(latest, started - 1, CADENCE) if day == latest or self.rng.random() > 0.15]
        speaks_english = "en" in people.MENTEES[mentee].languages
        return tuple(self._checkin(day, may_write=speaks_english) for day in days)

    def _checkin(self, day: int, *, may_write: bool) -> CheckInStory:
        rng = self.rng
        mood = rng.choices(list(Mood), weights=[1, 3, 6, 6, 2])[0]
        return CheckInStory(
            day,
            mood=mood,
            urges=rng.randint(0, 7 - mood),
            confidence=rng.randint(3 + mood // 2, 10),
            hard=tuple(rng.sample([str(item) for item in Hard], rng.randint(0, 2))),
            support=rng.choices([Support.FINE, Support.THIS_WEEK], weights=[9, 1])[0],
            note=rng.choice(CHECKIN_NOTES) if may_write and rng.random() < 0.25 else "",
            is_shared=rng.random() < 0.4,
            hour=18 if rng.random() < 0.2 else 8,
        )


def _with_its_moments(story: PairStory) -> PairStory:
    """Put in what the demo program promises to show."""
    if story.state != State.ACTIVE:
        return story
    checkins = list(story.checkins)
    if story.mentee == CHECKIN_DUE:
        said = "Payday is the hard day. I went to my sister's instead."
        latest = CheckInStory(8, Mood.GOOD, 3, 7, hard=(Hard.MONEY,), support=Support.FINE, note=said, is_shared=True)
        checkins = [latest, *(checkin for checkin in checkins if checkin.days_ago > 12)]
    if story.mentee == ASKS_FOR_SUPPORT:
        said = "Could somebody ring me? The house is very quiet."
        evening = CheckInStory(
            1, Mood.HARD, 5, 4, hard=(Hard.LONELY,), support=Support.TODAY, note=said, is_shared=True, hour=20
        )
        checkins = [evening, *(checkin for checkin in checkins if checkin.days_ago > 5)]
    if story.mentee in RETURNED_TO_DRINKING:
        days_ago = RETURNED_TO_DRINKING[story.mentee]
        told = CheckInStory(days_ago, Mood.HARD, 6, 4, drinking=Drinking.YES, hard=(Hard.STRESS,), support=Support.THIS_WEEK)
        checkins = sorted([told, *(c for c in checkins if abs(c.days_ago - days_ago) > 2)], key=lambda c: c.days_ago)
    sessions = story.sessions
    if story.mentee == SAFETY_CONCERN[0]:
        nearest = min((s for s in sessions if s.outcome == Outcome.MET), key=lambda s: abs(s.days_ago - SAFETY_CONCERN[1]))
        told_that_day = replace(nearest, days_ago=SAFETY_CONCERN[1], is_worried=True)
        sessions = tuple(told_that_day if s is nearest else s for s in sessions)
    return replace(story, checkins=tuple(checkins), sessions=sessions)
