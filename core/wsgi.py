"""What must happen before Django builds its request."""

import codecs
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.utils.http import parse_header_parameters

Environ = dict[str, Any]
Application = Any


def refuse_unreadable_headers(application: Application) -> Application:
    """Answers 400 to a `Content-Type` that makes `WSGIRequest` itself raise, which nothing inside Django could catch."""

    def guarded(environ: Environ, start_response: Any) -> Iterable[bytes]:
        try:
            _, parameters = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
            with suppress(LookupError):  # Django ignores a charset nobody knows
                codecs.lookup(parameters.get("charset", "utf-8"))
        except ValueError:
            start_response("400 Bad Request", [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return []
        answer: Iterable[bytes] = application(environ, start_response)
        return answer

    return guarded
