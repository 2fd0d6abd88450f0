"""A mentor who was told of a call for support hears when staff closed it."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.enums import Role
from accounts.models import Membership
from checkins.models import CheckIn
from checkins.services import note_mentor_heard, submit_checkin
from conftest import SignIn
from demo import factories
from notifications.models import Message
from notifications.outbox import drain
from relationships import services
from relationships.enums import CloseReason, State
from relationships.models import Relationship
from supervision.models import Flag
from supervision.notices import CALL_CLOSED, CONFIDED_CLOSED
from supervision.services import resolve_flag, take_up_confided, take_up_requests
from supervision.tests.conftest import START, MakePair, confide

LATER = START + timedelta(hours=1)


def call(mentee: Membership, support: str = "today", at: datetime = START) -> CheckIn:
    checkin = submit_checkin(mentee=mentee, now=at, submission_key=uuid4(), support=support)
    take_up_requests(at)
    return checkin


def close(by: Membership, at: datetime = LATER) -> Flag:
    return resolve_flag(flag=Flag.objects.open().get(), what_was_done="Talked for an hour.", by=by, now=at)


def told() -> list[str]:
    rows = Message.objects.filter(kind=CALL_CLOSED, cancelled_at=None).order_by("created_at")
    return list(rows.values_list("recipient__first_name", flat=True))


@pytest.mark.parametrize("support", ["today", "now"])
def test_closing_a_call_tells_the_mentor_whose_it_was_and_not_what_was_done(
    *, support: str, pair: Relationship, ben: Membership, mona: Membership, sam: Membership, sign_in: SignIn
) -> None:
    call(ben, support)
    drain(START)
    close(sam)
    mail.outbox.clear()
    drain(LATER)

    page = sign_in(mona).get(reverse("notifications:notices")).content.decode()

    assert told() == ["Mona"]
    assert ("Staff have taken care of the call for support from Ben." in page, "an hour" in page) == (True, False)
    assert [one.to for one in mail.outbox] == [["mona@example.org"]]
    assert [word for word in ("Ben", "support", "call") if word in str(mail.outbox[0].body)] == []


def test_notice_of_a_closed_call_leads_the_mentor_to_the_pair(
    pair: Relationship, ben: Membership, mona: Membership, sam: Membership, sign_in: SignIn
) -> None:
    call(ben)
    close(sam)
    drain(LATER)
    notice = Message.objects.get(kind=CALL_CLOSED).notice

    page = sign_in(mona).get(reverse("notifications:open", args=[notice.pk]), follow=True)

    assert page.redirect_chain[-1][0] == reverse("relationships:detail", args=[pair.pk]) + f"?notice={notice.pk}"
    assert page.status_code == 200
    assert page.content.decode().count("data-when-seen") == 1


def test_mail_about_a_closed_call_waits_for_the_morning(
    pair: Relationship, ben: Membership, sam: Membership, mona: Membership
) -> None:
    night = START + timedelta(hours=13)  # one in the morning in New York
    call(ben)
    drain(START)
    close(sam, night)
    mail.outbox.clear()

    drain(night)
    asleep = len(mail.outbox)
    drain(night + timedelta(hours=9))

    assert (asleep, [one.to for one in mail.outbox]) == (0, [["mona@example.org"]])


def test_each_closed_call_of_a_day_is_told(pair: Relationship, ben: Membership, sam: Membership) -> None:
    for hours in (0, 2):
        call(ben, at=START + timedelta(hours=hours))
        close(sam, LATER + timedelta(hours=hours))

    assert told() == ["Mona", "Mona"]


def test_closed_call_leaves_the_mentors_home_and_its_page_asks_for_nothing_more(
    *,
    make_pair: MakePair,
    ben: Membership,
    mona: Membership,
    sam: Membership,
    alice: Membership,
    now: datetime,
    sign_in: SignIn,
) -> None:
    make_pair(mona, ben, by=alice, at=now - timedelta(days=1))
    call(ben, "now", at=now)
    client = sign_in(mona)
    address = reverse("checkins:support_request", args=[ben.support_requests.get().pk])
    before = [client.get(page).content.decode() for page in ("/", address)]

    close(sam, now)

    after = [" ".join(client.get(page).content.decode().split()) for page in ("/", address)]
    assert ["I have been in touch" in page for page in (*before, *after)] == [True, True, False, False]
    assert ("Ben asked for support" in after[0], "Call or text as soon as you can" in after[1]) == (False, False)
    assert "the program's staff wrote down that it was taken care of." in after[1].replace("&#x27;", "'")


def test_mentor_who_saw_the_call_before_its_mail_left_counts_as_told_while_it_is_open_and_afterwards(
    *, pair: Relationship, ben: Membership, mona: Membership, sam: Membership, sign_in: SignIn
) -> None:
    call(ben)
    note_mentor_heard(request=ben.support_requests.get(), by=mona, now=START + timedelta(minutes=1))
    client = sign_in(sam)

    is_open = strip_tags(client.get(reverse("supervision:flags")).content.decode())
    close(sam)
    closed = strip_tags(client.get(reverse("supervision:flags") + "?show=closed").content.decode())

    assert [f"{mona.user.full_name}, mentor on Mar 2" in page for page in (is_open, closed)] == [True, True]


def test_closed_flag_does_not_count_the_mentor_as_told_when_it_was_closed(
    pair: Relationship, ben: Membership, sam: Membership, sign_in: SignIn
) -> None:
    call(ben)
    drain(START)
    close(sam)

    page = sign_in(sam).get(reverse("supervision:flags") + "?show=closed").content.decode()

    assert "Mona, mentor" in page
    assert "on its way" not in page


@pytest.mark.parametrize("kind", ["worry", "talk"])
def test_closing_what_the_mentor_confided_tells_them_that_it_was_looked_at_and_not_what_was_done(
    *, kind: str, pair: Relationship, mona: Membership, sam: Membership, sign_in: SignIn
) -> None:
    confide(pair, kind=kind)
    take_up_confided(START)
    drain(START)
    close(sam)
    mail.outbox.clear()
    drain(LATER)
    client = sign_in(mona)
    notice = Message.objects.get(kind=CONFIDED_CLOSED, recipient=mona.user).notice

    notices = client.get(reverse("notifications:notices")).content.decode()
    page = client.get(reverse("notifications:open", args=[notice.pk]), follow=True)

    assert told() == []
    assert "What you sent has been looked at." in notices
    assert page.redirect_chain[-1][0] == f"{reverse('relationships:tell_supervisor', args=[pair.pk])}?notice={notice.pk}"
    assert "Mon, Mar 2, 1:00 PM</time>: Sam has looked at it." in " ".join(page.content.decode().split())
    assert "an hour" not in page.content.decode()
    assert [one.to for one in mail.outbox] == [["mona@example.org"]]
    assert [word for word in ("Ben", "worr", "supervis", "looked") if word in str(mail.outbox[0].body)] == []


def test_what_the_mentor_confided_is_not_said_to_be_looked_at_before_it_is_closed(
    pair: Relationship, mona: Membership, sign_in: SignIn
) -> None:
    confide(pair)
    take_up_confided(START)

    page = sign_in(mona).get(reverse("relationships:tell_supervisor", args=[pair.pk])).content.decode()

    assert "I am worried" in page
    assert "has looked at it" not in page


def test_closing_a_call_after_the_pair_ended_tells_nobody(
    pair: Relationship, ben: Membership, alice: Membership, sam: Membership
) -> None:
    call(ben)
    services.change_state(relationship=pair, to=State.CLOSED, by=alice, now=LATER, reason=CloseReason.SAFETY)
    close(sam)

    assert told() == []


def test_mentor_who_closes_the_call_as_staff_is_not_told_of_it(pair: Relationship, ben: Membership, mona: Membership) -> None:
    call(ben)
    close(factories.make_member(mona.program, Role.COORDINATOR, "", user=mona.user))

    assert told() == []
