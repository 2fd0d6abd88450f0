"""A round too large for a page is worked out by a worker: with progress, called off, taken over, and its result waits."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest

from accounts.models import Membership
from core.errors import DomainError
from core.health import check_broken_rows
from core.tasks import ring
from core.tests.services import Worker, wait_until
from matching.enums import OverrideKind
from matching.models import Override, Round
from matching.rounds import services
from matching.rounds.services import solving
from matching.rounds.services.solving import LEASE, Report, WorkedOut, solve_wanted, work_out
from matching.scoring.factors import default_weights
from matching.tests.scene import Scene, pairs
from notifications.tests.broken import heard_of_broken_rows

FOUND = {"Ben": "Mona", "Cara": "Rosa"}


@pytest.fixture
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "AT_ONCE_PAIRS", 3)


@pytest.fixture
def large(scene: Scene, everything_is_large: None) -> Round:
    """A round that waits for a worker."""
    return scene.start()


def test_round_as_large_as_a_page_can_do_is_worked_out_at_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "AT_ONCE_PAIRS", 4)
    started = scene.start()
    assert (pairs(started), started.is_at_work) == (FOUND, False)


def test_large_round_waits_for_a_worker_and_its_result_waits_for_the_coordinator(scene: Scene, large: Round) -> None:
    assert (pairs(large), large.is_at_work, large.solved_at) == ({}, True, None)
    assert solve_wanted(scene.now + timedelta(seconds=5)) == 1
    large.refresh_from_db()
    assert (pairs(large), large.is_at_work, large.progress) == (FOUND, False, 100)
    assert large.solved_at == scene.now + timedelta(seconds=5)
    assert solve_wanted(scene.now + timedelta(seconds=10)) == 0


def test_large_round_is_worded_in_the_language_of_who_asked(scene: Scene, everything_is_large: None) -> None:
    scene.alice.user.language = "es"
    scene.ben.mentee_profile.languages = ["es"]
    scene.ben.mentee_profile.save()
    started = scene.start()
    solve_wanted(scene.now)
    assert "ningún idioma" in started.lines.get(mentee=scene.ben).left_over


def test_round_called_off_keeps_what_was_found_before(scene: Scene, large: Round) -> None:
    solve_wanted(scene.now)
    scene.override(large, OverrideKind.FORBID, scene.ben, scene.mona)
    large.refresh_from_db()
    assert large.is_at_work
    services.call_off(matching_round=large, by=scene.alice, now=scene.now)
    assert solve_wanted(scene.now) == 0
    large.refresh_from_db()
    assert (pairs(large), large.is_at_work) == (FOUND, False)


def test_round_at_work_cannot_be_sent(scene: Scene, large: Round) -> None:
    with pytest.raises(DomainError) as refused:
        services.send_round(matching_round=large, seen=large.solved_at, by=scene.alice, now=scene.now)
    assert refused.value.code == "at_work"


def test_round_called_off_after_a_change_cannot_be_sent_before_it_is_worked_out(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = scene.start()
    monkeypatch.setattr(solving, "AT_ONCE_PAIRS", 3)
    scene.override(started, OverrideKind.FORBID, scene.ben, scene.mona)
    services.call_off(matching_round=started, by=scene.alice, now=scene.now)
    with pytest.raises(DomainError) as refused:
        services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now)
    assert refused.value.code == "is_behind"
    services.solve_again(matching_round=started, by=scene.alice, now=scene.now)
    solve_wanted(scene.now)
    sent = services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now)
    assert {(line.mentee, line.mentor) for line in sent.sent} == {(scene.ben, scene.rosa), (scene.cara, scene.mona)}


def while_working(monkeypatch: pytest.MonkeyPatch, look: Callable[[int], object]) -> None:
    """Do something each time that the worker has said how far it is, before it goes on."""

    def watched(matching_round: Round, overrides: Sequence[Override], *, now: datetime, report: Report) -> WorkedOut:
        def say(percent: int) -> None:
            report(percent)
            look(percent)

        return work_out(matching_round, overrides, now=now, report=say)

    monkeypatch.setattr(solving, "work_out", watched)


def test_round_called_off_in_the_middle_stops_the_worker(scene: Scene, large: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = []

    def call_off(percent: int) -> None:
        heard.append(percent)
        services.call_off(matching_round=large, by=scene.alice, now=scene.now)

    while_working(monkeypatch, call_off)
    assert solve_wanted(scene.now) == 0
    large.refresh_from_db()
    assert (heard, pairs(large), large.is_at_work) == ([20], {}, False)


def test_round_changed_in_the_middle_is_worked_out_anew(scene: Scene, large: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    later = scene.now + timedelta(seconds=1)
    scene.now = later
    while_working(monkeypatch, lambda percent: scene.override(large, OverrideKind.LOCK, scene.ben, scene.rosa))
    assert solve_wanted(later) == 0
    large.refresh_from_db()
    assert (pairs(large), large.is_at_work) == ({}, True)
    assert solve_wanted(later) == 1
    assert pairs(large) == {"Ben": "Rosa", "Cara": "Mona"}


def test_result_of_a_round_changed_after_the_last_report_is_not_kept(
    scene: Scene, large: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    def finish_late(matching_round: Round, overrides: Sequence[Override], *, now: datetime, report: Report) -> WorkedOut:
        found = work_out(matching_round, overrides, now=now, report=report)
        services.set_aside(matching_round=large, by=scene.alice, now=now)
        return found

    monkeypatch.setattr(solving, "work_out", finish_late)
    assert solve_wanted(scene.now) == 0
    large.refresh_from_db()
    assert (pairs(large), large.is_at_work, large.solved_at) == ({}, False, None)


def test_worker_writes_how_far_it_is_and_keeps_its_lease(scene: Scene, large: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def look(percent: int) -> None:
        renewed = Round.objects.filter(pk=large.pk, claimed_until__gte=scene.now + LEASE)
        seen.append((renewed.get().progress, percent))

    while_working(monkeypatch, look)
    solve_wanted(scene.now)
    assert seen == [(20, 20), (50, 50), (74, 74), (99, 99)]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that a worker took so far. A test may say that it takes more."""
    seconds = [0.0]
    monkeypatch.setattr(solving, "monotonic", lambda: seconds[0])
    return seconds


