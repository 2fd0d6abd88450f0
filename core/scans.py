"""The due scans: short passes that do what time has made due.

An app registers its scans in `AppConfig.ready()`. Celery's beat rings them one by one, the embedded mode rings them
from a thread, and `manage.py tick` runs them all once without a broker. Each may run twice, or twice at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.models import ScanRun

Run = Callable[[datetime], int]


@dataclass(frozen=True)
class Scan:
    """`run(now)` returns how many things it did; it is rung every `every_seconds`; lower `order` runs first in a tick."""

    name: str
    run: Run
    every_seconds: int
    order: int


_scans: dict[str, Scan] = {}


def register_scan(name: str, run: Run, *, every_seconds: int = 60, order: int = 50) -> None:
    """Make `run` one of the due scans. The drain of the outbox runs last (order 90), so a tick sends what it found."""
    _scans[name] = Scan(name, run, every_seconds, order)


def all_scans() -> list[Scan]:
    """Every scan in the order of a tick."""
    return sorted(_scans.values(), key=lambda scan: (scan.order, scan.name))


def run_scan(name: str, now: datetime) -> int:
    """One pass of one scan; notes when it finished. Raises `KeyError` for a name nobody registered."""
    done = _scans[name].run(now)
    ScanRun.objects.update_or_create(name=name, defaults={"finished_at": now})
    return done
