from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, Program
from conftest import SignIn
from core.scans import all_scans, run_scan
from demo import factories
from notifications.models import Message
from people.models import MentorProfile
from privacy import audit
from relationships import services as pairs
from relationships.enums import State
from relationships.models import MentoringSession, Relationship
from supervision.models import Flag, FlagEvent
from supervision.services import follow_session_gaps, resolve_flag
from supervision.tests.conftest import MakeMany, log_met

NEW_YORK = ZoneInfo("America/New_York")


def on_day(days: int, *, hour: int = 12) -> datetime:
    """So many days after the start, at `hour` in New York, whatever the clocks did."""
    return datetime(2026, 3, 2, hour, tzinfo=NEW_YORK) + timedelta(days=days)


def told(*, since: datetime | None = None) -> Counter[tuple[str, str]]:
    """How often who was told what by supervision: (kind, first name)."""
    rows = Message.objects.filter(kind__startswith="supervision.")
    if since is not None:
        rows = rows.filter(created_at__gte=since)
    return Counter(
        (kind.removeprefix("supervision."), name) for kind, name in rows.values_list("kind", "recipient__first_name")
    )


def history(flag: Flag) -> list[tuple[str, int, str]]:
    return list(FlagEvent.objects.filter(flag=flag).values_list("change", "step", "reason"))


def take_back(session: MentoringSession, now: datetime) -> None:
    pairs.take_back_session(session=session, by=session.logged_by, now=now)


def gap() -> Flag:
    return Flag.objects.get(kind="session_gap")


def test_follow_on_the_day_of_the_cadence_finds_nothing(pair: Relationship) -> None:
    assert follow_session_gaps(on_day(7, hour=23)) == 0
    assert not Flag.objects.exists()


def test_follow_one_day_after_the_cadence_tells_the_mentor(pair: Relationship, ben: Membership) -> None:
    assert follow_session_gaps(on_day(8, hour=0)) == 1

    flag = gap()
    assert (flag.relationship, flag.about, flag.step, flag.opened_at) == (pair, ben, 1, on_day(8, hour=0))
    assert history(flag) == [("opened", 1, "gap")]
    assert told() == {("gap_mentor", "Mona"): 1}


@pytest.mark.usefixtures("pair")
def test_notice_of_a_gap_says_to_the_mentor_with_whom(mona: Membership, sign_in: SignIn) -> None:
    follow_session_gaps(on_day(8, hour=0))

    page = sign_in(mona).get(reverse("notifications:notices")).content.decode()

    assert "It has been a while since a session with Ben was logged." in page


def test_follow_day_by_day_raises_one_flag_and_tells_each_circle_once(pair: Relationship) -> None:
    heard = {}
    for day in range(40):
        follow_session_gaps(on_day(day))
        heard[day] = told(since=on_day(day))

    assert {day: set(counter) for day, counter in heard.items() if counter} == {
        8: {("gap_mentor", "Mona")},
        14: {("gap_supervisor", "Sam")},
        21: {("gap_coordinator", "Alice")},
        28: {("gap_care", "Sam"), ("gap_care", "Alice")},
    }
    assert set(told().values()) == {1}
    assert history(gap()) == [("opened", 1, "gap"), ("raised", 2, "gap"), ("raised", 3, "gap"), ("raised", 4, "gap")]
    pair.refresh_from_db()
    assert (pair.session_gap_step, pair.session_gap_due_at) == (4, None)


@pytest.mark.parametrize(
    ("days", "step", "heard"),
    [
        (16, 2, {("gap_mentor", "Mona"), ("gap_supervisor", "Sam")}),
        (25, 3, {("gap_mentor", "Mona"), ("gap_supervisor", "Sam"), ("gap_coordinator", "Alice")}),
        (90, 4, {("gap_mentor", "Mona"), ("gap_care", "Sam"), ("gap_care", "Alice")}),
    ],
)
def test_follow_after_an_outage_goes_straight_to_the_step_and_tells_everybody_once(
    days: int, step: int, heard: set[tuple[str, str]], pair: Relationship
) -> None:
    follow_session_gaps(on_day(days))
    follow_session_gaps(on_day(days))

    assert history(gap()) == [("opened", step, "gap")]
    assert told() == dict.fromkeys(heard, 1)