def test_worker_that_is_slow_keeps_its_lease_within_one_percent(
    scene: Scene, large: Round, monkeypatch: pytest.MonkeyPatch, slow: list[float]
) -> None:
    leases = []

    def crawl(matching_round: Round, overrides: Sequence[Override], *, now: datetime, report: Report) -> WorkedOut:
        for slow[0] in (0, 20, 40, 60, 80):
            report(2)
            leases.append(Round.objects.get(pk=large.pk).claimed_until)
        return WorkedOut([], 0, [])

    monkeypatch.setattr(solving, "work_out", crawl)
    assert solve_wanted(scene.now) == 1
    seconds = [(until - scene.now - LEASE).total_seconds() for until in leases if until]
    assert seconds == [0, 0, 40, 40, 80]


@pytest.fixture
def another(large: Round, otto: Membership, now: datetime) -> Round:
    """A round of another program that waits for a worker too."""
    return Scene.of(otto.program, otto, now, at="example.net").start()


@pytest.mark.usefixtures("large", "another")
def test_second_round_of_a_pass_has_a_whole_lease_however_long_the_first_took(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, slow: list[float]
) -> None:
    leases = []

    def work(matching_round: Round, overrides: Sequence[Override], *, now: datetime, report: Report) -> WorkedOut:
        leases.append(matching_round.claimed_until)
        slow[0] += 600
        return WorkedOut([], 0, [])

    monkeypatch.setattr(solving, "work_out", work)
    assert solve_wanted(scene.now) == 2
    assert leases == [scene.now + LEASE, scene.now + timedelta(seconds=600) + LEASE]


def test_round_that_breaks_is_called_off_and_named_and_the_others_are_worked_out(
    scene: Scene, large: Round, another: Round
) -> None:
    Round.objects.filter(pk=large.pk).update(weights={"pathway_goals": "much"})

    assert [solve_wanted(scene.now), solve_wanted(scene.now + LEASE)] == [1, 0]

    large.refresh_from_db()
    assert (large.is_at_work, large.is_behind) == (False, True)
    assert pairs(another) == FOUND
    assert heard_of_broken_rows() == [(scene.alice.user_id, large.started_by_id)]


def test_round_that_breaks_again_is_named_once_and_counts_as_broken_until_it_is_worked_out(scene: Scene, large: Round) -> None:
    Round.objects.filter(pk=large.pk).update(weights={"pathway_goals": "much"})
    for minutes in range(0, 20, 5):
        at = scene.now + timedelta(minutes=minutes)
        Round.objects.filter(pk=large.pk).update(solve_wanted_at=at)
        solve_wanted(at)
        solve_wanted(at + timedelta(seconds=5))
        assert not check_broken_rows(at).ok

    assert len(heard_of_broken_rows()) == 1

    Round.objects.filter(pk=large.pk).update(weights=default_weights(), solve_wanted_at=scene.now)
    later = scene.now + timedelta(hours=1)
    solve_wanted(later)
    solve_wanted(later)
    assert check_broken_rows(later).ok


def test_round_of_a_worker_that_died_is_taken_over_after_its_lease(scene: Scene, large: Round) -> None:
    Round.objects.update(claimed_until=scene.now + LEASE)
    assert solve_wanted(scene.now + LEASE - timedelta(seconds=1)) == 0
    assert solve_wanted(scene.now + LEASE) == 1
    assert pairs(large) == FOUND


@pytest.mark.usefixtures("maya", "mateo")
def test_worker_leaves_a_second_round_until_the_first_is_done(
    scene: Scene, large: Round, otto: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "AT_ONCE_PAIRS", 0)
    other = services.start_round(by=otto, now=scene.now)
    assert other.is_at_work
    meanwhile = []
    while_working(monkeypatch, lambda percent: meanwhile.append(solve_wanted(scene.now)))
    assert solve_wanted(scene.now) == 2
    assert set(meanwhile) == {0}
    assert not Round.objects.get(pk=other.pk).is_at_work


@pytest.mark.services
def test_ring_makes_a_worker_work_the_round_out(transactional_db: None, scene: Scene, large: Round, worker: Worker) -> None:
    ring.delay("matching.rounds")
    wait_until(lambda: not Round.objects.get(pk=large.pk).is_at_work, "the round")
    assert pairs(large) == FOUND
