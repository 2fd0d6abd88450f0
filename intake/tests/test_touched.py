"""A change of one's own details, or of a mentor's training, says beforehand what it may touch, and afterwards what it did."""

from datetime import datetime

import pytest
from django.urls import reverse

from accounts.models import Membership
from conftest import SignIn
from demo import factories
from relationships.models import Relationship
from relationships.services import accept, propose

ME = reverse("people:me")


@pytest.fixture
def pairs(alice: Membership, mona: Membership, ben: Membership, now: datetime) -> list[Relationship]:
    """Mona mentors Ben; Bea and Bob have been proposed to her."""
    others = [factories.make_mentee(mona.program, f"{name}@example.org", now=now) for name in ("bea", "bob")]
    found = [propose(mentor=mona, mentee=mentee, by=alice, now=now) for mentee in (ben, *others)]
    for person in (mona, ben):
        accept(relationship=found[0], by=person, now=now)
    return found


def main_of(page: str) -> str:
    return " ".join(page.partition("<main")[2].partition("</main>")[0].split())


def test_my_details_say_beforehand_how_much_a_change_may_touch_and_name_nobody(
    pairs: list[Relationship], mona: Membership, ben: Membership, sign_in: SignIn
) -> None:
    page = main_of(sign_in(mona).get(ME).content.decode())

    assert "2 matches wait for an answer. One that no longer fits what you save here ends before it begins." in page
    assert "You are in 1 match. It goes on, whatever you save here." in page
    assert [name for name in ("Ben", "Bea", "Bob") if name in page] == []
    assert "wait for an answer" not in main_of(sign_in(ben).get(ME).content.decode())


def test_my_details_name_a_coordinator_as_hearing_of_it_only_where_one_is_active(
    pairs: list[Relationship], alice: Membership, mona: Membership, sign_in: SignIn
) -> None:
    client = sign_in(mona)
    hears, nobody = "your coordinator hears of it and talks with you.", "Your program has no coordinator right now."
    page = main_of(client.get(ME).content.decode())
    assert (hears in page, nobody in page) == (True, False)

    Membership.objects.filter(pk=alice.pk).update(is_active=False)

    page = main_of(client.get(ME).content.decode())
    assert (hears in page, nobody in page) == (False, True)


def test_my_details_say_afterwards_what_a_change_ended(
    pairs: list[Relationship], mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(mona)
    form = client.get(ME).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", [])}
    user = {"first_name": "Mona", "last_name": "", "timezone": mona.user.timezone, "language": mona.user.language}

    page = main_of(client.post(ME, {**sent, **user, "languages": ["es"]}, follow=True).content.decode())

    assert "2 matches that waited for an answer no longer fit, and are not open any more. Your coordinator knows." in page
    assert Relationship.objects.proposed().count() == 0


def test_page_of_training_names_what_a_change_may_touch_and_says_what_it_did(
    pairs: list[Relationship], alice: Membership, mona: Membership, sign_in: SignIn
) -> None:
    client, address = sign_in(alice), reverse("training:record", args=[mona.pk])
    page = main_of(client.get(address).content.decode())

    assert "There is a proposal with Bea. If what you save rules it out, it is withdrawn." in page
    assert "There is a match with Ben. It goes on;" in page

    after = client.post(address, {"hours": "0"}, follow=True).content.decode()

    assert [f"The proposal with {name} is withdrawn." in after for name in ("Bea", "Bob")] == [True, True]
