"""One person in a round: the pair, the reasons, and what another choice would cost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Program
from demo import factories
from matching.enums import OverrideKind
from matching.models import Round
from matching.rounds import services
from matching.rounds.pair import cost_words, move_words
from matching.tests.rounds.pages import because, part, put_the_sum_first, url, weights, words
from matching.tests.scene import WORDS, Scene, pairs
from matching.waiting.services import propose_match
from people.enums import Goal
from privacy.models import Action, AuditEntry


def test_pair_shows_reasons_second_choices_with_their_cost_and_what_was_said(
    coordinator: Client, started: Round, scene: Scene
) -> None:
    put_the_sum_first(started, scene)
    found = words(coordinator.get(url("round_pair", started, scene.ben.pk)))
    other = started.lines.get(mentee=scene.ben).others[0]
    assert "Mona for Ben Ben has waited 21 days" in found
    assert f"Goals in common: {Goal.WORK.label} (1 of Ben’s 1)" in found
    assert f"Rosa {other['score']:.1f} of 100 Choosing Rosa would lower the whole set by {other['cost']:.1f} points" in found
    assert "Cara would go to Mona instead." in found
    assert "What Ben said" in found
    assert "Next: Cara" in found
    opened = AuditEntry.objects.get(action=Action.OPENED)
    assert (opened.person_id, opened.actor_id) == (scene.ben.user_id, scene.alice.user_id)


LEAVES = "No cost is shown: this would leave somebody else without a mentor"
COSTLY = "1 more mentor who could {} Rosa"


def test_pair_a_choice_at_the_cost_of_the_weakest_pair_says_why_it_has_no_cost(
    coordinator: Client, started: Round, scene: Scene
) -> None:
    found = words(coordinator.get(url("round_pair", started, scene.ben.pk)))
    assert COSTLY.format(f"{LEAVES}, or push another pair below the weakest one.") in found


def test_pair_a_choice_that_leaves_somebody_over_says_so(coordinator: Client, scene: Scene) -> None:
    scene.cara.mentee_profile.required_genders = ["woman"]
    scene.cara.mentee_profile.save()
    scene.mona.mentor_profile.gender = "man"
    scene.mona.mentor_profile.save()
    scene.rosa.mentor_profile.gender = "woman"
    scene.rosa.mentor_profile.save()
    started = scene.start()
    put_the_sum_first(started, scene)
    found = words(coordinator.get(url("round_pair", started, scene.ben.pk)))
    assert COSTLY.format(f"{LEAVES}.") in found


def test_pair_locked_says_that_nothing_else_was_worked_out(coordinator: Client, started: Round, scene: Scene) -> None:
    scene.override(started, OverrideKind.LOCK, scene.ben, scene.mona)
    put_the_sum_first(started, scene)
    found = words(coordinator.get(url("round_pair", started, scene.ben.pk)))
    assert COSTLY.format("While this pair is locked no cost is worked out for another choice.") in found


def test_pair_kept_apart_says_only_that(coordinator: Client, started: Round, scene: Scene) -> None:
    scene.override(started, OverrideKind.FORBID, scene.ben, scene.mona)
    found = words(coordinator.get(url("round_pair", started, scene.ben.pk)))
    assert "1 more mentor who could Mona" in found


def test_pair_with_many_choices_says_that_only_the_cheapest_have_a_cost(
    coordinator: Client, scene: Scene, north: Program
) -> None:
    for name in ("nora", "olga", "pia"):
        factories.make_mentor(north, f"{name}@example.org", now=scene.now, capacity=2)
    found = words(coordinator.get(url("round_pair", scene.start(), scene.ben.pk)))
    assert "1 more mentor who could The cost is shown for the 3 cheapest choices only." in found


def test_pair_tells_people_of_one_first_name_apart(coordinator: Client, started: Round, scene: Scene) -> None:
    for person, first, last in ((scene.cara, "Ben", "Abbott"), (scene.mona, "Rosa", "Quill")):
        person.user.first_name, person.user.last_name = first, last
        person.user.save()
    put_the_sum_first(started, scene)
    found = words(coordinator.get(url("round_pair", started, scene.ben.pk)))
    assert "Rosa Quill for Ben" in found
    assert "Choosing Rosa would lower" in found
    assert "Ben Abbott would go to Rosa Quill instead." in found
    assert "Next: Ben Abbott" in found


def test_pair_names_a_mentor_in_full_wherever_one_is_chosen(coordinator: Client, started: Round, scene: Scene) -> None:
    for person, last in ((scene.mona, "Quill"), (scene.rosa, "Reyes"), (scene.ben, "Ott")):
        person.user.last_name = last
        person.user.save()
    put_the_sum_first(started, scene)
    found = words(coordinator.get(url("round_pair", started, scene.ben.pk)))
    assert "Mona Quill for Ben Ott" in found
    assert "Choosing Rosa Reyes would lower the whole set" in found
    assert "Choose Rosa Reyes" in found


def test_person_left_over_is_told_from_another_of_the_same_first_name(coordinator: Client, scene: Scene) -> None:
    for person, last in ((scene.ben, "Ott"), (scene.cara, "Abbott")):
        person.user.first_name, person.user.last_name = "Ana", last
        person.user.save()
    scene.close(scene.rosa)
    found = words(coordinator.get(scene.start().get_absolute_url()))
    assert "Ana Abbott and Ana Ott both need Mona, who has 1 place" in found


def test_pair_scores_by_the_weights_of_the_round(coordinator: Client, started: Round, scene: Scene) -> None:
    coordinator.post(url("round_weights", started), weights(pathway_goals=0))
    line = started.lines.get(mentee=scene.ben)
    assert f"Score {line.score:.1f} of 100" in words(coordinator.get(url("round_pair", started, scene.ben.pk)))
    assert {part["factor"]: part["points"] for part in line.parts}["pathway_goals"] == 0


def test_pair_that_can_no_longer_be_says_why_and_offers_no_lock(coordinator: Client, started: Round, scene: Scene) -> None:
    scene.close(scene.mona)
    found = words(coordinator.get(url("round_pair", started, scene.ben.pk)))
    assert "This pair can no longer be: Mona is not taking new mentees now. Work the round out again." in found
    assert "Lock this pair" not in found


def test_round_with_a_pair_that_is_no_longer_in_it_shows_the_rest(coordinator: Client, started: Round, scene: Scene) -> None:
    scene.leave(scene.cara)
    services.solve_again(matching_round=started, by=scene.alice, now=scene.now)
    found = words(coordinator.get(started.get_absolute_url() + f"?pair={scene.cara.pk}"))
    assert "Ben with Mona" in found
    assert "Open a row to see why" in found


@pytest.mark.parametrize("in_bench", [True, False])
def test_pair_of_somebody_who_left_meanwhile_says_so_and_opens_no_intake(
    coordinator: Client, started: Round, scene: Scene, in_bench: bool
) -> None:
    scene.leave(scene.cara)
    address = url("round_pair", started, scene.cara.pk)
    found = words(part(coordinator, address) if in_bench else coordinator.get(address))
    assert "Cara is not waiting for a mentor now. Work the round out again." in found
    assert "Lock this pair" not in found
    assert "What Cara said" not in found
    assert not AuditEntry.objects.filter(action=Action.OPENED).exists()


def test_pair_of_somebody_proposed_elsewhere_meanwhile_says_so(coordinator: Client, scene: Scene, north: Program) -> None:
    nora = factories.make_mentor(north, "nora@example.org", now=scene.now)
    started = scene.start()
    propose_match(mentor=nora, mentee=scene.ben, by=scene.alice, now=scene.now)
    found = words(coordinator.get(url("round_pair", started, scene.ben.pk)))
    assert "Ben is not waiting for a mentor now. Work the round out again." in found


def test_pair_with_a_mentor_who_was_suspended_says_so_and_offers_no_lock(
    coordinator: Client, started: Round, scene: Scene
) -> None:
    scene.leave(scene.mona)
    found = words(coordinator.get(url("round_pair", started, scene.ben.pk)))
    assert "This pair can no longer be: Mona is not an active mentor now. Work the round out again." in found
    assert "Lock this pair" not in found


def test_take_back_for_somebody_who_left_answers_without_them(coordinator: Client, started: Round, scene: Scene) -> None:
    made = [scene.override(started, OverrideKind.FORBID, scene.cara, mentor) for mentor in (scene.rosa, scene.mona)]
    scene.leave(scene.cara)
    response = part(coordinator, url("take_back", started, made[0].pk), {})
    assert "Open a row to see why" in words(response)
    assert "Worked out again: no pair changed." in words(response)
    response = coordinator.post(url("take_back", started, made[1].pk))
    assert response.headers["Location"] == started.get_absolute_url()
    assert not started.overrides.standing().exists()


def test_keep_apart_somebody_who_left_answers_without_them(coordinator: Client, started: Round, scene: Scene) -> None:
    scene.leave(scene.cara)
    response = part(coordinator, url("keep_apart", started, scene.cara.pk), because(scene.rosa))
    assert "Open a row to see why" in words(response)
    assert pairs(started) == {"Ben": "Mona"}


def test_pair_opens_the_intake_once_for_each_look(coordinator: Client, started: Round, scene: Scene) -> None:
    opened = AuditEntry.objects.filter(action=Action.OPENED, person_id=scene.ben.user_id)
    address = url("round_pair", started, scene.ben.pk)
    together = url("keep_together", started, scene.ben.pk)

    def looks(ask: Callable[[], Any], status: int = 200) -> int:
        before = opened.count()
        assert ask().status_code == status
        return opened.count() - before

    assert looks(lambda: coordinator.get(address)) == 1
    assert looks(lambda: part(coordinator, address)) == 1
    assert looks(lambda: coordinator.get(started.get_absolute_url() + f"?pair={scene.ben.pk}")) == 1
    assert looks(lambda: coordinator.get(together)) == 0
    assert looks(lambda: part(coordinator, together, because(scene.mona, reason="")), status=422) == 0
    assert looks(lambda: part(coordinator, together, because(scene.mona))) == 1
    lock = started.overrides.get()
    assert looks(lambda: coordinator.post(url("take_back", started, lock.pk), follow=True)) == 1
    assert looks(lambda: coordinator.post(together, because(scene.mona), follow=True)) == 1
    assert looks(lambda: coordinator.get(started.get_absolute_url())) == 0


def test_pair_of_somebody_left_over_says_why_and_who_could(coordinator: Client, scene: Scene) -> None:
    scene.close(scene.rosa)
    started = scene.start()
    found = words(coordinator.get(url("round_pair", started, scene.cara.pk)))
    assert "Nobody yet for Cara" in found
    assert "Cara and Ben both need Mona, who has 1 place" in found
    assert "Choose Mona" in found
    assert "Rosa Rosa is not taking new mentees now" in found


def test_pair_asked_for_as_a_part_is_no_whole_page(coordinator: Client, started: Round, scene: Scene) -> None:
    response = part(coordinator, url("round_pair", started, scene.ben.pk))
    assert "Mona for Ben" in words(response)
    assert "<html" not in response.content.decode()


def test_pair_of_a_closed_round_is_as_it_was_and_opens_no_intake(coordinator: Client, started: Round, scene: Scene) -> None:
    scene.override(started, OverrideKind.LOCK, scene.ben, scene.rosa)
    services.set_aside(matching_round=started, by=scene.alice, now=scene.now)
    found = words(coordinator.get(url("round_pair", started, scene.ben.pk)))
    assert f"Locked with Rosa One of them asked for it · {scene.alice.user.full_name}" in found
    assert "instead of Mona" in found
    assert f"“{WORDS}”" in found
    assert "Take back" not in found
    assert "What Ben said" not in found
    assert not AuditEntry.objects.filter(action=Action.OPENED).exists()


@pytest.mark.parametrize(
    ("cost", "is_weakest", "effect"),
    [
        (2.14, False, "Choosing Rosa would lower the whole set by 2.1 points"),
        (0.04, False, "Choosing Rosa would cost the whole set nothing"),
        (-0.04, False, "Choosing Rosa would cost the whole set nothing"),
        (-8.2, True, "Choosing Rosa would raise the whole set by 8.2 points, and this would be its weakest pair"),
    ],
)
def test_cost_words_for_any_sign(cost: float, is_weakest: bool, effect: str) -> None:
    assert cost_words("Rosa", cost, is_weakest=is_weakest) == effect


def test_move_words_name_three_and_count_the_rest() -> None:
    people = {"1": "Ben", "2": "Mona", "3": "Cara"}
    moves: list[list[str | None]] = [["1", "2"], ["3", None], ["1", "2"], ["3", "2"], ["3", "2"]]
    assert move_words(moves, people) == [
        "Ben would go to Mona instead",
        "Cara would be left over",
        "Ben would go to Mona instead",
        "2 more people would change",
    ]
