from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.enums import Role
from accounts.models import Membership
from core.errors import DomainError
from demo import factories
from privacy.consents import give_consent, has_consent, people_with_consent, revoke_consent
from privacy.models import AuditEntry, Consent

DAY = date(2026, 3, 2)


@pytest.fixture
def nora(alice: Membership) -> Membership:
    """A coordinator whose consent nobody recorded yet."""
    return factories.make_member(alice.program, Role.COORDINATOR, "nora@example.org")


def _give(person: Membership, by: Membership, now: datetime, **fields: Any) -> Consent:
    return give_consent(person=person, by=by, now=now, **{"on": DAY, **fields})


def _has(person: Membership, on: date) -> bool:
    return has_consent(person, on)


def _reasons() -> list[str]:
    return list(AuditEntry.objects.order_by("at", "id").values_list("reason", flat=True))


def test_consent_without_an_end_is_in_force_from_its_day_on(nora: Membership, noon: datetime) -> None:
    _give(nora, nora, noon)

    assert [_has(nora, day) for day in (DAY - timedelta(days=1), DAY, date(2126, 1, 1))] == [False, True, True]


def test_consent_with_an_end_is_in_force_on_its_last_day(nora: Membership, noon: datetime) -> None:
    _give(nora, nora, noon, expires_on=DAY + timedelta(days=30))

    assert [_has(nora, DAY + timedelta(days=days)) for days in (0, 30, 31)] == [True, True, False]


def test_consent_to_one_program_is_none_to_another(nora: Membership, otto: Membership, noon: datetime) -> None:
    _give(nora, nora, noon)

    elsewhere = factories.make_member(otto.program, Role(nora.role), "", user=nora.user)
    assert (has_consent(nora, DAY), has_consent(elsewhere, DAY)) == (True, False)


def test_consent_in_one_role_is_none_in_another_and_ends_alone(nora: Membership, alice: Membership, noon: datetime) -> None:
    """Each says with whom, so who agreed as a mentor was asked for nothing as a mentee."""
    mentor, mentee = (factories.make_member(nora.program, role, "", user=nora.user) for role in (Role.MENTOR, Role.MENTEE))
    _give(mentor, alice, noon)
    assert (_has(mentor, DAY), _has(mentee, DAY)) == (True, False)

    _give(mentee, alice, noon)
    assert people_with_consent(nora.program_id, DAY) == {(nora.user_id, "mentor"), (nora.user_id, "mentee")}
    assert revoke_consent(person=mentor, by=mentor, now=noon) == 1

    assert (_has(mentor, DAY), _has(mentee, DAY)) == (False, True)


def test_consent_given_twice_for_one_day_is_one_row(nora: Membership, alice: Membership, noon: datetime) -> None:
    first = _give(nora, nora, noon)
    second = _give(nora, alice, noon, expires_on=DAY)

    assert second.pk == first.pk
    assert Consent.objects.get().expires_on == DAY
    assert _reasons() == ["consent_given", "consent_given"]


def test_consent_that_would_end_before_it_starts_is_refused(nora: Membership, noon: datetime) -> None:
    with pytest.raises(DomainError) as refused:
        _give(nora, nora, noon, expires_on=DAY - timedelta(days=1))

    assert refused.value.code == "ends_before_it_starts"
    assert Consent.objects.count() == 0


def test_revoking_ends_every_consent_at_once_and_is_written_down(nora: Membership, noon: datetime) -> None:
    _give(nora, nora, noon)
    _give(nora, nora, noon, on=DAY + timedelta(days=7))
    later = noon + timedelta(minutes=1)

    count = revoke_consent(person=nora, by=nora, now=later)

    assert count == 2
    assert [_has(nora, DAY), _has(nora, DAY + timedelta(days=8))] == [False, False]
    assert set(Consent.objects.values_list("revoked_at", flat=True)) == {later}
    assert _reasons() == ["consent_given", "consent_given", "consent_revoked", "consent_revoked"]


def test_revoking_again_does_nothing(nora: Membership, noon: datetime) -> None:
    _give(nora, nora, noon)
    revoke_consent(person=nora, by=nora, now=noon)

    assert revoke_consent(person=nora, by=nora, now=noon) == 0


def test_consent_revoked_may_be_given_again_on_the_same_day(nora: Membership, noon: datetime) -> None:
    _give(nora, nora, noon)
    revoke_consent(person=nora, by=nora, now=noon + timedelta(minutes=1))
    _give(nora, nora, noon + timedelta(minutes=2))

    assert _has(nora, DAY) is True
    assert _reasons() == ["consent_given", "consent_revoked", "consent_given"]


def test_staff_of_another_program_can_neither_give_nor_revoke(nora: Membership, otto: Membership, noon: datetime) -> None:
    _give(nora, nora, noon)

    with pytest.raises(DomainError) as giving:
        _give(nora, otto, noon)
    with pytest.raises(DomainError) as revoking:
        revoke_consent(person=nora, by=otto, now=noon)

    assert (giving.value.code, revoking.value.code) == ("another_program", "another_program")
    assert _has(nora, DAY) is True


def test_people_with_consent_are_read_in_one_query(
    nora: Membership, alice: Membership, otto: Membership, noon: datetime, django_assert_num_queries: Any
) -> None:
    for person in (nora, alice, otto):
        _give(person, person, noon)
    revoke_consent(person=alice, by=alice, now=noon)

    with django_assert_num_queries(1):
        assert people_with_consent(nora.program_id, DAY) == {(nora.user_id, nora.role)}
