"""The list of rounds, the door to each, and the workbench's list."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Membership, Program
from conftest import SignIn
from demo import factories
from matching.enums import OverrideKind, RoundState
from matching.models import Round
from matching.rounds import services
from matching.scoring.factors import FACTORS
from matching.tests.rounds.pages import (
    LIST_QUERIES,
    PAIR_QUERIES,
    ROUND_QUERIES,
    ROUNDS,
    SENT_QUERIES,
    START,
    WAITING,
    accept_all,
    because,
    put_the_sum_first,
    url,
    words,
)
from matching.tests.scene import Scene


# The door and the list of rounds ---------------------------------------------------------------------------------------
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


# Who may look ----------------------------------------------------------------------------------------------------------
def addresses(started: Round, scene: Scene) -> dict[str, list[str]]:
    """Every address of one round, by method."""
    made = scene.override(started, OverrideKind.LOCK, scene.ben, scene.mona)
    both = [url(name, started, scene.ben.pk) for name in ("keep_together", "keep_apart")]
    both += [url(name, started) for name in ("round_weights", "send_round")]
    return {
        "get": [url("round", started), url("round_pair", started, scene.ben.pk), url("round_progress", started), *both],
        "post": [
            *(url(name, started) for name in ("solve_again", "call_off", "set_aside", "reopen")),
            url("take_back", started, made.pk),
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
    made = scene.override(started, OverrideKind.LOCK, scene.ben, scene.mona)
    services.set_aside(matching_round=started, by=scene.alice, now=scene.now)
    other = services.start_round(by=scene.alice, now=scene.now)
    assert coordinator.post(url("take_back", other, made.pk)).status_code == 404


# The list --------------------------------------------------------------------------------------------------------------
@pytest.mark.any_hour
def test_round_lists_pairs_longest_wait_first_under_the_numbers_of_the_set(
    coordinator: Client, started: Round, scene: Scene
) -> None:
    factories.not_joined(scene.ben, scene.mona)
    found = words(coordinator.get(started.get_absolute_url()))
    ben, cara = (line.score or 0 for line in started.lines.all())
    assert f"People wait 2 Free places 2 Pairs proposed 2 Left over 0 Mean score {(ben + cara) / 2:.1f}" in found
    assert f"Weakest pair {min(ben, cara):.1f}" in found
    assert f"Ben with Mona score {ben:.1f} 21 days Ben not joined yet Mona not joined yet" in found
    assert found.index("Ben with Mona") < found.index("Cara with Rosa")
    assert "Things have changed" not in found


def test_score_is_the_same_number_on_every_page(coordinator: Client, started: Round, scene: Scene) -> None:
    line = started.lines.get(mentee=scene.ben)
    first, *others = FACTORS
    line.parts = [{"factor": first, "points": 0.77249999999, "weight": 1, "value": 0.7725, "known": 1}]
    line.parts += [{"factor": name, "points": 0, "weight": 0, "value": 0, "known": 1} for name in others]
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
    if not joined:
        factories.not_joined(scene.mona)
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
    assert "Waiting since then: Dan No longer among those who can be paired: Cara With fewer free places: Mona" in found
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
