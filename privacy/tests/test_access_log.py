from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership
from checkins.models import SupportRequest
from conftest import SignIn
from demo import factories
from intake.audit_events import EXPORTED, IMPORTED
from matching.audit_events import INTAKE_OPENED as OPENED_TO_MATCH
from people.audit_events import INTAKE_OPENED, PROFILE_SAVED
from privacy import audit
from privacy.events import Event, all_events, sentence, why
from privacy.models import Action, AuditEntry
from relationships.enums import NEVER_BEGAN, State
from supervision.kinds import FlagChange, FlagKind
from supervision.services import take_up_requests

PAGE = reverse("privacy:access_log")


def _open(person: Membership, by: Membership | None, at: datetime, event: Event = INTAKE_OPENED) -> None:
    audit.record(event, person, person=person.user_id, program=person.program_id, by=by, at=at)


def _sentences(response: Any) -> list[str]:
    return [line.sentence for line in response.context["lines"]]


def test_access_log_says_who_opened_what_when_and_why(ben: Membership, alice: Membership, sign_in: SignIn) -> None:
    ben.user.timezone = "America/Los_Angeles"
    ben.user.save()
    _open(ben, alice, datetime(2026, 3, 2, 17, 5, tzinfo=UTC), OPENED_TO_MATCH)
    _open(ben, alice, datetime(2026, 3, 9, 17, 5, tzinfo=UTC))

    response = sign_in(ben).get(PAGE)

    assert response.status_code == 200
    assert _sentences(response) == ["Alice (Coordinator) opened your place in the program."] * 2
    text = " ".join(response.content.decode().split())
    assert "Mar 2, 2026, 9:05 AM</time> · to find a match · North" in text
    assert "</time> · to know how to support you · North" in text  # true before a match and during one


def test_access_log_lists_the_newest_first_and_every_action(
    ben: Membership, alice: Membership, sign_in: SignIn, now: datetime
) -> None:
    for minute, event in enumerate([INTAKE_OPENED, PROFILE_SAVED, EXPORTED, IMPORTED]):
        _open(ben, alice, now + timedelta(minutes=minute), event)

    assert _sentences(sign_in(ben).get(PAGE)) == [
        "Alice (Coordinator) read your place in the program in from a file.",
        "Alice (Coordinator) saved your place in the program to a file.",
        "Alice (Coordinator) changed your profile.",
        "Alice (Coordinator) opened your place in the program.",
    ]


def test_access_log_names_the_program_itself_and_people_who_left(
    ben: Membership, alice: Membership, sign_in: SignIn, now: datetime
) -> None:
    gone = factories.make_member(ben.program, Role.COORDINATOR, "gone@example.org")
    _open(ben, gone, now)
    _open(ben, None, now + timedelta(minutes=1))
    gone.user.delete()

    assert _sentences(sign_in(ben).get(PAGE)) == [
        "The program itself opened your place in the program.",
        "Somebody who has left opened your place in the program.",
    ]


def test_access_log_leaves_out_what_the_person_did(ben: Membership, sign_in: SignIn, now: datetime) -> None:
    _open(ben, ben, now)

    assert _sentences(sign_in(ben).get(PAGE)) == []


@pytest.mark.parametrize("detail", ["", "somewhere"])
def test_access_log_leaves_out_what_the_person_is_not_told(
    ben: Membership, alice: Membership, sign_in: SignIn, now: datetime, detail: str
) -> None:
    for event in (event for event in all_events() if not event.is_told):
        audit.record(event, ben, person=ben.user_id, program=ben.program_id, by=alice, at=now, detail=detail)

    assert AuditEntry.objects.filter(person_id=ben.user_id).count() == 2
    assert _sentences(sign_in(ben).get(PAGE)) == []


def test_access_log_of_one_person_says_nothing_of_another(
    ben: Membership, maya: Membership, alice: Membership, sign_in: SignIn, now: datetime
) -> None:
    _open(ben, alice, now)
    _open(maya, None, now)

    assert _sentences(sign_in(ben).get(PAGE)) == ["Alice (Coordinator) opened your place in the program."]
    assert _sentences(sign_in(alice).get(PAGE)) == []


def test_access_log_shows_every_program_of_the_person(
    ben: Membership, south: Any, otto: Membership, sign_in: SignIn, now: datetime
) -> None:
    elsewhere = factories.make_member(south, Role.MENTOR, "", user=ben.user)
    _open(elsewhere, otto, now)

    response = sign_in(ben).get(PAGE)

    assert [(line.sentence, line.program) for line in response.context["lines"]] == [
        ("Otto (Coordinator) opened your place in the program.", "South")
    ]


