"""How the embedded mode's worker rings for itself. See docs/adr/0001-embedded-mode.md."""

import threading
import time
from collections.abc import Callable
from typing import Any

from celery import bootsteps
from django.conf import settings
from django.db import close_old_connections

from core.scans import Lane, Scan, all_scans
from core.tasks import ring

FINISH_SECONDS = 5
"""How long a lane of its own may finish what it is doing when the worker stops."""


class Bell:
    """Rings each scan of one lane at once and then every `every_seconds`, from a thread of its own."""

    def __init__(self, lane: Lane, ring: Callable[[Scan], object]) -> None:
        self._lane = lane
        self._ring = ring
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"bell of {lane}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def wait(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _run(self) -> None:
        due = {scan: time.monotonic() for scan in all_scans() if scan.lane is self._lane}
        while due and not self._stopped.wait(max(0.0, min(due.values()) - time.monotonic())):
            for scan in [scan for scan, at in due.items() if at <= time.monotonic()]:
                self._ring(scan)
                due[scan] = time.monotonic() + scan.every_seconds


def _ring_a_slot(scan: Scan) -> None:
    ring.apply_async((scan.name,), expires=scan.every_seconds)


def _run_here(scan: Scan) -> None:
    """In the bell's own thread, so that it never takes a slot, and leaves its connection as a slot would."""
    ring(scan.name)
    close_old_connections()


class EmbeddedBell(bootsteps.StartStopStep):  # type: ignore[misc]
    """Without Redis the worker rings for itself: the broker lives in its memory, out of everybody's reach."""

    requires = {"celery.worker.components:Pool"}  # the consumer starts last, and its start does not return

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        self.bells = [Bell(lane, _ring_a_slot if lane is Lane.MAIN else _run_here) for lane in Lane]
        super().__init__(parent, **kwargs)

    def include_if(self, parent: Any) -> bool:
        return not settings.REDIS_URL

    def start(self, parent: Any) -> None:
        for bell in self.bells:
            bell.start()

    def stop(self, parent: Any) -> None:
        self.terminate(parent)
        for bell in self.bells:
            bell.wait(FINISH_SECONDS)

    def terminate(self, parent: Any) -> None:
        for bell in self.bells:
            bell.stop()
