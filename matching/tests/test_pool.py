"""What is read from the rows, at a number of queries that does not grow."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Membership, Program
from demo import factories
from matching.pool import Pool, evaluate, experience_frequencies, load_two, pairs_of, proposals_out
from people.availability import Window
from people.models import AvailabilityWindow, MentorProfile, NeverPair
from privacy.models import Consent
from relationships import services
from relationships.enums import CloseReason, State
from relationships.models import Relationship
from relationships.selectors import mentees_in_line, waiting_mentees

LOAD_QUERIES = 6  # five, and the mentees' own


def load(program: Program, now: datetime) -> Pool:
    return evaluate(program, list(mentees_in_line(program)), now=now)


def test_evaluate_facts_are_what_the_rows_say(north: Program, mona: Membership, ben: Membership, now: datetime) -> None:
    profile = ben.mentee_profile
    profile.gender, profile.goals, profile.places = "man", ["work"], ["Main Street library"]
    profile.required_genders, profile.preferred_age_min = ["woman"], 40
    profile.save()
    pool = load(north, now)
    (mentee,), (mentor,) = pool.people.mentees, pool.people.mentors
    assert (mentee.id, mentee.person, mentee.name) == (str(ben.pk), str(ben.user_id), "Ben")
    assert (mentee.gender, mentee.goals, mentee.places) == ("man", ("work",), ("Main Street library",))
    assert (mentee.required_genders, mentee.preferred_age_min, mentee.preferred_age_max) == (("woman",), 40, None)
    assert mentee.age in (34, 35)
    assert mentee.windows == tuple(Window(day, 17 * 60, 20 * 60) for day in range(5))
    assert (mentee.time_zone, mentee.languages, mentee.modes) == ("America/New_York", ("en",), ("phone", "video"))
    assert mentee.has_consent
    assert (mentor.capacity, mentor.places_left, mentor.is_taking_mentees, mentor.missing) == (3, 3, True, ())
    assert pool.members == {str(ben.pk): ben, str(mona.pk): mona}


def test_evaluate_places_left_count_what_holds_one(
    north: Program, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    services.propose(mentor=mona, mentee=ben, by=alice, now=now)
    (mentor,) = load(north, now).people.mentors
    assert mentor.places_left == 2


def test_evaluate_mentor_not_ready_says_what_is_missing(north: Program, mona: Membership, now: datetime) -> None:
    mona.mentor_profile.training.delete()
    (mentor,) = load(north, now).people.mentors
    assert mentor.missing == (
        "Less than 6 hours of training",
        "The mentor agreement is not signed",
        "Screening is not recorded",
    )


@pytest.mark.any_hour
def test_evaluate_consent_that_ran_out_or_was_revoked_is_none(
    north: Program, mona: Membership, ben: Membership, now: datetime
) -> None:
    Consent.objects.filter(person_id=ben.user_id).update(expires_on=north.today(now) - timedelta(days=2))
    Consent.objects.filter(person_id=mona.user_id).update(revoked_at=now)
    people = load(north, now).people
    assert [people.mentees[0].has_consent, people.mentors[0].has_consent] == [False, False]


@pytest.mark.usefixtures("mateo", "maya")
def test_evaluate_strangers_and_the_inactive_are_left_out(
    north: Program, mona: Membership, ben: Membership, now: datetime
) -> None:
    Membership.objects.filter(pk=mona.pk).update(is_active=False)
    ben.user.is_active = False
    ben.user.save()
    people = load(north, now).people
    assert (people.mentees, people.mentors) == ([], [])


def test_evaluate_more_rows_same_number_of_queries(
    north: Program, now: datetime, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(3):
        factories.make_mentor(north, f"mentor{number}@example.org", now=now)
        factories.make_mentee(north, f"mentee{number}@example.org", now=now)
    with django_assert_num_queries(LOAD_QUERIES):
        assert len(load(north, now).people.mentors) == 3
    for number in range(3, 30):
        factories.make_mentor(north, f"mentor{number}@example.org", now=now)
        factories.make_mentee(north, f"mentee{number}@example.org", now=now)
    with django_assert_num_queries(LOAD_QUERIES):
        assert len(load(north, now).people.mentors) == 30


def test_experience_frequencies_count_everybody_who_takes_part(
    north: Program, mona: Membership, ben: Membership, maya: Membership, now: datetime
) -> None:
    """Somebody paired long ago still counts; another program does not."""
    for profile in (mona.mentor_profile, ben.mentee_profile, maya.mentee_profile):
        profile.experiences = ["grief"]
        profile.save()
    ben.mentee_profile.waiting_since = None
    ben.mentee_profile.save()
    found = experience_frequencies(north)
    assert (found.people, dict(found.counts)) == (2, {"grief": 2})


def test_waiting_mentees_longest_first_without_those_who_were_asked(
    north: Program, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    cara = factories.make_mentee(north, "cara@example.org", now=now, waiting_since=north.today(now) - timedelta(days=40))
    factories.make_mentee(north, "intake@example.org", now=now, waiting_since=None)
    assert list(waiting_mentees(north, now)) == [cara, ben]
    pair = services.propose(mentor=mona, mentee=cara, by=alice, now=now)
    assert list(waiting_mentees(north, now)) == [ben]
    assert proposals_out(north) == [pair]
    assert (pairs_of(cara), pairs_of(ben)) == ([pair], [])


def test_evaluate_never_are_those_named_and_those_ended_for_safety(
    north: Program, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    cara = factories.make_mentee(north, "cara@example.org", now=now)
    NeverPair.objects.create(program=north, person=ben, other=mona, reason="They are cousins.")
    pair = services.propose(mentor=mona, mentee=cara, by=alice, now=now)
    Relationship.objects.filter(pk=pair.pk).update(state=State.CLOSED, close_reason=CloseReason.SAFETY, ended_at=now)
    found = load(north, now).people
    assert {frozenset(pair) for pair in found.never} == {
        frozenset({str(ben.user_id), str(mona.user_id)}),
        frozenset({str(cara.user_id), str(mona.user_id)}),
    }
    assert found.mentors[0].places_left == 3


def test_load_two_reads_two_people_in_three_queries(
    mona: Membership, ben: Membership, now: datetime, django_assert_num_queries: Callable[..., Any]
) -> None:
    AvailabilityWindow.objects.filter(membership=ben).delete()
    with django_assert_num_queries(3):
        mentee, mentor = load_two(ben.pk, mona.pk, now=now)
    assert (mentee.name, mentee.windows, mentor.name, len(mentor.windows)) == ("Ben", (), "Mona", 5)


def test_evaluate_mentor_without_a_profile_is_left_out(north: Program, mona: Membership, now: datetime) -> None:
    MentorProfile.objects.filter(membership=mona).delete()
    assert load(north, now).people.mentors == []
