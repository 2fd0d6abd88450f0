"""A round from its start to what was made on: each change is followed by a new set."""

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
from matching.models import Round
from matching.rounds import services
from matching.scoring.factors import FACTORS, default_weights
from matching.tests.scene import Scene, pairs, sum_alone
from matching.weights.services import set_weights
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
        assert line.score == pytest.approx(sum(100 * part["points"] for part in line.parts), abs=1e-4)


@pytest.mark.any_hour
def test_start_round_with_somebody_who_waits_from_a_later_day_counts_no_days(scene: Scene) -> None:
    scene.cara.mentee_profile.waiting_since = scene.alice.program.today(scene.now) + timedelta(days=3)
    scene.cara.mentee_profile.save()
    started = scene.start()
    assert [(line.mentee, line.days) for line in started.lines.all()] == [(scene.ben, 21), (scene.cara, 0)]


def test_start_round_twice_is_one_round(scene: Scene) -> None:
    assert scene.start() == scene.start()
    assert Round.objects.count() == 1


def test_start_round_takes_the_weights_of_the_program(north: Program, scene: Scene) -> None:
    weights = {**default_weights(), "places": 40}
    set_weights(program=north, weights=weights, by=scene.alice, now=scene.now)
    assert scene.start().weights == weights


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


def test_second_choice_carries_its_exact_cost_and_who_would_move(scene: Scene) -> None:
    started = sum_alone(scene)
    line = started.lines.get(mentee=scene.ben)
    (other,) = line.others
    assert (other["mentor"], other["moves"]) == (str(scene.rosa.pk), [[str(scene.cara.pk), str(scene.mona.pk)]])
    before = total(started)
    scene.override(started, LOCK, scene.ben, scene.rosa)
    assert pairs(started) == {"Ben": "Rosa", "Cara": "Mona"}
    assert before - total(started) == pytest.approx(other["cost"], abs=1e-4)
    assert other["cost"] > 1


def test_second_choice_that_would_make_a_weaker_pair_than_the_weakest_is_none(scene: Scene) -> None:
    assert [line.others for line in scene.start().lines.all()] == [[], []]


def test_reweigh_changes_this_round_and_not_the_program(scene: Scene) -> None:
    for profile in (scene.rosa.mentor_profile, scene.ben.mentee_profile):
        profile.places = ["Library"]
        profile.save()
    started = scene.start()
    assert pairs(started) == {"Ben": "Mona", "Cara": "Rosa"}
    weights = {factor: 100 if factor == "places" else 0 for factor in FACTORS}
    services.reweigh(matching_round=started, weights=weights, protects_weakest=False, by=scene.alice, now=scene.now)
    started.refresh_from_db()
    assert pairs(started) == {"Ben": "Rosa", "Cara": "Mona"}
    assert (started.weights, started.protects_weakest) == (weights, False)
    services.set_aside(matching_round=started, by=scene.alice, now=scene.now)
    assert scene.start().weights == default_weights()


def test_reweigh_with_weights_of_which_none_counts_is_refused(scene: Scene) -> None:
    started = scene.start()
    with pytest.raises(DomainError) as refused:
        services.reweigh(
            matching_round=started, weights=dict.fromkeys(FACTORS, 0), protects_weakest=True, by=scene.alice, now=scene.now
        )
    assert refused.value.code == "nothing_counts"
    assert Round.objects.get().weights == default_weights()


def test_round_set_aside_is_closed_and_reopens_as_it_was(scene: Scene) -> None:
    started = scene.start()
    before = list(started.lines.values_list("pk", "mentor", "score"))
    services.set_aside(matching_round=started, by=scene.alice, now=scene.now)
    with pytest.raises(DomainError) as refused:
        scene.override(started, FORBID, scene.ben, scene.mona)
    assert refused.value.code == "round_closed"
    services.reopen(matching_round=started, by=scene.alice, now=scene.now)
    started.refresh_from_db()
    assert started.state == RoundState.OPEN
    assert list(started.lines.values_list("pk", "mentor", "score")) == before


def test_changes_of_a_round_are_kept_with_who_and_when(scene: Scene) -> None:
    started = scene.start()
    services.call_off(matching_round=started, by=scene.alice, now=scene.now)
    services.reweigh(matching_round=started, weights=default_weights(), protects_weakest=False, by=scene.alice, now=scene.now)
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
        scene.override(started, FORBID, scene.ben, scene.mona)
    assert refused.value.code == "not_allowed"
