from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Program
from conftest import SignIn
from demo import factories
from people.models import MenteeProfile, MentorProfile
from privacy.models import Action, AuditEntry
from relationships import proposal_facts, services
from relationships.enums import CloseReason, State
from relationships.models import Relationship
from relationships.tests.pages import WORDS, get, log, url


@pytest.fixture
def contacts(mona: Membership, ben: Membership) -> None:
    for profile in (MentorProfile.objects.get(membership=mona), MenteeProfile.objects.get(membership=ben)):
        profile.contact = f"call {profile.membership.user.first_name} on 555 0100"
        profile.save()


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
    assert 'call Mona on <a href="tel:5550100">555 0100</a>' in get(sign_in(ben), url("detail", proposal.pk))
    assert 'call Ben on <a href="tel:5550100">555 0100</a>' in get(sign_in(mona), url("detail", proposal.pk))
    assert 'call Mona on <a href="tel:5550100">555 0100</a>' in get(sign_in(ben), reverse("home"))


def test_answer_no_ends_the_proposal(proposal: Relationship, ben: Membership, sign_in: SignIn) -> None:
    sign_in(ben).post(url("answer", proposal.pk), {"answer": "no"})

    proposal.refresh_from_db()
    assert proposal.state == State.DECLINED


def test_answer_after_the_last_day_says_so_and_changes_nothing(
    proposal: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    Relationship.objects.update(proposal_expires_at=now)

    response = sign_in(ben).post(url("answer", proposal.pk), {"answer": "yes"}, follow=True)

    assert "This match is no longer open." in response.content.decode()
    proposal.refresh_from_db()
    assert proposal.mentee_accepted_at is None


def test_answer_neither_yes_nor_no_is_400(proposal: Relationship, ben: Membership, sign_in: SignIn) -> None:
    assert sign_in(ben).post(url("answer", proposal.pk), {"answer": "perhaps"}).status_code == 400


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


def test_title_of_a_pairs_page_names_the_pair_for_staff(pair: Relationship, sam: Membership, sign_in: SignIn) -> None:
    title = get(sign_in(sam), url("detail", pair.pk)).partition("<title>")[2].partition("</title>")[0]

    assert f"{pair.mentor.user.full_name} and {pair.mentee.user.full_name}" in title


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


@pytest.mark.parametrize("name", ["alice", "sam", "mona", "ben"])
def test_detail_shows_nobody_the_words_of_a_session(
    name: str, pair: Relationship, now: datetime, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    log(pair, now, **WORDS)

    page = get(sign_in(request.getfixturevalue(name)), url("detail", pair.pk))

    assert not [words for words in WORDS.values() if words in page]
    assert ("We met" if name == "mona" else "Met") in page
    assert not AuditEntry.objects.filter(action=Action.OPENED).exists()


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
