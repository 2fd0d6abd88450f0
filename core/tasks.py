"""What the broker carries: the name of a scan, nothing else."""

import logging
from collections.abc import Sequence
from typing import Any

from celery import shared_task
from django.utils import timezone

from core.scans import lane_of, run_scan

log = logging.getLogger(__name__)


@shared_task(name="core.ring", ignore_result=True)  # type: ignore[untyped-decorator]
def ring(name: str) -> None:
    """One pass of one due scan, at the time of the pass. The next ring tries again what broke in this one."""
    try:
        run_scan(name, timezone.now())
    except Exception:  # Celery itself would log the error's text, which may quote a row
        log.exception("The scan %s broke", name)


def route(task_name: str, args: Sequence[Any], *others: Any, **options: Any) -> dict[str, str] | None:
    """Celery asks where each task goes (`CELERY_TASK_ROUTES`): a ring goes to the lane of its scan, from any process."""
    return {"queue": lane_of(args[0]).value} if task_name == ring.name else None
