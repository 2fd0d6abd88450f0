"""The tests' own services."""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from core.models import ScanRun
from core.scans import all_scans
from core.tasks import ring
from core.tests.services import StartWorker, wait_until


def test_run_has_its_own_var_outside_the_project() -> None:
    assert settings.BASE_DIR not in Path(settings.VAR_DIR).parents


def test_database_is_the_one_asked_for(request: pytest.FixtureRequest) -> None:
    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[request.config.getoption("db")]


@pytest.mark.services
def test_worker_killed_is_gone_and_another_takes_the_next_ring(start_worker: StartWorker) -> None:
    first = start_worker()

    first.kill()

    assert first.process.returncode == -9
    start_worker()
    ring.apply_async((all_scans()[0].name,))
    wait_until(ScanRun.objects.exists, "the scan")


def test_services_stop_with_their_run(tmp_path: Path) -> None:
    """A whole run of its own, which leaves no folder behind."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    test = "core/tests/test_services.py::test_run_has_its_own_var_outside_the_project"

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test],
        env={**environment, "TMPDIR": str(tmp_path)},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert list(tmp_path.glob("handrail-test-*")) == []


@pytest.mark.services
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_services_of_a_run_that_was_killed_are_gone() -> None:
    """In a folder that the user postgres may pass through, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="handrail-killed-"))
    folder.chmod(0o711)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--db=postgres", "core/tests/test_scans.py"],
        env={**environment, "TMPDIR": str(folder)},
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: list(folder.glob("handrail-test-*/redis.sock")), "the start of its services")
        assert processes_in(folder)
    finally:
        run.kill()
        run.wait()

    wait_until(lambda: not processes_in(folder), "the end of its services")
    shutil.rmtree(folder)


def processes_in(folder: Path) -> list[str]:
    """The command lines of the processes that work in `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if str(folder) in os.readlink(process / "cwd") + (process / "cmdline").read_text():
                found.append((process / "cmdline").read_text())
    return found
