"""Sending a round, and what became of each pair."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from accounts.models import Membership, Program
from demo import factories
from matching.enums import OverrideKind, OverrideReason
from matching.models import Round
from matching.rounds import services
from matching.tests.rounds.pages import (
    accept_all,
    url,
    words,
)
from matching.tests.scene import WORDS, Scene
from relationships import services as relationships
from relationships.models import Relationship


# Sending ---------------------------------------------------------------------------------------------------------------
def seen(client: Client, started: Round) -> dict[str, str]:
    """What the page that asks sends back."""
    html = client.get(url("send_round", started)).content.decode()
    return {"seen": re.findall(r'name="seen" value="([^"]+)"', html)[0]}


def test_send_says_exactly_who_will_be_asked(coordinator: Client, started: Round, scene: Scene) -> None:
    scene.override(started, OverrideKind.LOCK, scene.ben, scene.mona)
    factories.not_joined(scene.ben, scene.cara, scene.rosa)
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
        factories.not_joined(
            factories.make_mentee(north, f"mentee{at}@example.org", now=now),
            factories.make_mentor(north, f"mentor{at}@example.org", now=now, capacity=1),
        )
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
    found = words(coordinator.post(url("send_round", started), page), 422)
    assert "The set has changed since you read it. Please read it again, then send it." in found
    assert "Ben Locked Rosa Cara Mona" in found
    assert not Relationship.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"seen": "nonsense"}])
def test_send_without_saying_what_was_seen_shows_it_first(coordinator: Client, started: Round, sent: dict[str, str]) -> None:
    found = words(coordinator.post(url("send_round", started), sent), 422)
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
    assert "This round proposes nobody, so there is nothing to send." in words(response, 422)


def test_send_a_round_at_work_leads_back_with_the_sentence(coordinator: Client, at_work: Round) -> None:
    assert coordinator.get(url("send_round", at_work)).status_code == 302
    found = words(coordinator.post(url("send_round", at_work), {"seen": str(at_work.solved_at)}, follow=True))
    assert "This round is being worked out. Wait for the result." in found


# What became of it -----------------------------------------------------------------------------------------------------
def test_sent_round_tells_what_became_of_each_pair(coordinator: Client, started: Round, scene: Scene, north: Program) -> None:
    scene.override(started, OverrideKind.LOCK, scene.ben, scene.mona)
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
    scene.override(started, OverrideKind.LOCK, scene.ben, scene.mona)
    services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now)
    assert "that a coordinator locked" not in words(coordinator.get(started.get_absolute_url()))
    relationships.decline(relationship=Relationship.objects.get(mentee=scene.cara), by=scene.rosa, now=scene.now)
    found = words(coordinator.get(started.get_absolute_url()))
    assert "Of 1 pair that a coordinator locked 0 accepted, of 1 other 0." in found


def test_sent_round_a_lock_taken_back_is_told_with_who_did_it(coordinator: Client, started: Round, scene: Scene) -> None:
    made = scene.override(started, OverrideKind.LOCK, scene.ben, scene.mona)
    services.take_back(override=made, by=scene.alice, now=scene.now)
    services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now)
    found = words(coordinator.get(started.get_absolute_url()))
    assert f"Taken back by {scene.alice.user.full_name}" in found
    assert "coordinator locked" not in found
