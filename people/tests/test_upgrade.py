"""Installations of before: what the migrations make of people who were brought in, and joined, under the old rules."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.enums import Role
from accounts.models import Membership, Program, User
from people.selectors import staff_begun
from people.services import joining
from people.services.invitations import invite
from people.services.inviting_all import not_invited
from privacy.models import Consent

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(app: str, name: str) -> Any:
    """The models as they were at this migration, to which the database goes."""
    executor = MigrationExecutor(connection)
    return executor.migrate([(app, name)]).apps


def upgrade() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture(autouse=True)
def newest_afterwards() -> Iterator[None]:
    yield
    upgrade()


def test_upgrade_stops_at_two_addresses_that_look_alike_and_names_both(transactional_db: None) -> None:
    """And goes on once one of them is another."""
    users = migrate("accounts", "0001_initial").get_model("accounts", "User").objects
    ids = sorted([uuid4(), uuid4()])
    for pk, address in zip(ids, ("ann@example.org", "ann\u200b@example.org"), strict=True):
        users.create(pk=pk, email=address, first_name="Ann", password="!")

    with pytest.raises(CommandError) as stopped:
        upgrade()
    assert f"ann@example.org ({ids[0]} and {ids[1]})" in str(stopped.value)

    users.filter(pk=ids[1]).update(email="Anna\u200b@example.org")
    upgrade()
    assert set(User.objects.values_list("pk", "email")) == {(ids[0], "ann@example.org"), (ids[1], "anna@example.org")}


def test_upgrade_makes_who_was_imported_by_two_programs_pending_in_both(
    north: Program, south: Program, alice: Membership, now: datetime
) -> None:
    """Neither program learns of the other, and each can invite them."""
    user = User.objects.create_user("two@example.org", None, first_name="Two")
    for program in (north, south):
        Membership.objects.create(user=user, program=program, role=Role.MENTEE)
        Consent.objects.create(program_id=program.pk, person_id=user.pk, role=Role.MENTEE, given_on=now.date())
    migrate("accounts", "0003_pending_people")

    upgrade()

    people = User.everybody.filter(email="two@example.org")
    assert set(people.values_list("pending_in", "memberships__program")) == {(one.pk, one.pk) for one in (north, south)}
    assert {(one.program_id, one.person_id) for one in Consent.objects.all()} == {(one.pending_in_id, one.pk) for one in people}
    assert [one.email for one in not_invited(by=alice, now=now)] == ["two@example.org"]
    invite(program=north, email="two@example.org", first_name="", role=Role.MENTEE, by=alice, now=now, submission_key=uuid4())


def test_upgrade_keeps_who_invited_the_staff_that_joined_before(
    alice: Membership, ada: Membership, mona: Membership, ben: Membership, now: datetime
) -> None:
    """And says nothing of whom it cannot tell, in place of what is not so: Ben has another address since."""
    for whom in (mona, ben):
        link = invite(
            program=alice.program,
            email=whom.user.email,
            first_name="",
            role=Role.SUPERVISOR,
            by=ada,
            now=now,
            submission_key=uuid4(),
        )
        joining.join_known(invitation=link, user=whom.user, now=now)
    User.objects.filter(pk=ben.user_id).update(email="benjamin@example.org")
    User.objects.update(password="pbkdf2")
    migrate("people", "0003_mailbox_code")

    upgrade()

    begun = {one.member.user_id: (one.by, one.is_set_up) for one in staff_begun(alice.program_id, now)}
    assert begun == {mona.user_id: (ada.user, False), ben.user_id: (None, False)}
