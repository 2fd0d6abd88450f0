from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership
from checkins.models import SupportRequest
from conftest import SignIn
from demo import factories
from privacy import audit
from privacy.models import Action
from privacy.words import SENTENCES, THINGS, sentence, why
from relationships.enums import State
from supervision.enums import FlagChange, FlagKind
from supervision.services import take_up_requests

PAGE = reverse("privacy:access_log")


def _open(person: Membership, by: Membership | None, at: datetime, action: Action = Action.OPENED, reason: str = "") -> None:
    audit.record(
        action,
        by=by,
        about=person.mentee_profile if person.role == Role.MENTEE else person,
        person_id=person.user_id,
        program_id=person.program_id,
        at=at,
        reason=reason,
    )


def _sentences(response: Any) -> list[str]:
    return [line.sentence for line in response.context["lines"]]


def test_access_log_says_who_opened_what_when_and_why(ben: Membership, alice: Membership, sign_in: SignIn) -> None:
    ben.user.timezone = "America/Los_Angeles"
    ben.user.save()
    _open(ben, alice, datetime(2026, 3, 2, 17, 5, tzinfo=UTC), reason="matching")

    response = sign_in(ben).get(PAGE)

    assert response.status_code == 200
    assert _sentences(response) == ["Alice (Coordinator) opened your profile."]
    text = " ".join(response.content.decode().split())
    assert "Monday, March 2, 2026 at 9:05 AM </time> · to find a match · North" in text


def test_access_log_lists_the_newest_first_and_every_action(
    ben: Membership, alice: Membership, sign_in: SignIn, now: datetime
) -> None:
    for minute, action in enumerate([Action.OPENED, Action.CHANGED, Action.EXPORTED, Action.IMPORTED]):
        _open(ben, alice, now + timedelta(minutes=minute), action)

    assert _sentences(sign_in(ben).get(PAGE)) == [
        "Alice (Coordinator) read your profile in from a file.",
        "Alice (Coordinator) saved your profile to a file.",
        "Alice (Coordinator) changed your profile.",
        "Alice (Coordinator) opened your profile.",
    ]


def test_access_log_names_the_program_itself_and_people_who_left(
    ben: Membership, alice: Membership, sign_in: SignIn, now: datetime
) -> None:
    gone = factories.make_member(ben.program, Role.COORDINATOR, "gone@example.org")
    _open(ben, gone, now)
    _open(ben, None, now + timedelta(minutes=1))
    gone.user.delete()

    assert _sentences(sign_in(ben).get(PAGE)) == [
        "The program itself opened your profile.",
        "Somebody who has left opened your profile.",
    ]


def test_access_log_leaves_out_what_the_person_did(ben: Membership, sign_in: SignIn, now: datetime) -> None:
    _open(ben, ben, now)

    assert _sentences(sign_in(ben).get(PAGE)) == []


def test_access_log_of_one_person_says_nothing_of_another(
    ben: Membership, maya: Membership, alice: Membership, sign_in: SignIn, now: datetime
) -> None:
    _open(ben, alice, now)
    _open(maya, None, now)

    assert _sentences(sign_in(ben).get(PAGE)) == ["Alice (Coordinator) opened your profile."]
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


QUERIES = 7
"""Eight to know who asks; how many entries, one page of them, who acted, which programs."""


def test_words_for_an_unknown_type_and_reason_say_nothing_wrong() -> None:
    assert sentence("opened", who="Alice", object_type="x.y") == "Alice opened something about you."
    assert (why("closed:safety"), why("never_pair"), why("")) == ("", "", "")


def test_words_name_types_that_exist() -> None:
    assert [
        label
        for label in {*THINGS, *(key[1] for key in SENTENCES)}
        if label not in {model._meta.label_lower for model in apps.get_models()}
    ] == []


@pytest.mark.parametrize("state", State.values)
def test_words_say_what_became_of_a_pair_and_never_why(state: str) -> None:
    said = sentence("changed", who="Alice", object_type="relationships.relationship", reason=f"{state}:safety")

    assert said == sentence("changed", who="Alice", object_type="relationships.relationship", reason=state)
    assert said != "Alice changed your mentoring relationship."


@pytest.mark.parametrize("kind", FlagKind.values)
@pytest.mark.parametrize("change", FlagChange.values)
def test_words_say_what_happened_to_a_flag(kind: str, change: str) -> None:
    said = sentence("changed", who="Sam", object_type="supervision.flag", reason=f"{kind}:{change}")

    assert said.startswith("Sam ")
    assert "Sam changed" not in said


@pytest.mark.parametrize(
    ("action", "object_type", "reason", "said"),
    [
        ("changed", "relationships.mentoringsession", "logged", "Mona wrote down how a session of yours went."),
        ("changed", "relationships.mentoringsession", "confirmed", "Mona confirmed a session of yours."),
        ("changed", "relationships.mentoringsession", "taken_back", "Mona took back a session that was logged by mistake."),
        ("opened", "checkins.supportrequest", "", "Mona opened your request for support."),
        (
            "changed",
            "checkins.supportrequest",
            "in_touch",
            "Mona said that you two have been in touch since you asked for support.",
        ),
        ("opened", "supervision.flag", "call", "Mona looked up how to reach you, to answer a call for support."),
    ],
)
def test_words_fit_what_was_done(action: str, object_type: str, reason: str, said: str) -> None:
    assert sentence(action, who="Mona", object_type=object_type, reason=reason) == said


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
