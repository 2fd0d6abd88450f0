"""The web server under clients that are slow, or mean to be, with a real `manage.py up`."""

import re
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from shutil import copytree
from threading import Thread
from urllib.parse import urlencode

import pytest
from django.urls import get_resolver

from core import web
from core.policy import policy_of
from core.routes import walk
from core.tests.running import Running, manage, running
from core.tests.services import wait_until

pytestmark = [pytest.mark.once, pytest.mark.real_time, pytest.mark.xdist_group("one site is started")]
SOON = 8.0
"""Seconds in which a page comes on a machine that does other things too; no limit of the server is as short."""
SLOW_POST = (
    b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
)


@pytest.fixture(scope="module")
def site(prepared_var: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("site")
    with running(copytree(prepared_var, folder / "var"), folder / "up.log") as up:
        yield up


def connect(site: Running, source: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", site.port), timeout=SOON, source_address=(source, 0))


def answer_on(connection: socket.socket) -> str:
    """All that comes until the server ends the connection."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts).decode()


def get(site: Running, path: str) -> str:
    with connect(site) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return answer_on(connection)


def post(path: str, fields: dict[str, str], cookies: str) -> tuple[bytes, bytes]:
    """The head and the body of a form."""
    body = urlencode(fields)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {cookies}\r\nContent-Length: {len(body)}\r\n"
    )
    return f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode(), body.encode()


def status_of(answer: str) -> int:
    return int(answer.split(" ", 2)[1])


def form_of(page: str) -> tuple[dict[str, str], str]:
    """The hidden fields of the page's main form, and the cookie that goes with them."""
    form = max(re.findall(r"<form.*?</form>", page, re.DOTALL), key=len)
    hidden = re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
    [cookie] = re.findall(r"Set-Cookie: +(csrftoken=[^;]+)", page)
    return dict(hidden), cookie


def test_slow_clients_take_no_thread_and_are_ended(site: Running) -> None:
    """Nine of a kind, and then fifty: one thread fewer than either would do."""
    with ExitStack() as stack:
        clients: dict[str, list[socket.socket]] = {"unfinished": [], "dripping": [], "not reading": []}
        for count in (9, 41):
            for _ in range(count):
                clients["unfinished"] += [begin(site, stack, part) for part in (SLOW_POST, b"GET /acc")]
                clients["dripping"].append(begin(site, stack, SLOW_POST))
                clients["not reading"].append(ask_and_do_not_read(site, stack))
            drip(clients["dripping"])

            assert {status_of(get(site, path)) for path in ("/healthz", "/support/", "/account/login/")} == {200}

        def are_ended() -> bool:
            drip(clients["dripping"])
            time.sleep(0.5)
            return not any(held(site, some) for some in clients.values())

        assert {kind: held(site, some) for kind, some in clients.items()} == {kind: len(some) for kind, some in clients.items()}
        wait_until(are_ended, "the end of every connection", max(web.ARRIVAL_SECONDS, web.IDLE_SECONDS) + 2 * SOON)


def begin(site: Running, stack: ExitStack, part: bytes) -> socket.socket:
    connection = stack.enter_context(connect(site))
    connection.sendall(part)
    return connection


def ask_and_do_not_read(site: Running, stack: ExitStack) -> socket.socket:
    """For more than the system keeps for a client that takes nothing."""
    greedy = stack.enter_context(socket.socket())
    greedy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    greedy.connect(("127.0.0.1", site.port))
    greedy.sendall(b"GET /static/vendor/bootstrap.min.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20)
    return greedy


def drip(connections: list[socket.socket]) -> None:
    for connection in connections:
        with suppress(OSError):  # ended
            connection.send(b"a")


def held(site: Running, connections: list[socket.socket]) -> int:
    """How many of them the site still has open."""
    ours = {connection.getsockname()[1] for connection in connections}
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ends = {int(row[2].split(":")[1], 16) for row in rows if int(row[1].split(":")[1], 16) == site.port and row[9] != "0"}
    return len(ours & ends)


def test_check_in_over_a_slow_line_gets_through(site: Running) -> None:
    """2 kB at 1 kB a second: the edge of a village."""
    cookies = f"sessionid={manage(site.var, 'shell', '--verbosity', '0', '-c', SIGN_IN_A_MENTEE).stdout.strip()}"
    with connect(site) as connection:
        connection.sendall(
            f"GET /check-in/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {cookies}\r\n\r\n".encode()
        )
        hidden, cookie = form_of(answer_on(connection))
    head, body = post("/check-in/", {**hidden, "mood": "3", "note": "x" * 450}, f"{cookies}; {cookie}; {'y=' + 'z' * 1000}")
    assert len(head + body) > 1800

    with connect(site) as connection:
        for start in range(0, len(head + body), 100):
            connection.sendall((head + body)[start : start + 100])
            time.sleep(0.1)
        answer = answer_on(connection)

    assert status_of(answer) == 302, answer
    with closing(sqlite3.connect(site.var / "handrail.sqlite3")) as database:
        assert database.execute("SELECT mood FROM checkins_checkin").fetchall() == [(3,)]


SIGN_IN_A_MENTEE = """
from django.test import Client
from django.utils import timezone
from demo import factories
mentee = factories.make_mentee(factories.make_program("north"), "ben@example.org", now=timezone.now())
client = Client()
client.force_login(mentee.user)
print(client.session.session_key)
"""


def test_flood_of_connections_costs_the_one_who_floods(site: Running) -> None:
    """Somebody else had begun before, and is not the one who is hung up on."""
    hidden, cookie = form_of(get(site, "/account/login/"))
    head, body = post("/account/login/", {**hidden, "login": "nobody@example.org", "password": "wrong"}, cookie)
    with ExitStack() as stack:
        honest = stack.enter_context(connect(site))
        honest.sendall(head)
        flood = [stack.enter_context(connect(site, "127.0.0.2")) for _ in range(web.CONNECTIONS + 50)]

        assert {status_of(get(site, path)) for path in ("/healthz", "/support/")} == {200}
        wait_until(lambda: held(site, flood) <= web.CONNECTIONS, "the end of some", SOON)
        honest.sendall(body)
        answer = answer_on(honest)

    assert "error-summary" in answer, answer


def test_what_is_no_request_is_refused_and_kept_by_nobody(site: Running) -> None:
    with connect(site) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nno header\r\n\r\n")
        answer = answer_on(connection)

    assert status_of(answer) == 400
    assert "\r\nCache-Control: no-store\r\n" in answer


def waits(site: Running, path: str) -> bool:
    """Whether nothing of the page comes within a second."""
    with connect(site) as connection:
        connection.settimeout(1)
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        try:
            connection.recv(1)
        except TimeoutError:
            return True
        return False


def test_pages_that_wait_hold_up_no_page_for_help(site: Running) -> None:
    """Twelve wait for the database, which somebody else writes to; the pages for help, with their styles, come."""
    hidden, cookie = form_of(get(site, "/account/login/"))
    answers: list[str] = []
    connections = [connect(site) for _ in range(2 * web.THREADS["ordinary"])]

    def sign_in(connection: socket.socket) -> None:
        with connection:
            connection.settimeout(4 * SOON)
            connection.sendall(
                b"".join(post("/account/login/", {**hidden, "login": "no@example.org", "password": "x"}, cookie))
            )
            answers.append(answer_on(connection))

    with closing(sqlite3.connect(site.var / "handrail.sqlite3", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        waiting = [Thread(target=sign_in, args=(connection,)) for connection in connections]
        for thread in waiting:
            thread.start()
        wait_until(lambda: waits(site, "/account/login/"), "that no thread is left", 2 * SOON)

        helped = {status_of(get(site, path)) for path in ("/healthz", "/support/", "/static/vendor/bootstrap.min.css")}

        assert (helped, answers) == ({200}, [])
        database.execute("ROLLBACK")
    for thread in waiting:
        thread.join(4 * SOON)
    assert len(answers) == len(waiting)


@pytest.mark.parametrize(
    ("came", "seconds", "late"),
    [
        (0, 19, False),
        (0, 21, True),
        (20, 21, True),
        (5_000, 29, False),
        (5_000, 31, True),
        (9_000_000, 299, False),
        (9_000_000, 301, True),
    ],
)
def test_request_is_late_by_how_much_of_it_has_come(came: int, seconds: int, *, late: bool) -> None:
    request = web.ArrivingRequest(None)
    request.body_bytes_received = came

    assert request.is_late(request.began + seconds) is late


def test_threads_are_kept_for_the_pages_of_safety() -> None:
    kept = {route.name: policy.threads for route in walk(get_resolver().url_patterns) if (policy := policy_of(route.view))}

    assert {name: threads for name, threads in kept.items() if threads != "ordinary"} == {
        "core:healthz": "help",
        "core:support": "help",
        "accounts:exit": "calls",
        "checkins:new": "calls",
        "relationships:tell_supervisor": "calls",
    }
