"""One row that breaks: the others are done, and staff hear once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.enums import Role
from accounts.models import Membership, Program
from conftest import SignIn
from core.health import Part, check_broken_rows
from core.models import BrokenRow
from core.tests.broken_rows import break_row, mend_row
from demo.factories import make_member
from notifications import isolation
from notifications.isolation import ROW_BROKE, in_batches, one_by_one
from notifications.models import Message
from notifications.outbox import drain
from notifications.tests.broken import heard_of_broken_rows

MINUTE = timedelta(minutes=1)
DUE = Membership.objects.filter(role=Role.MENTEE, is_active=True).order_by("user__email")
"""Mentees still active; the work of these tests is to suspend them."""


@pytest.fixture
def mentees(north: Program) -> list[Membership]:
    return [make_member(north, Role.MENTEE, f"m{number}@example.org") for number in range(5)]


def suspend(ids: Sequence[UUID], now: datetime) -> int:
    """One by one, so that what came before a break must be rolled back to be done again."""
    return sum(Membership.objects.filter(pk=pk, is_active=True).update(is_active=False) for pk in ids)


def one_pass(now: datetime, *, size: int = 100) -> int:
    return in_batches("test.suspend", DUE.all(), suspend, now, about="pk", size=size)


@pytest.mark.usefixtures("alice", "ada", "sam", "otto")
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_row_that_breaks_holds_up_no_other_and_is_named_to_coordinators_and_admins(
    size: int, mentees: list[Membership], noon: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    bad = mentees[2]
    break_row(bad)

    assert one_pass(noon, size=size) == 4

    assert list(DUE.all()) == [bad]
    assert {person for _user, person in heard_of_broken_rows()} == {bad.pk}
    told = Message.objects.filter(kind=ROW_BROKE).order_by("recipient__email").values_list("recipient__email", flat=True)
    assert list(told) == ["ada@example.org", "alice@example.org"]
    assert [record.getMessage() for record in caplog.records] == [f"The scan test.suspend broke at the row {bad.pk}"]
    assert list(BrokenRow.objects.values_list("scan", "row_id", "program_id", "since")) == [
        ("test.suspend", bad.pk, bad.program_id, noon)
    ]


def test_row_that_breaks_again_and_again_is_named_once(
    mentees: list[Membership], alice: Membership, noon: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    break_row(mentees[0])

    passes = [one_pass(noon), one_pass(noon + MINUTE), one_pass(noon + timedelta(days=3))]

    assert passes == [4, 0, 0]
    assert heard_of_broken_rows() == [(alice.user_id, mentees[0].pk)]
    assert len(caplog.records) == 1


def test_row_that_broke_before_is_tried_apart_from_the_others(mentees: list[Membership], noon: datetime) -> None:
    break_row(mentees[0])
    one_pass(noon)
    Membership.objects.filter(pk__in=[one.pk for one in mentees[1:]]).update(is_active=True)
    batches: list[list[UUID]] = []

    def noted(ids: Sequence[UUID], now: datetime) -> int:
        batches.append(list(ids))
        return suspend(ids, now)

    in_batches("test.suspend", DUE.all(), noted, noon + MINUTE, about="pk")

    assert batches == [[one.pk for one in mentees[1:]], [mentees[0].pk]]


def test_row_that_works_again_is_done_and_forgotten_and_heard_of_when_it_breaks_anew(
    mentees: list[Membership], alice: Membership, noon: datetime
) -> None:
    bad = mentees[0]
    break_row(bad)
    one_pass(noon)
    mend_row(bad)

    assert one_pass(noon + MINUTE) == 1
    assert one_pass(noon + 2 * MINUTE) == 0

    assert not BrokenRow.objects.standing().exists()
    Membership.objects.filter(pk=bad.pk).update(is_active=True)
    break_row(bad)
    one_pass(noon + timedelta(days=1))
    assert heard_of_broken_rows() == [(alice.user_id, bad.pk)] * 2


def test_row_of_another_scan_is_another_breakage(mentees: list[Membership], alice: Membership, noon: datetime) -> None:
    break_row(mentees[0])
    one_pass(noon)

    in_batches("test.other", DUE.all(), suspend, noon + MINUTE, about="pk")

    assert sorted(BrokenRow.objects.values_list("scan", flat=True)) == ["test.other", "test.suspend"]
    assert len(heard_of_broken_rows()) == 2


def test_every_row_that_breaks_is_no_flood_of_mail(
    mentees: list[Membership], alice: Membership, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "NAMED_AT_MOST", 2)
    for mentee in mentees:
        break_row(mentee)

    assert one_pass(noon) == 0

    assert BrokenRow.objects.count() == 5
    assert len(heard_of_broken_rows()) == 2


def test_row_is_named_however_many_broke_before(
    mentees: list[Membership], alice: Membership, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "NAMED_AT_MOST", 2)
    *before, last = mentees
    for mentee in before:
        break_row(mentee)
    one_pass(noon)
    Membership.objects.filter(pk=last.pk).update(is_active=True)
    break_row(last)

    in_batches("test.other", DUE.filter(pk=last.pk), suspend, noon + MINUTE, about="pk")

    assert heard_of_broken_rows()[-1] == (alice.user_id, last.pk)


def test_broken_row_turns_readiness_red_until_it_is_mended(mentees: list[Membership], noon: datetime) -> None:
    break_row(mentees[0])
    one_pass(noon)

    assert check_broken_rows(noon + MINUTE) == Part(ok=False, detail="1, the oldest for 60 s")

    mend_row(mentees[0])
    one_pass(noon + MINUTE)
    one_pass(noon + 2 * MINUTE)
    assert check_broken_rows(noon + 2 * MINUTE) == Part(ok=True, detail="none")


def test_row_that_stays_is_mended_once_it_works_and_heard_of_when_it_breaks_anew(
    mentees: list[Membership], alice: Membership, noon: datetime
) -> None:
    """Of rows that are looked at with each pass, and are as due afterwards as before."""

    def look(ids: Sequence[UUID], now: datetime) -> int:
        return Membership.objects.filter(pk__in=ids).update(is_active=True)

    def look_at_all(at: datetime) -> int:
        return in_batches("test.look", DUE.all(), look, at, about="pk", stay=True)

    bad = mentees[0]
    break_row(bad)
    assert [look_at_all(noon), look_at_all(noon + MINUTE)] == [4, 4]
    assert BrokenRow.objects.standing().count() == 1
    mend_row(bad)

    assert look_at_all(noon + 2 * MINUTE) == 5

    assert not BrokenRow.objects.standing().exists()
    break_row(bad)
    look_at_all(noon + timedelta(days=1))
    assert heard_of_broken_rows() == [(alice.user_id, bad.pk)] * 2


def test_database_that_is_away_is_no_fault_of_a_row(mentees: list[Membership], alice: Membership, noon: datetime) -> None:
    def away(ids: Sequence[UUID], now: datetime) -> int:
        raise OperationalError

    with pytest.raises(OperationalError):
        in_batches("test.suspend", DUE.all(), away, noon, about="pk")

    assert not BrokenRow.objects.exists()
    assert heard_of_broken_rows() == []


@pytest.mark.django_db
def test_nothing_due_is_two_queries(noon: datetime, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        assert one_pass(noon) == 0


def test_one_by_one_does_the_others_and_names_the_one_that_breaks(
    mentees: list[Membership], alice: Membership, noon: datetime
) -> None:
    bad = mentees[1]

    def suspend_one(pk: UUID) -> int:
        if pk == bad.pk:
            raise ValueError("Ben drank")
        return suspend([pk], noon)

    passes = [one_by_one("test.suspend", DUE.all(), suspend_one, noon, about="pk") for _ in range(2)]

    assert passes == [4, 0]
    assert heard_of_broken_rows() == [(alice.user_id, bad.pk)]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMIN])
def test_notice_says_whose_row_it_is_and_leads_to_the_person(
    role: Role, mentees: list[Membership], north: Program, sign_in: SignIn, now: datetime
) -> None:
    staff = make_member(north, role, "staff@example.org")
    break_row(mentees[0])
    one_pass(now)
    drain(now)
    client: Client = sign_in(staff)

    page = client.get("/notices/").content.decode()
    notice = Message.objects.get(kind=ROW_BROKE).notice
    person = client.post(f"/notices/{notice.pk}/", follow=True)

    assert f"does not work for {mentees[0].user.full_name}." in page
    assert person.redirect_chain == [(f"/people/{mentees[0].pk}/?notice={notice.pk}", 302)]
    assert person.status_code == 200
