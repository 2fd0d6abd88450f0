"""The pages of a round, from every side."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.models import Membership, Program
from conftest import SignIn
from demo import factories
from matching.enums import OverrideKind, OverrideReason, RoundState
from matching.models import Override, Round, RoundLine
from matching.rounds import services
from matching.rounds.pair import cost_words, move_words
from matching.rounds.services import solving
from matching.scoring.factors import Factor
from matching.tests.scene import WORDS, Scene, pairs
from matching.waiting.services import propose_match
from matching.weights.services import from_json, weights_of
from people.enums import Goal
from privacy.models import Action, AuditEntry
from relationships import services as relationships
from relationships.enums import State
from relationships.models import Relationship

ROUND_QUERIES = 13
PAIR_QUERIES = 16
SENT_QUERIES = 8
LIST_QUERIES = 5
WAITING = reverse("matching:waiting")
ROUNDS = reverse("matching:rounds")
START = reverse("matching:start_round")


def url(name: str, matching_round: Round, *args: Any) -> str:
    return reverse(f"matching:{name}", args=[matching_round.pk, *args])


def words(response: Any, status: int = 200) -> str:
    """What a person reads, with single spaces."""
    assert response.status_code == status
    return " ".join(strip_tags(re.sub(r"<svg.*?</svg>", "", response.content.decode(), flags=re.DOTALL)).split())


def part(client: Client, address: str, data: dict[str, str] | None = None) -> Any:
    """As htmx asks: GET, or POST with `data`."""
    headers = {"HX-Request": "true"}
    return client.get(address, headers=headers) if data is None else client.post(address, data, headers=headers)


def because(mentor: Membership, reason: str = "asked_for_it", text: str = WORDS) -> dict[str, str]:
    return {"mentor": str(mentor.pk), "reason": reason, "words": text}


def weights(**changed: int) -> dict[str, str]:
    return {factor.value: str(changed.get(factor.value, 10)) for factor in Factor} | {"protects_weakest": "on"}


def put_the_sum_first(started: Round, scene: Scene) -> None:
    """Now any pair may be the weakest, so another choice has a cost."""
    weights_now = from_json(started.weights)
    services.reweigh(matching_round=started, weights=weights_now, protects_weakest=False, by=scene.alice, now=scene.now)


@pytest.fixture
def coordinator(alice: Membership, sign_in: SignIn) -> Client:
    return sign_in(alice)


@pytest.fixture
def started(scene: Scene) -> Round:
    return scene.start()


# The door and the list of rounds --------------------------------------------------------------------------------------
def test_start_opens_a_round_and_leads_to_it(coordinator: Client, scene: Scene) -> None:
    assert "Match everyone who waits" in words(coordinator.get(WAITING))
    response = coordinator.post(START)
    started = Round.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, started.get_absolute_url())
    found = words(coordinator.get(WAITING))
    assert "Go on with the open round" in found
    assert "Match everyone who waits" not in found


def test_start_while_a_round_is_open_leads_to_that_one_and_says_so(coordinator: Client, started: Round) -> None:
    response = coordinator.post(START, follow=True)
    assert response.redirect_chain == [(started.get_absolute_url(), 302)]
    assert "A round was open already. Here it is." in words(response)


def test_start_nobody_waits_offers_no_round(coordinator: Client) -> None:
    assert "Match everyone who waits" not in words(coordinator.get(WAITING))


def test_rounds_say_what_became_of_each(coordinator: Client, started: Round, scene: Scene) -> None:
    sent = services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now).sent
    accept_all(sent[:1], scene.now)
    services.start_round(by=scene.alice, now=scene.now + timedelta(minutes=1))
    found = words(coordinator.get(ROUNDS))
    assert "2 proposals sent, 1 accepted Sent" in found
    assert "0 pairs for 0 people who waited In work" in found
    assert found.index("In work") < found.index("2 proposals sent")


def test_rounds_count_one_person_as_one(coordinator: Client, scene: Scene) -> None:
    scene.leave(scene.cara)
    scene.start()
    assert "1 pair for 1 person who waited" in words(coordinator.get(ROUNDS))


def test_pair_alone_in_the_set_is_not_called_its_weakest(coordinator: Client, scene: Scene) -> None:
    scene.leave(scene.cara)
    started = scene.start()
    put_the_sum_first(started, scene)
    found = words(coordinator.get(url("round_pair", started, scene.ben.pk)))
    assert "Choosing Rosa would lower the whole set" in found
    assert "weakest" not in found


def test_rounds_nobody_started_one_says_where_to(coordinator: Client) -> None:
    assert "No round yet" in words(coordinator.get(ROUNDS))


def test_rounds_beyond_a_page_stand_on_the_next(coordinator: Client, started: Round, scene: Scene) -> None:
    Round.objects.filter(pk=started.pk).update(state=RoundState.SET_ASIDE)
    for days in range(1, 21):
        at = scene.now + timedelta(days=days)
        Round.objects.create(
            program=started.program, state=RoundState.SET_ASIDE, started_by=scene.alice, started_at=at, weights={}
        )
    first = words(coordinator.get(ROUNDS))
    assert (first.count("Started by Alice"), "Page 1 of 2" in first) == (20, True)
    last = words(coordinator.get(ROUNDS + "?page=2"))
    assert (last.count("Started by Alice"), "2 pairs for 2 people who waited" in last) == (1, True)


def accept_all(lines: list[RoundLine], now: datetime) -> None:
    for line in lines:
        assert line.relationship is not None
        pair = Relationship.objects.get(pk=line.relationship.pk)
        relationships.accept(relationship=pair, by=pair.mentor, now=now)
        relationships.accept(relationship=pair, by=pair.mentee, now=now)


# Who may look ---------------------------------------------------------------------------------------------------------
def addresses(started: Round, scene: Scene) -> dict[str, list[str]]:
    """Every address of one round, by method."""
    insisted = scene.insist(started, OverrideKind.LOCK, scene.ben, scene.mona)
    both = [url(name, started, scene.ben.pk) for name in ("keep_together", "keep_apart")]
    both += [url(name, started) for name in ("round_weights", "send_round")]
    return {
        "get": [url("round", started), url("round_pair", started, scene.ben.pk), url("round_progress", started), *both],
        "post": [
            *(url(name, started) for name in ("solve_again", "call_off", "set_aside", "reopen")),
            url("take_back", started, insisted.pk),
            *both,
        ],
    }


def test_every_address_of_a_round_is_not_there_for_another_program(
    started: Round, scene: Scene, otto: Membership, sign_in: SignIn
) -> None:
    outsider = sign_in(otto)
    for method, paths in addresses(started, scene).items():
        statuses = {path: getattr(outsider, method)(path, because(scene.mona)).status_code for path in paths}
        assert statuses == dict.fromkeys(paths, 404)
    assert words(outsider.get(ROUNDS)).count("pairs for") == 0
    started.refresh_from_db()
    assert started.state == RoundState.OPEN


def test_every_address_of_a_round_asks_a_stranger_to_sign_in(started: Round, scene: Scene) -> None:
    for method, paths in addresses(started, scene).items():
        for path in paths:
            response = getattr(Client(), method)(path)
            assert response.status_code == 302
            assert response.headers["Location"].startswith("/account/login/")


def test_every_address_of_a_round_is_closed_to_mentors_and_supervisors(
    started: Round, scene: Scene, sam: Membership, sign_in: SignIn
) -> None:
    for person in (scene.mona, sam):
        client = sign_in(person)
        for method, paths in addresses(started, scene).items():
            assert [getattr(client, method)(path).status_code for path in paths] == [403] * len(paths)


def test_pair_of_nobody_in_the_round_is_not_there(coordinator: Client, started: Round, scene: Scene) -> None:
    for nobody in (uuid4(), scene.mona.pk):
        assert coordinator.get(url("round_pair", started, nobody)).status_code == 404
        assert coordinator.get(url("keep_together", started, nobody)).status_code == 404
        assert coordinator.get(url("keep_apart", started, nobody)).status_code == 404


def test_take_back_of_another_rounds_lock_is_not_there(coordinator: Client, started: Round, scene: Scene) -> None:
    insisted = scene.insist(started, OverrideKind.LOCK, scene.ben, scene.mona)
    services.set_aside(matching_round=started, by=scene.alice, now=scene.now)
    other = services.start_round(by=scene.alice, now=scene.now)
    assert coordinator.post(url("take_back", other, insisted.pk)).status_code == 404


# The list -------------------------------------------------------------------------------------------------------------
def test_round_lists_pairs_longest_wait_first_under_the_numbers_of_the_set(coordinator: Client, started: Round) -> None:
    found = words(coordinator.get(started.get_absolute_url()))
    ben, cara = (line.score or 0 for line in started.lines.all())
    assert f"People wait 2 Free places 2 Pairs proposed 2 Left over 0 Mean score {(ben + cara) / 2:.1f}" in found
    assert f"Weakest pair {min(ben, cara):.1f}" in found
    assert f"Ben with Mona score {ben:.1f} 21 days Ben not joined yet Mona not joined yet" in found
    assert found.index("Ben with Mona") < found.index("Cara with Rosa")
    assert "Things have changed" not in found


def test_score_is_the_same_number_on_every_page(coordinator: Client, started: Round, scene: Scene) -> None:
    line = started.lines.get(mentee=scene.ben)
    line.parts = [[0.77249999999, 1, 0.7725, 1], *([0, 0, 0, 1] for _factor in list(Factor)[1:])]
    line.score = 77.25  # by itself this would be rounded up
    line.save()
    assert "score 77.2 21 days" in words(coordinator.get(started.get_absolute_url()))
    panel = words(coordinator.get(url("round_pair", started, scene.ben.pk)))
    assert panel.count("77.2 of 100") == 3  # above, as the only part, and below it
    services.set_aside(matching_round=started, by=scene.alice, now=scene.now)
    assert "Mona 77.2" in words(coordinator.get(started.get_absolute_url()))


def test_round_person_left_over_stands_below_with_the_reason(coordinator: Client, scene: Scene) -> None:
    scene.close(scene.rosa)
    found = words(coordinator.get(scene.start().get_absolute_url()))
    assert "1 person is left over They stay on the waiting list Cara 3 days Cara and Ben both need Mona" in found


@pytest.mark.parametrize("joined", [True, False])
def test_round_marks_who_has_not_joined(coordinator: Client, scene: Scene, joined: bool) -> None:
    for person in (scene.ben, scene.cara, scene.mona, scene.rosa):
        if joined or person != scene.mona:
            person.user.set_password("a quiet harbor at noon")
            person.user.save()
    found = words(coordinator.get(scene.start().get_absolute_url()))
    assert found.count("not joined yet") == (0 if joined else 1)
    assert ("Mona not joined yet" in found) is not joined


def test_round_says_what_has_changed_since_it_was_worked_out(
    coordinator: Client, started: Round, scene: Scene, north: Program
) -> None:
    factories.make_mentee(north, "dan@example.org", now=scene.now)
    scene.cara.is_active = False
    scene.cara.save()
    scene.mona.mentor_profile.capacity = 0
    scene.mona.mentor_profile.save()
    found = words(coordinator.get(started.get_absolute_url()))
    assert "Waiting since then: Dan No longer waiting: Cara With fewer free places: Mona" in found
    found = words(coordinator.post(url("solve_again", started), follow=True))
    assert "Worked out again: 1 pair is new, 2 pairs are gone." in found
    assert "Things have changed" not in found


def test_round_nobody_waits_says_so(coordinator: Client, alice: Membership, now: datetime) -> None:
    empty = services.start_round(by=alice, now=now)
    found = words(coordinator.get(empty.get_absolute_url()))
    assert "Nobody is waiting" in found
    assert "Nothing to send" in words(coordinator.get(url("send_round", empty)))


def test_round_no_free_place_says_so(coordinator: Client, scene: Scene) -> None:
    scene.close(scene.mona)
    scene.close(scene.rosa)
    found = words(coordinator.get(scene.start().get_absolute_url()))
    assert "No mentor who is ready has a free place" in found
    assert "2 people are left over" in found


def test_round_everybody_left_over_by_a_rule_says_so(coordinator: Client, scene: Scene) -> None:
    for mentee in (scene.ben, scene.cara):
        mentee.mentee_profile.languages = ["es"]
        mentee.mentee_profile.save()
    assert "Nobody could be paired" in words(coordinator.get(scene.start().get_absolute_url()))


@pytest.fixture(params=[3, 30])
def number(request: pytest.FixtureRequest, north: Program, now: datetime) -> int:
    """So many people wait, and there is a mentor for each."""
    for at in range(request.param):
        factories.make_mentee(north, f"mentee{at}@example.org", now=now)
        factories.make_mentor(north, f"mentor{at}@example.org", now=now, capacity=1)
    return int(request.param)


def test_pages_of_a_round_number_of_queries_is_the_same_for_any_number_of_lines(
    number: int, alice: Membership, coordinator: Client, now: datetime, django_assert_num_queries: Callable[..., Any]
) -> None:
    many = services.start_round(by=alice, now=now)
    coordinator.get(WAITING)
    with django_assert_num_queries(ROUND_QUERIES):
        assert f"Pairs proposed {number}" in words(coordinator.get(many.get_absolute_url()))
    address = url("round_pair", many, many.lines.all()[0].mentee_id)
    with django_assert_num_queries(PAIR_QUERIES):
        coordinator.get(address)
    services.send_round(matching_round=many, seen=many.solved_at, by=alice, now=now)
    with django_assert_num_queries(SENT_QUERIES):
        assert f"{number} proposed: {number} not answered yet" in words(coordinator.get(many.get_absolute_url()))
    with django_assert_num_queries(LIST_QUERIES):
        assert f"{number} proposals sent" in words(coordinator.get(ROUNDS))


# One pair -------------------------------------------------------------------------------------------------------------
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
    scene.insist(started, OverrideKind.LOCK, scene.ben, scene.mona)
    put_the_sum_first(started, scene)
    found = words(coordinator.get(url("round_pair", started, scene.ben.pk)))
    assert COSTLY.format("While this pair is locked no cost is worked out for another choice.") in found


def test_pair_kept_apart_says_only_that(coordinator: Client, started: Round, scene: Scene) -> None:
    scene.insist(started, OverrideKind.FORBID, scene.ben, scene.mona)
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
    assert line.parts[1][0] == 0


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
    insisted = [scene.insist(started, OverrideKind.FORBID, scene.cara, mentor) for mentor in (scene.rosa, scene.mona)]
    scene.leave(scene.cara)
    response = part(coordinator, url("take_back", started, insisted[0].pk), {})
    assert "Open a row to see why" in words(response)
    assert "Worked out again: no pair changed." in words(response)
    response = coordinator.post(url("take_back", started, insisted[1].pk))
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
    scene.insist(started, OverrideKind.LOCK, scene.ben, scene.rosa)
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


# Before this round ----------------------------------------------------------------------------------------------------
def declined(mentee: Membership, mentor: Membership, scene: Scene) -> Relationship:
    pair = relationships.propose(mentor=mentor, mentee=mentee, by=scene.alice, now=scene.now)
    relationships.decline(relationship=pair, by=mentee, now=scene.now)
    return pair


def test_pair_that_was_declined_before_is_marked_wherever_one_decides(coordinator: Client, scene: Scene) -> None:
    declined(scene.ben, scene.mona, scene)
    declined(scene.cara, scene.mona, scene)
    started = scene.start()
    put_the_sum_first(started, scene)
    found = words(coordinator.get(started.get_absolute_url()))
    assert (found.count("Declined before"), "21 days Declined before" in found) == (1, True)
    assert "Ben Mona Declined before Cara Rosa" in words(coordinator.get(url("send_round", started)))
    assert "These two before: declined" in words(coordinator.get(url("round_pair", started, scene.ben.pk)))
    other = words(coordinator.get(url("round_pair", started, scene.cara.pk)))
    assert re.search(r"Mona [0-9.]+ of 100 Declined before Choosing Mona", other)


def test_choice_without_a_cost_is_marked_too(coordinator: Client, scene: Scene) -> None:
    declined(scene.ben, scene.rosa, scene)
    found = words(coordinator.get(url("round_pair", scene.start(), scene.ben.pk)))
    assert re.search(r"Rosa [0-9.]+ of 100 Declined before Choose Rosa", found)


@pytest.mark.parametrize(
    ("state", "mark"),
    [(State.CLOSED, "Were a pair before"), (State.EXPIRED, "Proposed before"), (State.DECLINED, "Declined before")],
)
def test_pair_of_before_is_marked_by_how_it_ended(coordinator: Client, scene: Scene, state: State, mark: str) -> None:
    Relationship.objects.filter(pk=declined(scene.ben, scene.mona, scene).pk).update(state=state)
    assert f"21 days {mark}" in words(coordinator.get(scene.start().get_absolute_url()))


def test_pair_whose_proposal_was_taken_back_was_declined_by_nobody(coordinator: Client, scene: Scene) -> None:
    pair = relationships.propose(mentor=scene.mona, mentee=scene.ben, by=scene.alice, now=scene.now)
    relationships.change_state(relationship=pair, to=State.WITHDRAWN, by=scene.alice, now=scene.now)
    assert "21 days Proposed before" in words(coordinator.get(scene.start().get_absolute_url()))


# Insisting ------------------------------------------------------------------------------------------------------------
def test_keep_together_asks_why_and_follows_it(coordinator: Client, started: Round, scene: Scene) -> None:
    address = url("keep_together", started, scene.ben.pk)
    asked = words(coordinator.get(address + f"?mentor={scene.rosa.pk}"))
    assert "Rosa for Ben, instead of Mona" in asked
    assert "Kept with the round; coordinators of this program can read it." in asked
    response = coordinator.post(address, because(scene.rosa), follow=True)
    assert response.redirect_chain == [(url("round_pair", started, scene.ben.pk), 302)]
    assert "Worked out again: 2 pairs changed." in words(response)
    assert pairs(started) == {"Ben": "Rosa", "Cara": "Mona"}
    insisted = Override.objects.get()
    assert (insisted.kind, insisted.reason, insisted.words) == (OverrideKind.LOCK, OverrideReason.ASKED_FOR_IT, WORDS)
    found = words(coordinator.get(started.get_absolute_url()))
    assert "21 days Locked Changed" in found
    assert "Ben and Rosa together One of them asked for it" in found


def test_keep_apart_finds_another_pair(coordinator: Client, started: Round, scene: Scene) -> None:
    address = url("keep_apart", started, scene.ben.pk)
    assert "Keep Ben and Mona apart" in words(coordinator.get(address))
    found = words(coordinator.post(address, because(scene.mona, text=""), follow=True))
    assert "Kept apart from Mona" in found
    assert pairs(started) == {"Ben": "Rosa", "Cara": "Mona"}


@pytest.mark.parametrize("name", ["keep_together", "keep_apart"])
def test_insist_while_a_colleague_changes_the_set_acts_on_the_pair_that_was_read(
    coordinator: Client, started: Round, scene: Scene, name: str
) -> None:
    panel = coordinator.get(url("round_pair", started, scene.ben.pk)).content.decode()
    link = re.findall(rf'href="({url(name, started, scene.ben.pk)}[?][^"]*)"', panel)[0].replace("&amp;", "&")
    scene.insist(started, OverrideKind.LOCK, scene.ben, scene.rosa)
    asked = coordinator.get(link)
    assert "The set has changed since you read it: Ben is now proposed Rosa." in words(asked)
    fields = dict(re.findall(r'<input type="hidden" name="(mentor|proposed)" value="([^"]*)"', asked.content.decode()))
    assert fields == {"mentor": str(scene.mona.pk), "proposed": str(scene.mona.pk)}
    address = url(name, started, scene.ben.pk)
    again = words(coordinator.post(address, because(scene.mona, reason="") | fields), status=422)
    assert "The set has changed since you read it: Ben is now proposed Rosa." in again
    coordinator.post(address, because(scene.mona) | fields)
    standing = started.overrides.standing().filter(mentor=scene.mona).get()
    assert standing.kind == (OverrideKind.LOCK if name == "keep_together" else OverrideKind.FORBID)


def test_choosing_a_mentor_for_somebody_who_is_left_over_meanwhile_says_so(
    coordinator: Client, started: Round, scene: Scene
) -> None:
    scene.insist(started, OverrideKind.LOCK, scene.cara, scene.mona)
    scene.close(scene.rosa)
    services.solve_again(matching_round=started, by=scene.alice, now=scene.now)
    query = f"?mentor={scene.rosa.pk}&proposed={scene.mona.pk}"
    found = words(coordinator.get(url("keep_together", started, scene.ben.pk) + query))
    assert "The set has changed since you read it: Ben is left over now." in found


def test_choosing_another_mentor_than_the_one_proposed_is_no_change(coordinator: Client, started: Round, scene: Scene) -> None:
    query = f"?mentor={scene.rosa.pk}&proposed={scene.mona.pk}"
    assert "The set has changed" not in words(coordinator.get(url("keep_together", started, scene.ben.pk) + query))


def test_insist_without_a_reason_asks_for_it_and_keeps_the_words(coordinator: Client, started: Round, scene: Scene) -> None:
    response = coordinator.post(url("keep_together", started, scene.ben.pk), because(scene.mona, reason=""))
    found = words(response, status=422)
    assert "Choose the reason that comes closest." in found
    assert WORDS in found
    assert not Override.objects.exists()


def test_insist_on_what_the_rules_forbid_says_why_and_keeps_the_words(
    coordinator: Client, started: Round, scene: Scene
) -> None:
    scene.close(scene.rosa)
    response = coordinator.post(url("keep_together", started, scene.ben.pk), because(scene.rosa))
    found = words(response, status=422)
    assert "Rosa and Ben cannot be matched: Rosa is not taking new mentees now." in found
    assert WORDS in found
    assert 'value="asked_for_it" id="id_reason_1" required aria-invalid' not in found
    assert "checked" in response.content.decode()


def test_insist_on_more_than_a_mentors_places_says_so_and_keeps_the_words(
    coordinator: Client, started: Round, scene: Scene
) -> None:
    scene.insist(started, OverrideKind.LOCK, scene.ben, scene.mona)
    found = words(coordinator.post(url("keep_together", started, scene.cara.pk), because(scene.mona)), status=422)
    assert "Every free place of Mona is kept for somebody in this round." in found
    assert WORDS in found


def test_insist_in_a_closed_round_leads_back_with_the_sentence(coordinator: Client, started: Round, scene: Scene) -> None:
    services.set_aside(matching_round=started, by=scene.alice, now=scene.now)
    sentence = "This round is no longer open. What it found can still be read."
    address = url("keep_together", started, scene.ben.pk)
    assert sentence in words(coordinator.get(address, follow=True))
    assert sentence in words(coordinator.post(address, because(scene.mona), follow=True))
    assert part(coordinator, address, because(scene.mona)).headers["HX-Redirect"] == started.get_absolute_url()
    assert not Override.objects.exists()


def test_insist_for_somebody_left_over_names_whom_or_is_not_there(coordinator: Client, scene: Scene) -> None:
    scene.close(scene.rosa)
    started = scene.start()
    address = url("keep_together", started, scene.cara.pk)
    assert coordinator.get(address).status_code == 404
    assert coordinator.get(address + "?mentor=nonsense").status_code == 404
    assert "Keep Cara and Mona together" in words(coordinator.get(address + f"?mentor={scene.mona.pk}"))


def test_insist_in_the_workbench_answers_with_panel_list_numbers_and_news(
    coordinator: Client, started: Round, scene: Scene
) -> None:
    response = part(coordinator, url("keep_together", started, scene.ben.pk), because(scene.rosa))
    html = response.content.decode()
    assert re.findall(r'id="([a-z-]+)" hx-swap-oob="innerHTML"', html) == ["bench-top", "bench-list", "bench-news"]
    assert "Worked out again: 2 pairs changed." in words(response)
    assert "Rosa for Ben" in words(response)
    assert html.count('aria-current="true"') == 1


def test_insist_in_the_workbench_refused_goes_back_to_the_form(coordinator: Client, started: Round, scene: Scene) -> None:
    response = part(coordinator, url("keep_together", started, scene.ben.pk), because(scene.mona, reason=""))
    assert (response.headers["HX-Retarget"], response.headers["HX-Reswap"]) == ("#pair-form", "innerHTML")
    assert WORDS in words(response, status=422)
    assert "<html" not in response.content.decode()


def test_take_back_makes_the_pair_like_any_other(coordinator: Client, started: Round, scene: Scene) -> None:
    insisted = scene.insist(started, OverrideKind.LOCK, scene.ben, scene.rosa)
    found = words(coordinator.post(url("take_back", started, insisted.pk), follow=True))
    assert "Worked out again: 2 pairs changed." in found
    assert "Mona for Ben" in found
    assert pairs(started) == {"Ben": "Mona", "Cara": "Rosa"}


def test_take_back_in_a_closed_round_leads_back_with_the_sentence(coordinator: Client, started: Round, scene: Scene) -> None:
    insisted = scene.insist(started, OverrideKind.LOCK, scene.ben, scene.rosa)
    services.set_aside(matching_round=started, by=scene.alice, now=scene.now)
    found = words(coordinator.post(url("take_back", started, insisted.pk), follow=True))
    assert "This round is no longer open." in found


def test_lock_that_cannot_be_followed_says_so(coordinator: Client, started: Round, scene: Scene) -> None:
    scene.insist(started, OverrideKind.LOCK, scene.ben, scene.mona)
    scene.close(scene.mona)
    found = words(coordinator.post(url("solve_again", started), follow=True))
    assert "Could not be followed in this result" in found


# Weights --------------------------------------------------------------------------------------------------------------
def test_weights_of_the_round_are_its_own(coordinator: Client, started: Round, scene: Scene) -> None:
    assert "Protect the weakest pair" in words(coordinator.get(url("round_weights", started)))
    response = coordinator.post(url("round_weights", started), weights(experience=80), follow=True)
    assert "Worked out again: no pair changed." in words(response)
    started.refresh_from_db()
    assert (started.weights["experience"], started.protects_weakest) == (80, True)
    del (sent := weights())["protects_weakest"]
    coordinator.post(url("round_weights", started), sent)
    started.refresh_from_db()
    assert started.protects_weakest is False


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"experience": 101}, "Type a whole number from 0 to 100."),
        (dict.fromkeys(map(str, Factor), 0), "Give at least one factor a number above 0."),
    ],
)
def test_weights_out_of_reason_are_refused_with_what_was_typed(
    coordinator: Client, started: Round, changed: dict[str, int], sentence: str
) -> None:
    response = part(coordinator, url("round_weights", started), weights(**changed))
    assert sentence in words(response, status=422)
    assert response.headers["HX-Retarget"] == "#pair"
    assert f'value="{changed["experience"]}"' in response.content.decode()
    before = started.weights
    started.refresh_from_db()
    assert started.weights == before


def test_weights_in_the_workbench_stay_open(coordinator: Client, started: Round) -> None:
    response = part(coordinator, url("round_weights", started), weights(experience=80))
    assert "What counts in this round" in words(response)
    assert 'id="bench-list" hx-swap-oob="innerHTML"' in response.content.decode()


def test_weights_of_a_closed_round_lead_back_with_the_sentence(coordinator: Client, started: Round, scene: Scene) -> None:
    services.set_aside(matching_round=started, by=scene.alice, now=scene.now)
    for response in (
        coordinator.get(url("round_weights", started), follow=True),
        coordinator.post(url("round_weights", started), weights(), follow=True),
    ):
        assert "This round is no longer open." in words(response)


def test_weights_of_its_own_are_told_with_a_way_back_to_those_of_the_program(coordinator: Client, started: Round) -> None:
    own = "This round uses its own weights."
    page, panel = started.get_absolute_url(), url("round_weights", started)
    assert [own in words(coordinator.get(address)) for address in (page, panel)] == [False, False]
    sent = weights(experience=80)
    del sent["protects_weakest"]
    coordinator.post(panel, sent)
    assert [own in words(coordinator.get(address)) for address in (page, panel)] == [True, True]
    response = part(coordinator, panel, sent | {"program": "1"})
    assert own not in words(response)
    assert 'name="experience" value="20"' in response.content.decode()
    started.refresh_from_db()
    assert (from_json(started.weights), started.protects_weakest) == (weights_of(started.program), False)
    coordinator.post(panel, sent)
    found = words(coordinator.post(panel, {"program": "1"}, follow=True))
    assert "Worked out again" in found
    assert own not in found


def test_weights_of_the_program_for_a_closed_round_lead_back_with_the_sentence(
    coordinator: Client, started: Round, scene: Scene
) -> None:
    services.set_aside(matching_round=started, by=scene.alice, now=scene.now)
    found = words(coordinator.post(url("round_weights", started), {"program": "1"}, follow=True))
    assert "This round is no longer open." in found


# In the background ----------------------------------------------------------------------------------------------------
@pytest.fixture
def at_work(started: Round, scene: Scene) -> Round:
    Round.objects.filter(pk=started.pk).update(
        solve_wanted_at=scene.now, claimed_until=scene.now + timedelta(minutes=3), progress=45
    )
    return started


def test_round_at_work_shows_how_far_it_is_above_the_earlier_result(coordinator: Client, at_work: Round) -> None:
    response = coordinator.get(at_work.get_absolute_url())
    found, html = words(response), response.content.decode()
    assert "45 % done Below is the earlier result." in found
    assert 'role="progressbar"' in html
    assert 'aria-valuenow="45"' in html
    assert 'aria-valuetext="45 % done"' in html
    assert "Ben with Mona" in found
    assert "Send 2 proposals" not in found
    assert url("send_round", at_work) not in html


def test_round_not_begun_yet_says_so(coordinator: Client, at_work: Round) -> None:
    Round.objects.filter(pk=at_work.pk).update(claimed_until=None, progress=0)
    assert "Waiting to begin" in words(coordinator.get(at_work.get_absolute_url()))


def test_first_result_awaited_says_where_it_will_stand(coordinator: Client, at_work: Round) -> None:
    at_work.lines.all().delete()
    Round.objects.filter(pk=at_work.pk).update(solved_at=None)
    found = words(coordinator.get(at_work.get_absolute_url()))
    assert "The first result will stand here" in found
    assert "The first result is on its way" in found
    assert "People wait" not in found
    assert "When people wait" not in found
    assert "You can leave this page; the result waits for you." in found


def test_progress_is_a_part_until_the_result_is_there(coordinator: Client, at_work: Round) -> None:
    response = part(coordinator, url("round_progress", at_work))
    assert "45 % done" in words(response)
    assert "hx-swap-oob" not in response.content.decode()
    Round.objects.filter(pk=at_work.pk).update(solve_wanted_at=None, claimed_until=None, progress=100)
    done = part(coordinator, url("round_progress", at_work))
    assert "The new result is here." in words(done)
    assert "Ben with Mona" in words(done)


def test_progress_of_a_round_that_a_colleague_closed_leads_to_its_page(coordinator: Client, at_work: Round) -> None:
    Round.objects.filter(pk=at_work.pk).update(solve_wanted_at=None, state=RoundState.SET_ASIDE)
    assert part(coordinator, url("round_progress", at_work)).headers["HX-Redirect"] == at_work.get_absolute_url()


def test_progress_opened_as_a_page_leads_to_the_round(coordinator: Client, at_work: Round) -> None:
    response = coordinator.get(url("round_progress", at_work))
    assert (response.status_code, response.headers["Location"]) == (302, at_work.get_absolute_url())


def test_round_given_to_a_worker_says_so_in_one_place(
    coordinator: Client, started: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "AT_ONCE_PAIRS", 0)
    found = words(coordinator.post(url("solve_again", started), follow=True))
    assert "Working it out" in found
    assert "this takes a moment" not in found  # that would still stand there beside the result


def test_first_result_called_off_offers_to_work_it_out(coordinator: Client, at_work: Round) -> None:
    at_work.lines.all().delete()
    Round.objects.filter(pk=at_work.pk).update(solved_at=None)
    found = words(coordinator.post(url("call_off", at_work), follow=True))
    assert "Nothing has been worked out yet, for that was called off." in found
    assert "is on its way" not in found


def test_call_off_keeps_the_earlier_result(coordinator: Client, at_work: Round) -> None:
    found = words(coordinator.post(url("call_off", at_work), follow=True))
    assert "Called off. What was worked out before stands as it was." in found
    assert "Ben with Mona" in found
    at_work.refresh_from_db()
    assert not at_work.is_at_work


def test_round_behind_the_last_change_says_so_and_offers_no_sending(coordinator: Client, at_work: Round) -> None:
    found = words(coordinator.post(url("call_off", at_work), follow=True))
    assert "Work it out again Not up to date" in found
    assert "The set does not follow the last change, for that was called off. Work it out again, then send it." in found
    assert "Send 2 proposals" not in found
    response = coordinator.get(url("send_round", at_work))
    assert (response.status_code, response.headers["Location"]) == (302, at_work.get_absolute_url())


def test_insist_while_a_worker_would_do_it_says_that_it_takes_a_moment(
    coordinator: Client, started: Round, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "AT_ONCE_PAIRS", 0)
    found = words(coordinator.post(url("keep_together", started, scene.ben.pk), because(scene.mona), follow=True))
    assert "It is being worked out; this takes a moment." in found


# Aside and back -------------------------------------------------------------------------------------------------------
def test_set_aside_and_reopen_keep_the_round_as_it_was(coordinator: Client, started: Round) -> None:
    before = pairs(started)
    found = words(coordinator.post(url("set_aside", started), follow=True))
    assert "Set aside. Nothing was sent, and you can take it up again." in found
    assert "Take it up again" in found
    assert f"{started.lines.all()[0].score:.1f}" in found
    found = words(coordinator.post(url("reopen", started), follow=True))
    assert "The round is in work again, just as it was." in found
    assert pairs(started) == before


def test_reopen_while_another_is_open_says_so(coordinator: Client, started: Round, scene: Scene) -> None:
    services.set_aside(matching_round=started, by=scene.alice, now=scene.now)
    services.start_round(by=scene.alice, now=scene.now)
    found = words(coordinator.post(url("reopen", started), follow=True))
    assert "Another round is open. Send it or set it aside first." in found


def test_reopen_a_sent_round_says_what_to_do_instead(coordinator: Client, started: Round, scene: Scene) -> None:
    services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now)
    found = words(coordinator.post(url("reopen", started), follow=True))
    assert "This round was sent. Start a new one for the people who still wait." in found
    assert "Take it up again" not in found


# Sending --------------------------------------------------------------------------------------------------------------
def seen(client: Client, started: Round) -> dict[str, str]:
    """What the page that asks sends back."""
    html = client.get(url("send_round", started)).content.decode()
    return {"seen": re.findall(r'name="seen" value="([^"]+)"', html)[0]}


def test_send_says_exactly_who_will_be_asked(coordinator: Client, started: Round, scene: Scene) -> None:
    scene.insist(started, OverrideKind.LOCK, scene.ben, scene.mona)
    scene.mona.user.set_password("a quiet harbor at noon")
    scene.mona.user.save()
    found = words(coordinator.get(url("send_round", started)))
    assert "Send 2 proposals?" in found
    assert "Ben Locked Mona Cara Rosa" in found
    absent = "3 people have not joined yet: Ben, Cara and Rosa."
    assert f"{absent} They get the same neutral message, but can answer only after they join. Invitations" in found
    assert "Both people of each pair get a message, and answer on their own home page." in found
    assert "Nobody is told a score." in found
    assert not Relationship.objects.exists()


def test_send_names_ten_who_have_not_joined_and_counts_the_others(
    coordinator: Client, north: Program, alice: Membership, now: datetime
) -> None:
    for at in range(10, 16):
        factories.make_mentee(north, f"mentee{at}@example.org", now=now)
        factories.make_mentor(north, f"mentor{at}@example.org", now=now, capacity=1)
    found = words(coordinator.get(url("send_round", services.start_round(by=alice, now=now))))
    assert "12 people have not joined yet: " in found
    assert re.search(r"not joined yet: ([^,.]+, ){9}[^,.]+ and 2 others\. They", found)


def test_send_with_people_left_over_says_that_they_stay(coordinator: Client, scene: Scene) -> None:
    scene.close(scene.rosa)
    found = words(coordinator.get(url("send_round", scene.start())))
    assert "1 person is left over and stays on the waiting list." in found


def test_send_asks_everybody_at_once_and_shows_the_round_as_it_was(coordinator: Client, started: Round, scene: Scene) -> None:
    found = words(coordinator.post(url("send_round", started), seen(coordinator, started), follow=True))
    assert "2 pairs have been asked. Each person answers on their own page." in found
    assert "2 proposed: 2 not answered yet" in found
    asked = Relationship.objects.proposed().values_list("mentee__user__first_name", "mentor__user__first_name")
    assert set(asked) == {("Ben", "Mona"), ("Cara", "Rosa")}
    assert "Not answered yet Waiting for both" in found


def test_send_a_place_that_went_is_named_and_the_rest_go(coordinator: Client, started: Round, scene: Scene) -> None:
    page = seen(coordinator, started)
    scene.close(scene.rosa)
    found = words(coordinator.post(url("send_round", started), page, follow=True))
    assert "1 pair has been asked." in found
    assert "1 pair could not be asked; below it says why." in found
    assert "Could not be asked Cara with Rosa Rosa and Cara cannot be matched: Rosa is not taking new mentees now." in found


def test_send_what_a_colleague_changed_meanwhile_is_shown_again_first(
    coordinator: Client, started: Round, scene: Scene
) -> None:
    page = seen(coordinator, started)
    services.override(
        matching_round=started,
        kind=OverrideKind.LOCK,
        mentee=scene.ben,
        mentor=scene.rosa,
        reason=OverrideReason.PRACTICAL,
        words="",
        by=scene.alice,
        now=scene.now + timedelta(seconds=1),
    )
    found = words(coordinator.post(url("send_round", started), page))
    assert "The set has changed since you read it. Please read it again, then send it." in found
    assert "Ben Locked Rosa Cara Mona" in found
    assert not Relationship.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"seen": "nonsense"}])
def test_send_without_saying_what_was_seen_shows_it_first(coordinator: Client, started: Round, sent: dict[str, str]) -> None:
    found = words(coordinator.post(url("send_round", started), sent))
    assert "The set has changed since you read it. Please read it again, then send it." in found
    assert not Relationship.objects.exists()


def test_send_twice_sends_once(coordinator: Client, started: Round) -> None:
    page = seen(coordinator, started)
    for _click in range(2):
        coordinator.post(url("send_round", started), page)
    assert Relationship.objects.count() == 2


def test_send_nothing_says_so(coordinator: Client, scene: Scene) -> None:
    scene.close(scene.mona)
    scene.close(scene.rosa)
    started = scene.start()
    assert "This round proposes no pair" in words(coordinator.get(url("send_round", started)))
    response = coordinator.post(url("send_round", started), {"seen": str(started.solved_at)})
    assert "This round proposes nobody, so there is nothing to send." in words(response)


def test_send_a_round_at_work_leads_back_with_the_sentence(coordinator: Client, at_work: Round) -> None:
    assert coordinator.get(url("send_round", at_work)).status_code == 302
    found = words(coordinator.post(url("send_round", at_work), {"seen": str(at_work.solved_at)}, follow=True))
    assert "This round is being worked out. Wait for the result." in found


# What became of it ----------------------------------------------------------------------------------------------------
def test_sent_round_tells_what_became_of_each_pair(coordinator: Client, started: Round, scene: Scene, north: Program) -> None:
    scene.insist(started, OverrideKind.LOCK, scene.ben, scene.mona)
    sent = services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now).sent
    declined = Relationship.objects.get(mentee=scene.cara)
    relationships.decline(relationship=declined, by=scene.rosa, now=scene.now)
    accept_all([line for line in sent if line.mentee_id == scene.ben.pk], scene.now)
    nora = factories.make_mentor(north, "nora@example.org", now=scene.now)
    again = relationships.propose(mentor=nora, mentee=scene.cara, by=scene.alice, now=scene.now)
    for person in (nora, scene.cara):
        relationships.accept(relationship=again, by=person, now=scene.now)
    found = words(coordinator.get(started.get_absolute_url()))
    assert "2 proposed: 1 accepted, 1 declined" in found
    assert "Of 1 pair that a coordinator locked 1 accepted, of 1 other 0." in found
    assert "Declined Now with Nora" in found
    assert f"Ben and Mona together One of them asked for it · {scene.alice.user.full_name}" in found
    assert WORDS in found


def test_sent_round_nobody_has_answered_says_nothing_of_who_chose(coordinator: Client, started: Round, scene: Scene) -> None:
    scene.insist(started, OverrideKind.LOCK, scene.ben, scene.mona)
    services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now)
    assert "that a coordinator locked" not in words(coordinator.get(started.get_absolute_url()))
    relationships.decline(relationship=Relationship.objects.get(mentee=scene.cara), by=scene.rosa, now=scene.now)
    found = words(coordinator.get(started.get_absolute_url()))
    assert "Of 1 pair that a coordinator locked 0 accepted, of 1 other 0." in found


def test_sent_round_a_lock_taken_back_is_told_with_who_did_it(coordinator: Client, started: Round, scene: Scene) -> None:
    insisted = scene.insist(started, OverrideKind.LOCK, scene.ben, scene.mona)
    services.take_back(override=insisted, by=scene.alice, now=scene.now)
    services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now)
    found = words(coordinator.get(started.get_absolute_url()))
    assert f"Taken back by {scene.alice.user.full_name}" in found
    assert "coordinator locked" not in found
