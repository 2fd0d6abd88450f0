"""People see what they agreed to, and take it back. Ben is a mentee, Mona his mentor, Alice coordinates."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from accounts.enums import Role
from accounts.models import Membership, Program
from conftest import SignIn
from demo import factories
from intake.files.apply import import_people
from intake.files.format import read_people
from intake.notices import CONSENT_TAKEN_BACK
from notifications.models import Message
from privacy.consents import give_consent, has_consent
from privacy.models import AuditEntry, Consent
from relationships.models import Relationship
from relationships.services import accept, propose

MINE = reverse("intake:my_consent")


def take_back(consent: Consent) -> str:
    return reverse("intake:take_back_consent", args=[consent.pk])


def consent_of(person: Membership) -> Consent:
    return Consent.objects.of(person).get()


def consents(person: Membership, now: datetime) -> bool:
    return has_consent(person, person.program.today(now))


@pytest.fixture
def pair(alice: Membership, mona: Membership, ben: Membership, now: datetime) -> Relationship:
    proposed = propose(mentor=mona, mentee=ben, by=alice, now=now)
    accept(relationship=proposed, by=mona, now=now)
    return accept(relationship=proposed, by=ben, now=now)


@pytest.mark.parametrize(
    ("person", "with_whom"),
    [
        ("ben", "Your mentor, and a person who may be your mentor"),
        ("mona", "The people you mentor, and a person you may mentor next"),
    ],
)
def test_my_consent_says_who_what_why_and_until_when(
    person: str, with_whom: str, now: datetime, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    member = request.getfixturevalue(person)
    Consent.objects.filter(person_id=member.user_id).update(given_on=date(2026, 2, 9), expires_on=date(2027, 2, 8))
    client = sign_in(member)
    assert MINE in client.get(reverse("people:me")).content.decode()

    page = client.get(MINE).content.decode()

    said = ("What you agreed to in North.", "The staff of North", with_whom, "Feb 9, 2026", "Feb 8, 2027")
    assert [words in page for words in said] == [True] * 5
    assert take_back(consent_of(member)) in page


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"revoked_at": "now"}, "Taken back on Mar 2, 2026"),
        ({"expires_on": date(2026, 3, 1)}, "Ran out on Mar 1, 2026"),
        (None, "You have not agreed to anything yet"),
    ],
)
def test_my_consent_not_in_force_says_so_and_offers_nothing_to_take_back(
    change: dict[str, object] | None, says: str, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    consent = consent_of(ben)
    if change is None:
        Consent.objects.all().delete()
    else:
        Consent.objects.update(**{name: now if value == "now" else value for name, value in change.items()})

    page = sign_in(ben).get(MINE).content.decode()

    assert says in strip_tags(page)
    assert take_back(consent) not in page


def test_take_back_says_beforehand_what_it_will_touch(
    *, ben: Membership, pair: Relationship, north: Program, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    mona = pair.mentor
    dora = factories.make_mentee(north, "dora@example.org", now=now)
    propose(mentor=mona, mentee=dora, by=alice, now=now)

    pages = [sign_in(who).get(take_back(consent_of(who))).content.decode() for who in (ben, mona, dora)]

    said = (
        "Your match with Mona goes on hold",
        "Your match with Ben goes on hold",
        "The match with Dora that waits for an answer does not go ahead.",
        "The match with Mona that waits for an answer does not go ahead.",
        "You keep your place in line",
    )
    assert [[words in page for words in said] for page in pages] == [
        [True, False, False, False, False],
        [False, True, True, False, False],
        [False, False, False, True, True],
    ]
    assert all(consents(who, now) for who in (ben, mona, dora))


def test_take_back_ends_the_consent_at_once_and_tells_the_coordinators_once(
    ben: Membership, alice: Membership, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    client, address = sign_in(ben), take_back(consent_of(ben))

    answers = [client.post(address, follow=True) for _ in range(2)]

    assert [answer.redirect_chain for answer in answers] == [[(MINE, 302)]] * 2
    assert "Taken back on Mar 2, 2026" in strip_tags(answers[0].content.decode())
    assert not consents(ben, now)
    told = Message.objects.filter(kind=CONSENT_TAKEN_BACK).values_list("recipient_id", "subject_id")
    assert list(told) == [(alice.user_id, ben.pk)]
    changed = AuditEntry.objects.filter(reason="consent_revoked").values_list("actor_id", "person_id")
    assert list(changed) == [(ben.user_id, ben.user_id)]
    home = sign_in(alice).get("/").content.decode()
    assert "Ben took back their consent. Talk with them about how to go on." in home


def test_take_back_without_a_coordinator_tells_the_admins(
    mona: Membership, ada: Membership, now: datetime, sign_in: SignIn
) -> None:
    sign_in(mona).post(take_back(consent_of(mona)))

    assert list(Message.objects.filter(kind=CONSENT_TAKEN_BACK).values_list("recipient", flat=True)) == [ada.user_id]


@pytest.mark.parametrize("has_coordinator", [True, False])
def test_my_consent_names_a_coordinator_only_where_there_is_one(
    *, has_coordinator: bool, alice: Membership, ben: Membership, sign_in: SignIn
) -> None:
    Membership.objects.filter(pk=alice.pk).update(is_active=has_coordinator)
    Consent.objects.filter(person_id=ben.user_id).update(expires_on=date(2026, 3, 1))
    over = sign_in(ben).get(MINE).content.decode()
    Consent.objects.filter(person_id=ben.user_id).delete()
    never = sign_in(ben).get(MINE).content.decode()

    assert ("To agree again, talk with your coordinator" in over) is has_coordinator
    assert ("Your coordinator will talk with you" in never) is has_coordinator
    assert ["nothing is shared for a match." in page for page in (over, never)] == [True, True]


def test_my_consent_that_begins_later_is_not_said_to_be_asked_for_again(
    ben: Membership, alice: Membership, sign_in: SignIn
) -> None:
    Consent.objects.update(given_on=date(2026, 3, 9))

    page = sign_in(ben).get(MINE).content.decode()

    assert ("Begins on Mar 9, 2026" in strip_tags(page), "To agree again" in page) == (True, False)


@pytest.mark.parametrize("name", ["alice", "ada", ""])
def test_take_back_names_staff_as_told_exactly_where_staff_are_told(
    name: str, ben: Membership, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    if name:
        request.getfixturevalue(name)
    client, address = sign_in(ben), take_back(consent_of(ben))

    before = client.get(address).content.decode().replace("&#x27;", "'")
    after = client.post(address, follow=True).content.decode().replace("&#x27;", "'")

    heard = Message.objects.filter(kind=CONSENT_TAKEN_BACK).exists()
    nobody = "Your program has no staff right now who could be told."
    assert heard is bool(name)
    assert ("The program's staff are told" in before, "The program's staff are told" in after) == (heard, heard)
    assert (nobody in before, nobody in after) == (not heard, not heard)


def test_take_back_form_of_a_consent_that_ran_out_ends_no_later_one_and_says_nothing(
    ben: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    Consent.objects.filter(person_id=ben.user_id).update(expires_on=date(2026, 3, 1))
    old = take_back(consent_of(ben))
    give_consent(person=ben, on=ben.program.today(now), by=alice, now=now)

    page = sign_in(ben).post(old, follow=True).content.decode()

    assert ("You took back your consent" in page, consents(ben, now)) == (False, True)


def test_take_back_form_left_open_ends_no_later_consent(
    ben: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    client, old = sign_in(ben), take_back(consent_of(ben))
    client.post(old)
    today = ben.program.today(now)
    give_consent(person=ben, on=today, by=alice, now=now)

    client.post(old)

    assert consents(ben, now)


def test_take_back_touches_no_other_program(ben: Membership, maya: Membership, now: datetime, sign_in: SignIn) -> None:
    elsewhere = Membership(user=ben.user, program=maya.program, role=ben.role)
    factories.give_consent(elsewhere, ben.program.today(now) - timedelta(days=1))

    sign_in(ben).post(take_back(consent_of(ben)))

    assert (consents(ben, now), has_consent(elsewhere, maya.program.today(now))) == (False, True)


@pytest.mark.parametrize(("person", "status"), [("mona", 404), ("maya", 404), ("alice", 403), ("sam", 403), ("ada", 403)])
def test_take_back_is_for_the_person_alone(
    *, person: str, status: int, ben: Membership, now: datetime, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    client, address = sign_in(request.getfixturevalue(person)), take_back(consent_of(ben))

    assert (client.get(address).status_code, client.post(address).status_code) == (status, status)
    assert Client().post(address).status_code == 302
    assert consents(ben, now)


def test_take_back_page_costs_the_same_for_one_mentee_as_for_ten(
    mona: Membership, alice: Membership, now: datetime, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    mona.mentor_profile.capacity = 20
    mona.mentor_profile.save()
    client, address = sign_in(mona), take_back(consent_of(mona))
    client.get(address)
    for count in (1, 9):
        for number in range(count):
            mentee = factories.make_mentee(mona.program, f"m{count}{number}@example.org", now=now)
            propose(mentor=mona, mentee=mentee, by=alice, now=now)
        with django_assert_num_queries(7):
            client.get(address)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "You take it back"),
        ({"expires_on": date(2027, 2, 8)}, "Feb 8, 2027, or until you take it back"),
        ({"expires_on": date(2026, 3, 1)}, "Mar 1, 2026. It ran out by itself."),
        ({"revoked": True}, "Mar 2, 2026. It was taken back on that day."),
        ({"revoked": True, "expires_on": date(2027, 2, 8)}, "Mar 2, 2026. It was taken back on that day."),
        ({"given_on": date(2026, 3, 9)}, "Begins on Mar 9, 2026"),
    ],
    ids=["for_good", "with_an_end", "ran_out", "taken_back", "taken_back_before_its_end", "to_come"],
)
def test_my_consent_says_of_each_state_until_when(
    change: dict[str, Any], says: str, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    revoked_at = {"revoked_at": now} if change.pop("revoked", False) else {}
    Consent.objects.filter(person_id=ben.user_id).update(**change, **revoked_at)

    page = " ".join(sign_in(ben).get(MINE).content.decode().split())

    is_in_force = not revoked_at and change.get("expires_on") != date(2026, 3, 1) and "given_on" not in change
    assert says in strip_tags(page)
    assert ("On this page, at any time." in page) == is_in_force
    assert ("You take it back" in page) == (not revoked_at and "expires_on" not in change)


def test_notice_that_consent_was_taken_back_is_over_once_it_is_recorded_again(
    ben: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    sign_in(ben).post(take_back(consent_of(ben)))
    assert Message.objects.get(kind=CONSENT_TAKEN_BACK).over_at is None

    given = {"given_on": ben.user.today(now).isoformat(), "expires_on": ""}
    sign_in(alice).post(reverse("intake:consent_give", args=[ben.pk]), given)

    assert Message.objects.get(kind=CONSENT_TAKEN_BACK).over_at is not None


@pytest.mark.parametrize(
    ("given_on", "expires_on", "is_over"),
    [("2026-03-02", "", True), ("2025-01-01", "2025-12-31", False)],
    ids=["in force", "ran out long ago"],
)
def test_notice_that_consent_was_taken_back_is_over_once_a_file_says_that_it_was_given_again(
    *, given_on: str, expires_on: str, is_over: bool, ben: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    sign_in(ben).post(take_back(consent_of(ben)))
    said = f"email,first_name,consent_given_on,consent_expires_on\nben@example.org,Ben,{given_on},{expires_on}\n"

    import_people(program=ben.program, files=[read_people(Role.MENTEE, said.encode())], by=alice, now=now)

    assert (Message.objects.get(kind=CONSENT_TAKEN_BACK).over_at is not None) == is_over
