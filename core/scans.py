"""The due scans: short passes that do what time has made due.

An app registers its scans in `AppConfig.ready()`. Celery's beat rings them one by one, the embedded mode rings them
from threads, and `manage.py tick` runs them all once without a broker. Each may run twice, or twice at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.models import ScanRun

HOUR = 3600
Run = Callable[[datetime], int]


class Lane(StrEnum):
    """The workers that run a scan. What hangs in one lane holds up no other: each is a queue of Celery's with workers of its
    own, and a thread of its own in the embedded mode. A tick runs all lanes in one line.
    """

    MAIN = "celery"
    """What a worker takes that is told nothing else; Celery's own name for it."""
    DELIVERY = "delivery"
    """What waits for a server that is not ours, such as the mail server."""


@dataclass(frozen=True)
class Scan:
    """`run(now)` returns how many things it did; it is rung every `every_seconds`; lower `order` runs first in a tick."""

    name: str
    run: Run
    every_seconds: int
    order: int
    lane: Lane = Lane.MAIN


_scans: dict[str, Scan] = {}


def register_scan(name: str, run: Run, *, every_seconds: int = 60, order: int = 50, lane: Lane = Lane.MAIN) -> None:
    """Make `run` one of the due scans. The drain of the outbox runs last (order 90), so a tick sends what it found."""
    _scans[name] = Scan(name, run, every_seconds, order, lane)


def all_scans() -> list[Scan]:
    """Every scan in the order of a tick."""
    return sorted(_scans.values(), key=lambda scan: (scan.order, scan.name))


def lane_of(name: str) -> Lane:
    """Raises `KeyError` for a name that no app registered."""
    return _scans[name].lane


def awake_scans(now: datetime) -> list[Scan]:
    """For a caller that ticks by the minute: every scan, but for one that is rung hourly or less often and has run since.

    Such a scan looks at more than what is due.
    """
    finished = dict(ScanRun.objects.filter(finished_at__lte=now).values_list("name", "finished_at"))

    def rests(scan: Scan) -> bool:
        last = finished.get(scan.name)
        return scan.every_seconds >= HOUR and last is not None and (now - last).total_seconds() < scan.every_seconds

    return [scan for scan in all_scans() if not rests(scan)]


def run_scan(name: str, now: datetime) -> int:
    """One pass of one scan; notes when it finished. Raises `KeyError` for a name that no app registered."""
    done = _scans[name].run(now)
    ScanRun.objects.update_or_create(name=name, defaults={"finished_at": now})
    return done
