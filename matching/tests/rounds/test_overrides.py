"""A round from its start to what was made on: each change is followed by a new set."""

from datetime import timedelta

import pytest

from accounts.models import Membership
from core.errors import DomainError
from matching.enums import OverrideKind
from matching.models import Override, Round
from matching.rounds import services
from matching.tests.scene import WORDS, Scene, pairs, sum_alone
from matching.waiting.services import propose_match

LOCK, FORBID = OverrideKind.LOCK, OverrideKind.FORBID


def total(matching_round: Round) -> float:
    return sum(line.score or 0 for line in matching_round.lines.all())


def test_lock_keeps_the_pair_with_its_reason_and_what_it_cost(scene: Scene) -> None:
    started = sum_alone(scene)
    said = started.lines.get(mentee=scene.ben).others[0]
    made = scene.override(started, LOCK, scene.ben, scene.rosa)
    made.refresh_from_db()
    assert (made.by, made.reason, made.words, made.instead_of) == (scene.alice, "asked_for_it", WORDS, scene.mona)
    assert made.score == said["score"]
    assert made.cost == pytest.approx(said["cost"], abs=1e-4)
    assert {line.mentee: line.is_locked for line in started.lines.all()} == {scene.ben: True, scene.cara: False}


def test_lock_of_a_mentor_who_was_no_second_choice_keeps_the_score(scene: Scene) -> None:
    started = scene.start()
    assert started.lines.get(mentee=scene.ben).others == []
    made = scene.override(started, LOCK, scene.ben, scene.rosa)
    assert made.score is not None
    assert made.score == started.lines.get(mentee=scene.ben).score


def test_lock_of_the_proposed_pair_costs_nothing(scene: Scene) -> None:
    started = scene.start()
    made = scene.override(started, LOCK, scene.ben, scene.mona)
    assert (made.cost, made.instead_of) == (0, None)
    assert pairs(started) == {"Ben": "Mona", "Cara": "Rosa"}


def test_lock_that_leaves_somebody_over_has_no_cost_in_points(scene: Scene) -> None:
    scene.mona.mentor_profile.required_genders = ["woman"]
    scene.mona.mentor_profile.save()
    scene.cara.mentee_profile.gender = "man"
    scene.cara.mentee_profile.save()
    scene.ben.mentee_profile.gender = "woman"
    scene.ben.mentee_profile.save()
    made = scene.override(scene.start(), LOCK, scene.ben, scene.rosa)
    assert (made.cost, pairs(made.round)) == (None, {"Ben": "Rosa", "Cara": None})


def test_lock_after_somebody_changed_has_no_cost_for_it_would_count_that_too(scene: Scene) -> None:
    started = scene.start()
    scene.cara.mentee_profile.goals = ["work", "money"]
    scene.cara.mentee_profile.save()
    assert scene.override(started, LOCK, scene.ben, scene.mona).cost is None


def test_forbid_for_somebody_proposed_meanwhile_has_no_score(scene: Scene) -> None:
    started = scene.start()
    propose_match(mentor=scene.rosa, mentee=scene.ben, by=scene.alice, now=scene.now)
    made = scene.override(started, FORBID, scene.ben, scene.mona)
    assert (made.score, made.cost, pairs(started)) == (None, None, {"Cara": "Mona"})


def test_lock_of_another_mentor_takes_the_place_of_the_first(scene: Scene) -> None:
    started = scene.start()
    first = scene.override(started, LOCK, scene.ben, scene.mona)
    scene.override(started, LOCK, scene.ben, scene.rosa)
    first.refresh_from_db()
    assert (first.undone_by, first.undone_at) == (scene.alice, scene.now)
    assert pairs(started) == {"Ben": "Rosa", "Cara": "Mona"}


def test_same_override_twice_is_one_row(scene: Scene) -> None:
    started = scene.start()
    first = scene.override(started, LOCK, scene.ben, scene.mona)
    assert scene.override(started, LOCK, scene.ben, scene.mona) == first
    assert Override.objects.count() == 1


def test_forbid_keeps_two_apart_and_lifts_their_lock(scene: Scene) -> None:
    started = scene.start()
    lock = scene.override(started, LOCK, scene.ben, scene.mona)
    scene.override(started, FORBID, scene.ben, scene.mona)
    lock.refresh_from_db()
    assert lock.undone_at == scene.now
    assert pairs(started) == {"Ben": "Rosa", "Cara": "Mona"}


