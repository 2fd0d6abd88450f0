"""Keeping two people together or apart, on a page and in the workbench."""

import re

import pytest
from django.test import Client

from matching.enums import OverrideKind, OverrideReason
from matching.models import Override, Round
from matching.rounds import services
from matching.tests.rounds.pages import (
    because,
    declined,
    part,
    url,
    words,
)
from matching.tests.scene import WORDS, Scene, pairs
from relationships import services as relationships
from relationships.enums import State
from relationships.models import Relationship


# Before this round -----------------------------------------------------------------------------------------------------
def test_pair_that_was_declined_before_is_proposed_only_where_a_coordinator_keeps_it_together(
    coordinator: Client, scene: Scene
) -> None:
    declined(scene.ben, scene.mona, scene)
    started = scene.start()
    assert pairs(started) == {"Ben": "Rosa", "Cara": "Mona"}
    address = url("round_pair", started, scene.ben.pk)
    found = words(coordinator.get(address))
    assert "Mona One of the two said no to this match before Choose Mona all the same" in found

    coordinator.post(url("keep_together", started, scene.ben.pk), because(scene.mona))

    assert pairs(started) == {"Ben": "Mona", "Cara": "Rosa"}
    assert "Declined before" in words(coordinator.get(started.get_absolute_url()))
    assert "Declined before" in words(coordinator.get(url("send_round", started)))
    assert "These two before: declined" in words(coordinator.get(address))
    held = Round.objects.get()
    sent = services.send_round(matching_round=held, seen=held.solved_at, by=scene.alice, now=scene.now)
    assert (len(sent.sent), sent.lost) == (2, [])


def test_round_leaves_over_whoever_could_only_have_a_mentor_that_was_declined(coordinator: Client, scene: Scene) -> None:
    declined(scene.ben, scene.mona, scene)
    scene.close(scene.rosa)
    started = scene.start()

    assert pairs(started) == {"Ben": None, "Cara": "Mona"}
    assert "one of the two said no before" in words(coordinator.get(url("round_pair", started, scene.ben.pk)))


def test_choice_without_a_cost_is_marked_too(coordinator: Client, scene: Scene) -> None:
    Relationship.objects.filter(pk=declined(scene.ben, scene.rosa, scene).pk).update(state=State.EXPIRED)
    found = words(coordinator.get(url("round_pair", scene.start(), scene.ben.pk)))
    assert re.search(r"Rosa [0-9.]+ of 100 Proposed before Choose Rosa", found)


@pytest.mark.parametrize(
    ("state", "mark"),
    [(State.CLOSED, "Were a pair before"), (State.EXPIRED, "Proposed before")],
)
def test_pair_of_before_is_marked_by_how_it_ended(coordinator: Client, scene: Scene, state: State, mark: str) -> None:
    Relationship.objects.filter(pk=declined(scene.ben, scene.mona, scene).pk).update(state=state)
    assert f"21 days {mark}" in words(coordinator.get(scene.start().get_absolute_url()))


def test_pair_whose_proposal_was_taken_back_was_declined_by_nobody(coordinator: Client, scene: Scene) -> None:
    pair = relationships.propose(mentor=scene.mona, mentee=scene.ben, by=scene.alice, now=scene.now)
    relationships.change_state(relationship=pair, to=State.WITHDRAWN, by=scene.alice, now=scene.now)
    assert "21 days Proposed before" in words(coordinator.get(scene.start().get_absolute_url()))


# Overrides -----------------------------------------------------------------------------------------------------------
def test_keep_together_asks_why_and_follows_it(coordinator: Client, started: Round, scene: Scene) -> None:
    address = url("keep_together", started, scene.ben.pk)
    asked = words(coordinator.get(address + f"?mentor={scene.rosa.pk}"))
    assert "Rosa for Ben, instead of Mona" in asked
    assert "Kept with the round; coordinators of this program can read it." in asked
    response = coordinator.post(address, because(scene.rosa), follow=True)
    assert response.redirect_chain == [(url("round_pair", started, scene.ben.pk), 302)]
    assert "Worked out again: 2 pairs changed." in words(response)
    assert pairs(started) == {"Ben": "Rosa", "Cara": "Mona"}
    made = Override.objects.get()
    assert (made.kind, made.reason, made.words) == (OverrideKind.LOCK, OverrideReason.ASKED_FOR_IT, WORDS)
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
def test_override_while_a_colleague_changes_the_set_acts_on_the_pair_that_was_read(
    coordinator: Client, started: Round, scene: Scene, name: str
) -> None:
    panel = coordinator.get(url("round_pair", started, scene.ben.pk)).content.decode()
    link = re.findall(rf'href="({url(name, started, scene.ben.pk)}[?][^"]*)"', panel)[0].replace("&amp;", "&")
    scene.override(started, OverrideKind.LOCK, scene.ben, scene.rosa)
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
    scene.override(started, OverrideKind.LOCK, scene.cara, scene.mona)
    scene.close(scene.rosa)
    services.solve_again(matching_round=started, by=scene.alice, now=scene.now)
    query = f"?mentor={scene.rosa.pk}&proposed={scene.mona.pk}"
    found = words(coordinator.get(url("keep_together", started, scene.ben.pk) + query))
    assert "The set has changed since you read it: Ben is left over now." in found


