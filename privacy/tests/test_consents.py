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
    values = {"person_id": person.user_id, "program_id": person.program_id, "on": DAY, **fields}
    return give_consent(by=by, now=now, **values)


def _has(person: Membership, on: date) -> bool:
    return has_consent(person.user_id, person.program_id, on)


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

    assert has_consent(nora.user_id, otto.program_id, DAY) is False


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

    count = revoke_consent(person_id=nora.user_id, program_id=nora.program_id, by=nora, now=later)

    assert count == 2
    assert [_has(nora, DAY), _has(nora, DAY + timedelta(days=8))] == [False, False]
    assert set(Consent.objects.values_list("revoked_at", flat=True)) == {later}
    assert _reasons() == ["consent_given", "consent_given", "consent_revoked", "consent_revoked"]


def test_revoking_again_does_nothing(nora: Membership, noon: datetime) -> None:
    _give(nora, nora, noon)
    revoke_consent(person_id=nora.user_id, program_id=nora.program_id, by=nora, now=noon)

    assert revoke_consent(person_id=nora.user_id, program_id=nora.program_id, by=nora, now=noon) == 0


def test_consent_revoked_may_be_given_again_on_the_same_day(nora: Membership, noon: datetime) -> None:
    _give(nora, nora, noon)
    revoke_consent(person_id=nora.user_id, program_id=nora.program_id, by=nora, now=noon + timedelta(minutes=1))
    _give(nora, nora, noon + timedelta(minutes=2))

    assert _has(nora, DAY) is True
    assert _reasons() == ["consent_given", "consent_revoked", "consent_given"]


def test_staff_of_another_program_can_neither_give_nor_revoke(nora: Membership, otto: Membership, noon: datetime) -> None:
    _give(nora, nora, noon)

    with pytest.raises(DomainError) as giving:
        _give(nora, otto, noon)
    with pytest.raises(DomainError) as revoking:
        revoke_consent(person_id=nora.user_id, program_id=nora.program_id, by=otto, now=noon)

    assert (giving.value.code, revoking.value.code) == ("another_program", "another_program")
    assert _has(nora, DAY) is True


def test_people_with_consent_are_read_in_one_query(
    nora: Membership, alice: Membership, otto: Membership, noon: datetime, django_assert_num_queries: Any
) -> None:
    for person in (nora, alice, otto):
        _give(person, person, noon)
    revoke_consent(person_id=alice.user_id, program_id=alice.program_id, by=alice, now=noon)

    with django_assert_num_queries(1):
        assert people_with_consent(nora.program_id, DAY) == {nora.user_id}
