"""How the embedded mode's worker rings for itself. See docs/adr/0001-embedded-mode.md."""

import threading
import time
from collections.abc import Callable
from typing import Any

from celery import bootsteps
from django.conf import settings

from core.scans import Scan, all_scans
from core.tasks import ring


class Bell:
    """Rings each scan at once and then every `every_seconds`, from a thread of its own."""

    def __init__(self, ring: Callable[[Scan], object]) -> None:
        self._ring = ring
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bell", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        due = {scan: time.monotonic() for scan in all_scans()}
        while due and not self._stopped.wait(max(0.0, min(due.values()) - time.monotonic())):
            for scan in [scan for scan, at in due.items() if at <= time.monotonic()]:
                self._ring(scan)
                due[scan] = time.monotonic() + scan.every_seconds


class EmbeddedBell(bootsteps.StartStopStep):  # type: ignore[misc]
    """Without Redis the worker rings for itself: the broker lives in its memory, out of everybody's reach."""

    requires = {"celery.worker.components:Pool"}  # the consumer starts last, and its start does not return

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        self.bell = Bell(lambda scan: ring.apply_async((scan.name,), expires=scan.every_seconds))
        super().__init__(parent, **kwargs)

    def include_if(self, parent: Any) -> bool:
        return not settings.REDIS_URL

    def start(self, parent: Any) -> None:
        self.bell.start()

    def stop(self, parent: Any) -> None:
        self.bell.stop()

    terminate = stop
