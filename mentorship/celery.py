"""The Celery application: workers, and the beat that rings the due scans.

    celery -A mentorship worker
    celery -A mentorship worker -Q delivery
    celery -A mentorship beat

The rows are the truth and the broker is a doorbell: a lost or doubled ring changes nothing, so any number of workers may
run, and a second beat does no harm.
"""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mentorship.settings")

app = Celery("mentorship")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add("core.embedded:EmbeddedBell")


@setup_logging.connect  # type: ignore[untyped-decorator]
def keep_own_logging(**_: Any) -> None:
    """With a receiver here Celery leaves `settings.LOGGING` alone."""
