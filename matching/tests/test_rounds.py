"""A round from its start to what was insisted on: each change is followed by a new set."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from accounts.enums import Role
from accounts.models import Membership, Program
from core.errors import DomainError
from demo import factories
from matching.enums import OverrideKind, RoundState
from matching.models import Override, Round
from matching.rounds import services
from matching.scoring.factors import Factor
from matching.scoring.scores import DEFAULT_WEIGHTS
from matching.tests.scene import WORDS, Scene, pairs
from matching.waiting.services import propose_match
from matching.weights.services import as_json, set_weights
from privacy.models import AuditEntry

LOCK, FORBID = OverrideKind.LOCK, OverrideKind.FORBID
NOT_COORDINATORS = [Role.SUPERVISOR, Role.ADMIN, Role.MENTOR, Role.MENTEE]


def total(matching_round: Round) -> float:
    return sum(line.score or 0 for line in matching_round.lines.all())


def test_start_round_pairs_everybody_with_scores_that_add_up(scene: Scene) -> None:
    started = scene.start()
    assert pairs(started) == {"Ben": "Mona", "Cara": "Rosa"}
    assert (started.state, started.places, started.solved_at) == (RoundState.OPEN, 2, scene.now)
    assert [line.days for line in started.lines.all()] == [21, 3]
    for line in started.lines.all():
        assert line.score == pytest.approx(sum(100 * part[0] for part in line.parts), abs=1e-4)


def test_start_round_with_somebody_who_waits_from_a_later_day_counts_no_days(scene: Scene) -> None:
    scene.cara.mentee_profile.waiting_since = scene.now.date() + timedelta(days=3)
    scene.cara.mentee_profile.save()
    started = scene.start()
    assert [(line.mentee, line.days) for line in started.lines.all()] == [(scene.ben, 21), (scene.cara, 0)]


def test_start_round_twice_is_one_round(scene: Scene) -> None:
    assert scene.start() == scene.start()
    assert Round.objects.count() == 1


def test_start_round_takes_the_weights_of_the_program(north: Program, scene: Scene) -> None:
    weights = {**DEFAULT_WEIGHTS, Factor.PLACES: 40}
    set_weights(program=north, weights=weights, by=scene.alice, now=scene.now)
    assert scene.start().weights == as_json(weights)


@pytest.mark.parametrize("role", NOT_COORDINATORS)
def test_start_round_by_anybody_but_a_coordinator_is_refused(north: Program, now: datetime, role: Role) -> None:
    with pytest.raises(DomainError) as refused:
        services.start_round(by=factories.make_member(north, role, "eve@example.org"), now=now)
    assert refused.value.code == "not_allowed"
    assert Round.objects.count() == 0


@pytest.mark.parametrize("role", NOT_COORDINATORS)
def test_round_is_nothing_to_anybody_but_coordinators(scene: Scene, role: Role) -> None:
    started = scene.start()
    eve = factories.make_member(scene.alice.program, role, "eve@example.org")
    assert list(Round.objects.visible_to(scene.alice)) == [started]
    assert list(Round.objects.visible_to(eve)) == []
    send = partial(services.send_round, seen=started.solved_at)
    for change in (services.solve_again, services.set_aside, services.reopen, send):
        with pytest.raises(DomainError) as refused:
            change(matching_round=started, by=eve, now=scene.now)
        assert refused.value.code == "not_allowed"


@pytest.mark.django_db(transaction=True)
def test_round_started_by_three_at_once_is_one_round(scene: Scene) -> None:
    gate = Barrier(3)

    def start(_turn: int) -> Round:
        gate.wait(timeout=10)
        try:
            return scene.start()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(start, range(3))) == {Round.objects.get()}


def test_round_with_nobody_waiting_is_empty(mona: Membership, alice: Membership, now: datetime) -> None:
    started = services.start_round(by=alice, now=now)
    assert pairs(started) == {}
    assert started.places == 3


def test_round_with_too_few_places_leaves_the_shorter_wait_over_and_says_why(scene: Scene) -> None:
    scene.close(scene.rosa)
    started = scene.start()
    assert pairs(started) == {"Ben": "Mona", "Cara": None}
    assert started.places == 1
    assert started.lines.get(mentor=None).left_over == "Cara and Ben both need Mona, who has 1 place"


def test_round_with_one_place_gives_it_to_the_longer_wait_though_the_other_fits_better(scene: Scene) -> None:
    scene.close(scene.mona)
    assert pairs(scene.start()) == {"Ben": "Rosa", "Cara": None}


def sum_alone(scene: Scene) -> Round:
    """An open round that looks at the sum of the scores only."""
    started = scene.start()
    services.reweigh(matching_round=started, weights=DEFAULT_WEIGHTS, protects_weakest=False, by=scene.alice, now=scene.now)
    return started


def test_second_choice_carries_its_exact_cost_and_who_would_move(scene: Scene) -> None:
    started = sum_alone(scene)
    line = started.lines.get(mentee=scene.ben)
    (other,) = line.others
    assert (other["mentor"], other["moves"]) == (str(scene.rosa.pk), [[str(scene.cara.pk), str(scene.mona.pk)]])
    before = total(started)
    scene.insist(started, LOCK, scene.ben, scene.rosa)
    assert pairs(started) == {"Ben": "Rosa", "Cara": "Mona"}
    assert before - total(started) == pytest.approx(other["cost"], abs=1e-4)
    assert other["cost"] > 1


def test_second_choice_that_would_make_a_weaker_pair_than_the_weakest_is_none(scene: Scene) -> None:
    assert [line.others for line in scene.start().lines.all()] == [[], []]


def test_lock_keeps_the_pair_with_its_reason_and_what_it_cost(scene: Scene) -> None:
    started = sum_alone(scene)
    said = started.lines.get(mentee=scene.ben).others[0]
    made = scene.insist(started, LOCK, scene.ben, scene.rosa)
    made.refresh_from_db()
    assert (made.by, made.reason, made.words, made.instead_of) == (scene.alice, "asked_for_it", WORDS, scene.mona)
    assert made.score == said["score"]
    assert made.cost == pytest.approx(said["cost"], abs=1e-4)
    assert {line.mentee: line.is_locked for line in started.lines.all()} == {scene.ben: True, scene.cara: False}


def test_lock_of_a_mentor_who_was_no_second_choice_keeps_the_score(scene: Scene) -> None:
    started = scene.start()
    assert started.lines.get(mentee=scene.ben).others == []
    made = scene.insist(started, LOCK, scene.ben, scene.rosa)
    assert made.score is not None
    assert made.score == started.lines.get(mentee=scene.ben).score


def test_lock_of_the_proposed_pair_costs_nothing(scene: Scene) -> None:
    started = scene.start()
    made = scene.insist(started, LOCK, scene.ben, scene.mona)
    assert (made.cost, made.instead_of) == (0, None)
    assert pairs(started) == {"Ben": "Mona", "Cara": "Rosa"}


def test_lock_that_leaves_somebody_over_has_no_cost_in_points(scene: Scene) -> None:
    scene.mona.mentor_profile.required_genders = ["woman"]
    scene.mona.mentor_profile.save()
    scene.cara.mentee_profile.gender = "man"
    scene.cara.mentee_profile.save()
    scene.ben.mentee_profile.gender = "woman"
    scene.ben.mentee_profile.save()
    made = scene.insist(scene.start(), LOCK, scene.ben, scene.rosa)
    assert (made.cost, pairs(made.round)) == (None, {"Ben": "Rosa", "Cara": None})


def test_lock_after_somebody_changed_has_no_cost_for_it_would_count_that_too(scene: Scene) -> None:
    started = scene.start()
    scene.cara.mentee_profile.goals = ["work", "money"]
    scene.cara.mentee_profile.save()
    assert scene.insist(started, LOCK, scene.ben, scene.mona).cost is None


def test_forbid_for_somebody_proposed_meanwhile_has_no_score(scene: Scene) -> None:
    started = scene.start()
    propose_match(mentor=scene.rosa, mentee=scene.ben, by=scene.alice, now=scene.now)
    made = scene.insist(started, FORBID, scene.ben, scene.mona)
    assert (made.score, made.cost, pairs(started)) == (None, None, {"Cara": "Mona"})


def test_lock_of_another_mentor_takes_the_place_of_the_first(scene: Scene) -> None:
    started = scene.start()
    first = scene.insist(started, LOCK, scene.ben, scene.mona)
    scene.insist(started, LOCK, scene.ben, scene.rosa)
    first.refresh_from_db()
    assert (first.undone_by, first.undone_at) == (scene.alice, scene.now)
    assert pairs(started) == {"Ben": "Rosa", "Cara": "Mona"}


def test_same_override_twice_is_one_row(scene: Scene) -> None:
    started = scene.start()
    first = scene.insist(started, LOCK, scene.ben, scene.mona)
    assert scene.insist(started, LOCK, scene.ben, scene.mona) == first
    assert Override.objects.count() == 1


def test_forbid_keeps_two_apart_and_lifts_their_lock(scene: Scene) -> None:
    started = scene.start()
    lock = scene.insist(started, LOCK, scene.ben, scene.mona)
    scene.insist(started, FORBID, scene.ben, scene.mona)
    lock.refresh_from_db()
    assert lock.undone_at == scene.now
    assert pairs(started) == {"Ben": "Rosa", "Cara": "Mona"}


def test_forbid_of_every_mentor_leaves_the_mentee_over(scene: Scene) -> None:
    started = scene.start()
    scene.insist(started, FORBID, scene.ben, scene.mona)
    scene.insist(started, FORBID, scene.ben, scene.rosa)
    line = started.lines.get(mentee=scene.ben)
    assert (line.mentor, line.left_over) == (None, "No mentor is eligible for Ben: 2 were ruled out by hand")


def test_take_back_gives_the_first_set_again_and_keeps_the_row(scene: Scene) -> None:
    started = scene.start()
    made = scene.insist(started, LOCK, scene.ben, scene.rosa)
    services.take_back(override=made, by=scene.alice, now=scene.now)
    services.take_back(override=made, by=scene.alice, now=scene.now + timedelta(minutes=1))
    made.refresh_from_db()
    assert (made.undone_by, made.undone_at, made.words) == (scene.alice, scene.now, WORDS)
    assert pairs(started) == {"Ben": "Mona", "Cara": "Rosa"}


def test_lock_that_the_rules_forbid_is_refused_with_the_rule_and_changes_nothing(scene: Scene) -> None:
    started = scene.start()
    scene.close(scene.rosa)
    with pytest.raises(DomainError) as refused:
        scene.insist(started, LOCK, scene.ben, scene.rosa)
    assert (refused.value.code, str(refused.value)) == (
        "not_eligible",
        "Rosa and Ben cannot be matched: Rosa is not taking new mentees now.",
    )
    assert Override.objects.count() == 0


def test_locks_beyond_the_places_of_a_mentor_are_refused(scene: Scene) -> None:
    started = scene.start()
    scene.insist(started, LOCK, scene.ben, scene.mona)
    with pytest.raises(DomainError) as refused:
        scene.insist(started, LOCK, scene.cara, scene.mona)
    assert refused.value.code == "no_place_left"
    assert Override.objects.count() == 1


def test_lock_of_somebody_proposed_meanwhile_is_refused(scene: Scene) -> None:
    started = scene.start()
    propose_match(mentor=scene.rosa, mentee=scene.ben, by=scene.alice, now=scene.now)
    with pytest.raises(DomainError) as refused:
        scene.insist(started, LOCK, scene.ben, scene.mona)
    assert (refused.value.code, str(refused.value)) == ("not_eligible", "Ben has a proposal to answer already, with Rosa.")
    assert Override.objects.count() == 0


def test_lock_of_somebody_proposed_meanwhile_keeps_no_second_place(scene: Scene) -> None:
    scene.mona.mentor_profile.capacity = 2
    scene.mona.mentor_profile.save()
    started = scene.start()
    scene.insist(started, LOCK, scene.cara, scene.mona)
    propose_match(mentor=scene.mona, mentee=scene.cara, by=scene.alice, now=scene.now)
    scene.insist(started, LOCK, scene.ben, scene.mona)
    assert pairs(started) == {"Ben": "Mona"}


def test_lock_that_can_no_longer_be_followed_says_so_and_the_rest_is_worked_out(scene: Scene) -> None:
    started = scene.start()
    made = scene.insist(started, LOCK, scene.ben, scene.rosa)
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
    first = scene.insist(started, LOCK, scene.cara, scene.rosa)
    scene.now += timedelta(minutes=1)
    second = scene.insist(started, LOCK, scene.ben, scene.rosa)
    scene.rosa.mentor_profile.capacity = 1
    scene.rosa.mentor_profile.save()
    services.solve_again(matching_round=started, by=scene.alice, now=scene.now)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.holds, second.holds, pairs(started)) == (True, False, {"Ben": "Mona", "Cara": "Rosa"})


def test_reweigh_changes_this_round_and_not_the_program(scene: Scene) -> None:
    for profile in (scene.rosa.mentor_profile, scene.ben.mentee_profile):
        profile.places = ["Library"]
        profile.save()
    started = scene.start()
    assert pairs(started) == {"Ben": "Mona", "Cara": "Rosa"}
    weights = {factor: 100 if factor is Factor.PLACES else 0 for factor in Factor}
    services.reweigh(matching_round=started, weights=weights, protects_weakest=False, by=scene.alice, now=scene.now)
    started.refresh_from_db()
    assert pairs(started) == {"Ben": "Rosa", "Cara": "Mona"}
    assert (started.weights, started.protects_weakest) == (as_json(weights), False)
    services.set_aside(matching_round=started, by=scene.alice, now=scene.now)
    assert scene.start().weights == as_json(DEFAULT_WEIGHTS)


def test_reweigh_with_weights_of_which_none_counts_is_refused(scene: Scene) -> None:
    started = scene.start()
    with pytest.raises(DomainError) as refused:
        services.reweigh(
            matching_round=started, weights=dict.fromkeys(Factor, 0), protects_weakest=True, by=scene.alice, now=scene.now
        )
    assert refused.value.code == "nothing_counts"
    assert Round.objects.get().weights == as_json(DEFAULT_WEIGHTS)


def test_round_set_aside_is_closed_and_reopens_as_it_was(scene: Scene) -> None:
    started = scene.start()
    before = list(started.lines.values_list("pk", "mentor", "score"))
    services.set_aside(matching_round=started, by=scene.alice, now=scene.now)
    with pytest.raises(DomainError) as refused:
        scene.insist(started, FORBID, scene.ben, scene.mona)
    assert refused.value.code == "round_closed"
    services.reopen(matching_round=started, by=scene.alice, now=scene.now)
    started.refresh_from_db()
    assert started.state == RoundState.OPEN
    assert list(started.lines.values_list("pk", "mentor", "score")) == before


def test_changes_of_a_round_are_kept_with_who_and_when(scene: Scene) -> None:
    started = scene.start()
    services.call_off(matching_round=started, by=scene.alice, now=scene.now)
    services.reweigh(matching_round=started, weights=DEFAULT_WEIGHTS, protects_weakest=False, by=scene.alice, now=scene.now)
    services.set_aside(matching_round=started, by=scene.alice, now=scene.now)
    bea = factories.make_member(scene.alice.program, Role.COORDINATOR, "bea@example.org")
    later = scene.now + timedelta(days=1)
    services.reopen(matching_round=started, by=bea, now=later)
    services.send_round(matching_round=started, seen=started.solved_at, by=bea, now=later)
    kept = AuditEntry.objects.filter(object_id=started.pk).values_list("reason", "actor_id", "at", "person_id")
    alice, now = scene.alice.user_id, scene.now
    assert set(kept) == {
        *((f"round:{what}", alice, now, None) for what in ("started", "called_off", "weights", "set_aside")),
        *((f"round:{what}", bea.user_id, later, None) for what in ("reopened", "sent")),
    }


def test_reopen_beside_another_open_round_is_refused(scene: Scene) -> None:
    first = scene.start()
    services.set_aside(matching_round=first, by=scene.alice, now=scene.now)
    scene.start()
    with pytest.raises(DomainError) as refused:
        services.reopen(matching_round=first, by=scene.alice, now=scene.now)
    assert refused.value.code == "another_is_open"


def test_round_changed_from_another_program_is_refused(scene: Scene, otto: Membership) -> None:
    started = scene.start()
    scene.alice = otto
    with pytest.raises(DomainError) as refused:
        scene.insist(started, FORBID, scene.ben, scene.mona)
    assert refused.value.code == "not_allowed"


def test_override_with_a_mentor_of_another_program_is_refused(scene: Scene, mateo: Membership) -> None:
    started = scene.start()
    with pytest.raises(DomainError) as refused:
        scene.insist(started, FORBID, scene.ben, mateo)
    assert refused.value.code == "wrong_people"