def test_choosing_another_mentor_than_the_one_proposed_is_no_change(coordinator: Client, started: Round, scene: Scene) -> None:
    query = f"?mentor={scene.rosa.pk}&proposed={scene.mona.pk}"
    assert "The set has changed" not in words(coordinator.get(url("keep_together", started, scene.ben.pk) + query))


def test_override_without_a_reason_asks_for_it_and_keeps_the_words(coordinator: Client, started: Round, scene: Scene) -> None:
    response = coordinator.post(url("keep_together", started, scene.ben.pk), because(scene.mona, reason=""))
    found = words(response, status=422)
    assert "Choose the reason that comes closest." in found
    assert WORDS in found
    assert not Override.objects.exists()


def test_override_on_what_the_rules_forbid_says_why_and_keeps_the_words(
    coordinator: Client, started: Round, scene: Scene
) -> None:
    scene.close(scene.rosa)
    response = coordinator.post(url("keep_together", started, scene.ben.pk), because(scene.rosa))
    found = words(response, status=422)
    assert "Rosa and Ben cannot be matched: Rosa is not taking new mentees now." in found
    assert WORDS in found
    assert 'value="asked_for_it" id="id_reason_1" required aria-invalid' not in found
    assert "checked" in response.content.decode()


def test_override_on_more_than_a_mentors_places_says_so_and_keeps_the_words(
    coordinator: Client, started: Round, scene: Scene
) -> None:
    scene.override(started, OverrideKind.LOCK, scene.ben, scene.mona)
    found = words(coordinator.post(url("keep_together", started, scene.cara.pk), because(scene.mona)), status=422)
    assert "Every free place of Mona is kept for somebody in this round." in found
    assert WORDS in found


def test_override_in_a_closed_round_leads_back_with_the_sentence(coordinator: Client, started: Round, scene: Scene) -> None:
    services.set_aside(matching_round=started, by=scene.alice, now=scene.now)
    sentence = "This round is no longer open. What it found can still be read."
    address = url("keep_together", started, scene.ben.pk)
    assert sentence in words(coordinator.get(address, follow=True))
    assert sentence in words(coordinator.post(address, because(scene.mona), follow=True))
    assert part(coordinator, address, because(scene.mona)).headers["HX-Redirect"] == started.get_absolute_url()
    assert not Override.objects.exists()


def test_override_for_somebody_left_over_names_whom_or_is_not_there(coordinator: Client, scene: Scene) -> None:
    scene.close(scene.rosa)
    started = scene.start()
    address = url("keep_together", started, scene.cara.pk)
    assert coordinator.get(address).status_code == 404
    assert coordinator.get(address + "?mentor=nonsense").status_code == 404
    assert "Keep Cara and Mona together" in words(coordinator.get(address + f"?mentor={scene.mona.pk}"))


def test_override_in_the_workbench_answers_with_panel_list_numbers_and_news(
    coordinator: Client, started: Round, scene: Scene
) -> None:
    response = part(coordinator, url("keep_together", started, scene.ben.pk), because(scene.rosa))
    html = response.content.decode()
    assert re.findall(r'id="([a-z-]+)" hx-swap-oob="innerHTML"', html) == ["bench-top", "bench-list", "bench-news"]
    assert "Worked out again: 2 pairs changed." in words(response)
    assert "Rosa for Ben" in words(response)
    assert html.count('aria-current="true"') == 1


def test_override_in_the_workbench_refused_goes_back_to_the_form(coordinator: Client, started: Round, scene: Scene) -> None:
    response = part(coordinator, url("keep_together", started, scene.ben.pk), because(scene.mona, reason=""))
    assert (response.headers["HX-Retarget"], response.headers["HX-Reswap"]) == ("#pair-form", "innerHTML")
    assert WORDS in words(response, status=422)
    assert "<html" not in response.content.decode()


def test_take_back_makes_the_pair_like_any_other(coordinator: Client, started: Round, scene: Scene) -> None:
    made = scene.override(started, OverrideKind.LOCK, scene.ben, scene.rosa)
    found = words(coordinator.post(url("take_back", started, made.pk), follow=True))
    assert "Worked out again: 2 pairs changed." in found
    assert "Mona for Ben" in found
    assert pairs(started) == {"Ben": "Mona", "Cara": "Rosa"}


def test_take_back_in_a_closed_round_leads_back_with_the_sentence(coordinator: Client, started: Round, scene: Scene) -> None:
    made = scene.override(started, OverrideKind.LOCK, scene.ben, scene.rosa)
    services.set_aside(matching_round=started, by=scene.alice, now=scene.now)
    found = words(coordinator.post(url("take_back", started, made.pk), follow=True))
    assert "This round is no longer open." in found


def test_lock_that_cannot_be_followed_says_so(coordinator: Client, started: Round, scene: Scene) -> None:
    scene.override(started, OverrideKind.LOCK, scene.ben, scene.mona)
    scene.close(scene.mona)
    found = words(coordinator.post(url("solve_again", started), follow=True))
    assert "Could not be followed in this result" in found
