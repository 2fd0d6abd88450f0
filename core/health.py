"""Is the process alive (`/healthz`), and can the program do its work (`/readyz`)?

An app registers its own part of readiness in `AppConfig.ready()`. Answers carry counts and ages, never names or secrets.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from core.models import BrokenRow, ScanRun
from core.policy import public
from core.scans import Scan, all_scans

TICK_MAX_AGE = timedelta(minutes=10)
"""A scan is late when it has not finished for this long, or for three times its interval."""
BROKER_TIMEOUT = 2
"""Seconds."""


@dataclass(frozen=True)
class Part:
    """One part of readiness. `detail` is for the operator: a state, an age or a count."""

    ok: bool
    detail: str


Check = Callable[[datetime], Part]
_checks: dict[str, Check] = {}


def register_readiness(name: str, check: Check) -> None:
    """Make `check(now)` a part of `/readyz`. A check that raises is reported as not ok, with its error's class."""
    _checks[name] = check


def readiness(now: datetime) -> dict[str, Part]:
    """Every part, by name, in the order they were registered."""
    return {name: _run(check, now) for name, check in _checks.items()}


def _run(check: Check, now: datetime) -> Part:
    try:
        return check(now)
    except Exception as error:  # whatever breaks is the answer
        return Part(ok=False, detail=type(error).__name__)


def age(since: datetime, now: datetime) -> str:
    """How long ago, in whole seconds, such as "42 s"."""
    return f"{max(0, int((now - since).total_seconds()))} s"


def check_database(now: datetime) -> Part:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Part(ok=True, detail=connection.vendor)


def check_broker(now: datetime) -> Part:
    """In the embedded mode the broker lives inside the worker, so there is nothing to reach."""
    if not settings.REDIS_URL:
        return Part(ok=True, detail="embedded")
    from redis import Redis  # noqa: PLC0415  80 ms and 8 MB, which the embedded mode need not pay

    with Redis.from_url(settings.REDIS_URL, socket_timeout=BROKER_TIMEOUT, socket_connect_timeout=BROKER_TIMEOUT) as redis:
        redis.ping()
    return Part(ok=True, detail="redis")


def check_last_tick(now: datetime) -> Part:
    """How long ago a scan last finished. Names the scans that are late: no worker or no beat runs, or they keep breaking."""
    finished = dict(ScanRun.objects.values_list("name", "finished_at"))
    if not finished:
        return Part(ok=False, detail="never")
    late = [scan.name for scan in all_scans() if _is_late(scan, finished.get(scan.name), now)]
    detail = age(max(finished.values()), now)
    return Part(ok=not late, detail=f"{detail}; late: {', '.join(late)}" if late else detail)


def _is_late(scan: Scan, finished_at: datetime | None, now: datetime) -> bool:
    return finished_at is None or now - finished_at > max(TICK_MAX_AGE, 3 * timedelta(seconds=scan.every_seconds))


def check_broken_rows(now: datetime) -> Part:
    """How many rows a scan could not do, while it did the others, and for how long the oldest has waited."""
    since = list(BrokenRow.objects.standing().order_by("since").values_list("since", flat=True))
    if not since:
        return Part(ok=True, detail="none")
    return Part(ok=False, detail=f"{len(since)}, the oldest for {age(since[0], now)}")


register_readiness("database", check_database)
register_readiness("broker", check_broker)
register_readiness("last_tick", check_last_tick)
register_readiness("broken_rows", check_broken_rows)


@public(threads="help")
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives and answers. Reads no database, so a restart loop does not follow a database's outage."""
    return JsonResponse({"alive": True})


@public()
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when every part is ok, else 503. For alarms; a load balancer asks `/healthz`."""
    parts = readiness(timezone.now())
    ready = all(part.ok for part in parts.values())
    answer = {"ready": ready, "parts": {name: asdict(part) for name, part in parts.items()}}
    return JsonResponse(answer, status=200 if ready else 503)
