"""Confirming a round sends every proposal that is still possible, and names the others."""

from datetime import timedelta
from functools import partial
from threading import Barrier, Thread
from time import sleep
from typing import Any

import pytest
from django.db import connection

from accounts.models import Membership
from core.errors import DomainError
from demo import factories
from matching.enums import RoundState
from matching.models import Round
from matching.rounds import services
from matching.rounds.bench import Changes, changed_since
from matching.tests.scene import Scene
from matching.waiting.services import propose_match
from notifications.models import Message
from privacy.consents import revoke_consent
from relationships import services as relationships
from relationships.enums import State
from relationships.models import Relationship


def test_send_round_asks_every_pair_and_closes_the_round(scene: Scene) -> None:
    started = scene.start()
    sent = services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now)
    made = Relationship.objects.all()
    assert {(pair.mentee, pair.mentor, pair.state) for pair in made} == {
        (scene.ben, scene.mona, State.PROPOSED),
        (scene.cara, scene.rosa, State.PROPOSED),
    }
    assert ({line.relationship for line in sent.sent}, sent.lost) == (set(made), [])
    assert Message.objects.filter(kind="relationships.proposed").count() == 4
    started.refresh_from_db()
    assert (started.state, started.sent_by, started.sent_at) == (RoundState.SENT, scene.alice, scene.now)


def test_send_round_twice_sends_once_and_says_the_same(scene: Scene) -> None:
    started = scene.start()
    first = services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now)
    second = services.send_round(
        matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now + timedelta(seconds=5)
    )
    assert second == first
    assert Relationship.objects.count() == 2


def test_send_round_that_was_worked_out_again_meanwhile_is_refused(scene: Scene) -> None:
    """Whoever sends has read `started`, and holds it still: what counts is the row as it is now."""
    started = scene.start()
    later = scene.now + timedelta(minutes=1)
    services.solve_again(matching_round=Round.objects.get(), by=scene.alice, now=later)
    for seen in (started.solved_at, None):
        with pytest.raises(DomainError) as refused:
            services.send_round(matching_round=started, seen=seen, by=scene.alice, now=later)
        assert refused.value.code == "changed"
    assert Relationship.objects.count() == 0
    services.send_round(matching_round=started, seen=later, by=scene.alice, now=later)
    assert Relationship.objects.count() == 2


def test_send_round_that_a_colleague_changed_and_sent_is_not_told_as_ones_own(scene: Scene) -> None:
    started = scene.start()
    later = scene.now + timedelta(minutes=1)
    services.solve_again(matching_round=started, by=scene.alice, now=later)
    services.send_round(matching_round=started, seen=later, by=scene.alice, now=later)
    with pytest.raises(DomainError) as refused:
        services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=later)
    assert refused.value.code == "round_closed"


def test_place_taken_meanwhile_names_that_pair_and_sends_the_rest(scene: Scene) -> None:
    started = scene.start()
    other = factories.make_mentee(scene.alice.program, "dana@example.org", now=scene.now)
    propose_match(mentor=scene.mona, mentee=other, by=scene.alice, now=scene.now)
    sent = services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now)
    assert [line.mentee for line in sent.sent] == [scene.cara]
    (lost,) = sent.lost
    assert (lost.mentee, lost.lost) == (scene.ben, "Mona and Ben cannot be matched: Mona has no free place.")
    assert started.lines.get(mentee=scene.ben).lost == lost.lost


def test_mentee_proposed_meanwhile_is_named_and_the_rest_goes(scene: Scene) -> None:
    started = scene.start()
    propose_match(mentor=scene.rosa, mentee=scene.ben, by=scene.alice, now=scene.now)
    sent = services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now)
    assert sent.sent == []
    assert sorted(line.lost for line in sent.lost) == [
        "Ben has a proposal to answer already, with Rosa.",
        "Rosa and Cara cannot be matched: Rosa has no free place.",
    ]


def test_consent_revoked_meanwhile_is_named(scene: Scene) -> None:
    started = scene.start()
    revoke_consent(person=scene.ben, by=scene.ben, now=scene.now)
    sent = services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now)
    assert [line.lost for line in sent.lost] == ["Mona and Ben cannot be matched: Ben’s consent is not in force."]
    assert [line.mentee for line in sent.sent] == [scene.cara]


def test_send_round_that_proposes_nobody_is_refused(alice: Membership, ben: Membership) -> None:
    started = services.start_round(by=alice, now=ben.joined_at)
    with pytest.raises(DomainError) as refused:
        services.send_round(matching_round=started, seen=started.solved_at, by=alice, now=ben.joined_at)
    assert refused.value.code == "nothing_to_send"
    started.refresh_from_db()
    assert started.state == RoundState.OPEN


def test_send_round_set_aside_is_refused(scene: Scene) -> None:
    started = scene.start()
    services.set_aside(matching_round=started, by=scene.alice, now=scene.now)
    with pytest.raises(DomainError) as refused:
        services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now)
    assert refused.value.code == "round_closed"
    assert Relationship.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_sending_at_once_send_once(scene: Scene) -> None:
    started = scene.start()
    barrier, found = Barrier(2), []

    def send() -> None:
        try:
            barrier.wait()
            found.append(services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now))
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(sent.sent) for sent in found] == [2, 2]
    assert Relationship.objects.count() == 2


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_sending_while_a_colleague_proposes_one_of_the_people_blocks_nobody(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The colleague holds the mentor of the last pair and waits for the mentee of the first, who was just proposed."""
    started = scene.start()
    first, last = started.lines.order_by("mentor_id")
    assert last.mentor
    ask_for_last = partial(propose_match, mentor=last.mentor, mentee=first.mentee, by=scene.alice, now=scene.now)
    propose, refused = relationships.propose, []

    def propose_last() -> None:
        try:
            ask_for_last()
        except DomainError as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    colleague = Thread(target=propose_last)

    def proposed(**words: Any) -> Relationship:
        made = propose(**words)
        if not colleague.ident:
            colleague.start()
            sleep(1)  # it gets as far as it can
        return made

    with monkeypatch.context() as patch:
        patch.setattr(relationships, "propose", proposed)
        sent = services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now)
    colleague.join()
    assert (len(sent.sent), sent.lost, refused) == (2, [], ["no_place_left"])


def test_changed_since_names_who_left_who_came_and_who_is_full(scene: Scene) -> None:
    started = scene.start()
    assert not changed_since(started, scene.now)
    dana = factories.make_mentee(scene.alice.program, "dana@example.org", now=scene.now)
    assert changed_since(started, scene.now) == Changes(gone=[], new=["Dana"], full=[])
    propose_match(mentor=scene.mona, mentee=dana, by=scene.alice, now=scene.now)
    scene.cara.mentee_profile.waiting_since = None
    scene.cara.mentee_profile.save()
    assert changed_since(started, scene.now) == Changes(gone=["Cara"], new=[], full=["Mona"])
    scene.rosa.is_active = False
    scene.rosa.save()
    assert changed_since(started, scene.now) == Changes(gone=["Cara"], new=[], full=["Mona", "Rosa"])


def test_changed_since_names_a_mentor_who_takes_nobody_any_more(scene: Scene) -> None:
    started = scene.start()
    scene.close(scene.mona)
    assert changed_since(started, scene.now) == Changes(gone=[], new=[], full=["Mona"])