def test_follow_counts_days_on_the_mentors_own_date_over_daylight_saving(pair: Relationship) -> None:
    """Clocks went forward on March 8: the eighth day begins at 04:00 UTC, not at 05:00."""
    assert follow_session_gaps(datetime.fromisoformat("2026-03-10T03:59:59+00:00")) == 0
    assert follow_session_gaps(datetime.fromisoformat("2026-03-10T04:00:00+00:00")) == 1


def test_follow_after_a_session_was_logged_clears_the_flag_and_says_so(pair: Relationship) -> None:
    follow_session_gaps(on_day(14))
    log_met(pair, on_day(15).date(), on_day(15))

    assert follow_session_gaps(on_day(15)) == 1

    flag = gap()
    assert (flag.closed_at, flag.closed_by) == (on_day(15), None)
    assert history(flag) == [("opened", 2, "gap"), ("cleared", 2, "session_logged")]
    assert follow_session_gaps(on_day(22)) == 0
    assert follow_session_gaps(on_day(23)) == 1
    assert Flag.objects.count() == 2


def test_follow_after_a_late_log_clears_the_old_flag_and_opens_the_step_now_reached(pair: Relationship) -> None:
    follow_session_gaps(on_day(21))
    log_met(pair, on_day(12).date(), on_day(21))

    follow_session_gaps(on_day(21))

    assert sorted(Flag.objects.values_list("step", "closed_at")) == [(1, None), (3, on_day(21))]


def test_follow_after_a_session_was_taken_back_at_once_leaves_the_flag_and_tells_nobody_again(pair: Relationship) -> None:
    follow_session_gaps(on_day(14))
    before = told()
    take_back(log_met(pair, on_day(14).date(), on_day(14)), on_day(14))

    assert follow_session_gaps(on_day(14, hour=13)) == 0

    assert history(gap()) == [("opened", 2, "gap")]
    assert told() == before
    follow_session_gaps(on_day(21))
    assert history(gap())[1:] == [("raised", 3, "gap")]


def test_follow_after_a_session_that_had_cleared_the_flag_was_taken_back_calls_anew(pair: Relationship) -> None:
    follow_session_gaps(on_day(14))
    session = log_met(pair, on_day(14).date(), on_day(14))
    follow_session_gaps(on_day(14, hour=13))
    take_back(session, on_day(14, hour=14))

    follow_session_gaps(on_day(14, hour=15))

    assert history(Flag.objects.open().get()) == [("opened", 2, "gap")]
    assert told() == {("gap_mentor", "Mona"): 2, ("gap_supervisor", "Sam"): 2}


@pytest.mark.parametrize("state", [State.PAUSED, State.CLOSING])
def test_follow_after_a_pair_stopped_running_clears_the_flag(state: State, pair: Relationship, alice: Membership) -> None:
    follow_session_gaps(on_day(14))
    pairs.change_state(relationship=pair, to=state, by=alice, now=on_day(14))

    follow_session_gaps(on_day(14, hour=13))

    assert history(gap()) == [("opened", 2, "gap"), ("cleared", 2, "not_running")]
    assert follow_session_gaps(on_day(60)) == 0


def test_follow_after_a_pause_counts_from_its_end(pair: Relationship, alice: Membership) -> None:
    pairs.change_state(relationship=pair, to=State.PAUSED, by=alice, now=on_day(5))
    pairs.change_state(relationship=pair, to=State.ACTIVE, by=alice, now=on_day(35))

    assert follow_session_gaps(on_day(42)) == 0
    assert follow_session_gaps(on_day(43)) == 1
    assert gap().step == 1


def test_follow_after_a_longer_cadence_was_agreed_clears_the_flag(pair: Relationship, mona: Membership) -> None:
    follow_session_gaps(on_day(8))
    pairs.set_cadence(relationship=pair, cadence_days=14, by=mona, now=on_day(8))

    follow_session_gaps(on_day(8, hour=13))

    assert history(gap()) == [("opened", 1, "gap"), ("cleared", 1, "clock_moved")]


