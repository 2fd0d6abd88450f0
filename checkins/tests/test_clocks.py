"""The clock runs while the mentee is active and a pair of theirs runs, and it follows in the same transaction."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from accounts.enums import Role
from accounts.models import Membership, Program, User
from accounts.services import set_active
from checkins.clocks import follow_pairs, sweep
from checkins.models import CheckInSchedule
from checkins.reminders import remind
from checkins.schedule import Nudge
from checkins.tests.conftest import CheckInAs, pair_up, start_clock
from core.scans import all_scans
from core.tests.broken_rows import break_row
from demo.factories import make_member
from notifications.models import Message
from notifications.tests.broken import heard_of_broken_rows
from relationships import services
from relationships.enums import CloseReason, State
from relationships.models import Relationship

DAY = timedelta(days=1)
TEN_TUESDAY = datetime.fromisoformat("2026-03-03T15:00+00:00")  # the day after `noon`, 10:00 in New York


@pytest.fixture
def accepted(alice: Membership, mona: Membership, ben: Membership, noon: datetime) -> Relationship:
    """Mona and Ben, both of whom said yes at noon."""
    pair = services.propose(mentor=mona, mentee=ben, by=alice, now=noon - DAY)
    services.accept(relationship=pair, by=mona, now=noon - DAY)
    assert not CheckInSchedule.objects.exists()
    return services.accept(relationship=pair, by=ben, now=noon)


def due_at() -> datetime | None:
    return CheckInSchedule.objects.get().due_at


# Following what people do ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("accepted")
def test_second_yes_starts_the_clock() -> None:
    schedule = CheckInSchedule.objects.get()

    assert (schedule.due_at, schedule.reminder_at, schedule.cadence_days) == (TEN_TUESDAY, TEN_TUESDAY, 7)


@pytest.mark.parametrize(
    ("to", "reason"), [(State.PAUSED, ""), (State.CLOSING, ""), (State.CLOSED, CloseReason.SAFETY)], ids=str
)
def test_pair_that_ceases_to_run_stops_the_clock_and_what_is_pending(
    to: State, reason: str, accepted: Relationship, alice: Membership
) -> None:
    remind(TEN_TUESDAY)
    later = TEN_TUESDAY + timedelta(minutes=1)

    services.change_state(relationship=accepted, to=to, by=alice, now=later, reason=reason)

    schedule = CheckInSchedule.objects.get()
    assert (schedule.due_at, schedule.reminder_at) == (None, None)
    assert Message.objects.get(kind=Nudge.REMINDER).cancelled_at == later
    assert [remind(TEN_TUESDAY + days * DAY) for days in range(1, 20)] == [0] * 19


def test_pair_that_resumes_starts_the_clock_again(accepted: Relationship, alice: Membership, noon: datetime) -> None:
    services.change_state(relationship=accepted, to=State.PAUSED, by=alice, now=noon + DAY)

    services.change_state(relationship=accepted, to=State.ACTIVE, by=alice, now=noon + 10 * DAY)

    assert due_at() == datetime.fromisoformat("2026-03-13T14:00+00:00")


def test_pair_that_changes_while_it_runs_leaves_the_clock_as_it_is(
    accepted: Relationship, alice: Membership, noon: datetime
) -> None:
    services.change_state(relationship=accepted, to=State.INTRODUCED, by=alice, now=noon + 5 * DAY)

    assert due_at() == TEN_TUESDAY


def test_mentee_who_is_suspended_is_left_in_peace_and_asked_again_when_back(
    accepted: Relationship, alice: Membership, noon: datetime
) -> None:
    remind(TEN_TUESDAY)
    set_active(person=accepted.mentee, is_active=False, by=alice, now=TEN_TUESDAY)
    assert due_at() is None
    assert Message.objects.get(kind=Nudge.REMINDER).cancelled_at == TEN_TUESDAY

    set_active(person=accepted.mentee, is_active=True, by=alice, now=noon + 10 * DAY)

    assert due_at() == datetime.fromisoformat("2026-03-13T14:00+00:00")


def test_mentor_who_is_suspended_stops_no_clock(accepted: Relationship, alice: Membership, noon: datetime) -> None:
    set_active(person=accepted.mentor, is_active=False, by=alice, now=noon)

    assert due_at() == TEN_TUESDAY


def test_clock_that_cannot_follow_undoes_the_change(accepted: Relationship, alice: Membership, noon: datetime) -> None:
    break_row(CheckInSchedule.objects.get())

    with pytest.raises(Exception, match="this row is broken"), transaction.atomic():
        services.change_state(relationship=accepted, to=State.PAUSED, by=alice, now=noon)

    assert Relationship.objects.get().state == State.ACCEPTED


# The clock ------------------------------------------------------------------------------------------------------------


def test_clock_opens_tomorrow_at_the_program_cadence(ben: Membership, noon: datetime) -> None:
    Program.objects.update(checkin_cadence_days=3)

    schedule = start_clock(ben, noon)

    assert (schedule.due_at, schedule.reminder_at, schedule.cadence_days) == (TEN_TUESDAY, TEN_TUESDAY, 3)


def test_clock_that_is_right_stays_as_it_is(ben: Membership, noon: datetime) -> None:
    start_clock(ben, noon)

    assert follow_pairs([ben.pk], noon + 3 * DAY) == 0

    assert due_at() == TEN_TUESDAY


def test_clock_after_a_pause_waits_a_cadence_from_the_last_checkin(
    ben: Membership, noon: datetime, check_in_as: CheckInAs
) -> None:
    start_clock(ben, noon - 20 * DAY)
    Relationship.objects.update(state=State.PAUSED)
    follow_pairs([ben.pk], noon - 10 * DAY)
    check_in_as(ben, at=noon - DAY)
    CheckInSchedule.objects.update(reminders_sent=2, reminded_on=date(2026, 2, 20))
    Relationship.objects.update(state=State.ACTIVE)

    follow_pairs([ben.pk], noon)

    schedule = CheckInSchedule.objects.get()
    assert schedule.due_at == datetime.fromisoformat("2026-03-08T14:00+00:00")
    assert (schedule.reminders_sent, schedule.reminded_on) == (0, date(2026, 2, 20))


# What nobody said -----------------------------------------------------------------------------------------------------


def suspend_by_hand(ben: Membership) -> None:
    Membership.objects.filter(pk=ben.pk).update(is_active=False)


def close_account(ben: Membership) -> None:
    User.objects.filter(pk=ben.user_id).update(is_active=False)


def pause_by_hand(ben: Membership) -> None:
    Relationship.objects.filter(mentee=ben).update(state=State.PAUSED)


@pytest.mark.parametrize("change", [suspend_by_hand, close_account, pause_by_hand])
def test_sweep_stops_a_clock_that_nobody_stopped(change: Callable[[Membership], None], ben: Membership, noon: datetime) -> None:
    start_clock(ben, noon)
    remind(TEN_TUESDAY)
    change(ben)

    assert [sweep(TEN_TUESDAY + DAY), sweep(TEN_TUESDAY + DAY)] == [1, 0]

    assert due_at() is None
    assert Message.objects.get().cancelled_at == TEN_TUESDAY + DAY


def test_sweep_starts_a_clock_that_nobody_started(mona: Membership, ben: Membership, noon: datetime) -> None:
    make_member(ben.program, Role.MENTEE, "waiting@example.org")
    pair_up(mona, ben, noon, State.PAUSED)
    Relationship.objects.update(state=State.ACTIVE)

    assert [sweep(noon), sweep(noon)] == [1, 0]

    assert list(CheckInSchedule.objects.values_list("mentee", "due_at")) == [(ben.pk, TEN_TUESDAY)]


def test_sweep_of_many_costs_no_more_queries(
    mona: Membership, north: Program, noon: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (3, 27):
        for number in range(count):
            pair_up(mona, make_member(north, Role.MENTEE, f"m{count}-{number}@example.org"), noon, State.PAUSED)
        Relationship.objects.update(state=State.ACTIVE)
        with django_assert_num_queries(11):
            assert sweep(noon) == count


def test_sweep_with_a_row_that_breaks_puts_the_others_right_and_names_it_once(
    alice: Membership, mona: Membership, ben: Membership, north: Program, noon: datetime
) -> None:
    other = make_member(north, Role.MENTEE, "other@example.org")
    for mentee in (ben, other):
        pair_up(mona, mentee, noon)
    Relationship.objects.update(state=State.PAUSED)
    break_row(CheckInSchedule.objects.get(mentee=ben))

    assert [sweep(noon), sweep(noon + DAY)] == [1, 0]

    assert CheckInSchedule.objects.get(mentee=other).due_at is None
    assert heard_of_broken_rows() == [(alice.user_id, ben.pk)]


@pytest.mark.django_db(transaction=True)
def test_sweep_four_at_once_starts_each_clock_once(mona: Membership, north: Program, noon: datetime) -> None:
    for number in range(20):
        pair_up(mona, make_member(north, Role.MENTEE, f"m{number}@example.org"), noon, State.PAUSED)
    Relationship.objects.update(state=State.ACTIVE)

    def swept(moment: datetime) -> int:
        try:
            return sweep(moment)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(swept, [noon] * 4))

    assert list(CheckInSchedule.objects.values_list("due_at", flat=True)) == [TEN_TUESDAY] * 20


def test_sweep_runs_once_a_day(db: None) -> None:
    scan = next(scan for scan in all_scans() if scan.name == "checkins.sweep")

    assert scan.every_seconds == 24 * 60 * 60
