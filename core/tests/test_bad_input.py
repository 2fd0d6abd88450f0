"""What stock Django answers with a 500, sent to real pages."""

import json
from contextlib import suppress
from io import BytesIO
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.multipartparser import MultiPartParserError
from django.test import Client, RequestFactory
from django.test.client import MULTIPART_CONTENT
from hypothesis import given
from hypothesis import strategies as st

from conftest import SignIn
from core.bad_input import MAX_DEPTH, _check_bytes, check_request

pytestmark = pytest.mark.django_db

LOGIN = "/account/login/"
SUPPORT = "/support/"
FORM = "application/x-www-form-urlencoded"
LONE = json.dumps("\ud800")
"""A lone surrogate as JSON writes it: `"\\ud800"`."""


def _is_refused(response: Any, status: int = 400) -> None:
    """With a page in the house's dress and its headers."""
    assert response.status_code == status
    assert [template.name for template in response.templates][:1] == [f"{413 if status == 413 else 400}.html"]
    assert "Content-Security-Policy" in response.headers
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/\x00", "/support/%00", f"{SUPPORT}?q=%00", f"{SUPPORT}?%00=q", f"{LOGIN}?next=/%00"])
def test_nul_in_the_address_is_400(client: Client, address: str) -> None:
    _is_refused(client.get(address))


@pytest.mark.parametrize("value", ["a\x00b", "\x00"])
def test_nul_in_a_form_is_400(client: Client, value: str) -> None:
    _is_refused(client.post(LOGIN, {"login": value, "password": "x"}))
    _is_refused(client.post(LOGIN, f"login=x&password={value}", content_type=FORM))


def test_nul_in_the_second_value_of_a_name_is_400(client: Client) -> None:
    _is_refused(client.post(LOGIN, "login=%00&login=ben%40example.org&password=x", content_type=FORM))


NO_TEXT = (b"\xed\xa0\x80", b"\xff", b"caf\xe9", b"\xef\xbf\xbd\xff", b"\xc3")
"""A lone surrogate, bytes of another encoding, one beside what was typed, and half a letter."""


@pytest.mark.parametrize("raw", NO_TEXT, ids=map(repr, NO_TEXT))
def test_form_with_bytes_that_are_not_text_is_400(client: Client, raw: bytes) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\na ' + raw + b"\r\n--x--\r\n"

    _is_refused(client.generic("POST", LOGIN, b"password=x&login=a+" + raw, content_type=FORM))
    _is_refused(client.generic("POST", LOGIN, b"login=a+" + quote_from_bytes(raw).encode(), content_type=FORM))
    _is_refused(client.generic("POST", LOGIN, part, content_type="multipart/form-data; boundary=x"))


@pytest.mark.parametrize("typed", ["a \ufffd b+c", "\U0001f600", "\ufffd"])
def test_form_with_any_letter_that_was_typed_is_read(client: Client, typed: str) -> None:
    """U+FFFD too, which is what a text copied from elsewhere may hold."""
    for content_type in (FORM, MULTIPART_CONTENT):
        data = urlencode({"login": typed}) if content_type == FORM else {"login": typed}
        assert client.post(LOGIN, data, content_type=content_type).context["form"].data["login"] == typed


class _Searched(bytes):
    """A body that counts how often it is gone through."""

    times = 0

    def __contains__(self, key: Any) -> bool:
        self.times += 1
        return super().__contains__(key)

    def count(self, *args: Any) -> int:
        self.times += 1
        return super().count(*args)


def test_body_is_searched_once_however_many_fields_hold_a_typed_replacement_letter(rf: RequestFactory) -> None:
    request = rf.post(LOGIN, {f"a{number}": f"\ufffd {number}" for number in range(200)})
    body = _Searched(request.body)

    _check_bytes(request, body)

    assert body.times == 1


def test_file_in_any_encoding_reaches_its_form(client: Client) -> None:
    upload = SimpleUploadedFile("people.csv", "José".encode("latin-1"))

    assert client.post(LOGIN, {"file": upload, "login": "\ufffd"}).status_code == 200


@pytest.mark.parametrize("cookie", ["sessionid", "csrftoken", "django_language", "anything"])
def test_nul_in_a_cookie_is_400(client: Client, cookie: str) -> None:
    _is_refused(client.get(LOGIN, HTTP_COOKIE=f'{cookie}="abcdefgh\\000"'))


