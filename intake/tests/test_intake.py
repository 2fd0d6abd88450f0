"""From joining by an invitation to the waiting list: consent, what is missing, and one button."""

import re
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.enums import Role
from accounts.models import Membership
from conftest import SignIn
from core.errors import DomainError
from demo import factories
from intake.selectors import waiting_for_intake
from intake.services import start_waiting
from people.availability import Window
from people.models import MenteeProfile
from people.services import invitations, joining
from people.services.profiles import save_profile
from privacy.consents import has_consent
from privacy.models import Action, AuditEntry, Consent
from relationships import services as pairs
from relationships.selectors import waiting_mentees

pytestmark = pytest.mark.django_db
CARD = "intake/home/intake.html"
EVERYTHING = ["consent", "date of birth", "languages", "weekly times to meet"]


def address(name: str, person: Membership) -> str:
    return reverse(f"intake:{name}", args=[person.pk])


def reasons() -> list[str]:
    return sorted(AuditEntry.objects.filter(action=Action.CHANGED).values_list("reason", flat=True))


def card_of(client: Client) -> list[tuple[str, list[str]]]:
    cards = dict(client.get(reverse("home")).context["cards"])
    return [(person.user.first_name, missing) for person, missing in cards.get(CARD, {"rows": []})["rows"]]


@pytest.fixture
def nora(alice: Membership, now: datetime) -> Membership:
    """A mentee who joined by an invitation, of whom nothing is known yet."""
    invitation = invitations.invite(
        program=alice.program,
        email="nora@example.org",
        first_name="Nora",
        role=Role.MENTEE,
        by=alice,
        now=now,
        submission_key=uuid4(),
    )
    chosen = joining.NewSignIn("Nora", "", "a-long-quiet-river", "America/New_York", "en")
    return joining.join_new(invitation=invitation, chosen=chosen, now=now)


def fill(person: Membership, by: Membership, now: datetime) -> None:
    """All that the edit form asks for."""
    profile = MenteeProfile.objects.get(membership=person)
    profile.birth_date, profile.languages = date(1990, 1, 31), ["en"]
    changed = ["birth_date", "languages", "availability"]
    save_profile(person=person, profile=profile, changed=changed, windows=[Window(0, 1020, 1200)], by=by, now=now)


def test_person_who_was_invited_comes_to_wait_through_the_browser(
    alice: Membership, nora: Membership, now: datetime, sign_in: SignIn
) -> None:
    client, today = sign_in(alice), alice.program.today(now)
    assert card_of(client) == [("Nora", EVERYTHING)]

    client.post(address("consent_give", nora), {"given_on": today.isoformat(), "expires_on": ""})
    assert card_of(client) == [("Nora", EVERYTHING[1:])]
    assert b"Put on the waiting list" not in client.get(address("person", nora)).content

    fill(nora, alice, now)
    assert card_of(client) == [("Nora", ["not on the waiting list yet"])]
    assert b"Put on the waiting list" in client.get(address("person", nora)).content

    client.post(address("start_waiting", nora))
    assert card_of(client) == []
    assert [person.pk for person in waiting_mentees(alice.program, now)] == [nora.pk]
    assert MenteeProfile.objects.get(membership=nora).waiting_since == today
    assert reasons() == ["consent_given", "invited", "joined", "profile", "waiting"]


def test_consent_has_an_end_and_is_revoked(alice: Membership, nora: Membership, now: datetime, sign_in: SignIn) -> None:
    client, today = sign_in(alice), alice.program.today(now)
    ends = today + timedelta(days=30)

    client.post(address("consent_give", nora), {"given_on": today.isoformat(), "expires_on": ends.isoformat()})
    kept = Consent.objects.get(person_id=nora.user_id)
    assert (kept.given_on, kept.expires_on, kept.revoked_at) == (today, ends, None)

    client.post(address("consent_revoke", nora))
    assert not has_consent(nora, today)
    assert reasons() == ["consent_given", "consent_revoked", "invited", "joined"]


@pytest.mark.parametrize(
    ("given", "expires", "field"),
    [("", "", "given_on"), ("2199-01-01", "", "given_on"), ("2026-03-02", "2026-03-01", "expires_on")],
)
def test_consent_with_days_that_cannot_be_is_refused_beside_its_field(
    alice: Membership, nora: Membership, sign_in: SignIn, *, given: str, expires: str, field: str
) -> None:
    response = sign_in(alice).post(address("consent_give", nora), {"given_on": given, "expires_on": expires})

    assert list(response.context["consent_form"].errors) == [field]
    assert not Consent.objects.filter(person_id=nora.user_id).exists()


