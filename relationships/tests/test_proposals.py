from datetime import date, datetime, timedelta

import pytest

from accounts.enums import Role
from accounts.models import Membership, Program
from core.errors import DomainError
from core.tests.broken_rows import break_row
from demo import factories
from notifications.models import Message
from notifications.tests.broken import heard_of_broken_rows
from people.models import MenteeProfile, MentorProfile
from privacy import audit
from privacy.models import AuditEntry
from relationships import services
from relationships.enums import State
from relationships.models import Relationship, Transition
from relationships.notices import no_longer_open


def owed() -> set[tuple[str, str]]:
    """Who is owed what: (kind, first name)."""
    rows = Message.objects.filter(cancelled_at=None).values_list("kind", "recipient__first_name")
    return {(kind.removeprefix("relationships."), name) for kind, name in rows}


def history(pair: Relationship) -> list[tuple[str, str, Membership | None, str]]:
    return [(row.from_state, row.to_state, row.by, row.reason) for row in Transition.objects.filter(relationship=pair)]


def code_of(refused: pytest.ExceptionInfo[DomainError]) -> str:
    return refused.value.code


def test_propose_writes_history_audit_and_messages_for_both(
    proposal: Relationship, alice: Membership, mona: Membership, ben: Membership, now: datetime
) -> None:
    assert proposal.state == State.PROPOSED
    assert proposal.proposal_expires_at == now + timedelta(days=7)
    assert proposal.cadence_days == 7
    assert history(proposal) == [("", "proposed", alice, "")]
    assert owed() == {("proposed", "Mona"), ("proposed", "Ben")}
    assert set(AuditEntry.objects.values_list("object_id", "actor_id", "person_id", "reason")) == {
        (proposal.pk, alice.user_id, mona.user_id, "proposed"),
        (proposal.pk, alice.user_id, ben.user_id, "proposed"),
    }


def test_propose_when_every_place_is_held_is_refused(
    alice: Membership, mona: Membership, ben: Membership, now: datetime
) -> None:
    MentorProfile.objects.update(capacity=0)

    with pytest.raises(DomainError) as refused:
        services.propose(mentor=mona, mentee=ben, by=alice, now=now)

    assert code_of(refused) == "no_place_left"
    assert not Relationship.objects.exists()


def test_propose_a_mentee_who_has_a_proposal_is_refused(
    proposal: Relationship, alice: Membership, ben: Membership, north: Program, now: datetime
) -> None:
    other = factories.make_mentor(north, "milo@example.org", now=now)

    with pytest.raises(DomainError) as refused:
        services.propose(mentor=other, mentee=ben, by=alice, now=now)

    assert code_of(refused) == "mentee_taken"
    assert Relationship.objects.get() == proposal


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMIN, Role.MENTOR, Role.MENTEE])
def test_propose_by_anybody_but_a_coordinator_is_refused(
    role: Role, north: Program, mona: Membership, ben: Membership, now: datetime
) -> None:
    by = factories.make_member(north, role, "else@example.org")

    with pytest.raises(DomainError) as refused:
        services.propose(mentor=mona, mentee=ben, by=by, now=now)

    assert code_of(refused) == "not_allowed"


def test_propose_across_programs_is_refused(alice: Membership, mona: Membership, maya: Membership, now: datetime) -> None:
    with pytest.raises(DomainError) as refused:
        services.propose(mentor=mona, mentee=maya, by=alice, now=now)

    assert code_of(refused) == "wrong_people"


def test_propose_somebody_to_themselves_is_refused(alice: Membership, mona: Membership, north: Program, now: datetime) -> None:
    also_mentee = factories.make_member(north, Role.MENTEE, "", user=mona.user)

    with pytest.raises(DomainError) as refused:
        services.propose(mentor=mona, mentee=also_mentee, by=alice, now=now)

    assert code_of(refused) == "wrong_people"


