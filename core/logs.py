"""Logs carry opaque ids only: no addresses, no links that open something, no text out of a person's row."""

import logging
import re
import traceback

from django.core.exceptions import BadRequest, ImproperlyConfigured, PermissionDenied, SuspiciousOperation
from django.db import OperationalError

from core.links import HIDDEN, mask

ADDRESS = re.compile(r"(?<![^\s@<>\"'])[^\s@<>\"']+@[\w-]+(?:\.[\w-]+)+")
"""Sought only where a word begins: sought at every letter, a long path costs the square of its length."""
TOKEN = re.compile(r"(?<=/)(?![0-9a-f]{8}-[0-9a-f]{4}-)[\w~-]{20,}(?=[/?\s]|$)", re.ASCII)
"""A long path segment that is not a UUID: what may be a secret where no route of ours says so (`core.links` knows those)."""
OPERATORS = (OperationalError, ImproperlyConfigured, ImportError)
"""Errors whose text is for the operator and quotes no row."""
REFUSALS = (BadRequest, PermissionDenied, SuspiciousOperation)
"""What a request asked for in vain; nothing broke."""


class QuietFormatter(logging.Formatter):
    """Where an error happened and its class, but not its text: a database's error quotes the row that it refused."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another formatter may have left the full text here
        try:
            line = super().format(record)
        finally:
            record.exc_text = None
        return TOKEN.sub(HIDDEN, ADDRESS.sub("[address]", line))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  logging's own name
        return mask(super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802  logging's own name
        if not isinstance(ei, tuple) or ei[1] is None or isinstance(ei[1], REFUSALS):
            return ""  # of a request that was refused, such as one for another host or of another role, the line says enough
        lines = []
        error: BaseException | None = ei[1]
        while error is not None:
            name = f"{type(error).__module__}.{type(error).__qualname__}"
            text = f"{name}: {error}\n" if isinstance(error, OPERATORS) else f"{name}\n"
            lines += [*traceback.format_tb(error.__traceback__), text]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "".join(lines).rstrip()
