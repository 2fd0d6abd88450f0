"""What happens when many people act in the same moment."""

from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest

from accounts.models import Membership, Program
from accounts.services import set_active
from demo import factories
from intake.files.apply import import_people
from intake.files.format import read_people
from notifications.models import Message, Notice
from people.models import MentorProfile
from people.services.profiles import save_profile
from privacy.consents import give_consent, revoke_consent
from privacy.models import AuditEntry
from relationships import services
from relationships.enums import CloseReason, Ground, Outcome, State
from relationships.grounds import in_contact, missing_of
from relationships.models import MentoringSession, Relationship, Transition
from relationships.tests.at_once import all_at_once

PEOPLE = 20

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowd(north: Program, now: datetime) -> list[Membership]:
    return [factories.make_mentee(north, f"person{number}@example.org", now=now) for number in range(PEOPLE)]


def test_propose_twenty_people_for_the_last_place_gives_one_success_and_nineteen_refusals(
    alice: Membership, mona: Membership, crowd: list[Membership], now: datetime
) -> None:
    MentorProfile.objects.update(capacity=1)

    outcome = all_at_once([partial(services.propose, mentor=mona, mentee=mentee, by=alice, now=now) for mentee in crowd])

    assert outcome == {"done": 1, "no_place_left": PEOPLE - 1}
    assert (Relationship.objects.count(), Transition.objects.count()) == (1, 1)
    assert (Message.objects.count(), AuditEntry.objects.count()) == (2, 2)


def test_reopen_twenty_pairs_into_the_last_place_gives_one_success_and_nineteen_refusals(
    alice: Membership, mona: Membership, crowd: list[Membership], now: datetime
) -> None:
    MentorProfile.objects.update(capacity=1)
    pairs = Relationship.objects.bulk_create(
        Relationship(
            program=mona.program,
            mentor=mona,
            mentee=mentee,
            state=State.CLOSED,
            close_reason=CloseReason.COMPLETED,
            proposed_at=now,
            proposal_expires_at=now,
            started_at=now,
            ended_at=now,
        )
        for mentee in crowd
    )

    outcome = all_at_once(
        [partial(services.change_state, relationship=pair, to=State.ACTIVE, by=alice, now=now) for pair in pairs]
    )

    assert outcome == {"done": 1, "no_place_left": PEOPLE - 1}
    assert Relationship.objects.holding_a_place().count() == 1


def test_propose_one_mentee_to_many_mentors_at_once_gives_one_success(
    alice: Membership, ben: Membership, north: Program, now: datetime
) -> None:
    mentors = [factories.make_mentor(north, f"mentor{number}@example.org", now=now) for number in range(8)]

    outcome = all_at_once([partial(services.propose, mentor=mentor, mentee=ben, by=alice, now=now) for mentor in mentors])

    assert outcome == {"done": 1, "mentee_taken": 7}
    assert Relationship.objects.count() == 1


