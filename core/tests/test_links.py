"""Links that open something by themselves: none is written down in a log, and a mangled one opens."""

import logging
import re
import socket
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path
from shutil import copytree
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.enums import Role
from accounts.models import Membership
from accounts.tests.signing_in import link_in_last_mail
from core import links
from core.logs import QuietFormatter
from core.routes import Route, walk
from core.tests.running import running
from people.models import Invitation
from people.services import invitations

NO_SECRET = {
    "intake:export": "the kind of people",
    "intake:import_left": "the kind of people",
    "relationships:change_state": "a step in the life of a pair",
}
"""Routes with a text in their address that opens nothing by itself."""
TOKEN = "s3cr-t:_X"
"""Short, so that nothing hides it by its look."""
MANGLED = (
    "{}/>",
    "{}>",
    "{}/)",
    "{}).",
    "{}/.",
    "{},",
    '{}/"',
    "{}/\u201d",
    "{}%3E",
    "{}/%253E",
    "{}/&gt;",
    "<{}/>",
    "%3C{}%3E/",
    "&lt;{}/&gt;",
    "{}",
    " {}/ ",
    "{}/%20%0D%0A",
    "{}/\r\nThis link",
    "/{}/",
)
"""What mail programs make of the end of a link."""


def _routes() -> list[Route]:
    """Those whose address holds a text, not an id."""
    routes = walk(get_resolver().url_patterns)
    return [
        one for one in routes if "\\" in one.pattern or "(?P<" in one.pattern or re.search("<(str|slug|path):", one.pattern)
    ]


def test_every_route_with_a_text_in_its_address_is_known_as_secret_or_plain() -> None:
    secret = [route for route in _routes() if route.name not in NO_SECRET]
    starts = {
        next((start for start in links.SECRET if f"/{one.pattern.replace('^', '')}".startswith(start)), one) for one in secret
    }

    assert starts == set(links.SECRET)
    assert {route.name for route in _routes()} - {route.name for route in secret} == set(NO_SECRET)


@pytest.mark.parametrize("mangled", MANGLED)
@pytest.mark.parametrize("start", links.SECRET)
def test_mangled_link_leads_to_the_one_that_was_sent(client: Client, start: str, mangled: str) -> None:
    address = start + quote(mangled.format(TOKEN), safe="%/&;,)<>")

    for method in (client.get, client.head):
        response = method(address)
        assert (response.status_code, response.headers["Location"]) == (302, f"{start}{TOKEN}/")
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("cut", ["{}=\r\n{}/", "{}%0A{}/", "{} {}", "{}\u2028{}/>"])
def test_link_broken_over_two_lines_is_put_together(client: Client, cut: str) -> None:
    response = client.get("/join/" + quote(cut.format(TOKEN[:4], TOKEN[4:]), safe="%/"))

    assert response.headers["Location"] == f"/join/{TOKEN}/"


@pytest.mark.parametrize("address", ["/JOIN/abc/", "/Account/Confirm-Email/abc/"])
def test_link_in_capitals_is_put_right(client: Client, address: str) -> None:
    assert client.get(address).headers["Location"] == address.lower()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/account/confirm-email/", "/account/password/reset/key/done/"])