def test_forbid_of_every_mentor_leaves_the_mentee_over(scene: Scene) -> None:
    started = scene.start()
    scene.override(started, FORBID, scene.ben, scene.mona)
    scene.override(started, FORBID, scene.ben, scene.rosa)
    line = started.lines.get(mentee=scene.ben)
    assert (line.mentor, line.left_over) == (None, "No mentor is eligible for Ben: 2 were ruled out by hand")


def test_take_back_gives_the_first_set_again_and_keeps_the_row(scene: Scene) -> None:
    started = scene.start()
    made = scene.override(started, LOCK, scene.ben, scene.rosa)
    services.take_back(override=made, by=scene.alice, now=scene.now)
    services.take_back(override=made, by=scene.alice, now=scene.now + timedelta(minutes=1))
    made.refresh_from_db()
    assert (made.undone_by, made.undone_at, made.words) == (scene.alice, scene.now, WORDS)
    assert pairs(started) == {"Ben": "Mona", "Cara": "Rosa"}


def test_lock_that_the_rules_forbid_is_refused_with_the_rule_and_changes_nothing(scene: Scene) -> None:
    started = scene.start()
    scene.close(scene.rosa)
    with pytest.raises(DomainError) as refused:
        scene.override(started, LOCK, scene.ben, scene.rosa)
    assert (refused.value.code, str(refused.value)) == (
        "not_eligible",
        "Rosa and Ben cannot be matched: Rosa is not taking new mentees now.",
    )
    assert Override.objects.count() == 0


def test_locks_beyond_the_places_of_a_mentor_are_refused(scene: Scene) -> None:
    started = scene.start()
    scene.override(started, LOCK, scene.ben, scene.mona)
    with pytest.raises(DomainError) as refused:
        scene.override(started, LOCK, scene.cara, scene.mona)
    assert refused.value.code == "no_place_left"
    assert Override.objects.count() == 1


def test_lock_of_somebody_proposed_meanwhile_is_refused(scene: Scene) -> None:
    started = scene.start()
    propose_match(mentor=scene.rosa, mentee=scene.ben, by=scene.alice, now=scene.now)
    with pytest.raises(DomainError) as refused:
        scene.override(started, LOCK, scene.ben, scene.mona)
    assert (refused.value.code, str(refused.value)) == ("not_eligible", "Ben has a proposal to answer already, with Rosa.")
    assert Override.objects.count() == 0


def test_lock_of_somebody_proposed_meanwhile_keeps_no_second_place(scene: Scene) -> None:
    scene.mona.mentor_profile.capacity = 2
    scene.mona.mentor_profile.save()
    started = scene.start()
    scene.override(started, LOCK, scene.cara, scene.mona)
    propose_match(mentor=scene.mona, mentee=scene.cara, by=scene.alice, now=scene.now)
    scene.override(started, LOCK, scene.ben, scene.mona)
    assert pairs(started) == {"Ben": "Mona"}


def test_lock_that_can_no_longer_be_followed_says_so_and_the_rest_is_worked_out(scene: Scene) -> None:
    started = scene.start()
    made = scene.override(started, LOCK, scene.ben, scene.rosa)
    scene.close(scene.rosa)
    services.solve_again(matching_round=started, by=scene.alice, now=scene.now)
    made.refresh_from_db()
    assert (made.holds, pairs(started)) == (False, {"Ben": "Mona", "Cara": None})
    scene.close(scene.rosa, taking=True)
    services.solve_again(matching_round=started, by=scene.alice, now=scene.now)
    made.refresh_from_db()
    assert (made.holds, pairs(started)) == (True, {"Ben": "Rosa", "Cara": "Mona"})


def test_locks_for_which_places_went_are_followed_as_far_as_they_reach_the_first_first(scene: Scene) -> None:
    scene.rosa.mentor_profile.capacity = 2
    scene.rosa.mentor_profile.save()
    started = scene.start()
    first = scene.override(started, LOCK, scene.cara, scene.rosa)
    scene.now += timedelta(minutes=1)
    second = scene.override(started, LOCK, scene.ben, scene.rosa)
    scene.rosa.mentor_profile.capacity = 1
    scene.rosa.mentor_profile.save()
    services.solve_again(matching_round=started, by=scene.alice, now=scene.now)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.holds, second.holds, pairs(started)) == (True, False, {"Ben": "Mona", "Cara": "Rosa"})


def test_override_with_a_mentor_of_another_program_is_refused(scene: Scene, mateo: Membership) -> None:
    started = scene.start()
    with pytest.raises(DomainError) as refused:
        scene.override(started, FORBID, scene.ben, mateo)
    assert refused.value.code == "wrong_people"
