"""What the two of a pair are told when contact goes on hold, and when it is open again: the same whatever the reason, once."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Membership, Program, User
from accounts.services import set_active
from conftest import SignIn
from notifications.models import Message, Notice
from notifications.outbox import drain
from people.models import NeverPair
from privacy.consents import give_consent, revoke_consent
from privacy.models import Consent
from relationships.enums import CloseReason, State
from relationships.models import Relationship
from relationships.services import change_state, check_standing
from relationships.tests.losses import LOSSES, lose
from relationships.tests.pages import main

HELD, OPEN = "relationships.contact_held", "relationships.contact_open"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOTICES = reverse("notifications:notices")
WORDS: Mapping[str, str] = {
    "mona": "For now, you and Ben cannot see how to reach each other. Your coordinator knows, and decides how it goes on."
    " It does not judge anything you did. You can still write down a session that took place.",
    "ben": "For now, you and Mona cannot see how to reach each other. Your coordinator knows, and decides how it goes on."
    " It does not judge anything you did. You can check in and get support as before.",
}


def standing(kind: str) -> list[str]:
    """Who is told so by a message that is not over."""
    names = Message.objects.filter(kind=kind, over_at=None).values_list("recipient__first_name", flat=True)
    return sorted(names)


def ever(kind: str) -> int:
    return Message.objects.filter(kind=kind).count()


def take_back(member: Membership, now: datetime) -> None:
    revoke_consent(person=member, by=member, now=now)


def agree(member: Membership, now: datetime) -> None:
    give_consent(person=member, on=member.program.today(now), by=member, now=now)


@pytest.fixture
def night(now: datetime) -> datetime:
    """Half past midnight in New York, where everybody here lives."""
    return now + 12 * HOUR + timedelta(minutes=30)


@pytest.mark.parametrize("loss", LOSSES)
def test_two_are_told_of_a_hold_once_in_the_same_words_whatever_is_missing(
    *, loss: str, pair: Relationship, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    drain(now)
    mail.outbox.clear()

    lose(loss, pair, now)
    check_standing(now + HOUR)
    drain(now + HOUR)

    here = {one.user.first_name for one in (mona, ben) if Membership.objects.active().filter(pk=one.pk).exists()}
    assert standing(HELD) == sorted(here)
    for name, member in (("mona", mona), ("ben", ben)):
        if member.user.first_name in here:
            assert main(sign_in(member), NOTICES).count(WORDS[name]) == 1
    to_the_two = [one for one in mail.outbox if one.to[0] in (mona.user.email, ben.user.email)]
    assert len(to_the_two) == len(here)
    said = " ".join(f"{one.subject} {one.body}" for one in to_the_two)
    assert re.findall(r"alcohol|recovery|mentor|program|contact|hold|Mona|Ben", said, re.IGNORECASE) == []


def test_nobody_is_told_again_when_another_ground_goes_missing_or_comes_back_beside(
    pair: Relationship, mona: Membership, ben: Membership, now: datetime
) -> None:
    take_back(mona, now)
    take_back(ben, now + HOUR)
    rule = NeverPair.objects.create(program=pair.program, person=ben, other=mona, reason="Hush.")
    check_standing(now + 2 * HOUR)
    agree(mona, now + DAY)
    rule.delete()
    check_standing(now + 2 * DAY)

    assert (standing(HELD), ever(HELD), ever(OPEN)) == (["Ben", "Mona"], 2, 0)


def test_two_are_told_that_contact_is_open_again(
    *, pair: Relationship, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    take_back(ben, now)
    drain(now)

    agree(ben, now + HOUR)
    check_standing(now + 2 * HOUR)

    assert (standing(HELD), standing(OPEN), ever(OPEN)) == ([], ["Ben", "Mona"], 2)
    for member, other in ((mona, "Ben"), (ben, "Mona")):
        words = f"Contact with {other} is open again. You two can see how to reach each other."
        assert words in main(sign_in(member), reverse("home"))


def test_match_that_just_began_is_said_to_be_open_again_once_to_who_heard_of_the_hold(
    pair: Relationship, ben: Membership, now: datetime
) -> None:
    take_back(ben, now)
    drain(now)

    agree(ben, now + HOUR)

    assert (standing(OPEN), standing("relationships.started")) == (["Ben", "Mona"], [])


def test_hold_that_ends_before_it_was_heard_is_told_to_nobody(
    *, pair: Relationship, ben: Membership, mona: Membership, now: datetime
) -> None:
    Relationship.objects.update(state=State.INTRODUCED)
    drain(now)
    mail.outbox.clear()
    take_back(ben, now)
    agree(ben, now)

    drain(now)

    assert (standing(HELD), ever(OPEN), Notice.objects.unread().filter(message__kind=HELD).count()) == ([], 0, 0)
    assert [one for one in mail.outbox if one.to[0] in (mona.user.email, ben.user.email)] == []


def test_open_again_that_was_not_sent_is_cancelled_by_the_next_hold(pair: Relationship, ben: Membership, now: datetime) -> None:
    take_back(ben, now)
    drain(now)
    agree(ben, now + HOUR)

    take_back(ben, now + HOUR)

    assert (standing(HELD), standing(OPEN)) == (["Ben", "Mona"], [])
    assert Message.objects.filter(kind=OPEN, cancelled_at=None).count() == 0


@pytest.mark.parametrize("how", ["ran_out", "taken_back"])
def test_hold_of_the_night_is_told_in_the_morning_whatever_it_is_for(
    *, how: str, pair: Relationship, north: Program, ben: Membership, now: datetime, night: datetime
) -> None:
    if how == "ran_out":
        Consent.objects.filter(person_id=ben.user_id).update(expires_on=north.today(now))
        assert check_standing(night) == 1
    else:
        take_back(ben, night)
    assert ever(HELD) == 0

    check_standing(night + 8 * HOUR)
    assert ever(HELD) == 0
    check_standing(night + 9 * HOUR)

    assert standing(HELD) == ["Ben", "Mona"]


def test_person_who_comes_back_to_a_match_on_hold_is_told_then(
    *, pair: Relationship, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    set_active(person=mona, is_active=False, by=alice, now=now)
    take_back(ben, now + HOUR)
    assert standing(HELD) == ["Ben"]

    set_active(person=mona, is_active=True, by=alice, now=now + DAY)

    assert (standing(HELD), ever(HELD)) == (["Ben", "Mona"], 2)


def test_notice_names_a_coordinator_only_while_one_is_active(
    *, pair: Relationship, alice: Membership, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    take_back(ben, now)
    Membership.objects.filter(pk=alice.pk).update(is_active=False)

    for name, member in (("mona", mona), ("ben", ben)):
        page = main(sign_in(member), NOTICES)
        assert WORDS[name].replace(" Your coordinator knows, and decides how it goes on.", "") in page
        assert "coordinator" not in page


def test_several_holds_in_one_line_name_nobody_and_judge_nothing(
    *, pair: Relationship, mona: Membership, ben: Membership, north: Program, now: datetime, sign_in: SignIn
) -> None:
    take_back(ben, now)
    Message.objects.filter(kind=HELD, recipient=ben.user).update(recipient=mona.user, subject_id=north.pk)
    Notice.objects.filter(message__kind=HELD).update(recipient=mona.user)

    page = main(sign_in(mona), reverse("home"))

    assert "Contact in a match of yours is on hold for now. It does not judge anything you did." in page
    assert "you and Ben" not in page


def test_end_of_the_match_ends_what_was_said_of_its_hold_to_all(
    pair: Relationship, ben: Membership, alice: Membership, now: datetime
) -> None:
    take_back(ben, now)

    change_state(relationship=pair, to=State.CLOSED, by=alice, now=now, reason=CloseReason.REMATCH)

    assert (standing(HELD), standing(OPEN), standing("relationships.on_hold")) == ([], [], [])


def test_closed_account_that_is_opened_by_hand_tells_both_that_contact_is_open_again(
    pair: Relationship, mona: Membership, ben: Membership, now: datetime
) -> None:
    User.objects.filter(pk=mona.user_id).update(is_active=False)
    check_standing(now)
    drain(now)
    User.objects.filter(pk=mona.user_id).update(is_active=True)

    check_standing(now + HOUR)

    assert (standing(HELD), standing(OPEN)) == ([], ["Ben"])


def test_page_that_takes_a_consent_back_says_before_that_both_are_told(
    pair: Relationship, ben: Membership, sign_in: SignIn
) -> None:
    consent = Consent.objects.get(person_id=ben.user_id)
    page = main(sign_in(ben), reverse("intake:take_back_consent", args=[consent.pk]))

    assert "Both of you are told that contact is on hold, not why." in page
