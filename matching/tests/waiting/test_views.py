"""The coordinator's pages, from every side."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Program
from conftest import SignIn
from demo import factories
from matching.scoring.factors import default_weights
from matching.tests.waiting.pages import PROPOSE, WAITING, page_for, text
from matching.waiting.services import propose_match
from matching.weights.services import set_weights
from people.models import NeverPair
from privacy.models import Action, AuditEntry
from relationships import services as relationships

WAITING_QUERIES = 12
CANDIDATES_QUERIES = 13


@pytest.mark.any_hour
def test_waiting_people_are_listed_longest_first_with_who_could(
    north: Program, coordinator: Client, mona: Membership, ben: Membership, now: datetime
) -> None:
    factories.make_mentee(
        north, "cara@example.org", now=now, waiting_since=north.today(now) - timedelta(days=40), languages=["es"]
    )
    found = text(coordinator, WAITING)
    assert "2 people are waiting" in found
    assert found.index(">Cara</a>") < found.index(">Ben</a>")
    assert "No mentor can yet" in found
    assert "1 mentor could" in found
    assert "3 places are free with 1 mentor who is ready." in found


def test_waiting_person_with_something_missing_says_what(coordinator: Client, ben: Membership) -> None:
    ben.availability.all().delete()
    assert "The times Ben is free are not known" in text(coordinator, WAITING)


def test_waiting_proposal_out_stands_apart_with_whose_answer_is_awaited(
    coordinator: Client, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    pair = propose_match(mentor=mona, mentee=ben, by=alice, now=now)
    found = text(coordinator, WAITING)
    assert "0 people are waiting" in found
    assert "Ben with Mona" in found
    assert "Waiting for both" in found
    relationships.accept(relationship=pair, by=ben, now=now)
    assert "Ben said yes; waiting for Mona" in text(coordinator, WAITING)


def test_waiting_nobody_says_what_to_do_next(coordinator: Client) -> None:
    found = text(coordinator, WAITING)
    assert "Nobody is waiting" in found
    assert f'href="{reverse("intake:import")}"' in found


def test_waiting_another_programs_people_are_not_there(coordinator: Client, maya: Membership, mateo: Membership) -> None:
    found = text(coordinator, WAITING)
    assert "Nobody is waiting" in found
    assert "Maya" not in found


def test_waiting_more_people_same_number_of_queries(
    north: Program, coordinator: Client, now: datetime, django_assert_num_queries: Callable[..., Any]
) -> None:
    people_of(north, range(3), now)
    coordinator.get(WAITING)
    with django_assert_num_queries(WAITING_QUERIES):
        assert "3 people are waiting" in text(coordinator, WAITING)
    people_of(north, range(3, 30), now)
    with django_assert_num_queries(WAITING_QUERIES):
        assert "30 people are waiting" in text(coordinator, WAITING)


def people_of(program: Program, numbers: range, now: datetime) -> None:
    for number in numbers:
        factories.make_mentor(program, f"mentor{number}@example.org", now=now)
        factories.make_mentee(program, f"mentee{number}@example.org", now=now)


def test_candidates_best_first_with_reasons_and_score(
    north: Program, coordinator: Client, mona: Membership, ben: Membership, now: datetime
) -> None:
    ben.mentee_profile.goals, ben.mentee_profile.experiences = ["work", "sleep"], ["grief"]
    ben.mentee_profile.save()
    mona.mentor_profile.goals = ["work"]
    mona.mentor_profile.save()
    factories.make_mentor(north, "max@example.org", now=now, goals=["work", "sleep"], experiences=["grief"])
    found = text(coordinator, page_for(ben))
    assert found.index(">Max</h3>") < found.index(">Mona</h3>")
    assert "Goals in common: Work or study, Sleep and stress (2 of Ben’s 2)" in found
    assert "Both free Monday 5 p.m. to 8 p.m." in found
    assert "Not known: pathway, lived experience" in found
    assert found.count("3 of 3 places free") == 4  # for each of two, above the reasons and in the table, not among them
    assert 'aria-label="Score 100.0 of 100: Times and ways to meet 36.4,' in found
    assert "Propose Max" in found


def test_candidates_are_scored_with_the_weights_of_the_program(
    coordinator: Client, alice: Membership, mona: Membership, ben: Membership, now: datetime
) -> None:
    north = ben.program
    ben.mentee_profile.goals, ben.mentee_profile.interests = ["work"], ["music"]
    ben.mentee_profile.save()
    mona.mentor_profile.goals, mona.mentor_profile.interests = ["work"], ["sports"]
    mona.mentor_profile.save()
    factories.make_mentor(north, "max@example.org", now=now, goals=["sleep"], interests=["music"])
    before = text(coordinator, page_for(ben))
    set_weights(program=north, weights={**default_weights(), "pathway_goals": 0, "interests": 100}, by=alice, now=now)
    after = text(coordinator, page_for(ben))
    assert before.index(">Mona</h3>") < before.index(">Max</h3>")
    assert after.index(">Max</h3>") < after.index(">Mona</h3>")


def test_candidates_same_score_lower_id_comes_first(
    north: Program, coordinator: Client, mona: Membership, ben: Membership, now: datetime
) -> None:
    others = [factories.make_mentor(north, f"m{number}@example.org", now=now) for number in range(4)]
    found = text(coordinator, page_for(ben))
    places = [found.index(f'id="mentor-{member.pk}"') for member in sorted([mona, *others], key=lambda m: m.pk)]
    assert places == sorted(places)


def test_candidates_who_may_not_are_folded_away_with_every_reason(
    north: Program, coordinator: Client, mona: Membership, ben: Membership, now: datetime
) -> None:
    NeverPair.objects.create(program=north, person=ben, other=mona, reason="She was my landlady.")
    factories.make_mentor(north, "max@example.org", now=now, languages=["es"], is_taking_mentees=False)
    found = text(coordinator, page_for(ben))
    assert "No mentor can be matched yet" in found
    assert "2 mentors who cannot, and why not" in found
    assert "These two must not be paired" in found
    assert "landlady" not in found
    assert "No shared language: Ben speaks English, Max speaks Spanish" in found
    assert "Max is not taking new mentees now" in found
    assert "Propose" not in found


@pytest.mark.any_hour
def test_candidates_intake_is_shown_and_the_opening_written_down(
    coordinator: Client, alice: Membership, mona: Membership, ben: Membership
) -> None:
    ben.mentee_profile.required_genders = ["woman"]
    ben.mentee_profile.save()
    found = text(coordinator, page_for(ben))
    assert "What Ben said" in found
    assert "Waiting 21 days" in found
    assert "Must have" in found
    entry = AuditEntry.objects.get(action=Action.OPENED)
    assert (entry.actor_id, entry.person_id, entry.object_id, entry.reason) == (alice.user_id, ben.user_id, ben.pk, "matching")


def test_candidates_pair_that_ended_before_is_mentioned(
    coordinator: Client, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    pair = propose_match(mentor=mona, mentee=ben, by=alice, now=now)
    relationships.change_state(relationship=pair, to="withdrawn", by=alice, now=now)
    assert "These two before: withdrawn" in text(coordinator, page_for(ben))


def test_candidates_mentee_who_was_asked_or_does_not_wait_cannot_be_proposed(
    coordinator: Client, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    pair = propose_match(mentor=mona, mentee=ben, by=alice, now=now)
    found = text(coordinator, page_for(ben))
    assert "Ben has a proposal to answer, with Mona" in found
    assert "Propose Mona" not in found
    for person in (mona, ben):
        relationships.accept(relationship=pair, by=person, now=now)
    assert "Ben already has a mentor: Mona." in text(coordinator, page_for(ben))


def test_candidates_mentee_in_intake_says_so(coordinator: Client, mona: Membership, ben: Membership) -> None:
    ben.mentee_profile.waiting_since = None
    ben.mentee_profile.save()
    found = text(coordinator, page_for(ben))
    assert "Ben is not waiting: the intake is not complete." in found
    assert "Propose Mona" not in found


def test_candidates_more_mentors_same_number_of_queries(
    north: Program, coordinator: Client, ben: Membership, now: datetime, django_assert_num_queries: Callable[..., Any]
) -> None:
    people_of(north, range(3), now)
    coordinator.get(page_for(ben))
    with django_assert_num_queries(CANDIDATES_QUERIES):
        assert "3 mentors could" in text(coordinator, page_for(ben))
    people_of(north, range(3, 30), now)
    with django_assert_num_queries(CANDIDATES_QUERIES):
        assert "30 mentors could" in text(coordinator, page_for(ben))


def test_candidates_of_a_stranger_a_mentor_or_nobody_is_not_found(
    coordinator: Client, maya: Membership, mona: Membership
) -> None:
    for person_id in (maya.pk, mona.pk, uuid4()):
        assert coordinator.get(reverse("matching:candidates", args=[person_id])).status_code == 404
    assert not AuditEntry.objects.filter(action=Action.OPENED).exists()


@pytest.mark.parametrize("who", ["sam", "ada", "mona", "ben"])
def test_pages_other_roles_are_refused(who: str, ben: Membership, sign_in: SignIn, request: pytest.FixtureRequest) -> None:
    client = sign_in(request.getfixturevalue(who))
    assert client.get(WAITING).status_code == 403
    assert client.get(page_for(ben)).status_code == 403
    assert client.post(PROPOSE, {}).status_code == 403


def test_pages_signed_out_lead_to_sign_in(ben: Membership, client: Client) -> None:
    for url in (WAITING, page_for(ben)):
        assert client.get(url).headers["Location"] == f"{reverse('account_login')}?next={url}"
    assert client.post(PROPOSE, {}).status_code == 302


def test_pages_wrong_method_is_refused(coordinator: Client, ben: Membership) -> None:
    assert coordinator.post(WAITING).status_code == 405
    assert coordinator.post(page_for(ben)).status_code == 405
    assert coordinator.get(PROPOSE).status_code == 405


def test_home_coordinator_sees_who_waits_longest(north: Program, coordinator: Client, ben: Membership, now: datetime) -> None:
    for number in range(6):
        factories.make_mentee(
            north,
            f"mentee{number}@example.org",
            now=now,
            waiting_since=north.today(now) - timedelta(days=30 + number),
        )
    found = text(coordinator, reverse("home"))
    assert "7 people are waiting for a mentor" in found
    assert "and 2 more people after these" in found
    assert found.index(">Mentee5</a>") < found.index(">Mentee1</a>")
    assert ">Ben</a>" not in found
    assert f'href="{WAITING}"' in found


def test_home_coordinator_nobody_waits_says_so(coordinator: Client) -> None:
    assert "Nobody is waiting for a mentor" in text(coordinator, reverse("home"))


def test_home_mentor_has_no_waiting_card(mona: Membership, ben: Membership, sign_in: SignIn) -> None:
    assert "wait for a mentor" not in text(sign_in(mona), reverse("home"))


def test_person_page_of_a_mentee_who_waits_leads_to_the_mentors(
    coordinator: Client, alice: Membership, mona: Membership, ben: Membership, now: datetime
) -> None:
    person = reverse("intake:person", args=[ben.pk])
    assert page_for(ben) in text(coordinator, person)

    propose_match(mentor=mona, mentee=ben, by=alice, now=now)
    assert page_for(ben) not in text(coordinator, person)
    assert page_for(mona) not in text(coordinator, reverse("intake:person", args=[mona.pk]))
