"""Who waits for a pair, and who in line lacks something first: every count and list of them agrees."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Program
from demo import factories
from matching.pool import facts_of_mentees
from matching.rounds import services as rounds
from matching.scoring.eligibility import person_rules
from matching.tests.waiting.pages import WAITING, page_for, text
from matching.waiting.services import propose_match
from people.models import MenteeProfile
from people.rules import latest_birth_of_an_adult, whole_years
from privacy.consents import revoke_consent
from privacy.models import Consent
from relationships.selectors import mentees_in_line, waiting_mentees

Lose = Callable[[Membership, datetime], object]


def answer(**answers: object) -> Lose:
    return lambda mentee, now: MenteeProfile.objects.filter(membership=mentee).update(**answers)


def born_a_day_too_late(mentee: Membership, now: datetime) -> object:
    tomorrow = mentee.program.today(now) + timedelta(days=1)
    return answer(birth_date=latest_birth_of_an_adult(tomorrow))(mentee, now)


LOSSES: Mapping[str, tuple[Lose, str]] = {
    "consent_revoked": (
        lambda mentee, now: revoke_consent(person=mentee, by=mentee, now=now),
        "Ben’s consent is not in force",
    ),
    "consent_ran_out": (
        lambda mentee, now: Consent.objects.filter(person_id=mentee.user_id).update(
            expires_on=mentee.program.today(now) - timedelta(days=1)
        ),
        "Ben’s consent is not in force",
    ),
    "birth_date": (answer(birth_date=None), "Ben’s date of birth is not known"),
    "age": (born_a_day_too_late, "Ben is under 18"),
    "languages": (answer(languages=[]), "The languages Ben speaks are not known"),
    "times": (lambda mentee, now: mentee.availability.all().delete(), "The times Ben is free are not known"),
}


@pytest.mark.any_hour
@pytest.mark.parametrize("loss", [None, *LOSSES])
def test_query_and_rules_agree_on_who_can_be_paired(loss: str | None, ben: Membership, north: Program, now: datetime) -> None:
    if loss:
        LOSSES[loss][0](ben, now)

    in_line = list(mentees_in_line(north))
    rules = person_rules(facts_of_mentees(north, in_line, now)[ben.pk])

    assert in_line == [ben]
    assert (list(waiting_mentees(north, now)) == [ben], rules == 0) == (loss is None, loss is None)


@pytest.mark.parametrize("day", [date(2026, 3, 2), date(2028, 2, 29), date(2027, 2, 28), date(2026, 3, 1)])
def test_latest_birth_of_an_adult_is_the_last_day_that_makes_18(day: date) -> None:
    latest = latest_birth_of_an_adult(day)

    assert [whole_years(born, day) for born in (latest, latest + timedelta(days=1))] == [18, 17]


@pytest.mark.parametrize("loss", LOSSES)
def test_mentee_who_lacks_something_is_named_with_it_and_counted_nowhere(
    *, loss: str, coordinator: Client, alice: Membership, mona: Membership, ben: Membership, now: datetime
) -> None:
    factories.make_mentee(ben.program, "cara@example.org", now=now)
    lose, words = LOSSES[loss]
    lose(ben, now)

    home, board = text(coordinator, reverse("home")), text(coordinator, WAITING)
    started = rounds.start_round(by=alice, now=now)

    assert "1 person is waiting for a mentor" in home
    assert "1 person is waiting" in board
    assert [line.mentee.user.first_name for line in started.lines.select_related("mentee__user")] == ["Cara"]
    where = "intake:person" if "consent" in loss else "intake:person_edit"
    for page in (home, board):
        held = page.partition("In line, but something is missing")[2]
        assert (words in held, f'href="{reverse(where, args=[ben.pk])}' in held) == (True, True)
        assert page_for(ben) not in page
    assert home.count(">Ben</a>") == 1
    assert "Cannot be paired yet" in text(coordinator, reverse("intake:people"))


def test_mentee_whose_proposal_ended_is_offered_another_mentor_only_if_they_can_be_paired(
    coordinator: Client, alice: Membership, mona: Membership, ben: Membership, now: datetime
) -> None:
    pair = propose_match(mentor=mona, mentee=ben, by=alice, now=now)
    revoke_consent(person=ben, by=ben, now=now)
    pair.refresh_from_db()
    home = text(coordinator, reverse("home"))
    assert pair.state == "withdrawn"
    assert "Choose another mentor for Ben" not in home
    assert "Ben cannot be paired now: see why" in home
    assert "Nobody is waiting for a mentor" in home

    factories.give_consent(ben, ben.program.today(now))

    assert "Choose another mentor for Ben" in text(coordinator, reverse("home"))


def test_page_of_candidates_says_what_keeps_the_mentee_from_everybody(
    coordinator: Client, mona: Membership, ben: Membership, now: datetime
) -> None:
    revoke_consent(person=ben, by=ben, now=now)

    page = text(coordinator, page_for(ben))

    notice = page.partition("Ben keeps the place in line, and cannot be matched with anybody until this is settled")[2]
    assert "Ben’s consent is not in force" in notice
    assert f'href="{reverse("intake:person", args=[ben.pk])}"' in notice


def test_round_names_who_can_be_paired_no_more(
    coordinator: Client, alice: Membership, mona: Membership, ben: Membership, now: datetime
) -> None:
    started = rounds.start_round(by=alice, now=now)
    revoke_consent(person=ben, by=ben, now=now)

    assert "No longer among those who can be paired: Ben" in text(coordinator, started.get_absolute_url())