def test_access_log_with_nothing_to_show_says_so(ben: Membership, sign_in: SignIn) -> None:
    assert "Nobody has opened your data" in sign_in(ben).get(PAGE).content.decode()


def test_access_log_asks_a_stranger_to_sign_in(client: Client, db: None) -> None:
    assert client.get(PAGE).headers["Location"] == f"/account/login/?next={PAGE}"


def test_access_log_takes_no_posts(ben: Membership, sign_in: SignIn) -> None:
    assert sign_in(ben).post(PAGE).status_code == 405


@pytest.mark.parametrize(
    ("number", "shown"), [("1", 30), ("2", 1), ("99", 1), ("0", 1), ("-1", 1), ("x", 30), ("9" * 5000, 30)]
)
def test_access_log_is_paged(ben: Membership, alice: Membership, sign_in: SignIn, number: str, shown: int) -> None:
    for minute in range(31):
        _open(ben, alice, ben.joined_at + timedelta(minutes=minute))

    assert len(sign_in(ben).get(PAGE, {"page": number}).context["lines"]) == shown


@pytest.mark.parametrize("rows", [3, 30])
def test_access_log_takes_the_same_queries_for_few_and_many(
    ben: Membership, sign_in: SignIn, now: datetime, rows: int, django_assert_num_queries: Any
) -> None:
    client = sign_in(ben)
    for number in range(rows):
        staff = factories.make_member(ben.program, Role.COORDINATOR, f"staff{number}@example.org")
        _open(ben, staff, now)
    client.get(PAGE)

    with django_assert_num_queries(QUERIES):
        client.get(PAGE)


QUERIES = 8
"""To know who asks, and as whom programs knew them before; how many entries, one page of them, who acted, which programs."""


def test_words_of_an_event_that_nobody_declares_any_more_say_nothing_wrong() -> None:
    assert sentence("opened", "gone", who="Alice") == "Alice opened something about you."
    assert (why("changed", "closed:safety"), why("changed", "never_pair"), why("opened", "gone")) == ("", "", "")


def test_event_declared_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="changed:profile is declared twice"):
        Event(Action.CHANGED, "profile")


def test_every_sentence_of_an_event_says_who_but_for_a_proposal_that_came_to_nothing() -> None:
    """Who ended it, and how, is told to neither of the two."""
    silent = [event.code for event in all_events() if "Alice" not in sentence(event.action, event.code, who="Alice")]

    assert sorted(silent) == sorted(NEVER_BEGAN)
    assert len({sentence("changed", code, who="Alice") for code in silent}) == 1


@pytest.mark.parametrize("state", State.values)
def test_words_say_what_became_of_a_pair_and_never_why(state: str) -> None:
    said = sentence("changed", f"{state}:safety", who="Alice")

    assert said == sentence("changed", state, who="Alice")
    assert "something about you" not in said


@pytest.mark.parametrize("kind", FlagKind.values)
@pytest.mark.parametrize("change", FlagChange.values)
def test_words_say_what_happened_to_a_flag(kind: str, change: str) -> None:
    said = sentence("changed", f"{kind}:{change}", who="Sam")

    assert said.startswith("Sam ")
    assert "Sam changed" not in said


@pytest.mark.parametrize(
    ("action", "code", "said"),
    [
        ("changed", "logged", "Mona wrote down how a session of yours went."),
        ("changed", "confirmed", "Mona confirmed a session of yours."),
        ("changed", "taken_back", "Mona took back a session that was logged by mistake."),
        ("changed", "withdrawn", "A match that was proposed for you ended before it began."),
        ("opened", "support_request", "Mona opened your request for support."),
        ("changed", "in_touch", "Mona said that you two have been in touch since you asked for support."),
        ("opened", "call", "Mona looked up how to reach you, to answer a call for support."),
    ],
)
def test_words_fit_what_was_done(action: str, code: str, said: str) -> None:
    assert sentence(action, code, who="Mona") == said


def test_access_log_says_the_whole_sentence_of_an_entry(ben: Membership, sign_in: SignIn, now: datetime) -> None:
    SupportRequest.objects.create(mentee=ben, urgency="today", asked_at=now)
    take_up_requests(now)

    assert _sentences(sign_in(ben).get(PAGE)) == [
        "The program itself told the people who look after you that you asked for support."
    ]


def test_access_log_pages_are_those_of_every_list(ben: Membership, alice: Membership, sign_in: SignIn) -> None:
    for minute in range(31):
        _open(ben, alice, ben.joined_at + timedelta(minutes=minute))

    response = sign_in(ben).get(PAGE)

    assert "components/pages.html" in [template.name for template in response.templates]