def test_nul_in_a_header_is_400(client: Client) -> None:
    _is_refused(client.get(LOGIN, HTTP_USER_AGENT="a\x00b"))


@pytest.mark.parametrize("body", [LONE, '{"a": ["\\u0000"]}', '{"\\ud800": 1}', "{", "\xff", "[1,]"])
def test_json_that_is_not_text_is_400(client: Client, body: str) -> None:
    _is_refused(client.post(LOGIN, body.encode("latin-1"), content_type="application/json"))


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 100_000, '["' + "a" * 10 + '",' + "[" * 101]
)
def test_json_without_end_is_400_in_a_body_and_in_a_field(client: Client, text: str) -> None:
    _is_refused(client.post(LOGIN, text, content_type="application/json"))
    _is_refused(client.post(LOGIN, {"login": text, "password": "x"}))


def test_json_nested_to_the_limit_is_read(rf: RequestFactory) -> None:
    deep = "[" * MAX_DEPTH + '"[[[[{{{{"' + "]" * MAX_DEPTH

    check_request(rf.post(LOGIN, deep, content_type="application/json"))
    check_request(rf.post(LOGIN, {"login": deep}))


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "latin-1", "punycode", "unicode_escape"])
def test_charset_other_than_utf8_is_400(client: Client, charset: str) -> None:
    _is_refused(client.get(f"{LOGIN}?next=%2B2AA-", CONTENT_TYPE=f"text/plain; charset={charset}"))
    for content_type in (FORM, "multipart/form-data; boundary=x"):
        _is_refused(client.generic("POST", LOGIN, b"login=%2B2AA-", content_type=f"{content_type}; charset={charset}"))


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "nobody-knows-this-one"])
def test_charset_utf8_or_unknown_is_read(client: Client, charset: str) -> None:
    response = client.generic("POST", LOGIN, b"login=x", content_type=f"{FORM}; charset={charset}")

    assert response.status_code == 200


@pytest.mark.parametrize("address", [f"{SUPPORT}?q=%ED%A0%80", f"{SUPPORT}?q=%FF", "/%FF/", "/%ED%A0%80/"])
def test_bytes_that_are_not_utf8_in_the_address_are_no_error(client: Client, address: str) -> None:
    assert client.get(address).status_code in (200, 404)


@pytest.mark.parametrize(
    "body",
    [
        b"no boundary at all",
        b'--x\r\nContent-Disposition: form-data; name="login"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--',
        b"--x\r\n" * 5000,
        b"",
    ],
)
@pytest.mark.parametrize(
    "content_type", ["multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary=\xff"]
)
def test_multipart_that_is_broken_is_no_server_error(client: Client, body: bytes, content_type: str) -> None:
    assert client.post(LOGIN, body, content_type=content_type).status_code in (200, 400)


def test_multipart_without_a_boundary_is_400(client: Client) -> None:
    _is_refused(client.post(LOGIN, b"x", content_type="multipart/form-data"))


def test_multipart_file_name_in_an_odd_encoding_is_no_server_error(client: Client) -> None:
    for encoding in ("rot13", "utf-7", "nobody-knows-this-one", "hex"):
        head = f"--x\r\nContent-Disposition: form-data; name=\"f\"; filename*={encoding}''%2B2AA-%00\r\n\r\n".encode()
        response = client.post(LOGIN, head + b"data\r\n--x--\r\n", content_type="multipart/form-data; boundary=x")
        assert response.status_code in (200, 400)


@pytest.mark.parametrize("length", ["x", "-1", "1e9"])
def test_content_length_that_is_no_length_is_400(client: Client, length: str) -> None:
    _is_refused(client.generic("POST", LOGIN, b"login=x", content_type=FORM, CONTENT_LENGTH=length))


def test_body_with_more_fields_than_any_form_is_400(client: Client) -> None:
    _is_refused(client.post(LOGIN, "&".join(f"a{n}=1" for n in range(2_001)), content_type=FORM))
    _is_refused(client.get(f"{SUPPORT}?" + "&".join(f"a{n}=1" for n in range(2_001))))


