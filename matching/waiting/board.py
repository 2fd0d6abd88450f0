"""The mentees who wait, for how long, and whether there is room: the coordinator's board."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Membership, Program
from matching.explain.ineligible import mentee_reasons
from matching.pool import evaluate, proposals_out, waiting_mentees
from matching.scoring.eligibility import PersonRule
from relationships.models import Relationship


@dataclass(frozen=True, slots=True)
class Waiting:
    """One mentee who waits: since when, how many mentors may take them now, and what in themselves stands in the way."""

    member: Membership
    since: date | None
    days: int
    able: int = 0
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """`places` are free places of mentors who could be proposed today; `mentors` is how many mentors have them."""

    waiting: list[Waiting]
    proposals: list[Relationship]
    places: int
    mentors: int


def board(program: Program, now: datetime) -> Board:
    """Every mentee who waits, longest first, beside the room there is."""
    members = list(waiting_mentees(program))
    pool = evaluate(program, members, now=now)
    able = pool.eligibility.mask().sum(axis=1)
    waiting = []
    for member in members:
        row = pool.row_of[str(member.pk)]
        who = pool.people.mentees[row]
        missing = mentee_reasons(who, PersonRule(int(pool.eligibility.mentees[row])))
        waiting.append(Waiting(member, member.mentee_profile.waiting_since, who.days, int(able[row]), tuple(missing)))
    return Board(
        waiting=waiting,
        proposals=proposals_out(program),
        places=pool.open_places,
        mentors=int((pool.eligibility.mentors == 0).sum()),
    )
