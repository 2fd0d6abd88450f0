"""A site as `manage.py up` runs it, for the tests that need one, on SQLite in a folder of its own."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from django.conf import settings

from core import tether
from core.tests.services import wait_until


def prepared(var: Path) -> Path:
    """Migrates `var`, and collects what the pages load."""
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
        self.var = var
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


def gone(processes: dict[int, str]) -> bool:
    return not any(command_of(pid) == command for pid, command in processes.items())


@contextmanager
def running(var: Path, log: Path, *arguments: str) -> Iterator[Running]:
    """A site that answers, started with `arguments`."""
    site = Running(var, log, *arguments)
    try:
        wait_until(lambda: site.says("Handrail is at"), "the first page")
        yield site
    finally:
        site.stop()
