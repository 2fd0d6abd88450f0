"""Calls for support that are open when contact opens again after a hold: the mentor hears of them then."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Membership
from accounts.services import set_active
from checkins.models import SupportRequest
from checkins.services import say_in_touch, submit_checkin
from conftest import SignIn
from notifications.models import Message
from privacy.consents import give_consent, revoke_consent
from relationships.models import Relationship
from relationships.services import change_state
from supervision.models import Flag, FlagEvent, FlagNotified
from supervision.services import resolve_flag, take_up_requests
from supervision.tests.conftest import MakePair
from supervision.tests.test_calls import read
from supervision.tests.test_handing_on import told

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def pair(make_pair: MakePair, alice: Membership, mona: Membership, ben: Membership, now: datetime) -> Relationship:
    """Mona and Ben, who have met."""
    pair = make_pair(mona, ben, by=alice, at=now - 9 * DAY)
    Relationship.objects.update(state="active")
    return pair


def ask(mentee: Membership, at: datetime, support: str = "today") -> SupportRequest:
    checkin = submit_checkin(mentee=mentee, now=at, submission_key=uuid4(), support=support)
    take_up_requests(at)
    return SupportRequest.objects.get(checkin=checkin)


def hold(mentee: Membership, at: datetime) -> None:
    revoke_consent(person=mentee, by=mentee, now=at)


def open_again(mentee: Membership, at: datetime) -> None:
    give_consent(person=mentee, on=mentee.program.today(at), by=mentee, now=at)


def told_mentor(mentor: Membership) -> list[str]:
    said = Message.objects.filter(recipient=mentor.user, kind__startswith="checkins.support").order_by("created_at")
    return list(said.values_list("kind", flat=True))


@pytest.mark.parametrize("support", ["today", "now"])
def test_mentor_hears_of_a_call_from_the_hold_once_contact_is_open_again(
    *, support: str, pair: Relationship, mona: Membership, ben: Membership, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    hold(ben, now - DAY)
    call = ask(ben, now - 2 * HOUR, support)
    assert told_mentor(mona) == []
    to_staff = told(sam)

    open_again(ben, now - HOUR)

    assert (told_mentor(mona), told(sam)) == ([f"checkins.support_{support}"], to_staff)
    assert "Ben asked for support" in read(sign_in, mona, reverse("checkins:support_request", args=[call.pk]))
    assert "Ben asked for support" in read(sign_in, mona, reverse("relationships:detail", args=[pair.pk]))
    assert "Mona (Mentor) opened it" in read(sign_in, ben, "/")
    flag = read(sign_in, sam, Flag.objects.get().get_absolute_url())
    assert "Contact in the match is open again, so the mentor was told." in flag
    assert FlagNotified.objects.filter(member=mona, event__reason="contact_open").count() == 1


def test_mentor_who_is_suspended_and_comes_back_hears_of_what_is_open(
    *, pair: Relationship, mona: Membership, ben: Membership, ada: Membership, now: datetime
) -> None:
    set_active(person=mona, is_active=False, by=ada, now=now - DAY)
    ask(ben, now - 2 * HOUR)

    set_active(person=mona, is_active=True, by=ada, now=now)

    assert told_mentor(mona) == ["checkins.support_today"]


def test_call_from_before_the_hold_is_said_again_unless_the_mentor_answered(
    *, pair: Relationship, mona: Membership, ben: Membership, now: datetime
) -> None:
    ask(ben, now - 3 * DAY)
    answered = ask(ben, now - 3 * DAY, "now")
    say_in_touch(request=answered, by=mona, now=now - 3 * DAY)
    hold(ben, now - 2 * DAY)

    open_again(ben, now)

    assert told_mentor(mona)[2:] == ["checkins.support_today"]


def test_notice_of_a_call_is_over_for_the_mentor_while_contact_is_on_hold(
    *, pair: Relationship, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(ben, now - DAY)
    told = Message.objects.filter(recipient=mona.user, kind__startswith="checkins.support")
    assert told.get().over_at is None

    hold(ben, now - HOUR)

    assert told.get().over_at == now - HOUR
    assert "No longer open." in sign_in(mona).get(reverse("notifications:notices")).content.decode()
    open_again(ben, now)
    assert sorted(message.over_at is None for message in told) == [False, True]


def test_newest_of_several_calls_is_said(*, pair: Relationship, mona: Membership, ben: Membership, now: datetime) -> None:
    hold(ben, now - DAY)
    ask(ben, now - 3 * HOUR)
    newest = ask(ben, now - 2 * HOUR)

    open_again(ben, now)

    assert [message.subject_id for message in Message.objects.filter(kind="checkins.support_today")] == [newest.pk]


def test_call_that_staff_closed_is_not_said(
    *, pair: Relationship, mona: Membership, ben: Membership, sam: Membership, now: datetime
) -> None:
    hold(ben, now - DAY)
    ask(ben, now - 2 * HOUR)
    resolve_flag(flag=Flag.objects.get(), what_was_done="Rang.", by=sam, now=now - HOUR)

    open_again(ben, now)

    assert told_mentor(mona) == []


def test_call_in_a_paused_match_stays_with_staff_when_contact_opens_again(
    *, pair: Relationship, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    change_state(relationship=pair, to="paused", by=alice, now=now - 2 * DAY)
    hold(ben, now - DAY)
    ask(ben, now - 2 * HOUR)

    open_again(ben, now)

    assert told_mentor(mona) == []


def test_call_from_before_the_match_is_not_said_to_its_mentor(
    *, make_pair: MakePair, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    ask(ben, now - 3 * DAY)
    make_pair(mona, ben, by=alice, at=now - 2 * DAY)
    hold(ben, now - DAY)

    open_again(ben, now)

    assert told_mentor(mona) == []


def test_change_that_opens_nothing_says_nothing(pair: Relationship, mona: Membership, ben: Membership, now: datetime) -> None:
    ask(ben, now - 3 * DAY)

    open_again(ben, now)

    assert (len(told_mentor(mona)), FlagEvent.objects.filter(reason="contact_open").count()) == (1, 0)


def test_form_says_on_hold_that_the_mentor_is_told_once_contact_is_open_again(
    *, pair: Relationship, ben: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    words = "If you still wait for an answer when contact with your mentor is open again, we tell your mentor then."
    page = reverse("checkins:new")
    assert words not in read(sign_in, ben, page)

    hold(ben, now)
    assert words in read(sign_in, ben, page)

    change_state(relationship=pair, to="paused", by=alice, now=now)
    assert words not in read(sign_in, ben, page)
