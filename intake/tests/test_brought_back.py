"""Bringing somebody back says what it did and what it did not."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from conftest import SignIn
from demo import factories
from privacy.consents import revoke_consent
from privacy.models import Consent
from relationships.models import Relationship
from relationships.services import accept, propose


@pytest.fixture
def pair(alice: Membership, mona: Membership, ben: Membership, now: datetime) -> Relationship:
    proposed = propose(mentor=mona, mentee=ben, by=alice, now=now)
    accept(relationship=proposed, by=mona, now=now)
    return accept(relationship=proposed, by=ben, now=now)


def set_active(client: Client, person: Membership, active: str) -> str:
    answer = client.post(reverse("intake:set_active", args=[person.pk]), {"active": active}, follow=True)
    return " ".join(answer.content.decode().split())


def test_bring_back_says_which_matches_are_in_contact_again_and_that_proposals_stay_ended(
    *, pair: Relationship, ada: Membership, alice: Membership, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    propose(mentor=mona, mentee=factories.make_mentee(mona.program, "bea@example.org", now=now), by=alice, now=now)
    client = sign_in(ada)

    gone, back = set_active(client, mona, "no"), set_active(client, mona, "yes")

    assert "Mona is suspended in this role." in gone
    assert "1 open proposal is withdrawn." in gone
    assert "Mona takes part again." in back
    assert "In 1 match contact is open again." in back
    assert "Proposals that ended meanwhile stay ended; a coordinator can ask anew." in back
    assert "stays on hold" not in back


def test_bring_back_says_where_something_else_is_missing(
    *, pair: Relationship, ada: Membership, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(ada)
    set_active(client, mona, "no")
    revoke_consent(person=ben, by=ben, now=now)

    back = set_active(client, mona, "yes")

    assert "In 1 match contact stays on hold: something else is missing. A coordinator is told." in back
    assert "open again" not in back


def test_bring_back_of_staff_says_nothing_of_proposals(ada: Membership, sam: Membership, sign_in: SignIn) -> None:
    client = sign_in(ada)
    set_active(client, sam, "no")

    assert "Proposals that ended" not in set_active(client, sam, "yes")


def test_consent_recorded_again_says_who_is_in_contact_again(
    *, pair: Relationship, alice: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    Consent.objects.filter(person_id=ben.user_id).update(revoked_at=now)
    address = reverse("intake:consent_give", args=[ben.pk])

    page = sign_in(alice).post(address, {"given_on": ben.program.today(now).isoformat()}, follow=True).content.decode()

    assert "Contact with Mona is open again." in page
