"""What a mentor tells their supervisor alone: heard at once, once, and held up by nothing."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, Program
from accounts.staff import Staff
from conftest import SignIn
from core.errors import DomainError
from core.fields import Sealed
from demo import factories
from people.models import MentorProfile
from relationships import services
from relationships.enums import CloseReason, RequestKind, State
from relationships.models import MentoringSession, Relationship, SupervisorRequest
from relationships.tests.pages import get, log, url


def ask(pair: Relationship, by: Membership, now: datetime, **fields: Any) -> SupervisorRequest:
    details = {"kind": RequestKind.WORRY, "submission_key": uuid4(), **fields}
    return services.ask_supervisor(relationship=pair, by=by, now=now, **details)


def answers(mona: Membership, now: datetime, **fields: str) -> dict[str, str]:
    """A whole session log, as posted."""
    today = mona.user.today(now).isoformat()
    return {"submission_key": str(uuid4()), "outcome": "met", "held_on": today, **fields}


# The service ---------------------------------------------------------------------------------------------------------


def test_ask_supervisor_keeps_the_words_sealed(pair: Relationship, mona: Membership, now: datetime) -> None:
    ask(pair, mona, now, words="  He did not open the door.  ")

    kept = SupervisorRequest.objects.get()
    assert isinstance(kept.__dict__["words"], Sealed)
    assert (kept.kind, kept.words, kept.asked_at, kept.taken_up_at) == ("worry", "He did not open the door.", now, None)


def test_ask_supervisor_posted_twice_is_heard_once_and_new_words_are_heard_anew(
    pair: Relationship, mona: Membership, now: datetime
) -> None:
    key = uuid4()
    first = ask(pair, mona, now, submission_key=key)

    assert ask(pair, mona, now + timedelta(minutes=1), submission_key=key) == first
    assert ask(pair, mona, now, submission_key=key, words="And he sounded tired.") != first
    assert ask(pair, mona, now, submission_key=key, kind=RequestKind.TALK) != first
    assert SupervisorRequest.objects.count() == 3


@pytest.mark.parametrize("name", ["ben", "alice", "sam", "mateo"])
def test_ask_supervisor_by_anybody_but_the_mentor_is_refused(
    name: str, pair: Relationship, request: pytest.FixtureRequest, now: datetime
) -> None:
    with pytest.raises(DomainError) as refused:
        ask(pair, request.getfixturevalue(name), now)

    assert refused.value.code == "not_your_pair"


def test_ask_supervisor_about_a_match_that_never_began_is_refused(
    proposal: Relationship, mona: Membership, now: datetime
) -> None:
    with pytest.raises(DomainError) as refused:
        ask(proposal, mona, now)

    assert refused.value.code == "wrong_state"


def test_ask_supervisor_after_the_match_ended_is_heard(
    pair: Relationship, mona: Membership, alice: Membership, now: datetime
) -> None:
    services.change_state(relationship=pair, to=State.CLOSED, by=alice, now=now, reason=CloseReason.SAFETY)
    pair.refresh_from_db()

    assert ask(pair, mona, now).kind == "worry"


def test_worry_leaves_the_session_as_it_was(pair: Relationship, mona: Membership, now: datetime) -> None:
    session = log(pair, now)
    ask(pair, mona, now)

    assert services.take_back_session(session=session, by=mona, now=now).taken_back_at == now


# Its own page --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["home", "pair", "ended"])
def test_page_to_tell_the_supervisor_is_one_tap_from_home_and_from_the_pair(
    *, page: str, pair: Relationship, mona: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    if page == "ended":
        services.change_state(relationship=pair, to=State.CLOSED, by=alice, now=now, reason=CloseReason.SAFETY)

    assert url("tell_supervisor", pair.pk) in get(sign_in(mona), reverse("home") if page == "home" else url("detail", pair.pk))


def test_worry_is_sent_without_a_session_and_says_who_hears_it(pair: Relationship, mona: Membership, sign_in: SignIn) -> None:
    client = sign_in(mona)
    address = url("tell_supervisor", pair.pk)
    said = (
        "We tell Sam at once, and nobody else here. Nothing that others can open shows it. Whoever takes over for Sam later can"
    )
    assert said in get(client, address)

    response = client.post(address, {"submission_key": str(uuid4())}, follow=True)

    assert SupervisorRequest.objects.get().kind == "worry"
    assert response.redirect_chain == [(url("detail", pair.pk), 302)]
    assert "Sam is being told now, and nobody else." in response.content.decode()
    assert "If anyone is in danger" in response.content.decode()
    assert not MentoringSession.objects.exists()


def test_worry_with_too_many_words_is_sent_and_the_words_come_back(
    pair: Relationship, mona: Membership, sign_in: SignIn
) -> None:
    client, address = sign_in(mona), url("tell_supervisor", pair.pk)
    typed = {"submission_key": str(uuid4()), "kind": "worry", "words": "He rang. " * 200}

    refused = client.post(address, typed)
    shortened = client.post(address, {**typed, "words": "He rang."})

    assert (refused.status_code, shortened.status_code) == (422, 302)
    assert "Sent: I am worried about someone&#x27;s safety." in refused.content.decode()
    assert "He rang. He rang." in refused.content.decode()
    assert sorted(one.words for one in SupervisorRequest.objects.all()) == ["", "He rang."]


@pytest.mark.parametrize("kind", ["", "gossip", "worry"])
def test_worry_of_whatever_kind_is_a_worry_unless_it_is_a_wish_to_talk(
    kind: str, pair: Relationship, mona: Membership, sign_in: SignIn
) -> None:
    client, address = sign_in(mona), url("tell_supervisor", pair.pk)

    client.post(address, {"submission_key": str(uuid4()), "kind": kind})
    client.post(address, {"submission_key": str(uuid4()), "kind": "talk"})

    assert sorted(SupervisorRequest.objects.values_list("kind", flat=True)) == ["talk", "worry"]


def test_form_of_a_worry_sent_twice_says_so(pair: Relationship, mona: Membership, sign_in: SignIn) -> None:
    client, posted = sign_in(mona), {"submission_key": str(uuid4()), "words": "He rang."}

    client.post(url("tell_supervisor", pair.pk), posted)
    SupervisorRequest.objects.update(asked_at=SupervisorRequest.objects.get().asked_at - timedelta(minutes=1))
    again = client.post(url("tell_supervisor", pair.pk), posted, follow=True)

    assert "It is not sent twice." in again.content.decode()
    assert SupervisorRequest.objects.count() == 1


@pytest.mark.parametrize(("name", "status"), [("mateo", 404), ("ben", 403), ("alice", 403), ("sam", 403), ("ada", 403)])
def test_page_to_tell_the_supervisor_is_closed_to_everybody_else(
    *, name: str, status: int, pair: Relationship, request: pytest.FixtureRequest, sign_in: SignIn
) -> None:
    assert sign_in(request.getfixturevalue(name)).get(url("tell_supervisor", pair.pk)).status_code == status


# Beside the session log ----------------------------------------------------------------------------------------------


def test_worry_from_the_log_is_not_held_up_by_a_question_and_not_sent_twice(
    pair: Relationship, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    log(pair, now)
    client = sign_in(mona)
    typed = answers(mona, now, worry="on", note="He was quiet.")

    asked_back = client.post(url("log_session", pair.pk), typed)
    page = asked_back.content.decode()

    assert asked_back.status_code == 422
    assert "You already logged a session for this day. Log another?" in page
    assert "Sam is being told now, and nobody else." in page
    assert SupervisorRequest.objects.get().kind == "worry"
    assert 'name="worry"' not in page

    for again in ({**typed, "is_another": "on"}, {**typed, "is_another": "on", "worry": ""}):
        assert client.post(url("log_session", pair.pk), again).status_code == 302
    assert SupervisorRequest.objects.count() == 1
    assert MentoringSession.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [("held_on", "yesterday"), ("held_on", "2199-01-01"), ("outcome", ""), ("note", "x" * 1001), ("submission_key", "no-key")],
)
@pytest.mark.parametrize("kind", ["worry", "talk"])
def test_what_is_for_the_supervisor_is_sent_whatever_else_is_refused(
    *, kind: str, field: str, value: str, pair: Relationship, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    response = sign_in(mona).post(url("log_session", pair.pk), answers(mona, now, **{kind: "on", field: value}))

    assert response.status_code == 422
    assert SupervisorRequest.objects.get().kind == kind
    assert not MentoringSession.objects.exists()


def test_log_without_a_worry_tells_nobody(pair: Relationship, mona: Membership, now: datetime, sign_in: SignIn) -> None:
    response = sign_in(mona).post(url("log_session", pair.pk), answers(mona, now))

    assert response.status_code == 302
    assert not SupervisorRequest.objects.exists()


# Who hears it --------------------------------------------------------------------------------------------------------


def test_pages_name_every_supervisor_where_the_mentor_has_none(
    *, pair: Relationship, mona: Membership, north: Program, sign_in: SignIn
) -> None:
    factories.make_member(north, Role.SUPERVISOR, "sue@example.org")
    MentorProfile.objects.update(supervisor=None)

    for name in ("tell_supervisor", "log_session"):
        assert "so we tell those of your program at once: Sam and Sue." in get(sign_in(mona), url(name, pair.pk))


def test_pages_say_that_nobody_hears_it_yet_where_the_program_has_no_supervisor(
    pair: Relationship, mona: Membership, sam: Membership, sign_in: SignIn
) -> None:
    Membership.objects.filter(pk=sam.pk).update(is_active=False)
    client, address = sign_in(mona), url("tell_supervisor", pair.pk)

    before = get(client, address)
    after = client.post(address, {"submission_key": str(uuid4())}, follow=True).content.decode()

    assert "Your program has no supervisor now, so nobody hears this yet." in before
    assert "It is kept for your program&#x27;s first supervisor. Nobody has heard it yet." in after
    assert "being told now" not in after


@pytest.mark.parametrize("left", ["membership", "user"])
def test_supervisors_of_a_mentor_whose_own_has_left_are_the_others(
    *, left: str, mona: Membership, sam: Membership, north: Program
) -> None:
    sue = factories.make_member(north, Role.SUPERVISOR, "sue@example.org")
    assert Staff.of([north.pk]).own_supervisors(mona) == [sam]

    row = sam if left == "membership" else sam.user
    row.is_active = False
    row.save()

    assert Staff.of([north.pk]).own_supervisors(mona) == [sue]


def test_supervisor_who_is_a_coordinator_too_is_named_so_and_no_page_says_that_coordinators_are_not_told(
    pair: Relationship, sam: Membership, mona: Membership, sign_in: SignIn
) -> None:
    Membership.objects.create(user=sam.user, program=sam.program, role=Role.COORDINATOR, joined_at=sam.joined_at)

    page = get(sign_in(mona), url("tell_supervisor", pair.pk))

    assert "We tell Sam (also coordinator) at once, and nobody else here." in page
    assert "are not told" not in page


def test_what_was_sent_before_names_who_can_read_it_now(
    *, north: Program, pair: Relationship, sam: Membership, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(pair, mona, now, words="He did not open the door.")
    sue = factories.make_member(north, Role.SUPERVISOR, "sue@example.org")
    assert "Who can read this now: you and Sam. Whoever takes over later can read it too." in get(
        sign_in(mona), url("tell_supervisor", pair.pk)
    )

    MentorProfile.objects.filter(membership=mona).update(supervisor=sue)

    page = get(sign_in(mona), url("tell_supervisor", pair.pk))
    assert "Who can read this now: you and Sue." in page
    assert "You can see each time that somebody opened it:" in page
