"""Proposing a match: asked first, then sent once, to people of the coordinator's own program."""

import re
from datetime import datetime

from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.models import Membership
from conftest import SignIn
from demo import factories
from matching.tests.waiting.pages import PROPOSE, WAITING, ids, page_for
from matching.waiting.services import propose_match
from privacy.consents import revoke_consent
from relationships.models import Relationship
from relationships.services import change_state, decline


def test_propose_first_asks_and_sends_nothing(coordinator: Client, mona: Membership, ben: Membership) -> None:
    response = coordinator.post(PROPOSE, ids(mona, ben))
    assert response.status_code == 200
    found = " ".join(response.content.decode().split())
    assert "Propose Mona as Ben’s mentor?" in found
    assert "You both speak: English" in found
    assert Relationship.objects.count() == 0


def test_propose_confirmed_asks_both_and_says_so(coordinator: Client, mona: Membership, ben: Membership) -> None:
    response = coordinator.post(PROPOSE, ids(mona, ben, is_confirmed="on"), follow=True)
    assert response.redirect_chain == [(WAITING, 302)]
    assert "Mona and Ben have been asked." in response.content.decode()
    pair = Relationship.objects.get()
    assert (pair.mentor, pair.mentee) == (mona, ben)


def test_propose_tells_the_two_no_score(coordinator: Client, mona: Membership, ben: Membership, sign_in: SignIn) -> None:
    score = re.search(r'figures">([\d.]+)<', coordinator.get(page_for(ben)).content.decode())
    coordinator.post(PROPOSE, ids(mona, ben, is_confirmed="on"))
    pair = Relationship.objects.get()
    addresses = ("/", reverse("notifications:notices"), reverse("relationships:detail", args=[pair.pk]))

    assert score is not None
    for person in (mona, ben):
        client = sign_in(person)
        mains = [client.get(address).content.decode().partition("<main")[2] for address in addresses]
        assert all("Mona" in main or "Ben" in main for main in mains)
        assert [word for main in mains for word in ("score", "points", score[1]) if word in main] == []


def test_propose_sent_twice_is_one_proposal_and_the_same_answer(coordinator: Client, mona: Membership, ben: Membership) -> None:
    for _ in range(2):
        response = coordinator.post(PROPOSE, ids(mona, ben, is_confirmed="on"))
        assert response.headers["Location"] == WAITING
    assert Relationship.objects.count() == 1


def test_propose_refused_says_why_on_the_page_it_came_from(coordinator: Client, mona: Membership, ben: Membership) -> None:
    mona.mentor_profile.is_taking_mentees = False
    mona.mentor_profile.save()
    response = coordinator.post(PROPOSE, ids(mona, ben, is_confirmed="on"), follow=True)
    assert response.redirect_chain == [(page_for(ben), 302)]
    assert "Mona and Ben cannot be matched: Mona is not taking new mentees now." in response.content.decode()
    assert Relationship.objects.count() == 0


def test_propose_strangers_or_nonsense_is_not_found(
    coordinator: Client, mona: Membership, ben: Membership, mateo: Membership, maya: Membership
) -> None:
    for data in (ids(mateo, ben), ids(mona, maya), ids(ben, mona), {"mentor": "x", "mentee": str(ben.pk)}, {}):
        assert coordinator.post(PROPOSE, {**data, "is_confirmed": "on"}).status_code == 404
    assert Relationship.objects.count() == 0


def test_propose_asks_with_a_warning_about_whoever_has_not_joined(
    coordinator: Client, mona: Membership, ben: Membership
) -> None:
    words = "Ben has not joined yet and cannot answer until they do."
    assert words not in " ".join(coordinator.post(PROPOSE, ids(mona, ben)).content.decode().split())

    factories.not_joined(ben)

    assert words in " ".join(coordinator.post(PROPOSE, ids(mona, ben)).content.decode().split())


ONE_SAID_NO = "One of the two said no to this match before."


def declined(mona: Membership, ben: Membership, alice: Membership, now: datetime) -> None:
    decline(relationship=propose_match(mentor=mona, mentee=ben, by=alice, now=now), by=mona, now=now)


def test_propose_from_a_page_from_before_a_no_warns_and_asks_again_only_when_confirmed(
    coordinator: Client, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    declined(mona, ben, alice, now)

    asked = coordinator.post(PROPOSE, ids(mona, ben))
    page = asked.content.decode()

    assert (asked.status_code, ONE_SAID_NO in page, 'name="asks_again"' in page) == (200, True, True)
    assert not Relationship.objects.proposed().exists()
    coordinator.post(PROPOSE, ids(mona, ben, is_confirmed="on", asks_again="on"))
    assert Relationship.objects.proposed().count() == 1


def test_propose_confirmed_on_a_page_from_before_a_no_warns_and_sends_nothing(
    coordinator: Client, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    declined(mona, ben, alice, now)

    asked = coordinator.post(PROPOSE, ids(mona, ben, is_confirmed="on"))
    page = asked.content.decode()

    assert (asked.status_code, ONE_SAID_NO in page, 'name="asks_again"' in page) == (422, True, True)
    assert not Relationship.objects.proposed().exists()


def test_propose_from_a_page_from_before_another_change_says_what_stands_in_the_way(
    coordinator: Client, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    revoke_consent(person=ben, by=ben, now=now)

    page = coordinator.post(PROPOSE, ids(mona, ben)).content.decode()

    assert "Mona and Ben cannot be matched: Ben’s consent is not in force." in page
    assert "Send the proposal" not in page

    factories.give_consent(ben, ben.program.today(now))
    propose_match(mentor=factories.make_mentor(ben.program, "max@example.org", now=now), mentee=ben, by=alice, now=now)
    page = coordinator.post(PROPOSE, ids(mona, ben)).content.decode()

    assert "Ben has a proposal to answer already, with Max." in page
    assert "Send the proposal" not in page


def test_propose_says_that_the_two_were_proposed_before(
    coordinator: Client, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    pair = propose_match(mentor=mona, mentee=ben, by=alice, now=now)
    change_state(relationship=pair, to="withdrawn", by=alice, now=now)

    page = " ".join(strip_tags(coordinator.post(PROPOSE, ids(mona, ben)).content.decode()).split())

    assert "These two before: withdrawn, Mar 2, 2026" in page
    assert "Send the proposal" in page
