"""The parent of web and worker, and the children it keeps alive. `test_up.py` has it at work."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from core import supervisor
from core.supervisor import CannotRun, Child, listen

pytestmark = pytest.mark.once


def test_site_whose_child_cannot_start_stops_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "var" / "static").mkdir(parents=True)
    process = subprocess.run(
        [sys.executable, "-c", BROKEN_CHILD],
        env={**os.environ, "VAR_DIR": str(tmp_path / "var")},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert process.returncode == 1
    said = process.stderr.splitlines()  # the worker may have written lines of its own before it was stopped
    assert said[-1] == "The web process did not start (exit code 3). The lines above say why."


BROKEN_CHILD = """
import sys
from core.supervisor import CannotRun, Supervisor, listen
supervisor = Supervisor(listen("127.0.0.1", 0), "localhost")
supervisor.children[0].program = [sys.executable, "-c", "import sys; sys.exit(3)"]
try:
    supervisor.run("")
except CannotRun as error:
    sys.exit(str(error))
"""


def test_host_nobody_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*arguments: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # a real look-up would leave this machine

    with pytest.raises(CannotRun, match=r"^Cannot listen on nowhere\.invalid port 8000: Name or service not known\. "):
        listen("nowhere.invalid", 8000)


def test_child_that_keeps_dying_waits_longer_each_time_and_then_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "command", lambda program: program)
    child = Child("worker", [sys.executable, "-c", "import sys; sys.exit(7)"])
    news = []

    def live_through(moment: float) -> None:
        if line := child.watch(moment):
            news.append(line)
        if child.process is not None:
            child.process.wait()

    for moment in range(20):
        live_through(moment)
    with pytest.raises(CannotRun) as refused:
        live_through(20)

    assert news == [f"The worker process stopped (exit code 7). Starting it again in {wait} s." for wait in (1, 2, 4, 8)]
    assert str(refused.value) == (
        "The worker process stopped 5 times within 60 seconds (last exit code 7), so everything was stopped."
        " The lines above say why."
    )
