"""Installations of before, where a consent was of a person and no role: what the migration makes of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.enums import Role
from accounts.models import Membership, Program
from demo import factories
from privacy.models import Consent

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("privacy", "0001_initial")]
DAY = date(2026, 2, 21)


def upgrade() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture(autouse=True)
def newest_afterwards() -> Iterator[None]:
    yield
    upgrade()


@pytest.mark.parametrize(
    ("joined", "roles"),
    [
        ({"mentor": 20}, ["mentor"]),
        ({"mentee": 25}, ["mentee"]),
        ({"mentor": 20, "mentee": 25}, ["mentor"]),
        ({"mentor": 20, "mentee": 22}, ["mentor", "mentee"]),
        ({"mentor": 26, "mentee": 25}, ["mentee"]),
        ({"coordinator": 20, "mentee": 25}, ["mentee"]),
        ({"coordinator": 20}, [""]),
    ],
    ids=["one", "one_later", "second_later", "both", "both_later", "one_beside_staff", "none"],
)
def test_upgrade_gives_each_consent_the_roles_its_person_had_on_that_day(
    north: Program, joined: dict[str, int], roles: list[str]
) -> None:
    """February 22, 3 a.m. in London is the 21st in New York, where the program is."""
    user = factories.make_user("two@example.org")
    for role, day in joined.items():
        member = factories.make_member(north, Role(role), "", user=user)
        Membership.objects.filter(pk=member.pk).update(joined_at=datetime(2026, 2, day, 3, tzinfo=UTC))
    old = MigrationExecutor(connection).migrate(BEFORE).apps.get_model("privacy", "Consent")
    kept = old.objects.create(program_id=north.pk, person_id=user.pk, given_on=DAY, expires_on=date(2027, 1, 1))

    upgrade()

    consents = Consent.objects.filter(person_id=user.pk).order_by("-role")
    assert sorted(one.role for one in consents) == sorted(roles)
    assert {(one.given_on, one.expires_on, one.revoked_at) for one in consents} == {(DAY, date(2027, 1, 1), None)}
    assert kept.pk in {one.pk for one in consents}
