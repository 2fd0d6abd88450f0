"""What the broker carries: the name of a scan, nothing else."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from core.scans import all_scans, run_scan


@shared_task(name="core.ring", ignore_result=True)  # type: ignore[untyped-decorator]
def ring(name: str) -> None:
    """One pass of one due scan, at the time of the pass."""
    run_scan(name, timezone.now())


def beat_table() -> dict[str, dict[str, Any]]:
    """Celery's beat table. A ring that waited longer than its interval expires: the next one does its work."""
    return {
        scan.name: {
            "task": ring.name,
            "schedule": float(scan.every_seconds),
            "args": (scan.name,),
            "options": {"expires": scan.every_seconds},
        }
        for scan in all_scans()
    }
