"""A pair that has been running for a while."""

from datetime import date, datetime
from typing import Protocol
from uuid import uuid4

import pytest

from accounts.models import Membership, Program
from demo import factories
from relationships import services
from relationships.models import MentoringSession, Relationship, SupervisorRequest

START = datetime.fromisoformat("2026-03-02T17:00:00+00:00")
"""Monday, March 2, 2026, noon in New York: the day that Mona and Ben started."""


class MakePair(Protocol):
    def __call__(self, mentor: Membership, mentee: Membership, *, by: Membership, at: datetime = START) -> Relationship: ...


@pytest.fixture
def make_pair() -> MakePair:
    def made(mentor: Membership, mentee: Membership, *, by: Membership, at: datetime = START) -> Relationship:
        pair = services.propose(mentor=mentor, mentee=mentee, by=by, now=at)
        services.accept(relationship=pair, by=mentor, now=at)
        return services.accept(relationship=pair, by=mentee, now=at)

    return made


@pytest.fixture
def pair(make_pair: MakePair, alice: Membership, mona: Membership, ben: Membership) -> Relationship:
    return make_pair(mona, ben, by=alice)


@pytest.fixture
def many(make_pair: MakePair, north: Program, sam: Membership, alice: Membership) -> "MakeMany":
    def made(count: int, *, prefix: str = "x", at: datetime = START) -> list[Relationship]:
        return [
            make_pair(
                factories.make_mentor(north, f"{prefix}mentor{number}@example.org", now=at, supervisor=sam),
                factories.make_mentee(north, f"{prefix}mentee{number}@example.org", now=at),
                by=alice,
                at=at,
            )
            for number in range(count)
        ]

    return made


class MakeMany(Protocol):
    def __call__(self, count: int, *, prefix: str = "x", at: datetime = START) -> list[Relationship]: ...


def confide(pair: Relationship, at: datetime = START, *, kind: str = "worry", words: str = "") -> SupervisorRequest:
    """What the mentor tells the supervisor alone."""
    return services.ask_supervisor(relationship=pair, kind=kind, by=pair.mentor, now=at, submission_key=uuid4(), words=words)


def log_met(pair: Relationship, on: date, now: datetime, **details: object) -> MentoringSession:
    return services.log_session(
        relationship=pair,
        by=pair.mentor,
        now=now,
        submission_key=uuid4(),
        held_on=on,
        outcome="met",
        **details,  # type: ignore[arg-type]
    )
