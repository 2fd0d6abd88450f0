"""The scans: in a tick, from the beat, through a real worker."""

import runpy
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from celery import Celery
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError
from pytest_django import Settings

from core import scans
from core.beat import LONG_AGO, ScanScheduler, beat_table
from core.models import ScanRun
from core.scans import Lane, all_scans, register_scan, run_scan
from core.tasks import ring, route
from core.tests.services import StartWorker, wait_until
from mentorship.celery import app

REGISTERED = dict(scans._scans)
"""What the apps registered."""


@pytest.fixture(autouse=True)
def _own_scans(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what a test registers, except where a worker, who knows the real ones, listens."""
    monkeypatch.setattr(scans, "_scans", dict(scans._scans) if "start_worker" in request.fixturenames else {})


def register_recorder(name: str, *, count: int = 0, order: int = 50, every_seconds: int = 60) -> list[tuple[str, datetime]]:
    """A scan that notes its name and time on the list it returns."""
    calls: list[tuple[str, datetime]] = []

    def run(now: datetime) -> int:
        calls.append((name, now))
        return count

    register_scan(name, run, order=order, every_seconds=every_seconds)
    return calls


def tick(**options: str) -> str:
    out = StringIO()
    call_command("tick", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


@pytest.mark.django_db
def test_tick_runs_each_scan_once_in_order_and_prints_its_count() -> None:
    calls = [
        register_recorder(name, order=order, count=count)
        for name, order, count in (("last", 90, 7), ("b", 50, 0), ("a", 50, 2), ("first", 10, 1))
    ]

    printed = tick()

    assert [len(each) for each in calls] == [1, 1, 1, 1]
    assert printed == "first: 1\na: 2\nb: 0\nlast: 7\n"


@pytest.mark.django_db
def test_tick_gives_every_scan_the_same_time_and_notes_when_it_finished() -> None:
    a, b = register_recorder("a"), register_recorder("b")

    tick(now="2026-03-02T12:00:00-05:00")

    noon = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    assert a + b == [("a", noon), ("b", noon)]
    assert dict(ScanRun.objects.values_list("name", "finished_at")) == {"a": noon, "b": noon}


@pytest.mark.django_db
def test_tick_with_a_time_without_an_offset_means_utc() -> None:
    calls = register_recorder("a")

    tick(now="2026-03-02T17:00")

    assert calls == [("a", datetime(2026, 3, 2, 17, 0, tzinfo=UTC))]


@pytest.mark.django_db
def test_tick_with_a_broken_scan_runs_the_others_and_then_fails() -> None:
    def broken(now: datetime) -> int:
        raise OperationalError("Ben drank")

    register_scan("a", broken, order=1)
    register_scan("b", lambda now: 3, order=2)

    with pytest.raises(CommandError) as refused:
        tick()

    assert str(refused.value) == "These scans broke: a. The others ran."
    assert list(ScanRun.objects.values_list("name", flat=True)) == ["b"]


@pytest.mark.django_db
def test_tick_by_the_minute_lets_the_scans_of_a_day_rest() -> None:
    minutely, daily = register_recorder("minute"), register_recorder("day", every_seconds=86400)

    for moment in ("2026-03-02T17:00", "2026-03-02T17:01", "2026-03-03T16:59", "2026-03-03T17:00", "2026-03-01T09:00"):
        tick(now=moment)

    assert [f"{at:%d %H:%M}" for _name, at in minutely] == ["02 17:00", "02 17:01", "03 16:59", "03 17:00", "01 09:00"]
    assert [f"{at:%d %H:%M}" for _name, at in daily] == ["02 17:00", "03 17:00", "01 09:00"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("tomorrow", "--now is malformed: 'tomorrow' is not a time such as 2026-03-02T17:00:00+00:00."),
        ("", "--now is malformed: '' is not a time such as 2026-03-02T17:00:00+00:00."),
        ("2026-02-30T12:00", "--now is malformed: '2026-02-30T12:00' is not a time such as 2026-03-02T17:00:00+00:00."),
        ("9999-12-31T23:59", "--now must lie between the years 2000 and 2100: '9999-12-31T23:59' does not."),
        ("0001-01-01T00:00+14:00", "--now must lie between the years 2000 and 2100: '0001-01-01T00:00+14:00' does not."),
    ],
)
def test_tick_with_a_time_that_makes_no_sense_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        tick(now=text)

    assert str(refused.value) == sentence


def test_tick_with_a_time_outside_demo_and_tests_is_refused(settings: Settings) -> None:
    settings.DEMO_MODE = settings.ALLOW_TEST_CLOCK = False

    with pytest.raises(CommandError, match="--now works only with DEMO_MODE=1 or ALLOW_TEST_CLOCK=1"):
        tick(now="2026-03-02T17:00")


@pytest.mark.django_db
def test_tick_with_a_time_in_demo_mode_is_allowed(settings: Settings) -> None:
    settings.DEMO_MODE, settings.ALLOW_TEST_CLOCK = True, False

    assert tick(now="2026-03-02T17:00") == ""


def test_beat_table_names_each_scan_and_carries_nothing_else() -> None:
    register_scan("a", lambda now: 0, every_seconds=15)

    assert beat_table() == {
        "a": {
            "task": "core.ring",
            "schedule": 15.0,
            "last_run_at": LONG_AGO,
            "args": ("a",),
            "options": {"expires": 15},
        }
    }


def test_beat_at_its_start_has_every_scan_due(settings: Settings) -> None:
    settings.REDIS_URL = "redis://localhost"
    register_scan("daily", lambda now: 0, every_seconds=86400)

    scheduler = ScanScheduler(app=app)

    assert [(entry.name, entry.is_due()[0]) for entry in scheduler.schedule.values()] == [("daily", True)]


def test_ring_goes_to_the_lane_of_its_scan_and_another_task_where_celery_sends_it() -> None:
    register_scan("a", lambda now: 0)
    register_scan("b", lambda now: 0, lane=Lane.DELIVERY)

    def queue_of(name: str) -> str:
        queue: str = app.amqp.router.route({}, ring.name, (name,))["queue"].name
        return queue

    assert (queue_of("a"), queue_of("b")) == ("celery", "delivery")
    assert route("celery.backend_cleanup", ()) is None


def test_ring_of_a_scan_nobody_registered_is_not_sent() -> None:
    with pytest.raises(KeyError):
        ring.apply_async(("nobody",))


def test_what_waits_for_a_mail_server_runs_in_a_lane_of_its_own() -> None:
    assert {name for name, scan in REGISTERED.items() if scan.lane is Lane.DELIVERY} == {"notifications.drain"}


def test_beat_without_redis_is_refused(settings: Settings) -> None:
    settings.REDIS_URL = ""

    with pytest.raises(ImproperlyConfigured, match="REDIS_URL is not set"):
        ScanScheduler(app=app)


@pytest.mark.django_db
def test_ring_of_a_broken_scan_is_logged_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    def broken(now: datetime) -> int:
        raise ValueError("Ben drank")

    register_scan("a", broken)

    ring("a")

    assert [record.getMessage() for record in caplog.records] == ["The scan a broke"]
    assert not ScanRun.objects.exists()


@pytest.mark.django_db
def test_scan_nobody_registered_is_a_key_error(noon: datetime) -> None:
    with pytest.raises(KeyError):
        run_scan("nobody", noon)


# Through the broker --------------------------------------------------------------------------------------------------


def finished() -> set[str]:
    return set(ScanRun.objects.values_list("name", flat=True))


@pytest.mark.services
def test_worker_rung_through_redis_runs_the_scan(start_worker: StartWorker) -> None:
    start_worker()
    name = all_scans()[0].name

    ring.apply_async((name,), expires=30)

    wait_until(lambda: finished() == {name}, "the scan")


@pytest.mark.services
def test_worker_that_is_told_nothing_leaves_the_other_lane_to_a_worker_of_its_own(
    start_worker: StartWorker, tmp_path: Path
) -> None:
    runpy.run_module("core.tests.hanging_scans")
    start_worker("-I", "core.tests.hanging_scans", VAR_DIR=str(tmp_path))

    for name in ("hangs", "works"):
        ring.apply_async((name,))

    wait_until((tmp_path / "works").exists, "the scan behind the one that hangs")
    assert not (tmp_path / "hangs").exists()
    start_worker("-I", "core.tests.hanging_scans", "-Q", "delivery", VAR_DIR=str(tmp_path))
    wait_until((tmp_path / "hangs").exists, "the other lane's scan")


@pytest.mark.services
def test_two_beats_and_two_workers_run_every_scan(start_worker: StartWorker) -> None:
    """Two beats are harmless: the same scans, rung twice at once, in two processes."""
    workers = [start_worker(), start_worker()]
    beats: list[ScanScheduler] = [
        ScanScheduler(app=Celery(set_as_current=False, broker=app.conf.broker_url, task_routes=[route])) for _ in range(2)
    ]

    for beat in beats:
        for _ in all_scans():
            beat.tick()

    wait_until(lambda: finished() == {scan.name for scan in all_scans()}, "every scan")
    assert not [worker.log.read_text() for worker in workers if "broke" in worker.log.read_text()]
