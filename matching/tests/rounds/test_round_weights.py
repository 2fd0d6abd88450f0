"""The weights of one round, the worker that works it out, and setting it aside."""

import pytest
from django.test import Client

from matching.enums import RoundState
from matching.models import Round
from matching.rounds import services
from matching.rounds.services import solving
from matching.scoring.factors import FACTORS
from matching.tests.rounds.pages import because, part, url, weights, words
from matching.tests.scene import Scene, pairs
from matching.weights.services import as_counted, weights_of


# Weights ---------------------------------------------------------------------------------------------------------------
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
        (dict.fromkeys(FACTORS, 0), "Give at least one factor a number above 0."),
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
    assert (as_counted(started.weights), started.protects_weakest) == (weights_of(started.program), False)
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


# In the background -----------------------------------------------------------------------------------------------------
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


def test_override_while_a_worker_would_do_it_says_that_it_takes_a_moment(
    coordinator: Client, started: Round, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "AT_ONCE_PAIRS", 0)
    found = words(coordinator.post(url("keep_together", started, scene.ben.pk), because(scene.mona), follow=True))
    assert "It is being worked out; this takes a moment." in found


# Aside and back --------------------------------------------------------------------------------------------------------
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
