"""What the broker carries: the name of a scan, nothing else."""

import logging
from datetime import UTC, datetime
from typing import Any

from celery import shared_task
from django.utils import timezone

from core.scans import all_scans, run_scan

log = logging.getLogger(__name__)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@shared_task(name="core.ring", ignore_result=True)  # type: ignore[untyped-decorator]
def ring(name: str) -> None:
    """One pass of one due scan, at the time of the pass. The next ring tries again what broke in this one."""
    try:
        run_scan(name, timezone.now())
    except Exception:  # Celery itself would log the error's text, which may quote a row
        log.exception("The scan %s broke", name)


def beat_table() -> dict[str, dict[str, Any]]:
    """Celery's beat table. A ring that waited longer than its interval expires: the next one does its work.

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
