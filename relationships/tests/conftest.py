"""A pair at each stage of its life."""

from datetime import datetime

import pytest

from accounts.models import Membership
from relationships import services
from relationships.models import Relationship


@pytest.fixture
def proposal(alice: Membership, mona: Membership, ben: Membership, now: datetime) -> Relationship:
    return services.propose(mentor=mona, mentee=ben, by=alice, now=now)


@pytest.fixture
def pair(proposal: Relationship, mona: Membership, ben: Membership, now: datetime) -> Relationship:
    """Mona and Ben, both of whom said yes just now."""
    services.accept(relationship=proposal, by=mona, now=now)
    return services.accept(relationship=proposal, by=ben, now=now)
