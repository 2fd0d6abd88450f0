"""What people who used the pages for the first time ran into."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Membership, NeverPair, Program
from conftest import SignIn
from notifications.models import Message
from relationships import services
from relationships.cadence import local_date
from relationships.enums import CloseReason, State
from relationships.models import MentoringSession, Relationship
from relationships.tests.pages import get, log, url


def told(kind: str) -> list[str]:
    return sorted(Message.objects.filter(kind=kind).values_list("recipient__email", flat=True))


@pytest.mark.parametrize(("name", "other"), [("mona", "Ben"), ("ben", "Mona")])
def test_person_page_lists_the_pairs_of_either_side(
    *, name: str, other: str, pair: Relationship, alice: Membership, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    page = get(sign_in(alice), reverse("accounts:person", args=[request.getfixturevalue(name).pk]))

    assert f"With {other}" in " ".join(page.split())
    assert url("detail", pair.pk) in page
    assert "Accepted" in page


def test_pair_page_of_a_coordinator_leads_to_both_people(
    pair: Relationship, alice: Membership, sam: Membership, sign_in: SignIn
) -> None:
    pages = [reverse("accounts:person", args=[member.pk]) for member in (pair.mentor, pair.mentee)]

    assert [page in get(sign_in(alice), url("detail", pair.pk)) for page in pages] == [True, True]
    assert [page in get(sign_in(sam), url("detail", pair.pk)) for page in pages] == [False, False]


def test_pair_page_warns_a_coordinator_when_the_two_are_never_to_be_paired(
    *, pair: Relationship, alice: Membership, mona: Membership, north: Program, ben: Membership, sign_in: SignIn
) -> None:
    words = "named as never to be paired"
    assert words not in get(sign_in(alice), url("detail", pair.pk))

    NeverPair.objects.create(program=north, person=ben, other=mona)

    assert words in get(sign_in(alice), url("detail", pair.pk))
    assert words not in get(sign_in(mona), url("detail", pair.pk))


def test_cadence_changed_by_the_mentor_tells_the_mentee_who_sees_it(
    pair: Relationship, mona: Membership, ben: Membership, sign_in: SignIn
) -> None:
    assert "remind you first" in get(sign_in(mona), url("cadence", pair.pk))

    sign_in(mona).post(url("cadence", pair.pk), {"cadence_days": "10"})

    assert told("relationships.cadence") == ["ben@example.org"]
    assert "a session every 10 days" in " ".join(get(sign_in(ben), url("detail", pair.pk)).split())


def test_cadence_changed_by_a_coordinator_tells_both(
    pair: Relationship, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    assert "How often should these two meet?" in get(sign_in(alice), url("cadence", pair.pk))

    services.set_cadence(relationship=pair, cadence_days=pair.cadence_days, by=alice, now=now)
    assert told("relationships.cadence") == []

    services.set_cadence(relationship=pair, cadence_days=10, by=alice, now=now)
    assert told("relationships.cadence") == ["ben@example.org", "mona@example.org"]


def test_cadence_of_a_closed_pair_is_not_offered(
    pair: Relationship, alice: Membership, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    services.change_state(relationship=pair, to=State.CLOSED, by=alice, now=now, reason=CloseReason.SAFETY)

    for member in (alice, mona):
        client = sign_in(member)
        assert url("cadence", pair.pk) not in get(client, url("detail", pair.pk))
        assert client.get(url("cadence", pair.pk))["Location"] == url("detail", pair.pk)


def test_no_is_asked_for_once_more(proposal: Relationship, ben: Membership, mona: Membership, sign_in: SignIn) -> None:
    client = sign_in(ben)
    home, asked = get(client, reverse("home")), get(client, url("say_no", proposal.pk))

    assert url("say_no", proposal.pk) in home
    assert 'value="no"' not in home
    assert ("Nobody will ask why." in asked, 'value="no"' in asked) == (True, True)
    proposal.refresh_from_db()
    assert proposal.state == State.PROPOSED
    assert "match with Ben" in get(sign_in(mona), url("say_no", proposal.pk))


def test_no_that_is_too_late_leads_to_the_pair(pair: Relationship, ben: Membership, sign_in: SignIn) -> None:
    assert sign_in(ben).get(url("say_no", pair.pk))["Location"] == url("detail", pair.pk)


def test_no_of_an_outsider_is_not_found(proposal: Relationship, maya: Membership, alice: Membership, sign_in: SignIn) -> None:
    assert sign_in(maya).get(url("say_no", proposal.pk)).status_code == 404
    assert sign_in(alice).get(url("say_no", proposal.pk)).status_code == 403


def test_second_session_of_a_day_is_asked_for_once(
    pair: Relationship, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    today = local_date(now, mona.user.timezone)
    log(pair, now)
    client = sign_in(mona)
    posted = {"submission_key": str(uuid4()), "outcome": "met", "held_on": today.isoformat(), "note": "Typed."}

    asked = client.post(url("log_session", pair.pk), posted)
    page = asked.content.decode()
    assert (asked.status_code, MentoringSession.objects.count()) == (422, 1)
    assert ("You already logged a session for this day. Log another?" in page, "Typed." in page) == (True, True)
    assert 'type="checkbox" name="is_another"' in page

    assert client.post(url("log_session", pair.pk), {**posted, "is_another": "on"}).status_code == 302
    assert client.post(url("log_session", pair.pk), {**posted, "is_another": ""}).status_code == 302
    assert MentoringSession.objects.count() == 2


def test_home_asks_about_sessions_of_the_last_four_weeks_only(
    pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    today = local_date(now, pair.mentor.user.timezone)
    Relationship.objects.update(started_at=now - timedelta(days=60))
    old, recent = (log(pair, now, held_on=today - timedelta(days=days)) for days in (40, 10))

    page = get(sign_in(ben), reverse("home"))

    assert [url("confirm_session", pair.pk, one.pk) in page for one in (old, recent)] == [False, True]
