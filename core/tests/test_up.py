"""`manage.py up`, as a person starts it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.management.commands.programs import HOW_TO_BEGIN
from core import embedded, supervisor, tether
from core.scans import Lane, Scan
from core.tests.running import Running, command_of, environment, free_port, gone, manage, running
from core.tests.services import wait_until

pytestmark = [pytest.mark.once, pytest.mark.xdist_group("one site is started")]
QUICK = 20.0


@pytest.fixture(scope="module")
def var(prepared_var: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated `var/`, shared by this file's runs."""
    return shutil.copytree(prepared_var, tmp_path_factory.mktemp("up") / "var")


@pytest.fixture
def up(var: Path, tmp_path: Path) -> Iterator[Running]:
    with running(var, tmp_path / "up.log") as up:
        yield up


def test_up_serves_pages_does_jobs_and_leaves_nothing_after_ctrl_c(up: Running) -> None:
    assert up.log.read_text().count(f"Handrail is at http://127.0.0.1:{up.port}/   (Ctrl-C stops it)\n") == 1
    assert urlopen(f"http://127.0.0.1:{up.port}/account/login/", timeout=10).status == 200
    wait_until(up.has_ticked, "the first job")
    children = up.descendants()
    assert len(children) == 2, children

    up.process.send_signal(signal.SIGINT)

    assert up.process.wait(QUICK) == 0
    assert gone(children)
    with socket.create_server(("127.0.0.1", up.port)):
        """The port is free again."""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_up_killed_leaves_nothing(up: Running) -> None:
    children = up.descendants()
    assert len(children) == 2, children

    up.process.kill()

    wait_until(lambda: gone(children), "the children's end", QUICK)


@pytest.mark.parametrize("name", ["serve", "celery"])
def test_up_starts_a_child_again_that_was_killed(up: Running, name: str) -> None:
    [first] = [pid for pid, command in up.descendants().items() if name in command]

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
    with running(tmp_path / "var", tmp_path / "up.log", *arguments) as site:
        said = site.log.read_text()
        page = urlopen(f"http://127.0.0.1:{site.port}/account/login/", timeout=10)

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
