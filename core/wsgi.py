"""What must happen before Django builds its request."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest

_NOTHING = [("Content-Type", "text/plain"), ("Content-Length", "0"), ("Cache-Control", "no-store")]
Environ = dict[str, Any]
Application = Any


def refuse_unreadable_headers(application: Application) -> Application:
    """Answers 400 where `WSGIRequest` itself raises, which nothing inside Django could catch.

    Its parameters make a `Content-Type` dangerous: a `charset` that is a codec but no text encoding, or any charset
    together with a query of too many fields.
    """

    def guarded(environ: Environ, start_response: Any) -> Iterable[bytes]:
        try:
            if ";" in environ.get("CONTENT_TYPE", ""):
                WSGIRequest(dict(environ))
        except (LookupError, SuspiciousOperation, ValueError):
            start_response("400 Bad Request", _NOTHING)
            return []
        answer: Iterable[bytes] = application(environ, start_response)
        return answer

    return guarded
