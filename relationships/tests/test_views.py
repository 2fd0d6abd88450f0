from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from accounts.models import Membership, MenteeProfile, MentorProfile, Program
from conftest import SignIn
from demo import factories
from privacy.models import Action, AuditEntry
from relationships import proposal_facts, services
from relationships.cadence import local_date
from relationships.enums import CloseReason, State
from relationships.models import MentoringSession, Relationship


@pytest.fixture
def contacts(mona: Membership, ben: Membership) -> None:
    for profile in (MentorProfile.objects.get(membership=mona), MenteeProfile.objects.get(membership=ben)):
        profile.contact = f"call {profile.membership.user.first_name} on 555 0100"
        profile.save()


def url(name: str, *args: object) -> str:
    return reverse(f"relationships:{name}", args=args)


def get(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def log(pair: Relationship, now: datetime, **details: Any) -> MentoringSession:
    fields = {"submission_key": uuid4(), "held_on": local_date(now, pair.mentor.user.timezone), "outcome": "met", **details}
    return services.log_session(relationship=pair, by=pair.mentor, now=now, **fields)


# Proposals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "other"), [("mona", "Ben"), ("ben", "Mona")])
def test_home_of_each_side_shows_the_proposal_without_contact_or_score(
    *, name: str, other: str, proposal: Relationship, contacts: None, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    page = get(sign_in(request.getfixturevalue(name)), reverse("home"))

    assert f"Yes to {other}" in page
    assert "555 0100" not in page


def test_home_shows_what_the_two_share_when_somebody_registered_it(
    proposal: Relationship, ben: Membership, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposal_facts, "_sources", [lambda pair: ["You both like walking."]])

    assert "You both like walking." in get(sign_in(ben), reverse("home"))


def test_answer_yes_by_both_starts_the_pair_and_shows_how_to_reach_each_other(
    proposal: Relationship, contacts: None, mona: Membership, ben: Membership, sign_in: SignIn
) -> None:
    first = sign_in(mona).post(url("answer", proposal.pk), {"answer": "yes"})
    second = sign_in(ben).post(url("answer", proposal.pk), {"answer": "yes"})

    assert (first.status_code, first["Location"]) == (302, reverse("home"))
    assert (second.status_code, second["Location"]) == (302, url("detail", proposal.pk))
    assert "call Mona on 555 0100" in get(sign_in(ben), url("detail", proposal.pk))
    assert "call Ben on 555 0100" in get(sign_in(mona), url("detail", proposal.pk))
    assert "call Mona on 555 0100" in get(sign_in(ben), reverse("home"))


def test_answer_no_ends_the_proposal(proposal: Relationship, ben: Membership, sign_in: SignIn) -> None:
    sign_in(ben).post(url("answer", proposal.pk), {"answer": "no"})

    proposal.refresh_from_db()
    assert proposal.state == State.DECLINED


def test_answer_after_the_last_day_says_so_and_changes_nothing(
    proposal: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    Relationship.objects.update(proposal_expires_at=now)

    response = sign_in(ben).post(url("answer", proposal.pk), {"answer": "yes"}, follow=True)

    assert "The time to answer this proposal has passed." in response.content.decode()
    proposal.refresh_from_db()
    assert proposal.mentee_accepted_at is None


def test_answer_neither_yes_nor_no_is_400(proposal: Relationship, ben: Membership, sign_in: SignIn) -> None:
    assert sign_in(ben).post(url("answer", proposal.pk), {"answer": "perhaps"}).status_code == 400


# Who may open what ---------------------------------------------------------------------------------------------------

OUTSIDERS = {"mentee": "maya", "mentor": "mateo", "coordinator": "otto", "supervisor": "sofia"}
PAGES: list[tuple[str, tuple[str, ...], str, set[str]]] = [
    ("detail", (), "get", {"mentee", "mentor", "coordinator", "supervisor"}),
    ("answer", (), "post", {"mentee", "mentor"}),
    ("cadence", (), "get", {"mentor", "coordinator"}),
    ("log_session", (), "get", {"mentor"}),
    ("session", ("session",), "get", {"mentee", "mentor", "supervisor"}),
    ("confirm_session", ("session",), "post", {"mentee"}),
    ("take_back_session", ("session",), "post", {"mentor"}),
    ("change_state", ("pause",), "get", {"coordinator", "supervisor"}),
]


@pytest.mark.parametrize(("name", "more", "method", "roles"), PAGES, ids=[page[0] for page in PAGES])
def test_page_is_404_for_outsiders_403_for_other_roles_and_asks_strangers_to_sign_in(
    *,
    name: str,
    more: tuple[str, ...],
    method: str,
    roles: set[str],
    pair: Relationship,
    now: datetime,
    sign_in: SignIn,
    request: pytest.FixtureRequest,
) -> None:
    session = log(pair, now)
    address = url(name, pair.pk, *(session.pk if one == "session" else one for one in more))

    seen = {
        role: getattr(sign_in(request.getfixturevalue(outsider)), method)(address).status_code
        for role, outsider in OUTSIDERS.items()
    }
    admin = getattr(sign_in(request.getfixturevalue("ada")), method)(address).status_code
    stranger = getattr(Client(), method)(address)

    assert seen == {role: 404 if role in roles else 403 for role in OUTSIDERS}
    assert admin == 403
    assert (stranger.status_code, stranger["Location"].startswith(reverse("account_login"))) == (302, True)


@pytest.mark.parametrize(("name", "insider"), [("answer", "ben"), ("confirm_session", "ben"), ("take_back_session", "mona")])
def test_page_that_changes_something_refuses_get(
    *, name: str, insider: str, pair: Relationship, now: datetime, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    args = (pair.pk,) if name == "answer" else (pair.pk, log(pair, now).pk)

    assert sign_in(request.getfixturevalue(insider)).get(url(name, *args)).status_code == 405


def test_detail_of_another_mentor_of_the_same_program_is_404(
    pair: Relationship, north: Program, now: datetime, sign_in: SignIn
) -> None:
    milo = factories.make_mentor(north, "milo@example.org", now=now)
    bea = factories.make_mentee(north, "bea@example.org", now=now)

    assert [sign_in(who).get(url("detail", pair.pk)).status_code for who in (milo, bea)] == [404, 404]


def test_detail_of_a_colleagues_mentor_is_404_for_a_supervisor(pair: Relationship, north: Program, sign_in: SignIn) -> None:
    sue = factories.make_member(north, "supervisor", "sue@example.org")  # type: ignore[arg-type]

    assert sign_in(sue).get(url("detail", pair.pk)).status_code == 404


def test_detail_after_the_end_no_longer_shows_how_to_reach_each_other(
    *,
    pair: Relationship,
    contacts: None,
    alice: Membership,
    mona: Membership,
    ben: Membership,
    now: datetime,
    sign_in: SignIn,
) -> None:
    services.change_state(relationship=pair, to=State.CLOSED, by=alice, now=now, reason=CloseReason.SAFETY)

    for member in (mona, ben):
        page = get(sign_in(member), url("detail", pair.pk))
        assert "555 0100" not in page
        assert "safety" not in page.lower()


WORDS = {"note": "We walked by the river.", "next_step": "Call the clinic."}


@pytest.mark.parametrize("name", ["alice", "sam", "mona", "ben"])
def test_detail_shows_nobody_the_words_of_a_session(
    name: str, pair: Relationship, now: datetime, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    log(pair, now, **WORDS)

    page = get(sign_in(request.getfixturevalue(name)), url("detail", pair.pk))

    assert not [words for words in WORDS.values() if words in page]
    assert ("We met" if name == "mona" else "Met") in page
    assert not AuditEntry.objects.filter(action=Action.OPENED).exists()


# Sessions ------------------------------------------------------------------------------------------------------------


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
    assert (session.outcome, session.held_on) == ("met", local_date(session.logged_at, mona.user.timezone))
    assert "Logged today" in get(client, reverse("home"))


def test_undo_is_offered_where_a_session_was_logged_and_takes_it_back(
    *, pair: Relationship, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(mona)
    today = local_date(now, mona.user.timezone)
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
    assert (again.status_code, "This form was used before." in again.content.decode()) == (422, True)


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
    today = local_date(now, ben.user.timezone)
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
    assert "Your mentee may read this." in page
    today = local_date(now, mona.user.timezone)

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
            "wants_supervisor": "on",
            "has_safety_concern": "on",
            **WORDS,
        },
        follow=True,
    )

    session = MentoringSession.objects.get()
    assert (session.minutes, session.mode, session.topics) == (50, "phone", ["guidance", "connection"])
    assert (session.note, session.next_step) == (WORDS["note"], WORDS["next_step"])
    assert (session.mentor_wellbeing, session.wants_supervisor, session.has_safety_concern) == (3, True, True)
    assert "Your supervisor is being told now." in response.content.decode()


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
    today = local_date(now, mona.user.timezone).isoformat()
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
    session = log(pair, now, mentor_wellbeing=2, wants_supervisor=True, has_safety_concern=True, **WORDS)

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


# What staff do -------------------------------------------------------------------------------------------------------


def test_change_state_says_what_will_happen_and_does_it_on_post(pair: Relationship, alice: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)

    page = get(client, url("change_state", pair.pk, "pause"))
    pair.refresh_from_db()
    assert "No sessions or check-ins are expected until the pair resumes." in page
    assert pair.state == State.ACCEPTED

    assert client.post(url("change_state", pair.pk, "pause")).status_code == 302
    pair.refresh_from_db()
    assert pair.state == State.PAUSED


def test_change_state_close_asks_for_the_reason(pair: Relationship, alice: Membership, now: datetime, sign_in: SignIn) -> None:
    services.change_state(relationship=pair, to=State.CLOSING, by=alice, now=now)
    client = sign_in(alice)

    assert client.post(url("change_state", pair.pk, "close"), {}).status_code == 422
    assert client.post(url("change_state", pair.pk, "close"), {"reason": "safety"}).status_code == 422
    assert client.post(url("change_state", pair.pk, "close"), {"reason": "completed"}).status_code == 302

    pair.refresh_from_db()
    assert (pair.state, pair.close_reason) == (State.CLOSED, CloseReason.COMPLETED)


def test_change_state_that_does_not_fit_says_so(pair: Relationship, alice: Membership, sign_in: SignIn) -> None:
    response = sign_in(alice).post(url("change_state", pair.pk, "reopen"), follow=True)

    assert "This cannot be done with this pair as it stands now." in response.content.decode()
    assert sign_in(alice).get(url("change_state", pair.pk, "explode")).status_code == 404


@pytest.mark.parametrize(
    ("name", "actions"),
    [("alice", {"introduce", "pause", "begin-closing", "end-for-safety"}), ("sam", {"pause", "end-for-safety"})],
)
def test_detail_offers_staff_what_they_may_do(
    name: str, actions: set[str], pair: Relationship, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    page = get(sign_in(request.getfixturevalue(name)), url("detail", pair.pk))

    every = ("introduce", "pause", "resume", "begin-closing", "close", "reopen", "withdraw", "end-for-safety")
    assert {slug for slug in every if url("change_state", pair.pk, slug) in page} == actions


@pytest.mark.parametrize(("days", "status", "kept"), [("14", 302, 14), ("0", 422, 7), ("61", 422, 7), ("often", 422, 7)])
def test_cadence_is_saved_or_refused(
    *, days: str, status: int, kept: int, pair: Relationship, mona: Membership, sign_in: SignIn
) -> None:
    response = sign_in(mona).post(url("cadence", pair.pk), {"cadence_days": days})

    pair.refresh_from_db()
    assert (response.status_code, pair.cadence_days) == (status, kept)


# Lists and home ------------------------------------------------------------------------------------------------------


def make_pairs(north: Program, sam: Membership, alice: Membership, now: datetime, *, count: int, prefix: str) -> None:
    for number in range(count):
        mentor = factories.make_mentor(north, f"{prefix}m{number}@example.org", now=now, supervisor=sam)
        mentee = factories.make_mentee(north, f"{prefix}n{number}@example.org", now=now)
        pair = services.propose(mentor=mentor, mentee=mentee, by=alice, now=now)
        services.accept(relationship=pair, by=mentor, now=now)
        if number % 2:
            services.accept(relationship=pair, by=mentee, now=now)


@pytest.mark.parametrize("name", ["alice", "sam"])
def test_list_costs_the_same_for_three_pairs_as_for_thirty(
    *,
    name: str,
    north: Program,
    sam: Membership,
    alice: Membership,
    now: datetime,
    sign_in: SignIn,
    request: pytest.FixtureRequest,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    client = sign_in(request.getfixturevalue(name))
    client.get(url("list"))
    for count, prefix in ((3, "a"), (27, "b")):
        make_pairs(north, sam, alice, now - timedelta(days=2), count=count, prefix=prefix)
        with django_assert_num_queries(LIST_QUERIES):
            client.get(url("list"))


LIST_QUERIES = 5


def test_home_of_a_coordinator_costs_the_same_for_three_pairs_as_for_thirty(
    *,
    north: Program,
    sam: Membership,
    alice: Membership,
    now: datetime,
    sign_in: SignIn,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    client = sign_in(alice)
    client.get(reverse("home"))
    counts = []
    for count, prefix in ((4, "a"), (26, "b")):
        make_pairs(north, sam, alice, now - timedelta(days=8), count=count, prefix=prefix)
        Relationship.objects.filter(state=State.PROPOSED).update(proposal_expires_at=now + timedelta(days=3))
        with django_assert_max_num_queries(30) as captured:
            client.get(reverse("home"))
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_list_filters_by_state_and_shows_each_only_their_own(
    *,
    pair: Relationship,
    alice: Membership,
    sam: Membership,
    mona: Membership,
    otto: Membership,
    sofia: Membership,
    mateo: Membership,
    sign_in: SignIn,
) -> None:
    def shown(member: Membership, state: str) -> bool:
        return url("detail", pair.pk) in get(sign_in(member), url("list") + f"?state={state}")

    assert [shown(member, "current") for member in (alice, sam, mona)] == [True] * 3
    assert [shown(member, "accepted") for member in (alice, sam, mona)] == [True] * 3
    assert [shown(member, "closed") for member in (alice, sam, mona)] == [False] * 3
    assert [shown(member, "nonsense") for member in (alice, sam, mona)] == [True] * 3
    assert [shown(member, "current") for member in (otto, sofia, mateo)] == [False] * 3


def test_list_of_a_mentee_is_refused(ben: Membership, sign_in: SignIn) -> None:
    assert sign_in(ben).get(url("list")).status_code == 403


def test_home_of_a_coordinator_shows_proposals_out_ended_ones_and_overdue_starts(
    *,
    pair: Relationship,
    alice: Membership,
    mona: Membership,
    north: Program,
    now: datetime,
    sign_in: SignIn,
) -> None:
    Relationship.objects.update(started_at=now - timedelta(days=7))
    bea, cal = (factories.make_mentee(north, f"{name}@example.org", now=now) for name in ("bea", "cal"))
    services.propose(mentor=mona, mentee=bea, by=alice, now=now)
    ended = services.propose(mentor=mona, mentee=cal, by=alice, now=now)
    services.decline(relationship=ended, by=cal, now=now)

    page = " ".join(get(sign_in(alice), reverse("home")).split())

    ends = date_format(local_date(now + timedelta(days=7), alice.user.timezone), "l, F j")
    assert f"Nobody has answered. Ask them both. It ends by itself on {ends}." in page
    assert "Declined" in page
    assert reverse("matching:candidates", args=[cal.pk]) in page
    assert "Started 7 days ago. Introduce them, and record it." in page


def test_home_of_a_coordinator_drops_an_ended_proposal_once_the_mentee_has_another(
    *, proposal: Relationship, alice: Membership, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    services.decline(relationship=proposal, by=mona, now=now)
    other = services.propose(mentor=mona, mentee=ben, by=alice, now=now)

    page = get(sign_in(alice), reverse("home"))

    assert url("detail", other.pk) in page
    assert url("detail", proposal.pk) not in page


def test_home_of_a_mentee_shows_the_next_date_the_last_log_names(
    pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    today = local_date(now, ben.user.timezone)
    log(pair, now, next_on=today + timedelta(days=3))

    assert (today + timedelta(days=3)).isoformat() in get(sign_in(ben), reverse("home"))
