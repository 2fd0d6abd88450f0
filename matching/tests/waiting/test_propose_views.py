"""Proposing a match: asked first, then sent once, to people of the coordinator's own program."""

import re

from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from conftest import SignIn
from demo import factories
from matching.tests.waiting.pages import PROPOSE, WAITING, ids, page_for
from relationships.models import Relationship


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
