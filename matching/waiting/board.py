"""The mentees who wait, for how long, and whether there is room: the coordinator's board, and the card on the home page."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Membership, Program
from matching.explain.ineligible import mentee_reasons
from matching.pool import evaluate, facts_of_mentees, proposals_out
from matching.scoring.eligibility import PersonRule, person_rules
from matching.scoring.people import MenteeFacts
from people.rules import days_waited
from relationships.models import Relationship
from relationships.selectors import mentees_in_line, waiting_mentees


@dataclass(frozen=True, slots=True)
class Waiting:
    """One mentee who waits: since when, and how many mentors may take them now."""

    member: Membership
    since: date | None
    days: int
    able: int = 0


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A mentee in line whom nobody can be paired with yet: what is missing, in words, and on which page it is mended."""

    member: Membership
    days: int
    missing: list[str]
    lacks_consent: bool
    lacks_answers: bool

    @classmethod
    def of(cls, member: Membership, who: MenteeFacts) -> "HeldBack":
        rules = PersonRule(person_rules(who))
        answers = rules & ~PersonRule.NO_CONSENT
        return cls(member, who.days, mentee_reasons(who, rules), PersonRule.NO_CONSENT in rules, bool(answers))


@dataclass(frozen=True, slots=True)
class Line:
    """Everybody in line, the longest wait first: those who wait for a pair, and those who lack something first."""

    waiting: list[Membership]
    held_back: list[HeldBack]


@dataclass(frozen=True, slots=True)
class Board:
    """`places` are free places of mentors who could be proposed today; `mentors` is how many mentors have them."""

    waiting: list[Waiting]
    held_back: list[HeldBack]
    proposals: list[Relationship]
    places: int
    mentors: int


def line_of(program: Program, now: datetime) -> Line:
    """In two queries, and two more where somebody lacks something."""
    members = list(mentees_in_line(program))
    able = set(waiting_mentees(program, now).values_list("pk", flat=True))
    held = [member for member in members if member.pk not in able]
    facts = facts_of_mentees(program, held, now) if held else {}
    return Line([member for member in members if member.pk in able], [HeldBack.of(member, facts[member.pk]) for member in held])


def waiting_for(member: Membership, today: date) -> Waiting:
    since = member.mentee_profile.waiting_since
    return Waiting(member, since, days_waited(since, today))


def board(program: Program, now: datetime) -> Board:
    """Every mentee in line, longest first, beside the room there is."""
    line = line_of(program, now)
    pool = evaluate(program, line.waiting, now=now)
    able = pool.eligibility.mask().sum(axis=1)
    waiting = []
    for member in line.waiting:
        row = pool.row_of[str(member.pk)]
        waiting.append(Waiting(member, member.mentee_profile.waiting_since, pool.people.mentees[row].days, int(able[row])))
    return Board(
        waiting=waiting,
        held_back=line.held_back,
        proposals=proposals_out(program),
        places=pool.open_places,
        mentors=int((pool.eligibility.mentors == 0).sum()),
    )
