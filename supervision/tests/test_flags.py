from datetime import timedelta

import pytest

from accounts.models import Membership
from accounts.staff import Staff
from checkins.models import SupportRequest
from core.errors import DomainError
from core.fields import Sealed
from privacy.models import AuditEntry
from relationships.models import Relationship
from supervision.models import Flag, FlagEvent
from supervision.services import resolve_flag, take_up_requests
from supervision.tests.conftest import START


@pytest.fixture
def flag(pair: Relationship) -> Flag:
    """Ben asked for support now."""
    SupportRequest.objects.create(mentee=pair.mentee, urgency="now", asked_at=START)
    take_up_requests(START)
    return Flag.objects.get()


@pytest.mark.parametrize("name", ["sam", "alice"])
def test_resolve_flag_keeps_what_was_done_sealed_with_who_and_when(
    name: str, flag: Flag, request: pytest.FixtureRequest
) -> None:
    by = request.getfixturevalue(name)
    later = START + timedelta(hours=1)

    resolve_flag(flag=flag, what_was_done="  Talked with both.  ", by=by, now=later)

    kept = Flag.objects.get()
    assert isinstance(kept.__dict__["what_was_done"], Sealed)
    assert (kept.what_was_done, kept.closed_at, kept.closed_by) == ("Talked with both.", later, by)
    assert FlagEvent.objects.values_list("change", "by").last() == ("resolved", by.pk)
    assert AuditEntry.objects.filter(object_id=flag.pk, actor_id=by.user_id, reason="safety:resolved").count() == 1


def test_resolve_flag_without_words_is_refused(flag: Flag, sam: Membership) -> None:
    with pytest.raises(DomainError) as refused:
        resolve_flag(flag=flag, what_was_done=" \n", by=sam, now=START)

    assert refused.value.code == "say_what_was_done"
    assert Flag.objects.open().get() == flag


def test_resolve_flag_twice_is_refused_and_keeps_the_first(flag: Flag, sam: Membership, alice: Membership) -> None:
    resolve_flag(flag=flag, what_was_done="First.", by=sam, now=START)

    with pytest.raises(DomainError) as refused:
        resolve_flag(flag=flag, what_was_done="Second.", by=alice, now=START)

    assert refused.value.code == "wrong_state"
    assert Flag.objects.get().what_was_done == "First."


@pytest.mark.parametrize("name", ["mona", "ben", "ada", "otto", "sofia"])
def test_resolve_flag_by_somebody_else_is_refused(name: str, flag: Flag, request: pytest.FixtureRequest) -> None:
    with pytest.raises(DomainError) as refused:
        resolve_flag(flag=flag, what_was_done="Done.", by=request.getfixturevalue(name), now=START)

    assert refused.value.code == "not_your_flag"


def test_flags_of_a_mentor_whose_supervisor_left_are_seen_by_the_others(
    flag: Flag, sam: Membership, sofia: Membership, north: object
) -> None:
    Membership.objects.filter(pk=sofia.pk).update(program=flag.program)
    sofia.refresh_from_db()
    assert not Flag.objects.visible_to(sofia).exists()

    Membership.objects.filter(pk=sam.pk).update(is_active=False)

    assert Flag.objects.visible_to(sofia).get() == flag
    assert Staff.of([flag.program_id]).supervisors(Relationship.objects.get().mentor) == [sofia]
