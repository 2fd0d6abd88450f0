"""A coordinator who made a proposal leaves: what follows goes to the coordinators who are there."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, Program
from accounts.services import set_active
from conftest import SignIn
from demo import factories
from notifications.models import CancelReason, Message
from people.models import Invitation
from people.services.invitations import invite
from people.services.joining import NewSignIn, join_new
from privacy.consents import revoke_consent
from relationships.enums import CloseReason, State
from relationships.models import Relationship
from relationships.notices import COORDINATOR_NEEDED, DECLINED, EXPIRED, INTRODUCE
from relationships.services import accept, change_state, decline, expire_proposals
from training.models import TrainingRecord


def _declined(pair: Relationship, now: datetime) -> None:
    decline(relationship=pair, by=pair.mentor, now=now)


def _begun(pair: Relationship, now: datetime) -> None:
    accept(relationship=pair, by=pair.mentor, now=now)
    accept(relationship=pair, by=pair.mentee, now=now)


def _held(pair: Relationship, now: datetime) -> None:
    _begun(pair, now)
    revoke_consent(person=pair.mentee, by=pair.mentee, now=now)


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


@pytest.mark.parametrize("happens", [_declined, _begun, _expired, _held])
def test_admins_of_a_program_without_a_coordinator_hear_that_one_is_needed_and_not_for_whom(
    *,
    happens: Callable[[Relationship, datetime], None],
    proposal: Relationship,
    alice: Membership,
    ada: Membership,
    now: datetime,
    sign_in: SignIn,
) -> None:
    set_active(person=alice, is_active=False, by=ada, now=now)

    happens(proposal, now)

    assert Message.objects.filter(kind=COORDINATOR_NEEDED).values_list("recipient", flat=True).get() == ada.user_id
    page = sign_in(ada).get(reverse("notifications:notices")).content.decode().partition("<main")[2]
    assert "waits for a coordinator, and none is active" in page
    assert [name for name in ("Mona", "Ben") if name in page] == []


def _brought_back(alice: Membership, ada: Membership, now: datetime) -> None:
    set_active(person=alice, is_active=True, by=ada, now=now)


def _joined(_alice: Membership, ada: Membership, now: datetime) -> None:
    asked = {"email": "carl@example.org", "first_name": "Carl", "role": Role.COORDINATOR, "language": "en"}
    invite(program=ada.program, by=ada, submission_key=uuid4(), now=now, **asked)
    chosen = NewSignIn(first_name="Carl", last_name="", password="a long one", timezone="UTC", language="en")
    join_new(invitation=Invitation.objects.get(email="carl@example.org"), chosen=chosen, now=now)


@pytest.mark.parametrize("comes", [_brought_back, _joined])
def test_what_admins_heard_is_over_once_a_coordinator_is_there_and_is_said_anew_the_same_day(
    *,
    comes: Callable[[Membership, Membership, datetime], None],
    proposal: Relationship,
    alice: Membership,
    ada: Membership,
    now: datetime,
) -> None:
    set_active(person=alice, is_active=False, by=ada, now=now)
    _begun(proposal, now)
    heard = Message.objects.get(kind=COORDINATOR_NEEDED)

    comes(alice, ada, now)

    heard.refresh_from_db()
    assert (heard.over_at, heard.cancel_reason) == (now, CancelReason.NOT_NEEDED)

    for member in Membership.objects.active().with_role(Role.COORDINATOR):
        set_active(person=member, is_active=False, by=ada, now=now)
    revoke_consent(person=proposal.mentee, by=proposal.mentee, now=now)

    assert Message.objects.filter(kind=COORDINATOR_NEEDED, over_at=None).count() == 1


@pytest.mark.parametrize("is_there", [True, False])
def test_pages_and_notices_of_the_two_name_a_coordinator_only_where_one_is_active(
    *,
    is_there: bool,
    proposal: Relationship,
    alice: Membership,
    ada: Membership,
    mona: Membership,
    ben: Membership,
    now: datetime,
    sign_in: SignIn,
) -> None:
    """While neither has said how to be reached, while the mentor lacks training, and after the match has ended."""
    _begun(proposal, now)
    TrainingRecord.objects.update(hours=0)
    set_active(person=alice, is_active=is_there, by=ada, now=now)
    clients = [sign_in(person) for person in (mona, ben)]
    places = [reverse("home"), reverse("relationships:detail", args=[proposal.pk]), reverse("notifications:notices")]
    pages = [client.get(place).content.decode() for client in clients for place in places]
    Relationship.objects.update(state=State.CLOSING)
    change_state(relationship=proposal, to=State.CLOSED, by=alice, now=now, reason=CloseReason.COMPLETED)
    pages += [client.get(place).content.decode() for client in clients for place in places]

    named = ["our coordinator" in page for page in pages]
    assert named == ([True, True, False] * 4 if is_there else [False] * 12)


def test_admins_hear_nothing_while_a_coordinator_is_active(proposal: Relationship, ada: Membership, now: datetime) -> None:
    _held(proposal, now)

    assert not Message.objects.filter(kind=COORDINATOR_NEEDED).exists()
    assert not Message.objects.filter(recipient=ada.user).exists()
