"""For a worker of a test's own (`celery worker -I core.tests.hanging_scans`): one scan that does its work, and three that
wait for a server which never answers, so that no two slots are enough for them. Each leaves a mark in `VAR_DIR`.
"""

from datetime import datetime
from threading import Event

from django.conf import settings

from core.scans import Lane, register_scan


def work(now: datetime) -> int:
    with (settings.VAR_DIR / "works").open("a") as mark:
        mark.write(".")
    return 1


def hang(now: datetime) -> int:
    (settings.VAR_DIR / "hangs").touch()
    Event().wait()
    return 0


register_scan("works", work, every_seconds=1)
for name in ("hangs", "hangs too", "hangs as well"):
    register_scan(name, hang, order=1, lane=Lane.DELIVERY)
