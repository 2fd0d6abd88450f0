"""A coordinator who made a proposal leaves: what follows goes to the coordinators who are there."""

from collections.abc import Callable
from datetime import datetime

import pytest

from accounts.enums import Role
from accounts.models import Membership, Program
from accounts.services import set_active
from conftest import SignIn
from demo import factories
from notifications.models import Message
from relationships.models import Relationship
from relationships.notices import DECLINED, EXPIRED, INTRODUCE
from relationships.services import accept, decline, expire_proposals


def _declined(pair: Relationship, now: datetime) -> None:
    decline(relationship=pair, by=pair.mentor, now=now)


def _begun(pair: Relationship, now: datetime) -> None:
    accept(relationship=pair, by=pair.mentor, now=now)
    accept(relationship=pair, by=pair.mentee, now=now)


def _expired(pair: Relationship, _now: datetime) -> None:
    expire_proposals(pair.proposal_expires_at)


@pytest.mark.parametrize(("happens", "kind"), [(_declined, DECLINED), (_begun, INTRODUCE), (_expired, EXPIRED)])
def test_proposal_of_a_coordinator_who_left_is_followed_by_those_who_are_there(
    *,
    happens: Callable[[Relationship, datetime], None],
    kind: str,
    proposal: Relationship,
    alice: Membership,
    ada: Membership,
    north: Program,
    now: datetime,
    sign_in: SignIn,
) -> None:
    carl = factories.make_member(north, Role.COORDINATOR, "carl@example.org")
    set_active(person=alice, is_active=False, by=ada, now=now)
    assert str(proposal.pk) in sign_in(carl).get("/").content.decode()

    happens(proposal, now)

    assert list(Message.objects.filter(kind=kind).values_list("recipient", flat=True)) == [carl.user_id]