def test_accept_by_both_at_once_and_many_times_starts_the_pair_once(
    proposal: Relationship, mona: Membership, ben: Membership, now: datetime
) -> None:
    outcome = all_at_once(
        [partial(services.accept, relationship=proposal, by=by, now=now) for by in (mona, ben) * (PEOPLE // 2)]
    )

    proposal.refresh_from_db()
    assert outcome == {"done": PEOPLE}
    assert (proposal.state, proposal.started_at) == (State.ACCEPTED, now)
    assert Transition.objects.filter(to_state=State.ACCEPTED).count() == 1
    assert Message.objects.filter(kind="relationships.started").count() == 2


@pytest.mark.parametrize("_again", range(4))
def test_two_yeses_and_a_revocation_at_once_never_leave_two_people_in_contact(
    *, _again: int, proposal: Relationship, alice: Membership, mona: Membership, ben: Membership, now: datetime
) -> None:
    """Whichever comes first: the proposal is withdrawn, or the pair that came to be is on hold."""
    revoke = partial(revoke_consent, person=ben, by=alice, now=now)

    outcome = all_at_once(
        [
            partial(services.accept, relationship=proposal, by=mona, now=now),
            partial(services.accept, relationship=proposal, by=ben, now=now),
            revoke,
        ]
    )

    pair = Relationship.objects.with_people().get()
    assert outcome["done"] + outcome["wrong_state"] == 3
    assert pair.state in (State.WITHDRAWN, State.ACCEPTED)
    assert not in_contact(pair, now)
    told = {State.WITHDRAWN: "relationships.not_allowed", State.ACCEPTED: "relationships.on_hold"}[State(pair.state)]
    assert Message.objects.filter(kind=told, recipient=alice.user).count() == 1


@pytest.mark.parametrize("_again", range(3))
def test_yeses_while_both_profiles_and_a_file_are_saved_wait_for_each_other_and_none_breaks(
    *, _again: int, proposal: Relationship, alice: Membership, mona: Membership, ben: Membership, now: datetime
) -> None:
    """Each holds people and then looks at their proposal; in any other order two of them would wait for each other."""

    def save(person: Membership) -> None:
        profile = person.mentor_profile if person == mona else person.mentee_profile
        profile.interests = ["music"]
        save_profile(person=person, profile=profile, changed=["interests"], windows=[], by=person, now=now)

    rows = [read_people("mentor", b"email,first_name,interests\nmona@example.org,Mona,sport\n")]
    rows += [read_people("mentee", b"email,first_name,interests\nben@example.org,Ben,sport\n")]

    outcome = all_at_once(
        [
            partial(services.accept, relationship=proposal, by=mona, now=now),
            partial(services.accept, relationship=proposal, by=ben, now=now),
            partial(save, mona),
            partial(save, ben),
            partial(import_people, program=ben.program, files=rows, by=alice, now=now),
            partial(set_active, person=ben, is_active=True, by=alice, now=now),
        ]
    )

    assert outcome == {"done": 6}
    assert Relationship.objects.get().state == State.ACCEPTED


@pytest.mark.parametrize("_again", range(6))
def test_ground_that_is_taken_and_another_given_back_at_once_leave_what_is_told_as_it_is(
    *, _again: int, pair: Relationship, alice: Membership, mona: Membership, ben: Membership, now: datetime
) -> None:
    revoke_consent(person=mona, by=alice, now=now)

    outcome = all_at_once(
        [
            partial(give_consent, person=mona, on=now.date(), by=alice, now=now),
            partial(set_active, person=ben, is_active=False, by=alice, now=now),
        ]
    )

    pair = Relationship.objects.with_people().get()
    assert (outcome, missing_of(pair, now)) == ({"done": 2}, (Ground.MENTEE_ACTIVE,))
    assert pair.held_for == ["mentee_active"]
    assert Notice.objects.unread().filter(message__kind="relationships.on_hold", recipient=alice.user).count() == 1


@pytest.mark.parametrize("_again", range(4))
def test_profile_saved_while_the_match_is_closed_waits_for_it_and_neither_breaks(
    *, _again: int, pair: Relationship, alice: Membership, mona: Membership, ben: Membership, now: datetime
) -> None:
    """Closing writes the mentee's profile; whoever saves that then looks at the pair."""
    revoke_consent(person=ben, by=alice, now=now)
    profile = ben.mentee_profile
    profile.interests = ["music"]
    saved = partial(save_profile, person=ben, profile=profile, changed=["interests"], windows=[], by=ben, now=now)
    closed = partial(services.change_state, relationship=pair, to=State.CLOSED, by=alice, now=now, reason=CloseReason.REMATCH)

    outcome = all_at_once([saved, closed, partial(set_active, person=mona, is_active=False, by=alice, now=now)])

    pair.refresh_from_db()
    assert outcome == {"done": 3}
    assert (pair.state, pair.held_for) == (State.CLOSED, [])


def test_accept_and_decline_at_once_end_in_one_answer(
    proposal: Relationship, mona: Membership, ben: Membership, now: datetime
) -> None:
    services.accept(relationship=proposal, by=mona, now=now)

    outcome = all_at_once(
        [
            lambda: services.accept(relationship=proposal, by=ben, now=now),
            lambda: services.decline(relationship=proposal, by=ben, now=now),
        ]
    )

    assert outcome == {"done": 1, "wrong_state": 1}
    assert Transition.objects.filter(from_state=State.PROPOSED).count() == 1


def test_expire_proposals_by_two_passes_at_once_ends_each_once(proposal: Relationship, now: datetime) -> None:
    later = now + timedelta(days=8)

    outcome = all_at_once([lambda: services.expire_proposals(later)] * 4)

    assert outcome == {"done": 4}
    assert Transition.objects.filter(to_state=State.EXPIRED).count() == 1
    assert Message.objects.filter(kind="relationships.expired").count() == 1


def test_log_session_posted_many_times_at_once_gives_one_row(pair: Relationship, mona: Membership, now: datetime) -> None:
    key = uuid4()
    today = pair.program.today(now)
    Relationship.objects.update(started_at=now - timedelta(days=3))

    outcome = all_at_once(
        [
            lambda: services.log_session(
                relationship=pair, by=mona, now=now, submission_key=key, held_on=today, outcome=Outcome.MET
            )
        ]
        * 8
    )

    assert outcome == {"done": 8}
    assert MentoringSession.objects.count() == 1
