import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Membership, Program
from conftest import SignIn
from demo import factories
from privacy.models import Action, AuditEntry
from relationships import services
from relationships.models import MentoringSession, Relationship
from relationships.tests.pages import WORDS, get, log, url


def test_met_today_is_one_post_with_what_the_button_carries(pair: Relationship, mona: Membership, sign_in: SignIn) -> None:
    client = sign_in(mona)
    page = get(client, reverse("home"))
    fields = {
        name: page.split(f'name="{name}"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
        for name in ("submission_key", "outcome", "held_on")
    }

    first = client.post(url("log_session", pair.pk), fields)
    again = client.post(url("log_session", pair.pk), fields)

    assert (first.status_code, again.status_code) == (302, 302)
    session = MentoringSession.objects.get()
    assert (session.outcome, session.held_on) == ("met", mona.user.today(session.logged_at))
    assert "Logged today" in get(client, reverse("home"))


def test_undo_is_offered_where_a_session_was_logged_and_takes_it_back(
    *, pair: Relationship, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(mona)
    today = mona.user.today(now)
    posted = {"submission_key": str(uuid4()), "outcome": "met", "held_on": today.isoformat()}
    page = client.post(url("log_session", pair.pk), posted, follow=True).content.decode()
    session = MentoringSession.objects.get()
    undo = url("take_back_session", pair.pk, session.pk)
    assert undo in page
    assert undo in get(client, url("session", pair.pk, session.pk))

    after = client.post(undo, follow=True).content.decode()

    assert "Undone. This session no longer counts." in after
    assert undo not in after
    assert "We met today" in after
    assert "No session is logged yet." in get(sign_in(ben), url("detail", pair.pk))
    assert url("confirm_session", pair.pk, session.pk) not in get(sign_in(ben), reverse("home"))
    for member in (mona, ben):
        assert sign_in(member).get(url("session", pair.pk, session.pk)).status_code == 404
    again = client.post(url("log_session", pair.pk), posted)
    assert (again.status_code, "You sent this form before. Send it once more" in again.content.decode()) == (422, True)


def test_two_sessions_of_one_day_are_told_apart_by_when_they_were_written_down(
    pair: Relationship, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    for minutes in (40, 10):
        at = now - timedelta(minutes=minutes)
        day = mona.user.today(now)
        services.log_session(relationship=pair, by=mona, now=at, submission_key=uuid4(), held_on=day, outcome="met")

    page = get(sign_in(mona), url("detail", pair.pk))

    assert len(set(re.findall(r"Written down (\w[^<\n]+)", re.sub(r"</?time[^>]*>", "", page)))) == 2
    assert len(set(re.findall(r'<span class="visually-hidden">\((We met, [^)]+)\)', page))) == 2


def test_undo_is_not_offered_once_the_mentee_confirmed(
    pair: Relationship, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    session = log(pair, now)
    services.confirm_session(session=session, by=ben, now=now)
    client = sign_in(mona)
    undo = url("take_back_session", pair.pk, session.pk)

    assert undo not in get(client, url("detail", pair.pk)) + get(client, url("session", pair.pk, session.pk))
    assert "This session stays" in client.post(undo, follow=True).content.decode()


def test_detail_shows_the_latest_eight_sessions_and_keeps_the_rest_one_tap_away(
    pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    Relationship.objects.update(started_at=now - timedelta(days=30))
    today = ben.user.today(now)
    for days in range(11):
        log(pair, now, held_on=today - timedelta(days=days))

    latest, earlier = get(sign_in(ben), url("detail", pair.pk)).split("<details>\n", 1)

    assert (latest.count("timeline-item"), earlier.count("timeline-item")) == (8, 3)
    assert "3 earlier sessions" in earlier


def test_log_session_form_says_what_it_is_and_keeps_every_answer(
    pair: Relationship, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(mona)
    page = get(client, url("log_session", pair.pk))
    assert "Mentoring is not therapy" in page
    assert page.count("Your mentee may read this. Your supervisor may read it too.") == 2
    today = mona.user.today(now)

    response = client.post(
        url("log_session", pair.pk),
        {
            "submission_key": uuid4(),
            "outcome": "met",
            "held_on": today.isoformat(),
            "minutes": "50",
            "mode": "phone",
            "topics": ["guidance", "connection"],
            "next_on": (today + timedelta(days=7)).isoformat(),
            "mentor_wellbeing": "3",
            **WORDS,
        },
    )

    assert response.status_code == 302
    session = MentoringSession.objects.get()
    assert (session.minutes, session.mode, session.topics) == (50, "phone", ["guidance", "connection"])
    assert (session.note, session.next_step) == (WORDS["note"], WORDS["next_step"])
    assert session.mentor_wellbeing == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("held_on", "9999-12-31"),
        ("held_on", "0001-01-01"),
        ("held_on", "2199-01-01"),
        ("held_on", "yesterday"),
        ("held_on", ""),
        ("outcome", "vanished"),
        ("minutes", "0"),
        ("minutes", "1e9"),
        ("topics", "gossip"),
        ("next_on", "9999-12-31"),
        ("mentor_wellbeing", "6"),
        ("note", "x" * 1001),
        ("submission_key", "not-a-key"),
    ],
)
def test_log_session_with_a_bad_answer_keeps_what_was_typed_and_saves_nothing(
    *, field: str, value: str, pair: Relationship, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    today = mona.user.today(now).isoformat()
    answers = {"submission_key": str(uuid4()), "outcome": "met", "held_on": today, "next_step": "Keep me.", field: value}

    response = sign_in(mona).post(url("log_session", pair.pk), answers)

    assert response.status_code == 422
    assert "Keep me." in response.content.decode()
    assert not MentoringSession.objects.exists()


def test_session_opened_by_the_supervisor_shows_the_words_and_leaves_a_record(
    pair: Relationship, sam: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    session = log(pair, now, mentor_wellbeing=2, **WORDS)

    page = get(sign_in(sam), url("session", pair.pk, session.pk))

    assert WORDS["note"] in page
    assert "Ben can see that you did." in page
    assert "2 of 5" in page
    opened = AuditEntry.objects.filter(action=Action.OPENED).values_list("actor_id", "person_id", "object_id", "reason")
    assert list(opened) == [(sam.user_id, ben.user_id, session.pk, "session_log")]


def test_session_read_by_the_mentee_shows_the_words_but_not_the_mentors_own_part(
    pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    session = log(pair, now, mentor_wellbeing=2, **WORDS)

    page = get(sign_in(ben), url("session", pair.pk, session.pk))

    assert WORDS["note"] in page
    assert not [
        hidden for hidden in ("2 of 5", "supervisor", "safety") if hidden in page.split("<main", 1)[1].split("</main", 1)[0]
    ]
    assert not AuditEntry.objects.filter(action=Action.OPENED).exists()


def test_session_of_another_pair_under_this_address_is_404(
    *,
    pair: Relationship,
    alice: Membership,
    mona: Membership,
    north: Program,
    now: datetime,
    sign_in: SignIn,
) -> None:
    bea = factories.make_mentee(north, "bea@example.org", now=now)
    other = services.propose(mentor=mona, mentee=bea, by=alice, now=now)

    assert sign_in(mona).get(url("session", other.pk, log(pair, now).pk)).status_code == 404


def test_confirm_session_is_one_tap_from_home(pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn) -> None:
    session = log(pair, now)
    client = sign_in(ben)
    address = url("confirm_session", pair.pk, session.pk)
    assert address in get(client, reverse("home"))

    client.post(address)

    session.refresh_from_db()
    assert session.confirmed_at is not None
    assert address not in get(client, reverse("home"))