@pytest.mark.parametrize("name", ["consent_give", "consent_revoke", "start_waiting"])
def test_intake_is_closed_to_other_programs_other_roles_and_other_methods(
    alice: Membership, otto: Membership, sam: Membership, nora: Membership, sign_in: SignIn, *, name: str
) -> None:
    url, day = address(name, nora), {"given_on": "2026-03-02"}

    assert [sign_in(who).post(url, day).status_code for who in (otto, sam, nora)] == [404, 403, 403]
    assert sign_in(alice).post(address(name, sam), day).status_code == 404
    assert (Client().post(url, day).status_code, sign_in(alice).get(url).status_code) == (302, 405)
    assert not Consent.objects.exists()


def test_start_waiting_refuses_what_is_not_complete_and_keeps_an_earlier_day(
    alice: Membership, nora: Membership, mona: Membership, ben: Membership, now: datetime
) -> None:
    before = ben.mentee_profile.waiting_since
    start_waiting(person=ben, by=alice, now=now)
    assert MenteeProfile.objects.get(membership=ben).waiting_since == before

    for person, code in ((nora, "intake_missing"), (mona, "not_a_mentee")):
        with pytest.raises(DomainError) as refused:
            start_waiting(person=person, by=alice, now=now)
        assert refused.value.code == code


def test_mentee_with_a_mentor_waits_for_nothing(
    alice: Membership, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    ben.user.set_password("a-long-quiet-river")
    ben.user.save()
    pair = pairs.propose(mentor=mona, mentee=ben, by=alice, now=now)
    pairs.accept(relationship=pair, by=mona, now=now)
    pairs.accept(relationship=pair, by=ben, now=now)
    client = sign_in(alice)

    assert MenteeProfile.objects.get(membership=ben).waiting_since is None
    assert card_of(client) == []
    assert b"Put on the waiting list" not in client.get(address("person", ben)).content
    with pytest.raises(DomainError) as refused:
        start_waiting(person=ben, by=alice, now=now)
    assert refused.value.code == "has_a_mentor"


def test_intake_card_is_about_those_who_joined_and_takes_the_same_queries_for_few_and_many(
    alice: Membership, ben: Membership, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    factories.not_joined(ben)
    Consent.objects.all().delete()
    assert waiting_for_intake(alice.program, now) == []

    for count in (3, 30):
        for number in range(count):
            factories.make_mentee(alice.program, f"p{count}-{number}@example.org", now=now)
        with django_assert_num_queries(4):
            waiting_for_intake(alice.program, now)
    Consent.objects.all().delete()
    assert waiting_for_intake(alice.program, now) == []  # they are in line: the waiting list names them
    MenteeProfile.objects.update(waiting_since=None)
    assert {tuple(missing) for _person, missing in waiting_for_intake(alice.program, now)} == {("consent",)}


def test_person_page_of_a_mentee_heads_what_stands_in_the_way(
    alice: Membership, nora: Membership, now: datetime, sign_in: SignIn
) -> None:
    """Nobody "waits for a mentor" under a heading while intake is not complete."""

    def headings() -> list[str]:
        page = sign_in(alice).get(address("person", nora)).content.decode()
        return [" ".join(words.split()) for words in re.findall(r"<h2[^>]*>(.*?)</h2>", page, re.DOTALL)]

    before = headings()
    fill(nora, alice, now)
    factories.give_consent(nora, nora.program.today(now))
    complete = headings()
    sign_in(alice).post(address("start_waiting", nora))
    waiting = headings()
    Consent.objects.update(revoked_at=now)
    stopped = headings()

    assert before[0] == "Intake is not complete"
    assert complete[0] == "Waiting for a mentor"
    assert (waiting[0], "Find a mentor" in waiting) == ("Waiting for a mentor", True)
    assert (stopped[0], "Find a mentor" in stopped) == ("Intake is not complete", True)
    assert [found.count("Waiting for a mentor") for found in (before, complete, waiting, stopped)] == [0, 1, 1, 0]


def test_person_page_of_who_waits_without_a_consent_says_so_in_both_cards(
    alice: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    Consent.objects.filter(person_id=ben.user_id).update(revoked_at=now)

    page = " ".join(sign_in(alice).get(address("person", ben)).content.decode().split())

    assert page.count("missing: consent") == 2
    assert "Ben keeps the place on the waiting list since" in page