def test_file_larger_than_the_limit_is_413_and_named_with_the_limit(client: Client) -> None:
    upload = SimpleUploadedFile("people.csv", b"x" * (settings.UPLOAD_LIMIT_BYTES + 1))

    response = client.post(LOGIN, {"file": upload})

    _is_refused(response, 413)
    assert "people.csv is larger than 1.0\xa0MB. Nothing was saved." in response.content.decode()


def test_file_of_the_limit_is_taken(client: Client) -> None:
    upload = SimpleUploadedFile("people.csv", b"x" * settings.UPLOAD_LIMIT_BYTES)

    assert client.post(LOGIN, {"file": upload}).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "GET"])
def test_body_announced_larger_than_the_limit_is_413_before_it_is_read(client: Client, method: str) -> None:
    too_long = str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)

    _is_refused(client.generic(method, LOGIN, b"x", content_type=FORM, CONTENT_LENGTH=too_long), 413)


def test_body_larger_than_it_says_is_read_no_further(client: Client) -> None:
    body = b"login=x&password=" + b"y" * 3_000_000

    response = client.generic("POST", LOGIN, body, content_type=FORM, CONTENT_LENGTH="18")

    assert response.status_code == 200
    assert response.context["form"].data["password"] == "y"


def test_body_shorter_than_it_says_is_no_server_error(client: Client) -> None:
    for content_type in (FORM, "multipart/form-data; boundary=x"):
        environ: dict[str, Any] = {"CONTENT_LENGTH": "900000", "wsgi.input": BytesIO(b"login=x")}
        response = client.generic("POST", LOGIN, b"login=x", content_type=content_type, **environ)
        assert response.status_code in (200, 400)


def test_body_of_unannounced_length_is_411(client: Client) -> None:
    _is_refused(client.post(LOGIN, {}, CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked"), 411)


def test_body_that_stops_arriving_is_400(client: Client) -> None:
    class Cut(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionResetError

    environ: dict[str, Any] = {"wsgi.input": Cut()}
    response = client.generic("POST", LOGIN, b"login=x", content_type=FORM, **environ)

    _is_refused(response)


@pytest.mark.parametrize("host", ["evil.example", "a\x00b", "x" * 300, "[::"])
def test_host_that_is_not_ours_is_400(client: Client, host: str) -> None:
    assert client.get(LOGIN, HTTP_HOST=host).status_code == 400


@pytest.mark.parametrize(
    "value", ["not-a-uuid", "5afe0000", "5afe0000-0000-4000-8000-00000000000g", "../../etc/passwd", "%2e%2e"]
)
def test_address_with_a_malformed_id_is_404(alice: Any, sign_in: SignIn, value: str) -> None:
    assert sign_in(alice).get(f"/notices/{value}/").status_code == 404


def test_refusal_speaks_the_language_of_the_browser(client: Client) -> None:
    response = client.get("/%00", HTTP_ACCEPT_LANGUAGE="es")

    assert response.headers["Content-Language"] == "es"


def _is_text(value: str) -> bool:
    return not any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in value)


@given(name=st.text(), value=st.text())
def test_json_of_any_text_is_read_exactly_when_it_is_text(name: str, value: str) -> None:
    request = RequestFactory().post(LOGIN, json.dumps([{name: [value]}]), content_type="application/json")

    try:
        check_request(request)
    except BadRequest:
        assert not _is_text(name + value)
    else:
        assert _is_text(name + value)


@given(name=st.binary(), value=st.binary(), kind=st.sampled_from(["multipart", "form", "query", "cookie"]))
def test_whatever_bytes_come_the_page_sees_only_text(name: bytes, value: bytes, kind: str) -> None:
    pair = name + b"=" + value
    part = b'--x\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n' + value + b"\r\n--x--\r\n"
    factory = RequestFactory()
    request = {
        "multipart": lambda: factory.generic("POST", LOGIN, part, content_type="multipart/form-data; boundary=x"),
        "form": lambda: factory.generic("POST", LOGIN, pair, content_type=FORM),
        "query": lambda: factory.get(LOGIN, QUERY_STRING=pair.decode("latin-1")),
        "cookie": lambda: factory.get(LOGIN, HTTP_COOKIE=pair.decode("latin-1")),
    }[kind]()

    with suppress(BadRequest, MultiPartParserError):
        check_request(request)
        seen = [*request.GET.items(), *request.POST.items(), *request.COOKIES.items()]
        assert [text for pair in seen for text in pair if not _is_text(str(text))] == []
