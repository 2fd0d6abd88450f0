import json
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from core import health
from core.health import Part, age, check_broker, readiness, register_readiness
from core.models import ScanRun
from core.scans import Scan, all_scans

ALONE = {"database", "broker", "last_tick"}


@pytest.fixture(autouse=True)
def _core_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other apps' parts have tests of their own."""
    monkeypatch.setattr(health, "_checks", {name: check for name, check in health._checks.items() if name in ALONE})


@pytest.fixture
def ticked(db: None) -> datetime:
    now = timezone.now()
    ScanRun.objects.bulk_create(ScanRun(name=scan.name, finished_at=now) for scan in all_scans())
    return now


@pytest.mark.django_db
def test_healthz_answers_without_the_database(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"alive": True})


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_health_posted_to_is_refused(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


def test_readyz_when_everything_works_says_each_part(client: Client, ticked: datetime, settings: Settings) -> None:
    response = client.get("/readyz")

    answer = response.json()
    assert response.status_code == 200
    assert answer["ready"] is True
    assert {name: part["ok"] for name, part in answer["parts"].items()} == dict.fromkeys(ALONE, True)
    assert answer["parts"]["broker"]["detail"] == ("redis" if settings.REDIS_URL else "embedded")


@pytest.mark.django_db
def test_readyz_before_the_first_tick_is_503(client: Client) -> None:
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["parts"]["last_tick"] == {"ok": False, "detail": "never"}


def test_last_tick_names_the_scan_that_is_late(ticked: datetime) -> None:
    late = all_scans()[0].name
    ScanRun.objects.filter(name=late).update(finished_at=ticked - timedelta(days=30))

    assert readiness(ticked)["last_tick"] == Part(ok=False, detail=f"0 s; late: {late}")


def test_last_tick_of_a_rare_scan_is_late_after_three_intervals(ticked: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = Scan("rare", lambda now: 0, every_seconds=3600, order=1)
    ScanRun.objects.create(name="rare", finished_at=ticked)
    monkeypatch.setattr(health, "all_scans", lambda: [scan])

    on_time = health.check_last_tick(ticked + timedelta(hours=3))
    late = health.check_last_tick(ticked + timedelta(hours=3, seconds=1))

    assert (on_time.ok, late.ok) == (True, False)


def test_part_that_breaks_is_503_and_tells_only_the_class(client: Client, ticked: datetime) -> None:
    def broken(now: datetime) -> Part:
        raise OperationalError("connection to db.example as handrail refused")

    register_readiness("database", broken)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["parts"]["database"] == {"ok": False, "detail": "OperationalError"}
    assert "db.example" not in json.dumps(response.json())


def test_broker_that_is_gone_is_not_ok(settings: Settings, noon: datetime) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock?db=0"

    assert health._run(check_broker, noon) == Part(ok=False, detail="ConnectionError")


def test_age_is_whole_seconds_and_never_negative(noon: datetime) -> None:
    assert age(noon - timedelta(seconds=61.9), noon) == "61 s"
    assert age(noon + timedelta(seconds=5), noon) == "0 s"
