from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.enums import Role
from accounts.models import Membership, Program, User
from accounts.staff import Staff
from relationships.models import Relationship
from supervision.tests.conftest import MakeMany

Execute = Callable[[str, Sequence[Any], bool, dict[str, Any]], Any]


def test_staff_of_a_program_is_who_is_active_there(
    *, north: Program, sam: Membership, alice: Membership, ada: Membership, mona: Membership, ben: Membership, otto: Membership
) -> None:
    Membership.objects.filter(pk=ada.pk).update(is_active=False)

    assert Staff.of([north.pk, north.pk]).members == {(north.pk, "supervisor"): [sam], (north.pk, "coordinator"): [alice]}


def test_staff_of_many_pairs_is_one_query(
    many: MakeMany, sam: Membership, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many(3)
    pairs = list(Relationship.objects.with_people())

    with django_assert_num_queries(1):
        staff = Staff.of(pair.program_id for pair in pairs)
        found = {member for pair in pairs for member in staff.supervisors(pair.mentor)}

    assert found == {sam}


@pytest.mark.usefixtures("sam", "alice", "sofia", "otto")
def test_staff_of_reads_its_index_and_not_everybody_in_the_program(north: Program, south: Program) -> None:
    users = User.objects.bulk_create(User(email=f"{number}@example.org", first_name="M") for number in range(2000))
    Membership.objects.bulk_create(Membership(user=user, program=north, role=Role.MENTEE) for user in users)
    ran: list[tuple[str, Sequence[Any]]] = []

    def noted(execute: Execute, sql: str, params: Sequence[Any], many: bool, context: dict[str, Any]) -> Any:
        ran.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noted):
        Staff.of([north.pk, south.pk])

    ((sql, params),) = ran
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(f"{explain} {sql}", params)
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert "membership_active_role" in plan
