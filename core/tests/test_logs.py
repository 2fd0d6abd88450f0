import logging
import sys
import time

import pytest
from django.core.exceptions import BadRequest, ImproperlyConfigured, PermissionDenied, SuspiciousOperation
from django.db import IntegrityError, OperationalError

from core.logs import QuietFormatter


def formatted(message: str, error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    return QuietFormatter("%(message)s").format(logging.LogRecord("x", logging.ERROR, __file__, 1, message, (), info))


def caught(error: Exception, cause: Exception | None = None) -> Exception:
    try:
        raise error from cause
    except type(error):
        found = sys.exc_info()[1]
    assert isinstance(found, type(error))
    return found


def test_log_of_an_error_keeps_where_and_what_but_not_its_text() -> None:
    refused = caught(IntegrityError("Key (email)=(ben@example.org) already exists."), cause=ValueError("Ben drank"))

    line = formatted("The scan broke", refused)

    assert "Ben" not in line
    assert "ben@" not in line
    assert "test_logs.py" in line
    assert line.startswith("The scan broke\n")
    assert line.splitlines()[-1] == "builtins.ValueError"
    assert "django.db.utils.IntegrityError" in line.splitlines()


@pytest.mark.parametrize("error", [PermissionDenied("This page belongs to another role."), BadRequest(), SuspiciousOperation()])
def test_log_of_a_request_that_was_refused_is_one_line(error: Exception) -> None:
    assert formatted("Forbidden: /people/", caught(error)) == "Forbidden: /people/"


@pytest.mark.parametrize("error", [OperationalError("no such table: x"), ImproperlyConfigured("SECRET_KEY is not set.")])
def test_log_of_an_operators_error_keeps_its_text(error: Exception) -> None:
    assert formatted("It broke", caught(error)).endswith(f": {error}")


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("Not Found: /join/aB3dE6gH9jK2mN5pQ8sT1vW4yZ7", "Not Found: /join/[hidden]"),
        ("Not Found: /join/aB3dE6gH9jK2mN5pQ8sT1vW4yZ7/", "Not Found: /join/[hidden]"),
        ("Gone: /account/password/reset/key/1z-cgk3rj-6f5e4d3c2b1a0f9e8d7c/", "Gone: /account/password/reset/key/[hidden]"),
        ("Not Found: /elsewhere/aB3dE6gH9jK2mN5pQ8sT1vW4yZ7/", "Not Found: /elsewhere/[hidden]/"),
        ("Refused by mona.m+x@mail.example.org: 550", "Refused by [address]: 550"),
        (
            "Not Found: /pairs/6f9619ff-8b86-d011-b42d-00cf4fc964ff/",
            "Not Found: /pairs/6f9619ff-8b86-d011-b42d-00cf4fc964ff/",
        ),
    ],
)
def test_log_line_hides_addresses_and_secrets_but_not_ids(message: str, line: str) -> None:
    assert formatted(message) == line


def test_logging_mails_nobody_a_request() -> None:
    """Django's own configuration would send the whole request, with what was typed, to ADMINS."""
    assert logging.getLogger("django").handlers == []
    assert "AdminEmailHandler" not in [type(handler).__name__ for handler in logging.getLogger().handlers]


def test_log_of_a_long_path_costs_little() -> None:
    began = time.process_time()

    line = formatted("Not Found: /" + "a" * 50_000)

    assert line == "Not Found: /[hidden]"
    assert time.process_time() - began < 1