def test_page_beside_a_link_is_left_alone(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("path", ["/join/", "/join/%3E", "/join/)/", "/pairs/", "/people/join/x>", "/joint/x>"])
def test_what_is_no_link_is_not_mended(path: str) -> None:
    assert links.mended(path) is None


@pytest.mark.django_db
def test_mangled_invitation_opens(alice: Membership, client: Client, now: datetime) -> None:
    invitation = _invite(alice, now)

    response = client.get(f"{reverse('people:join', args=[invitation.token])}>", follow=True)

    assert response.status_code == 200
    assert response.templates[0].name == "people/join.html"


@pytest.mark.django_db
def test_mangled_reset_link_opens(alice: Membership, client: Client) -> None:
    client.post(reverse("account_reset_password"), {"email": "alice@example.org"})

    response = client.get(f"{link_in_last_mail()})", follow=True)

    assert "Save the new password" in response.content.decode()


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the site's own handler writes."""
    (ours,) = [one for one in logging.getLogger().handlers if isinstance(one.formatter, QuietFormatter)]
    assert isinstance(ours, logging.StreamHandler)
    written = StringIO()
    before = ours.setStream(written)
    yield written
    ours.setStream(before)


def _all_ways(client: Client, address: str) -> list[int]:
    """Ask for an address as a person, a checker and a stranger do; returns the statuses."""
    strict = Client(enforce_csrf_checks=True)
    said: dict[str, Any] = {"HTTP_REFERER": f"https://other.example{address}", "secure": True}
    return [
        client.get(address).status_code,
        client.post(address).status_code,
        client.put(address).status_code,
        client.options(address).status_code,
        client.get(f"{address}?next={quote(address)}&{address}").status_code,
        client.get(f"/account/login/?next={quote(address)}").status_code,
        client.get(f"/nowhere{address}").status_code,
        client.get(f"/https://example.org{address}").status_code,
        client.get(f"{address}%00").status_code,
        client.post(address, content_type="application/json", data="{").status_code,
        client.post(address, CONTENT_LENGTH="9000000").status_code,
        client.get(address, HTTP_HOST="other.example").status_code,
        strict.post(address, **said).status_code,
        strict.post("/account/login/", **said).status_code,
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("mangled", [*MANGLED, "{}/", "uid-{}/", "{}/more/of/it"])
@pytest.mark.parametrize("start", links.SECRET)
def test_log_never_holds_what_a_link_holds(client: Client, log: StringIO, start: str, mangled: str) -> None:
    client.raise_request_exception = False

    statuses = _all_ways(client, start + quote(mangled.format(TOKEN), safe="%/&;,)<>"))

    written = log.getvalue()
    assert {400, 403, 404, 413} <= set(statuses)
    assert written.count(links.HIDDEN) > 5
    assert [line for line in written.splitlines() if TOKEN in line or TOKEN[-4:] in line] == []


@pytest.mark.django_db
def test_log_of_a_page_that_breaks_does_not_hold_its_link(
    client: Client, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "find_open", lambda token, now: 1 // 0)
    client.raise_request_exception = False

    assert client.get(f"/join/{TOKEN}/").status_code == 500

    assert f"Internal Server Error: /join/{links.HIDDEN}\n" in log.getvalue()
    assert "ZeroDivisionError" in log.getvalue()
    assert TOKEN not in log.getvalue()


@pytest.mark.django_db
def test_log_of_a_wrong_host_is_one_line(client: Client, log: StringIO) -> None:
    assert client.get("/", HTTP_HOST="other.example").status_code == 400

    assert "Traceback" not in log.getvalue()
    assert "File " not in log.getvalue()
    (said,) = [line for line in log.getvalue().splitlines() if "other.example" in line]
    assert "Invalid HTTP_HOST header: 'other.example'." in said


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("GET /join/abc HTTP", "GET /join/[hidden]"),
        ("next=%2Fjoin%2Fabc", "next=/join/[hidden]"),
        ("next=%252Fjoin%252Fabc", "next=/join/[hidden]"),
        ("/%6Aoin/abc", "/join/[hidden]"),
        ("%0AERROR %2Fjoin/abc", " ERROR /join/[hidden]"),
        ("/JOIN/abc", "/JOIN/[hidden]"),
        ("/join/", "/join/"),
        ("50%25 of /people/", "50%25 of /people/"),
        ("%" + "25" * 9 + "2Fjoin", "[hidden]"),
    ],
)
def test_mask_hides_what_follows_however_it_is_written(text: str, masked: str) -> None:
    assert links.mask(text) == masked


@pytest.mark.once
@pytest.mark.real_time
@pytest.mark.xdist_group("one site is started")
def test_server_writes_no_link_down(prepared_var: Path, tmp_path: Path) -> None:
    paths = (f"/join/{TOKEN}/", f"/%6Aoin/{TOKEN}/", f"/nowhere/join/{TOKEN}", f"/account/login/?next=%2Fjoin%2F{TOKEN}%2F")
    with running(copytree(prepared_var, tmp_path / "var"), tmp_path / "up.log") as site:
        for path in paths:
            with socket.create_connection(("127.0.0.1", site.port), timeout=60) as line:
                head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nReferer: http://localhost{path}\r\nConnection: close\r\n\r\n"
                line.sendall(head.encode())
                assert line.recv(100).startswith(b"HTTP/1.1 ")

    said = (tmp_path / "up.log").read_text()
    assert TOKEN not in said
    assert said.count("Not Found: /join/[hidden]\n") == 2
    assert said.count("Not Found: /nowhere/join/[hidden]\n") == 1


def _invite(by: Membership, now: datetime) -> Invitation:
    return invitations.invite(
        program=by.program,
        email="nora@example.org",
        first_name="Nora",
        role=Role.MENTOR,
        by=by,
        now=now,
        submission_key=uuid4(),
    )
