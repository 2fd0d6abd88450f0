from collections.abc import Iterable
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from mentorship.wsgi import application

pytestmark = pytest.mark.django_db


def _status_of(content_type: str, query: str = "") -> str:
    environ: dict[str, Any] = {"PATH_INFO": "/healthz", "HTTP_HOST": "localhost", "QUERY_STRING": query}
    setup_testing_defaults(environ)
    started: list[str] = []
    body: Iterable[bytes] = application(
        environ | {"CONTENT_TYPE": content_type}, lambda status, headers, exc_info=None: started.append(status)
    )
    b"".join(body)
    return started[0]


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain; charset*=nobody-knows''x",
        "text/plain; charset=a\x00b",
        "text/plain; charset=rot13",
        "text/plain; charset=hex",
        "text/plain; charset=idna",
    ],
)
def test_content_type_that_breaks_the_request_itself_is_400(content_type: str) -> None:
    assert _status_of(content_type, "q=%2B2AA-") == "400 Bad Request"


def test_query_of_too_many_fields_is_400_with_a_charset_too() -> None:
    query = "&".join(f"a{number}=1" for number in range(2_001))

    assert _status_of("text/plain; charset=utf-8", query) == "400 Bad Request"
    assert _status_of("text/plain", query) == "400 Bad Request"


@pytest.mark.parametrize("content_type", ["", "text/plain", "text/plain; charset=utf-8", "; ;;", "text/plain; charset=nobody"])
def test_content_type_that_is_merely_odd_is_served(content_type: str) -> None:
    assert _status_of(content_type, "q=%2B2AA-") == "200 OK"
