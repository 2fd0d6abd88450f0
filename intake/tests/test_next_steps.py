"""The home page of somebody without a match: what comes next, and what they can do now."""

from datetime import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from conftest import SignIn
from demo.factories import make_mentee
from people.models import MenteeProfile, MentorProfile
from privacy.models import Consent
from relationships import services
from relationships.enums import CloseReason, State

WELCOME = "Welcome. Here is what comes next"


def card_of(person: Membership, sign_in: SignIn) -> str:
    """The card; empty where there is none."""
    page = " ".join(sign_in(person).get(reverse("home")).content.decode().split())
    return page.partition('aria-labelledby="home-next-steps"')[2].partition("</section>")[0]


def joined_just_now(person: Membership) -> None:
    """Nothing is known yet."""
    person.availability.all().delete()
    Consent.objects.filter(person_id=person.user_id).delete()
    MenteeProfile.objects.filter(membership=person).update(languages=[], waiting_since=None)
    MentorProfile.objects.filter(membership=person).update(languages=[])


@pytest.mark.usefixtures("alice")
def test_mentee_who_joined_just_now_reads_warmly_what_comes_next(ben: Membership, sign_in: SignIn) -> None:
    joined_just_now(ben)

    card = card_of(ben, sign_in)

    said = (
        WELCOME,
        "A coordinator, who is a person, looks for a mentor who fits you.",
        "Still to fill in: languages, weekly times to meet.",
        "Nothing is shared before you agree.",
        "A coordinator talks with you, and then puts you in line.",
        "you can check in, and get support at any time",
    )
    assert [words in card for words in said] == [True] * 6
    leads = [reverse(name) for name in ("people:me", "intake:my_consent", "core:support")]
    assert [f'href="{lead}"' in card for lead in leads] == [True] * 3
    assert ">Done</span>" not in card


def test_card_in_a_program_without_a_coordinator_says_so(
    alice: Membership, mona: Membership, ben: Membership, sign_in: SignIn
) -> None:
    nobody, somebody = "Your program has no coordinator right now.", "A coordinator, who is a person, looks for"
    cards = [card_of(person, sign_in) for person in (mona, ben)]
    assert [(nobody in card, somebody in card) for card in cards] == [(False, True)] * 2

    Membership.objects.filter(pk=alice.pk).update(is_active=False)

    cards = [card_of(person, sign_in) for person in (mona, ben)]
    assert [(nobody in card, somebody in card) for card in cards] == [(True, False)] * 2


def test_newcomer_without_a_coordinator_is_promised_nobody(mona: Membership, ben: Membership, sign_in: SignIn) -> None:
    joined_just_now(ben)
    joined_just_now(mona)
    MentorProfile.objects.update(recovery_since=None)
    cards = [card_of(person, sign_in) for person in (mona, ben)]
    MenteeProfile.objects.filter(membership=ben).update(waiting_since="2026-01-05")
    cards.append(card_of(ben, sign_in))

    assert [("A coordinator" in card, "a coordinator talks" in card) for card in cards] == [(False, False)] * 3
    assert "Once there is a coordinator, that person talks with you about what may be shared" in cards[1]
    assert "You keep your place in line. Once there is a coordinator" in cards[2]


def test_home_of_a_coordinator_of_an_empty_program_leads_to_the_first_steps(alice: Membership, sign_in: SignIn) -> None:
    title = "Nobody is here yet. Three steps to begin"
    client = sign_in(alice)

    page = client.get(reverse("home")).content.decode()

    card = page.partition("home-first-steps")[2].partition("</section>")[0]
    assert title in card
    leads = [reverse(name) for name in ("intake:import", "people:invitations", "intake:people")]
    assert [f'href="{lead}"' in card for lead in leads] == [True] * 3
    make_mentee(alice.program, "first@example.org", now=timezone.now())
    assert title not in client.get(reverse("home")).content.decode()


def test_mentee_in_line_reads_that_their_part_is_done(ben: Membership, now: datetime, sign_in: SignIn) -> None:
    card = card_of(ben, sign_in)
    assert (card.count(">Done</span>"), "You are in line. It can take some weeks." in card) == (2, True)

    Consent.objects.filter(person_id=ben.user_id).update(revoked_at=now)

    card = card_of(ben, sign_in)
    assert (card.count(">Done</span>"), "You keep your place in line." in card) == (1, True)


@pytest.mark.usefixtures("alice")
def test_mentor_who_joined_just_now_reads_warmly_what_comes_next(mona: Membership, sign_in: SignIn) -> None:
    joined_just_now(mona)
    MentorProfile.objects.update(recovery_since=None)

    card = card_of(mona, sign_in)

    said = (
        WELCOME,
        "A coordinator, who is a person, looks for a mentee who fits you.",
        "Still to fill in: languages, weekly times to meet.",
        "Further down is what is still missing.",
        "You both say yes or no, and need not say why.",
    )
    assert [words in card for words in said] == [True] * 5
    assert reverse("core:support") not in card


def test_mentor_who_takes_nobody_now_is_not_told_of_a_mentee_to_come(mona: Membership, sign_in: SignIn) -> None:
    MentorProfile.objects.update(is_taking_mentees=False)

    card = card_of(mona, sign_in)

    assert ("You take no new mentees now." in card, "Finding a mentee" in card) == (True, False)


@pytest.mark.parametrize("is_accepted", [False, True], ids=["proposal", "pair"])
def test_card_gives_way_to_a_proposal_and_a_match(
    *, is_accepted: bool, alice: Membership, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    pair = services.propose(mentor=mona, mentee=ben, by=alice, now=now)
    for person in (mona, ben) if is_accepted else ():
        services.accept(relationship=pair, by=person, now=now)

    assert [card_of(person, sign_in) for person in (mona, ben)] == ["", ""]


def test_mentee_whose_match_is_over_is_not_welcomed_nor_told_that_somebody_looks(
    alice: Membership, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    pair = services.propose(mentor=mona, mentee=ben, by=alice, now=now)
    for person in (mona, ben):
        services.accept(relationship=pair, by=person, now=now)
    services.change_state(relationship=pair, to=State.CLOSING, by=alice, now=now)
    services.change_state(relationship=pair, to=State.CLOSED, by=alice, now=now, reason=CloseReason.COMPLETED)

    card = card_of(ben, sign_in)

    assert "You have no mentor right now. If you would like one, tell your coordinator" in card
    assert [words for words in (WELCOME, "looks for a mentor", "in line") if words in card] == []
