"""Who waits, for how long, and whether there is room: the coordinator's board."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from accounts.http import MemberRequest
from accounts.models import Membership, Program
from matching.explain.ineligible import mentee_reasons
from matching.pool import load_people, proposals_out, waiting_mentees
from matching.scoring.availability import encode_times
from matching.scoring.eligibility import PersonRule, check
from relationships.models import Relationship

ON_HOME = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person who waits: since when, how many mentors may take them now, and what in themselves stands in the way."""

    member: Membership
    since: date
    days: int
    able: int = 0
    missing: tuple[str, ...] = ()

    @classmethod
    def of(cls, member: Membership, today: date, *, able: int = 0, missing: tuple[str, ...] = ()) -> "Waiting":
        """`member` comes from `waiting_mentees`, so the date is known. Before a date to come nobody has waited a day."""
        since = member.mentee_profile.waiting_since or today
        return cls(member, since, max(0, (today - since).days), able, missing)


@dataclass(frozen=True, slots=True)
class Board:
    """`places` are free places of mentors who could be proposed today; `mentors` is how many mentors have them."""

    waiting: list[Waiting]
    proposals: list[Relationship]
    places: int
    mentors: int


def board(program: Program, now: datetime) -> Board:
    """Everybody who waits, longest first, beside the room there is."""
    people = load_people(program, list(waiting_mentees(program)), now=now)
    found = check(people.mentees, people.mentors, times=encode_times(people.mentees, people.mentors, now), never=people.never)
    able = found.mask().sum(axis=1)
    today = program.today(now)
    waiting = [
        Waiting.of(
            people.members[who.id],
            today,
            able=int(able[row]),
            missing=tuple(mentee_reasons(who, PersonRule(int(found.mentees[row])))),
        )
        for row, who in enumerate(people.mentees)
    ]
    open_mentors = [who for who, rules in zip(people.mentors, found.mentors, strict=True) if not np.any(rules)]
    return Board(
        waiting=sorted(waiting, key=lambda row: (row.since, row.member.pk)),
        proposals=proposals_out(program),
        places=sum(who.places_left for who in open_mentors),
        mentors=len(open_mentors),
    )


def home_card(request: MemberRequest) -> Mapping[str, Any]:
    """Who has waited longest, and how many wait."""
    program = request.membership.program
    today = program.today(request.now)
    members = list(waiting_mentees(program))
    rows = [Waiting.of(member, today) for member in members[:ON_HOME]]
    return {"rows": rows, "count": len(members), "more": len(members) - len(rows)}
