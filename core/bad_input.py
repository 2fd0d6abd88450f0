"""Requests that no page could answer well: bytes that are not text, bodies beyond the limit, JSON without end.

A stock Django answers several of these with a 500, some only on PostgreSQL: NUL in a path, query, cookie or JSON, a lone
surrogate, a `charset` that is a codec but no text encoding, JSON nested 100,000 deep. They are refused at the door.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

MAX_DEPTH = 100
"""How deep lists and objects may nest in JSON."""
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
_JSON_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"?')


class FileTooLarge(RequestDataTooBig):
    """One of the files that came, by its name."""


class LengthUnknown(BadRequest):
    """A body of unknown length was announced; browsers always say how long a form is."""


def check_request(request: HttpRequest) -> None:
    """Reads the whole request once.

    Raises `RequestDataTooBig`, `LengthUnknown`, `BadRequest`, or what Django's own parsers raise for a broken body.
    """
    _check_size(request)
    if (request.encoding or "utf-8").lower() != "utf-8":
        raise BadRequest("Only UTF-8 is understood.")
    _check_texts((request.path, *request.COOKIES.values(), *_headers(request)))
    _check_texts(_all_of(request.GET))
    if request.method == "POST":
        _check_form(request)
    if request.content_type == "application/json":
        _check_json(request.body)


def _check_size(request: HttpRequest) -> None:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError as error:
        raise BadRequest("Content-Length is not a number.") from error
    if length < 0:
        raise BadRequest("Content-Length is below zero.")
    if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise RequestDataTooBig("The body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE.")
    if not request.META.get("CONTENT_LENGTH") and request.META.get("HTTP_TRANSFER_ENCODING"):
        raise LengthUnknown("Content-Length is missing.")


def _check_form(request: HttpRequest) -> None:
    body = request.body  # read before the form, which would leave nothing of it
    _check_texts(_all_of(request.POST))
    _check_bytes(request, body)
    for value in request.POST.values():
        if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
            _check_depth(value)
    for name, uploads in request.FILES.lists():
        _check_texts((name, *(upload.name or "" for upload in uploads)))
        for upload in uploads:
            if (upload.size or 0) > settings.UPLOAD_LIMIT_BYTES:
                raise FileTooLarge(upload.name)


def _check_bytes(request: HttpRequest, body: bytes) -> None:
    """Django takes bytes that are no text for other letters, such as U+FFFD for half of a surrogate pair."""
    if request.content_type == "application/x-www-form-urlencoded":
        is_text = _is_utf8(unquote_to_bytes(body))
    else:  # each U+FFFD that was really typed stands in the body; files beside it may be in any encoding
        read = sum(text.count("\ufffd") for text in _all_of(request.POST))
        is_text = not read or read <= body.count("\ufffd".encode())
    if not is_text:
        raise BadRequest("The form holds bytes that are not text.")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _check_json(body: bytes) -> None:
    try:
        text = body.decode()
        _check_depth(text)
        _check_texts(_texts_in(json.loads(text)) if text else ())
    except (ValueError, RecursionError) as error:
        raise BadRequest("The JSON cannot be read.") from error


def _check_texts(texts: Iterable[str]) -> None:
    for text in texts:
        if _UNREADABLE.search(text):
            raise BadRequest("The request holds bytes that are not text.")


def _check_depth(text: str) -> None:
    """Counts brackets outside quotes instead of parsing, because the parser is what gives way."""
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", _JSON_TEXT.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise BadRequest(f"Lists are nested more than {MAX_DEPTH} deep.")


def _headers(request: HttpRequest) -> Iterator[str]:
    return (value for key, value in request.META.items() if key.startswith("HTTP_") and isinstance(value, str))


def _all_of(data: "MultiValueDict[str, str]") -> Iterator[str]:
    """Every name and every value, also of names given twice."""
    for name, values in data.lists():
        yield name
        yield from (value for value in values if isinstance(value, str))


def _texts_in(data: Any) -> Iterator[str]:
    """Every key and text in parsed JSON."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
