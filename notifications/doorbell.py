"""Tell the workers that something is pending, so no message waits for the next pass. Best effort: the rows are the truth."""

import logging

from django.conf import settings
from django.db import connection, transaction

from core.tasks import ring

SCAN = "notifications.drain"
EVERY_SECONDS = 10
ONE_TRY = {"max_retries": 0, "socket_connect_timeout": 2, "socket_timeout": 2}
"""Seconds."""

logger = logging.getLogger(__name__)


def ring_after_commit() -> None:
    """Ring the drain once when the present transaction commits, however many messages it says.

    Without Redis the worker process rings itself, and the caller cannot reach it.
    """
    if not settings.REDIS_URL or any(entry[1] is _ring for entry in connection.run_on_commit):
        return
    transaction.on_commit(_ring)


def _ring() -> None:
    """One try on a connection of its own: Celery's shared one tries for six seconds, and a person waits for the page."""
    try:
        with ring.app.connection_for_write(transport_options=ONE_TRY) as broker:
            ring.apply_async((SCAN,), expires=EVERY_SECONDS, retry=False, connection=broker)
    except Exception as error:
        logger.warning("The broker could not be rung (%s); the next pass delivers.", type(error).__name__)