def test_propose_when_the_audit_cannot_be_written_saves_nothing(
    alice: Membership, mona: Membership, ben: Membership, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise OSError("no audit")

    monkeypatch.setattr(audit, "record", broken)

    with pytest.raises(OSError, match="no audit"):
        services.propose(mentor=mona, mentee=ben, by=alice, now=now)

    assert (Relationship.objects.count(), Transition.objects.count(), Message.objects.count()) == (0, 0, 0)


def test_accept_by_one_side_waits_for_the_other(proposal: Relationship, mona: Membership, now: datetime) -> None:
    pair = services.accept(relationship=proposal, by=mona, now=now)

    assert (pair.state, pair.mentor_accepted_at, pair.mentee_accepted_at) == (State.PROPOSED, now, None)
    assert pair.session_gap_due_at is None
    assert history(pair) == [("", "proposed", pair.proposed_by, "")]


@pytest.mark.parametrize("order", [("mona", "ben"), ("ben", "mona")])
def test_accept_by_the_second_side_starts_the_relationship(
    order: tuple[str, str], alice: Membership, request: pytest.FixtureRequest, noon: datetime
) -> None:
    people = {name: request.getfixturevalue(name) for name in order}
    first, second = people.values()
    proposal = services.propose(mentor=people["mona"], mentee=people["ben"], by=alice, now=noon - timedelta(days=1))

    services.accept(relationship=proposal, by=first, now=noon)
    pair = services.accept(relationship=proposal, by=second, now=noon)

    pair.refresh_from_db()
    assert (pair.state, pair.started_at) == (State.ACCEPTED, noon)
    assert pair.session_gap_since == date(2026, 3, 2)
    assert pair.session_gap_due_at == datetime.fromisoformat("2026-03-10T04:00:00+00:00")
    assert MenteeProfile.objects.get().waiting_since is None
    assert history(pair)[-1] == ("proposed", "accepted", second, "")
    assert owed() >= {("started", "Mona"), ("started", "Ben"), ("introduce", "Alice")}
    assert owed().isdisjoint({("proposed", "Mona"), ("proposed", "Ben")})  # nobody is asked for an answer any more


def test_accept_twice_by_one_side_changes_nothing(proposal: Relationship, mona: Membership, now: datetime) -> None:
    services.accept(relationship=proposal, by=mona, now=now)

    pair = services.accept(relationship=proposal, by=mona, now=now + timedelta(hours=1))

    assert (pair.state, pair.mentor_accepted_at) == (State.PROPOSED, now)


def test_accept_again_after_the_start_changes_nothing(pair: Relationship, ben: Membership, now: datetime) -> None:
    again = services.accept(relationship=pair, by=ben, now=now + timedelta(days=30))

    assert (again.state, again.started_at) == (State.ACCEPTED, now)
    assert len(history(pair)) == 2


@pytest.mark.parametrize("answer", [services.accept, services.decline])
@pytest.mark.parametrize("name", ["alice", "sam", "maya", "mateo"])
def test_answer_by_somebody_else_is_refused(
    answer: object, name: str, proposal: Relationship, request: pytest.FixtureRequest, now: datetime
) -> None:
    with pytest.raises(DomainError) as refused:
        answer(relationship=proposal, by=request.getfixturevalue(name), now=now)  # type: ignore[operator]

    assert code_of(refused) == "not_your_answer"


@pytest.mark.parametrize("answer", [services.accept, services.decline])
@pytest.mark.parametrize("scanned", [False, True])
def test_answer_after_the_last_day_is_refused_with_a_clear_sentence(
    answer: object, scanned: bool, proposal: Relationship, ben: Membership, now: datetime
) -> None:
    later = now + timedelta(days=7)
    if scanned:
        services.expire_proposals(later)

    with pytest.raises(DomainError) as refused:
        answer(relationship=proposal, by=ben, now=later)  # type: ignore[operator]

    assert code_of(refused) == "expired"
    assert str(refused.value) == no_longer_open(proposal.program_id)


def test_decline_frees_the_place_and_the_mentee_keeps_waiting(
    proposal: Relationship, alice: Membership, mona: Membership, ben: Membership, now: datetime
) -> None:
    since = MenteeProfile.objects.get().waiting_since
    services.accept(relationship=proposal, by=ben, now=now)

    later = now + timedelta(minutes=1)
    pair = services.decline(relationship=proposal, by=mona, now=later)

    assert (pair.state, pair.ended_at) == (State.DECLINED, later)
    assert not Relationship.objects.holding_a_place().exists()
    assert MenteeProfile.objects.get().waiting_since == since is not None
    assert history(pair)[-1] == ("proposed", "declined", mona, "")
    assert owed() == {("declined", "Alice"), ("not_going_ahead", "Ben")}
    services.propose(mentor=mona, mentee=ben, by=alice, now=now)


def test_decline_twice_by_one_side_changes_nothing(proposal: Relationship, ben: Membership, now: datetime) -> None:
    services.decline(relationship=proposal, by=ben, now=now)
    services.decline(relationship=proposal, by=ben, now=now)

    assert len(history(proposal)) == 2


def test_accept_after_the_other_declined_is_refused(
    proposal: Relationship, mona: Membership, ben: Membership, now: datetime
) -> None:
    services.decline(relationship=proposal, by=ben, now=now)

    with pytest.raises(DomainError) as refused:
        services.accept(relationship=proposal, by=mona, now=now)

    assert code_of(refused) == "wrong_state"


def test_expire_proposals_ends_only_those_whose_days_ran_out(
    proposal: Relationship, alice: Membership, mona: Membership, north: Program, now: datetime
) -> None:
    services.accept(relationship=proposal, by=mona, now=now)
    later = factories.make_mentee(north, "bea@example.org", now=now)
    young = services.propose(mentor=mona, mentee=later, by=alice, now=now + timedelta(days=1))
    due = now + timedelta(days=7)

    assert services.expire_proposals(due - timedelta(seconds=1)) == 0
    assert services.expire_proposals(due) == 1
    assert services.expire_proposals(due) == 0

    proposal.refresh_from_db()
    young.refresh_from_db()
    assert (proposal.state, young.state) == (State.EXPIRED, State.PROPOSED)
    assert history(proposal)[-1] == ("proposed", "expired", None, "")
    assert MenteeProfile.objects.get(membership=proposal.mentee).waiting_since is not None
    assert owed() == {
        ("proposed", "Mona"),
        ("proposed", "Bea"),
        ("expired", "Alice"),
        ("not_going_ahead", "Mona"),
        ("not_going_ahead", "Ben"),
    }


def test_expire_proposals_when_the_proposer_left_tells_every_coordinator(
    proposal: Relationship, alice: Membership, north: Program, now: datetime
) -> None:
    factories.make_member(north, Role.COORDINATOR, "cleo@example.org")
    factories.make_member(north, Role.COORDINATOR, "cora@example.org")
    Membership.objects.filter(pk=alice.pk).update(is_active=False)

    services.expire_proposals(now + timedelta(days=8))

    assert owed() == {
        ("expired", "Cleo"),
        ("expired", "Cora"),
        ("not_going_ahead", "Mona"),
        ("not_going_ahead", "Ben"),
    }


def test_expire_proposals_with_a_row_that_breaks_ends_the_others_and_names_it_once(
    proposal: Relationship, alice: Membership, mona: Membership, north: Program, now: datetime
) -> None:
    other = services.propose(mentor=mona, mentee=factories.make_mentee(north, "bea@example.org", now=now), by=alice, now=now)
    break_row(proposal)
    due = now + timedelta(days=8)

    assert [services.expire_proposals(due), services.expire_proposals(due + timedelta(days=1))] == [1, 0]

    assert Relationship.objects.get(pk=other.pk).state == State.EXPIRED
    assert Relationship.objects.get(pk=proposal.pk).state == State.PROPOSED
    assert heard_of_broken_rows() == [(alice.user_id, proposal.mentee_id)]
