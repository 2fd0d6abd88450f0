"""What people who used the pages for the first time ran into."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership
from conftest import SignIn
from core.errors import DomainError
from core.templatetags.dates import dated
from notifications.models import Message
from relationships import services
from relationships.actions import ENDINGS
from relationships.enums import CloseReason, Outcome, State
from relationships.history import history_of
from relationships.lifecycle import require
from relationships.models import MentoringSession, Relationship
from relationships.tests.pages import get, log, url


def told(kind: str) -> list[str]:
    return sorted(Message.objects.filter(kind=kind).values_list("recipient__email", flat=True))


@pytest.mark.parametrize(("name", "other"), [("mona", "Ben"), ("ben", "Mona")])
def test_person_page_lists_the_pairs_of_either_side(
    *, name: str, other: str, pair: Relationship, alice: Membership, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    page = get(sign_in(alice), reverse("intake:person", args=[request.getfixturevalue(name).pk]))

    assert f"With {other}" in " ".join(page.split())
    assert url("detail", pair.pk) in page
    assert "Accepted" in page


def test_pair_page_of_a_coordinator_leads_to_both_people(
    pair: Relationship, alice: Membership, sam: Membership, sign_in: SignIn
) -> None:
    pages = [reverse("intake:person", args=[member.pk]) for member in (pair.mentor, pair.mentee)]

    assert [page in get(sign_in(alice), url("detail", pair.pk)) for page in pages] == [True, True]
    assert [page in get(sign_in(sam), url("detail", pair.pk)) for page in pages] == [False, False]


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
    today = mona.user.today(now)
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
    today = pair.mentor.user.today(now)
    Relationship.objects.update(started_at=now - timedelta(days=60))
    old, recent = (log(pair, now, held_on=today - timedelta(days=days)) for days in (40, 10))

    page = get(sign_in(ben), reverse("home"))

    assert [url("confirm_session", pair.pk, one.pk) in page for one in (old, recent)] == [False, True]


def test_history_is_newest_first_with_who_and_why(
    alice: Membership, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    pair = services.propose(mentor=mona, mentee=ben, by=alice, now=now - timedelta(minutes=1))
    for member in (mona, ben):
        services.accept(relationship=pair, by=member, now=now)
    services.change_state(relationship=pair, to=State.PAUSED, by=alice, now=now + timedelta(minutes=1))
    services.change_state(relationship=pair, to=State.ACTIVE, by=alice, now=now + timedelta(minutes=2))
    services.change_state(relationship=pair, to=State.CLOSING, by=alice, now=now + timedelta(minutes=3))
    services.change_state(
        relationship=pair, to=State.CLOSED, by=alice, now=now + timedelta(minutes=4), reason=CloseReason.ENDED_EARLY
    )
    services.change_state(relationship=pair, to=State.ACTIVE, by=alice, now=now + timedelta(minutes=5))

    assert [(step.what, str(step.reason)) for step in history_of(pair, names_grounds=True)] == [
        ("Reopened by Alice", ""),
        ("Closed by Alice", "Ended early"),
        ("Closing begun by Alice", ""),
        ("Resumed by Alice", ""),
        ("Paused by Alice", ""),
        ("Accepted; the last yes came from Ben", ""),
        ("Proposed by Alice", ""),
    ]
    page = get(sign_in(alice), url("detail", pair.pk))
    assert "Reason: Ended early" in " ".join(page.split())


def test_history_of_a_proposal_nobody_answered_says_so(proposal: Relationship) -> None:
    services.expire_proposals(proposal.proposal_expires_at)

    assert history_of(proposal, names_grounds=True)[0].what == "Expired because nobody answered in time"


def test_pause_says_what_was_done(pair: Relationship, alice: Membership, sign_in: SignIn) -> None:
    page = sign_in(alice).post(url("change_state", pair.pk, "pause"), follow=True).content.decode()

    assert "The pair is paused." in page


def test_closing_explains_each_reason(pair: Relationship, alice: Membership, now: datetime, sign_in: SignIn) -> None:
    services.change_state(relationship=pair, to=State.CLOSING, by=alice, now=now)
    page = get(sign_in(alice), url("change_state", pair.pk, "close"))

    assert [str(reason.meaning) in page for reason in ENDINGS] == [True, True, True]


@pytest.mark.parametrize("reason", [CloseReason.SAFETY, CloseReason.COMPLETED])
def test_page_that_reopens_says_when_the_rules_keep_the_two_apart(
    *, reason: CloseReason, pair: Relationship, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    services.change_state(relationship=pair, to=State.CLOSING, by=alice, now=now)
    services.change_state(relationship=pair, to=State.CLOSED, by=alice, now=now, reason=reason)
    page = get(sign_in(alice), url("change_state", pair.pk, "reopen"))

    assert ("This cannot be done as things stand" in page) == (reason == CloseReason.SAFETY)


@pytest.mark.parametrize(
    ("outcome", "mentee_reads", "mentor_reads", "staff_reads"),
    [
        (Outcome.MENTEE_COULD_NOT, "You couldn’t", "They couldn’t", "The mentee couldn’t"),
        (Outcome.MENTOR_COULD_NOT, "Your mentor couldn’t", "I couldn’t", "The mentor couldn’t"),
    ],
)
def test_outcome_is_said_to_each_reader(
    *,
    outcome: Outcome,
    mentee_reads: str,
    mentor_reads: str,
    staff_reads: str,
    pair: Relationship,
    now: datetime,
    alice: Membership,
    sign_in: SignIn,
) -> None:
    session = log(pair, now, outcome=outcome)
    day = f"({dated(session.held_on)})"

    for reader, words in ((pair.mentee, mentee_reads), (pair.mentor, mentor_reads), (alice, staff_reads)):
        page = get(sign_in(reader), url("detail", pair.pk)).replace("&#x27;", "’")
        timeline = page[page.index('<ol class="timeline">') :]
        assert words in timeline
        assert (day in timeline) == (reader != alice)


def test_refusal_names_the_state_only_when_the_state_stands_in_the_way() -> None:
    with pytest.raises(DomainError) as by_state:
        require(State.CLOSED, State.PAUSED, Role.COORDINATOR)
    with pytest.raises(DomainError) as by_role:
        require(State.PAUSED, State.ACTIVE, Role.SUPERVISOR)

    assert str(by_state.value) == "This cannot be done while the match is “Closed”."
    assert str(by_role.value) == "This is for somebody in another role to do."


def test_answer_after_both_said_yes_says_where_it_stands(pair: Relationship, ben: Membership, now: datetime) -> None:
    with pytest.raises(DomainError) as refused:
        services.decline(relationship=pair, by=ben, now=now)

    assert (refused.value.code, str(refused.value)) == (
        "wrong_state",
        "This match is no longer waiting for an answer. Its page says how it goes on.",
    )