def test_follow_after_a_person_resolved_opens_a_new_flag_only_for_a_worse_step(pair: Relationship, sam: Membership) -> None:
    follow_session_gaps(on_day(14))
    resolve_flag(flag=gap(), what_was_done="Called Mona.", by=sam, now=on_day(14))

    assert follow_session_gaps(on_day(20)) == 0
    assert follow_session_gaps(on_day(21)) == 1

    assert sorted(Flag.objects.values_list("step", "closed_at")) == [(2, on_day(14)), (3, None)]


def test_follow_when_the_mentor_moved_west_waits_for_their_day(pair: Relationship, mona: Membership) -> None:
    mona.user.timezone = "Pacific/Honolulu"
    mona.user.save()

    assert follow_session_gaps(on_day(8, hour=0)) == 0
    assert follow_session_gaps(datetime.fromisoformat("2026-03-10T10:00:00+00:00")) == 1


@pytest.mark.parametrize(
    ("staff", "heard"),
    [
        ((Role.SUPERVISOR, Role.COORDINATOR), {("gap_mentor", "Mateo"), ("gap_supervisor", "Supervisor")}),
        ((Role.COORDINATOR, Role.ADMIN), {("gap_mentor", "Mateo"), ("gap_supervisor", "Coordinator")}),
        ((Role.ADMIN,), {("gap_mentor", "Mateo"), ("nobody_in_charge", "Admin")}),
        ((), {("gap_mentor", "Mateo")}),
    ],
)
def test_follow_without_an_own_supervisor_tells_the_next_who_answers(
    *,
    staff: tuple[Role, ...],
    heard: set[tuple[str, str]],
    south: Program,
    mateo: Membership,
    maya: Membership,
    otto: Membership,
    sofia: Membership,
    make_pair: Callable[..., Relationship],
) -> None:
    make_pair(mateo, maya, by=otto)
    Membership.objects.filter(pk__in=[otto.pk, sofia.pk]).update(is_active=False)
    for role in staff:
        factories.make_member(south, role, f"{role}@example.org")

    follow_session_gaps(on_day(14))

    assert told() == dict.fromkeys(heard, 1)


def test_follow_tells_nobody_of_another_program(pair: Relationship, otto: Membership, sofia: Membership) -> None:
    follow_session_gaps(on_day(28))

    assert not Message.objects.filter(recipient__in=[otto.user, sofia.user]).exists()


def test_follow_when_the_audit_cannot_be_written_changes_nothing(pair: Relationship, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise OSError("no audit")

    monkeypatch.setattr(audit, "record", broken)
    assert follow_session_gaps(on_day(14)) == 0
    monkeypatch.undo()

    assert not Flag.objects.exists()
    pair.refresh_from_db()
    assert pair.session_gap_step == 0
    assert follow_session_gaps(on_day(14)) == 1
    assert told() == {("gap_mentor", "Mona"): 1, ("gap_supervisor", "Sam"): 1}


def test_follow_when_nothing_is_due_costs_the_same_however_many_pairs_there_are(many: MakeMany) -> None:
    many(2)
    with CaptureQueriesContext(connection) as few:
        follow_session_gaps(on_day(1))
    many(6, prefix="more")
    with CaptureQueriesContext(connection) as more:
        follow_session_gaps(on_day(1))

    assert (len(few), len(more)) == (4, 4)


def test_scans_are_registered_requests_before_gaps_before_the_drain(pair: Relationship) -> None:
    names = [scan.name for scan in all_scans() if scan.name.startswith("supervision.")]

    first = ["supervision.confided", "supervision.requests", "supervision.unanswered", "supervision.check_hearers"]
    assert names == [*first, "supervision.session_gaps"]
    assert run_scan("supervision.session_gaps", on_day(8)) == 1


@pytest.mark.django_db(transaction=True)
def test_follow_by_several_passes_at_once_opens_one_flag_and_tells_each_once(many: MakeMany) -> None:
    many(5)
    MentorProfile.objects.update(capacity=3)
    gate = Barrier(4)

    def tick(_number: int) -> int:
        gate.wait()
        try:
            return follow_session_gaps(on_day(28))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(tick, range(4)))
    done += follow_session_gaps(on_day(28))

    assert done == 5
    assert (Flag.objects.count(), FlagEvent.objects.count()) == (5, 5)
    assert sorted(told().values()) == [1] * 5 + [5, 5]
