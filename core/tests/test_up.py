"""`manage.py up`, as a person starts it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.management.commands.programs import HOW_TO_BEGIN
from core import embedded, supervisor, tether
from core.scans import Lane, Scan
from core.tests.services import wait_until

pytestmark = [pytest.mark.once, pytest.mark.xdist_group("one site is started")]
QUICK = 20.0


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated `var/`, shared by this file's runs."""
    var = tmp_path_factory.mktemp("var")
    for command in (["migrate"], ["createcachetable"], ["collectstatic", "--no-input"]):
        manage(var, *command, "--verbosity", "0").check_returncode()
    return var


def environment(var: Path) -> dict[str, str]:
    ours = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "AUDIT_KEY", "FIELD_KEYS")
    return {**{name: value for name, value in os.environ.items() if name not in ours}, "VAR_DIR": str(var)}


def manage(var: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=environment(var),
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


class Running:
    """One `manage.py up`, and what it says."""

    def __init__(self, var: Path, log: Path, *arguments: str) -> None:
        self.port = free_port()
        self.log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                tether.command([sys.executable, "manage.py", "up", "--port", str(self.port), *arguments]),
                env=environment(var),
                cwd=settings.BASE_DIR,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def says(self, text: str) -> bool:
        if self.process.poll() is not None:
            pytest.fail(f"it stopped:\n{self.log.read_text()}")
        return text in self.log.read_text()

    def ready(self) -> dict[str, dict[str, object]]:
        """The parts of `/readyz`, or nothing while it does not answer."""
        try:
            body = urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5).read()
        except HTTPError as refused:
            body = refused.read()
        except (URLError, ConnectionError, TimeoutError):
            return {}
        parts: dict[str, dict[str, object]] = json.loads(body)["parts"]
        return parts

    def has_ticked(self) -> bool:
        tick = self.ready().get("last_tick", {})
        return isinstance(tick, dict) and tick.get("detail", "never") != "never"

    def descendants(self) -> dict[int, str]:
        """Every process below this one: its id and its command line."""
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        below, size = {self.process.pid}, 0
        while size < len(below):
            size = len(below)
            below |= {pid for pid, parent in parents.items() if parent in below}
        return {pid: command_of(pid) for pid in below - {self.process.pid}}

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def command_of(pid: int) -> str:
    """Empty for a process that is gone, or that only waits for somebody to notice."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


@pytest.fixture
def up(var: Path, tmp_path: Path) -> Iterator[Running]:
    running = Running(var, tmp_path / "up.log")
    try:
        wait_until(lambda: running.says("Handrail is at"), "the first page")
        yield running
    finally:
        running.stop()


def gone(processes: dict[int, str]) -> bool:
    return not any(command_of(pid) == command for pid, command in processes.items())


def test_up_serves_pages_does_jobs_and_leaves_nothing_after_ctrl_c(up: Running) -> None:
    assert up.log.read_text().count(f"Handrail is at http://127.0.0.1:{up.port}/   (Ctrl-C stops it)\n") == 1
    assert urlopen(f"http://127.0.0.1:{up.port}/account/login/", timeout=10).status == 200
    wait_until(up.has_ticked, "the first job")
    children = up.descendants()
    assert len(children) == 3, children

    up.process.send_signal(signal.SIGINT)

    assert up.process.wait(QUICK) == 0
    assert gone(children)
    with socket.create_server(("127.0.0.1", up.port)):
        """The port is free again."""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_up_killed_leaves_nothing(up: Running) -> None:
    children = up.descendants()
    assert len(children) == 3, children

    up.process.kill()

    wait_until(lambda: gone(children), "the children's end", QUICK)


@pytest.mark.parametrize("name", ["gunicorn", "celery"])
def test_up_starts_a_child_again_that_was_killed(up: Running, name: str) -> None:
    first = min(pid for pid, command in up.descendants().items() if name in command)  # gunicorn's own worker came later

    os.kill(first, signal.SIGKILL)

    wait_until(lambda: up.says("process stopped (exit code -9). Starting it again in 1 s."), "the news", QUICK)
    wait_until(
        lambda: [pid for pid, command in up.descendants().items() if name in command and "tether" not in command],
        "the new child",
        QUICK,
    )
    wait_until(up.has_ticked, "an answer", QUICK)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_process_that_only_supervises_is_small(up: Running) -> None:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{up.process.pid}/status").read_text().splitlines())

    assert "core.supervisor" in command_of(up.process.pid)
    assert int(status["VmRSS"].removesuffix("kB")) <= 30_000


def test_up_runs_first_what_it_is_told_to_and_then_serves(tmp_path: Path) -> None:
    """As `make run DEMO_MODE=0` does on a machine that has no tables yet."""
    first = ("migrate --verbosity 0", "createcachetable --verbosity 0", "collectstatic --no-input --verbosity 0", "programs")
    arguments = [part for line in first for part in ("--first", line)]
    running = Running(tmp_path / "var", tmp_path / "up.log", *arguments)
    try:
        wait_until(lambda: running.says("Handrail is at"), "the first page")
        said = running.log.read_text()
        page = urlopen(f"http://127.0.0.1:{running.port}/account/login/", timeout=10)
    finally:
        running.stop()

    assert said.startswith(HOW_TO_BEGIN + "\n")
    assert page.status == 200


def test_up_whose_first_command_fails_serves_nothing(tmp_path: Path) -> None:
    done = manage(tmp_path / "var", "up", "--port", str(free_port()), "--first", "migrate no_such_app")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "CommandError: No installed app with label 'no_such_app'.\n"


def test_up_on_a_port_in_use_is_refused_with_the_remedy(settings: Settings) -> None:
    settings.REDIS_URL = ""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CommandError) as refused:
            call_command("up", port=str(port))

    assert str(refused.value) == (
        f"Cannot listen on 127.0.0.1 port {port}: Address already in use."
        " Stop the program that uses it, or choose another port: make run PORT=8001."
    )


@pytest.mark.parametrize("port", ["", "abc", "0", "65536", "-1", "80.5", "²", "８０"])
def test_up_on_a_port_that_is_none_is_refused(port: str, settings: Settings) -> None:
    settings.REDIS_URL = ""

    with pytest.raises(CommandError) as refused:
        call_command("up", port=port)

    assert str(refused.value) == f"PORT is malformed: {port!r} is not a port. Give a whole number from 1 to 65535."


def test_up_with_redis_is_refused_with_what_to_run(settings: Settings) -> None:
    settings.REDIS_URL = "redis://localhost"

    with pytest.raises(CommandError, match="celery -A mentorship worker"):
        call_command("up", port="8000", stdout=StringIO())


def test_bell_rings_each_scan_of_its_lane_at_once_and_then_at_its_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    often, rarely = (Scan(name, lambda now: 0, seconds, 1) for name, seconds in (("often", 1), ("rarely", 3600)))
    apart = Scan("apart", lambda now: 0, 1, 1, Lane.DELIVERY)
    monkeypatch.setattr(embedded, "all_scans", lambda: [often, rarely, apart])
    rung: list[tuple[str, float]] = []
    bell = embedded.Bell(Lane.MAIN, lambda scan: rung.append((scan.name, time.monotonic())))

    bell.start()
    wait_until(lambda: len(rung) == 4, "four rings", QUICK)
    bell.stop()

    assert [name for name, _ in rung] == ["often", "rarely", "often", "often"]
    assert rung[3][1] - rung[0][1] >= 2


def test_scan_that_hangs_in_its_own_lane_does_not_hold_up_the_worker(var: Path, tmp_path: Path) -> None:
    """The embedded worker has two slots; three scans wait for a server that never answers."""
    marks = tmp_path / "var"
    shutil.copytree(var, marks)
    with (tmp_path / "worker.log").open("wb") as log:
        worker = subprocess.Popen(
            tether.command([*supervisor.WORKER, "-I", "core.tests.hanging_scans"]),
            env=environment(marks),
            cwd=settings.BASE_DIR,
            stdout=log,
            stderr=log,
        )
    try:
        wait_until((marks / "hangs").exists, "the scan that hangs")
        before = len(marks.joinpath("works").read_text()) if marks.joinpath("works").exists() else 0
        wait_until(lambda: (marks / "works").exists() and len((marks / "works").read_text()) > before + 2, "the other scan")
        worker.terminate()
        assert worker.wait(QUICK) == 0
    finally:
        worker.kill()
        worker.wait()
