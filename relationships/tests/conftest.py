"""A pair at each stage of its life."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from accounts.models import Membership
from relationships import services
from relationships.enums import Outcome
from relationships.models import MentoringSession, Relationship


@pytest.fixture
def proposal(alice: Membership, mona: Membership, ben: Membership, now: datetime) -> Relationship:
    return services.propose(mentor=mona, mentee=ben, by=alice, now=now)


@pytest.fixture
def pair(proposal: Relationship, mona: Membership, ben: Membership, now: datetime) -> Relationship:
    """Mona and Ben, both of whom said yes just now."""
    services.accept(relationship=proposal, by=mona, now=now)
    return services.accept(relationship=proposal, by=ben, now=now)


@pytest.fixture
def running(pair: Relationship, noon: datetime) -> Relationship:
    """Started on February 16, with a gap at step 2 on March 2."""
    Relationship.objects.update(
        started_at=noon - timedelta(days=14),
        session_gap_since=date(2026, 2, 16),
        session_gap_step=2,
        session_gap_due_at=noon + timedelta(days=7),
    )
    pair.refresh_from_db()
    return pair


def log(pair: Relationship, by: Membership, now: datetime, **fields: object) -> MentoringSession:
    details = {"submission_key": uuid4(), "held_on": date(2026, 3, 2), "outcome": Outcome.MET, **fields}
    return services.log_session(relationship=pair, by=by, now=now, **details)  # type: ignore[arg-type]
