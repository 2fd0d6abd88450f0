"""What can be done with a pair on hold, and what waits: a page either works or says why, before anything is typed."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Membership
from checkins.models import SupportRequest
from checkins.services import submit_checkin
from conftest import SignIn
from relationships.models import MentoringSession, Relationship
from relationships.tests.losses import lose
from relationships.tests.pages import get, log, main, url


def test_log_of_a_session_shows_on_hold_only_what_will_be_taken_and_says_why(
    pair: Relationship, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    client, address = sign_in(mona), url("log_session", pair.pk)
    fields = ("note", "next_step", "next_on")
    assert all(f'name="{name}"' in get(client, address) for name in fields)
    lose("mentee_revoked", pair, now)

    page = main(client, address)

    assert not any(f'name="{name}"' in page for name in fields)
    assert "Contact is on hold, so nothing is passed on to your mentee." in page
    typed = {"submission_key": uuid4(), "outcome": "met", "held_on": date(2026, 3, 2), "minutes": 30, "worry": "on"}
    assert client.post(address, typed).status_code == 302
    assert MentoringSession.objects.get().minutes == 30


@pytest.mark.parametrize("name", ["mona", "alice"])
def test_page_of_the_rhythm_says_on_hold_that_it_waits_and_does_not_open(
    *, name: str, pair: Relationship, now: datetime, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    lose("mentee_revoked", pair, now)

    response = sign_in(request.getfixturevalue(name)).get(url("cadence", pair.pk), follow=True)

    assert response.redirect_chain == [(url("detail", pair.pk), 302)]
    assert "How often the two meet can be changed once contact is open again." in response.content.decode()


@pytest.mark.parametrize("action", ["introduce", "begin-closing"])
def test_action_that_a_hold_forbids_says_that_the_hold_forbids_it(
    *, action: str, pair: Relationship, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    lose("mentee_revoked", pair, now)

    page = sign_in(alice).get(url("change_state", pair.pk, action), follow=True).content.decode()

    assert "Contact is on hold in this match. Settle first what its page says is missing, or choose “End the match”." in page


def test_mentee_who_opens_or_confirms_a_session_on_hold_reads_that_contact_is_on_hold(
    *, pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    session = log(pair, now)
    client = sign_in(ben)
    lose("mentor_revoked", pair, now)

    opened = client.get(url("session", pair.pk, session.pk), follow=True)
    confirmed = client.post(url("confirm_session", pair.pk, session.pk), follow=True)

    for response in (opened, confirmed):
        assert "Contact is on hold in this match. A coordinator decides how it goes on." in response.content.decode()
    session.refresh_from_db()
    assert session.confirmed_at is None


@pytest.mark.parametrize("on_hold", [False, True])
def test_mentor_who_follows_a_link_to_what_was_shared_reads_on_hold_that_contact_is_on_hold(
    *, on_hold: bool, pair: Relationship, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    submit_checkin(mentee=ben, now=now, submission_key=uuid4(), note="I slept.", shared_with=pair, support="now")
    call = SupportRequest.objects.get()
    assert call.checkin is not None
    links = [("shared", pair.pk), ("read", call.checkin.pk), ("support_request", call.pk)]
    if on_hold:
        lose("mentee_revoked", pair, now)

    pages = [sign_in(mona).get(reverse(f"checkins:{name}", args=[pk]), follow=True) for name, pk in links]

    says_why = ["Contact is on hold in this match. A coordinator decides" in page.content.decode() for page in pages]
    assert ([page.status_code for page in pages], says_why) == ([200] * 3, [on_hold] * 3)
    assert [bool(page.redirect_chain) for page in pages] == [on_hold] * 3


def test_pair_on_hold_is_not_among_those_who_should_meet_soon(
    *, pair: Relationship, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    Relationship.objects.update(started_at=now - timedelta(days=8))
    assert "Not yet met" in main(sign_in(alice), reverse("home"))

    lose("mentee_revoked", pair, now)

    assert "Not yet met" not in main(sign_in(alice), reverse("home"))
