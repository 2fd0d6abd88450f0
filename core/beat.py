"""Celery's beat, rung by the scans that the apps registered."""

from datetime import UTC, datetime
from typing import Any

from celery.beat import Scheduler
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core.scans import all_scans
from core.tasks import ring

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def beat_table() -> dict[str, dict[str, Any]]:
    """One entry per scan. A ring that waited longer than its interval expires: the next one does its work.

    Every scan is due when the beat starts, so that no restart, however frequent, keeps a rare scan from running.
    """
    return {
        scan.name: {
            "task": ring.name,
            "schedule": float(scan.every_seconds),
            "last_run_at": LONG_AGO,
            "args": (scan.name,),
            "options": {"expires": scan.every_seconds},
        }
        for scan in all_scans()
    }


class ScanScheduler(Scheduler):  # type: ignore[misc]
    """Keeps its table in memory: due times are in the rows, so a beat needs no file, and two need nothing in common."""

    def setup_schedule(self) -> None:
        if not settings.REDIS_URL:
            raise ImproperlyConfigured(
                "REDIS_URL is not set, so a beat reaches no worker. Set it, or run `manage.py up` instead."
            )
        self.merge_inplace(beat_table())
