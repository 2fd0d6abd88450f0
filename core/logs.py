"""Logs carry opaque ids only: no addresses, no links that open something, no text out of a person's row."""

import logging
import re
import traceback

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

ADDRESS = re.compile(r"(?<![^\s@<>\"'])[^\s@<>\"']+@[\w-]+(?:\.[\w-]+)+")
"""Sought only where a word begins: sought at every letter, a long path costs the square of its length."""
TOKEN = re.compile(r"(?<=/)(?![0-9a-f]{8}-[0-9a-f]{4}-)[\w~-]{20,}(?=[/?\s]|$)", re.ASCII)
"""A long path segment that is not a UUID, such as the secret of an invitation or of a password reset."""
OPERATORS = (OperationalError, ImproperlyConfigured, ImportError)
"""Errors whose text is for the operator and quotes no row."""


class QuietFormatter(logging.Formatter):
    """Where an error happened and its class, but not its text: a database's error quotes the row that it refused."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another formatter may have left the full text here
        try:
            line = super().format(record)
        finally:
            record.exc_text = None
        return TOKEN.sub("[hidden]", ADDRESS.sub("[address]", line))

    def formatException(self, ei: object) -> str:  # noqa: N802  logging's own name
        if not isinstance(ei, tuple) or ei[1] is None:
            return ""
        lines = []
        error: BaseException | None = ei[1]
        while error is not None:
            name = f"{type(error).__module__}.{type(error).__qualname__}"
            text = f"{name}: {error}\n" if isinstance(error, OPERATORS) else f"{name}\n"
            lines += [*traceback.format_tb(error.__traceback__), text]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "".join(lines).rstrip()
