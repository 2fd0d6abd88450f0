"""Tell the workers that something is owed, so nobody waits for the next pass. Best effort: the rows are the truth."""

import logging

from django.conf import settings
from django.db import connection, transaction

from core.tasks import ring

SCAN = "notifications.drain"
EVERY_SECONDS = 10

logger = logging.getLogger(__name__)


def ring_after_commit() -> None:
    """Ring the drain once when the present transaction commits, however many messages it owes.

    Without Redis the worker process rings itself, and nobody can be reached from here.
    """
    if not settings.REDIS_URL or any(entry[1] is _ring for entry in connection.run_on_commit):
        return
    transaction.on_commit(_ring)


def _ring() -> None:
    """A broker that is down costs the person who is waiting for a page nothing but a moment."""
    try:
        ring.apply_async((SCAN,), expires=EVERY_SECONDS, retry=False)
    except Exception as error:
        logger.warning("The broker could not be rung (%s); the next pass delivers.", type(error).__name__)
