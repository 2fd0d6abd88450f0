"""The Celery application: workers, and the beat that rings the due scans.

    celery -A mentorship worker
    celery -A mentorship beat

The rows are the truth and the broker is a doorbell: a lost or doubled ring changes nothing, so any number of workers may
run, and a second beat does no harm.
"""

import os
from typing import Any

import django
from celery import Celery, bootsteps
from celery.signals import setup_logging
from django.apps import apps
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mentorship.settings")
if not apps.ready:
    django.setup()

from core.embedded import Bell  # after the apps are ready
from core.tasks import beat_table, ring

app = Celery("mentorship")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = beat_table()


@setup_logging.connect  # type: ignore[untyped-decorator]
def keep_own_logging(**_: Any) -> None:
    """With a receiver here Celery leaves `settings.LOGGING` alone."""


class EmbeddedBell(bootsteps.StartStopStep):  # type: ignore[misc]
    """In the embedded mode the worker rings for itself: the broker lives in its memory, out of everybody's reach."""

    requires = {"celery.worker.components:Pool"}  # the consumer starts last, and its start does not return

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        self.bell = Bell(lambda scan: ring.apply_async((scan.name,), expires=scan.every_seconds))
        super().__init__(parent, **kwargs)

    def start(self, parent: Any) -> None:
        self.bell.start()

    def stop(self, parent: Any) -> None:
        self.bell.stop()

    terminate = stop


if settings.EMBEDDED:
    app.steps["worker"].add(EmbeddedBell)
