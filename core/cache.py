"""Django's cache in the database, from which nothing is taken away before its time."""

from datetime import datetime
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connections


class LastingCache(DatabaseCache):
    """Django's own drops a third of what it holds when it is full, and so forgets that a code was used. This one grows instead.

    Only people who are signed in, or know a password or a secret link, can leave anything in it (see `ACCOUNT_RATE_LIMITS`).
    """

    _table: str

    def _cull(self, db: str, cursor: Any, now: datetime, num: int) -> None:
        operations = connections[db].ops
        cursor.execute(
            f"DELETE FROM {operations.quote_name(self._table)} WHERE expires < %s",  # noqa: S608  a name of our own
            [operations.adapt_datetimefield_value(now)],
        )
