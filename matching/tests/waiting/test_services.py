"""A proposal is made only where the rules allow it at that moment."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import Membership, Program
from core.errors import DomainError
from demo import factories
from matching.explain.shared import facts_about, facts_of
from matching.waiting.services import propose_match
from notifications.models import Message
from people.models import NeverPair
from privacy.consents import revoke_consent
from relationships import services as relationships
from relationships.enums import State
from relationships.models import Relationship
from relationships.proposal_facts import facts_for


def test_propose_match_eligible_makes_a_proposal(mona: Membership, ben: Membership, alice: Membership, now: datetime) -> None:
    pair = propose_match(mentor=mona, mentee=ben, by=alice, now=now)
    assert (pair.mentor, pair.mentee, pair.state, pair.proposed_by) == (mona, ben, State.PROPOSED, alice)


def test_propose_match_twice_is_one_proposal_and_one_message_each(
    mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    first = propose_match(mentor=mona, mentee=ben, by=alice, now=now)
    second = propose_match(mentor=mona, mentee=ben, by=alice, now=now + timedelta(seconds=5))
    assert second == first
    assert Relationship.objects.count() == 1
    assert Message.objects.count() == 2


def refusal(mentor: Membership, mentee: Membership, by: Membership, now: datetime) -> tuple[str, str]:
    with pytest.raises(DomainError) as refused:
        propose_match(mentor=mentor, mentee=mentee, by=by, now=now)
    assert Relationship.objects.filter(mentor=mentor, mentee=mentee).count() == 0
    return refused.value.code, str(refused.value)


def test_propose_match_not_eligible_names_every_reason(
    north: Program, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    NeverPair.objects.create(program=north, person=mona, other=ben, reason="He is my brother.")
    mona.mentor_profile.is_taking_mentees = False
    mona.mentor_profile.save()
    assert refusal(mona, ben, alice, now) == (
        "not_eligible",
        "Mona and Ben cannot be matched: These two must not be paired; Mona is not taking new mentees now.",
    )


def test_propose_match_consent_revoked_a_moment_ago_refuses(
    north: Program, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    revoke_consent(person=ben, by=ben, now=now)
    assert refusal(mona, ben, alice, now) == ("not_eligible", "Mona and Ben cannot be matched: Ben’s consent is not in force.")


def test_propose_match_no_place_left_refuses(
    north: Program, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    mona.mentor_profile.capacity = 1
    mona.mentor_profile.save()
    propose_match(mentor=mona, mentee=factories.make_mentee(north, "cara@example.org", now=now), by=alice, now=now)
    assert refusal(mona, ben, alice, now) == ("not_eligible", "Mona and Ben cannot be matched: Mona has no free place.")


def test_propose_match_mentee_with_another_proposal_refuses(
    north: Program, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    propose_match(mentor=factories.make_mentor(north, "max@example.org", now=now), mentee=ben, by=alice, now=now)
    assert refusal(mona, ben, alice, now)[0] == "mentee_taken"


def test_propose_match_mentee_not_waiting_refuses(mona: Membership, ben: Membership, alice: Membership, now: datetime) -> None:
    ben.mentee_profile.waiting_since = None
    ben.mentee_profile.save()
    assert refusal(mona, ben, alice, now) == ("not_eligible", "Ben is not waiting for a mentor now.")


def test_propose_match_mentor_no_longer_active_refuses(
    mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    mona.is_active = False
    mona.save()
    assert refusal(mona, ben, alice, now) == ("not_eligible", "Mona is not an active mentor now.")


def test_propose_match_by_a_supervisor_refuses(mona: Membership, ben: Membership, sam: Membership, now: datetime) -> None:
    assert refusal(mona, ben, sam, now)[0] == "not_allowed"


def test_propose_match_by_a_coordinator_of_another_program_refuses(
    mona: Membership, ben: Membership, otto: Membership, now: datetime
) -> None:
    assert refusal(mona, ben, otto, now)[0] == "not_allowed"


def test_propose_match_mentor_of_another_program_refuses(
    mateo: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    assert refusal(mateo, ben, alice, now) == ("not_eligible", "Mateo is not an active mentor now.")


def test_propose_match_standing_proposal_is_not_shown_to_another_role(
    mona: Membership, ben: Membership, alice: Membership, sam: Membership, now: datetime
) -> None:
    propose_match(mentor=mona, mentee=ben, by=alice, now=now)
    with pytest.raises(DomainError) as refused:
        propose_match(mentor=mona, mentee=ben, by=sam, now=now)
    assert refused.value.code == "not_allowed"


@pytest.mark.django_db(transaction=True)
def test_propose_match_twice_at_once_is_one_proposal(
    mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    together, found = Barrier(4), []

    def propose() -> None:
        together.wait(timeout=10)
        try:
            found.append(propose_match(mentor=mona, mentee=ben, by=alice, now=now).pk)
        finally:
            connection.close()

    threads = [Thread(target=propose) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(found) == 4
    assert set(found) == set(Relationship.objects.values_list("pk", flat=True))
    assert Relationship.objects.count() == 1


def test_facts_of_a_proposal_are_on_it(mona: Membership, ben: Membership, alice: Membership, now: datetime) -> None:
    expected = [
        "You both speak: English",
        "You are both free about 15 hours a week",
        "Ways you can both meet: Phone, Video",
    ]
    assert facts_about(ben, mona, now) == expected
    pair = relationships.propose(mentor=mona, mentee=ben, by=alice, now=now)
    assert facts_of(pair) == expected
    assert facts_for(pair) == expected


def test_facts_of_without_consent_are_none(
    north: Program, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    pair = relationships.propose(mentor=mona, mentee=ben, by=alice, now=now)
    revoke_consent(person=mona, by=mona, now=now)
    assert facts_of(pair) == []
