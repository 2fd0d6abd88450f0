"""One at a time, across every process."""

import zlib

from django.db import connection


def hold(name: str) -> None:
    """Wait for the lock `name` and keep it until the transaction ends. Must be called inside `transaction.atomic`.

    On SQLite every transaction that may write holds the one write lock from its start (`transaction_mode` IMMEDIATE).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(name.encode())])
