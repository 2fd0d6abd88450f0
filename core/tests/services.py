"""Real services for the tests: `python -m pytest --db=sqlite` (the default) or `--db=postgres`.

pytest.ini loads this with `-p`, so it runs before pytest-django reads the settings, which come from the environment alone.
Every run has a folder of its own for `var/`, and with `--db=postgres` a PostgreSQL and a Redis on Unix sockets in it, which
die with the run, however it dies. Tests marked `services` run with `--db=postgres` only, tests marked `once` with
`--db=sqlite` only.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from core.tether import command, die_with

STARTS_WITHIN = 30.0
OURS = (
    *("DEBUG", "DEMO_MODE", "SITE_TITLE", "EMAIL_URL", "DEFAULT_FROM_EMAIL", "CSRF_TRUSTED_ORIGINS", "TRUSTED_PROXY_COUNT"),
    *("SSL_REDIRECT", "STAFF_IDLE_MINUTES", "STAFF_SESSION_HOURS", "STAY_SIGNED_IN_DAYS", "LOG_LEVEL"),
)
"""Settings that a shell may hold and the tests must not see."""
IN_XDIST_WORKER = "PYTEST_XDIST_WORKER"
POSTGRES_FLAGS = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100")


def wait_until(true: Callable[[], object], what: str, seconds: float = STARTS_WITHIN) -> None:
    """Poll until `true()`; fail the test, naming `what`, when it does not come within `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen within {seconds:g} s")
        time.sleep(0.05)


def find_program(name: str) -> str | None:
    """The path of `name`; PostgreSQL's programs are off the PATH on Debian."""
    found = shutil.which(name)
    if found and name not in ("initdb", "postgres"):
        return found
    homes = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4].split(".")[0]))
    return str(homes[-1]) if homes else found


def find_chromium() -> str | None:
    """Debian's chromium, or the one that `make test` had Playwright install."""
    own = Path(sys.prefix, "browsers").glob("chromium-*/chrome-linux*/chrome")
    return shutil.which("chromium") or next(map(str, own), None)


@dataclass
class Services:
    """What one run started, to be stopped at its end."""

    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_postgres(self) -> str:
        """Returns its DATABASE_URL. PostgreSQL refuses to run as root, so then it runs as the user postgres."""
        home = self.folder / "postgres"
        home.mkdir()
        as_root = os.getuid() == 0
        user = "postgres" if as_root else None
        if user:
            self.folder.chmod(0o711)
            shutil.chown(home, user)
        initdb, postgres = find_program("initdb"), find_program("postgres")
        if not initdb or not postgres:
            raise pytest.UsageError("--db=postgres needs PostgreSQL: apt-get install postgresql")
        data = home / "data"
        groups: list[str | int] | None = [] if as_root else None
        subprocess.run(
            [initdb, "-D", data, "-U", "handrail", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            user=user,
            extra_groups=groups,
            check=True,
            cwd=home,
            stdout=subprocess.DEVNULL,
        )
        flags = [part for flag in POSTGRES_FLAGS for part in ("-c", flag)]
        with (home / "log").open("wb") as log:
            server = [postgres, "-D", str(data), "-k", str(home), *flags]
            self._start(server, user=user, extra_groups=groups, cwd=home, stdout=log, stderr=log)
        wait_until(lambda: _accepts(home), "PostgreSQL's start")
        return f"postgres://handrail@/postgres?host={home}"

    def start_redis(self) -> str:
        """Returns its REDIS_URL without a database number."""
        redis = find_program("redis-server")
        if not redis:
            raise pytest.UsageError("--db=postgres needs Redis: apt-get install redis-server")
        path = self.folder / "redis.sock"
        server = [redis, *f"--port 0 --unixsocket {path} --appendonly no --dir {self.folder}".split(), "--save", ""]
        self._start(server, stdout=subprocess.DEVNULL)
        wait_until(path.exists, "Redis's start")
        return f"unix://{path}"

    def _start(self, server: list[str], **options: Any) -> None:
        """In a session of its own, tied to this run. No thread runs yet, so a function may run before the program does."""
        tied = partial(die_with, os.getpid())
        process = subprocess.Popen(server, start_new_session=True, preexec_fn=tied, **options)  # noqa: PLW1509
        self.processes.append(process)

    def stop(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGINT)
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def _accepts(home: Path) -> bool:
    import psycopg2  # noqa: PLC0415  only where it is needed

    try:
        psycopg2.connect(host=str(home), user="handrail", dbname="postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


def on_test_database(folder: Path, **more: str) -> dict[str, str]:
    """The environment of another process that works on the test database; `folder` becomes its `VAR_DIR`."""
    from django.db import connection  # noqa: PLC0415  the settings must be read first

    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        (folder / "handrail.sqlite3").symlink_to(name)
    url = os.environ["DATABASE_URL"].replace("@/postgres?", f"@/{name}?")
    return {**os.environ, "VAR_DIR": str(folder), "DATABASE_URL": url, **more}


# The run -------------------------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=["sqlite", "postgres"], default="sqlite", help="the database (and broker) to test on")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """Sets the environment before the settings are read. Workers of xdist inherit it and take a Redis database each."""
    worker = os.environ.get(IN_XDIST_WORKER)
    if worker:
        number = int(worker.removeprefix("gw")) + 1
        os.environ["VAR_DIR"] = str(Path(os.environ["VAR_DIR"], worker))
        if os.environ["REDIS_URL"]:
            os.environ["REDIS_URL"] = os.environ["REDIS_URL"].replace("?db=0", f"?db={number}")
        return (yield)
    services = Services(Path(tempfile.mkdtemp(prefix="handrail-test-")))
    early_config.add_cleanup(services.stop)
    postgres = early_config.known_args_namespace.db == "postgres"
    os.environ.update(dict.fromkeys(OURS, ""))
    os.environ.update(
        VAR_DIR=str(services.folder / "var"),
        DATABASE_URL=services.start_postgres() if postgres else "",
        REDIS_URL=services.start_redis() + "?db=0" if postgres else "",
        SECRET_KEY="the tests' own secret key, used nowhere else, 50 long",
        AUDIT_KEY="the tests' own audit key, which differs from the other",
        FIELD_KEYS="test:" + "QUFB" * 10 + "QUE=",
        ALLOW_TEST_CLOCK="1",
        HTTPS="0",
        SITE_URL="http://127.0.0.1:8000",
        ALLOWED_HOSTS="localhost,127.0.0.1,[::1]",
    )
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """What makes tests quick: a cheap password hash, and static files without a manifest."""
    from django.conf import settings  # noqa: PLC0415  the environment must be set first

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # Whitenoise warns when there is none
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = {"once" if config.getoption("db") == "postgres" else "services"}
    if not os.environ.get("CI") and not find_chromium():
        left_out.add("browser")
    left = [item for item in items if any(map(item.get_closest_marker, left_out))]
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=left)
    _require_groups(config, items)


def _require_groups(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A version of pytest that xdist does not know leaves the groups apart without a word."""
    alone = [item.nodeid for item in items if item.get_closest_marker("xdist_group") and "@" not in item.nodeid]
    if alone and config.getoption("loadgroup", default=False):
        raise pytest.UsageError(f"pytest-xdist does not keep the group of {alone[0]} together")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not find_chromium():
        terminalreporter.write_line("Left out: the tests in a browser. They need chromium.")


@pytest.fixture(autouse=True)
def _empty_redis() -> Iterator[None]:
    """Redis keeps rings that nobody heard."""
    yield
    if os.environ["REDIS_URL"]:
        with Redis.from_url(os.environ["REDIS_URL"]) as broker:
            broker.flushdb()


# A real worker -------------------------------------------------------------------------------------------------------


@dataclass
class Worker:
    """A Celery worker in its own process, with the pool of production, on the test database."""

    process: subprocess.Popen[bytes]
    log: Path

    def is_ready(self) -> bool:
        if self.process.poll() is not None:
            pytest.fail(f"the worker stopped:\n{self.log.read_text()}")
        return "ready." in self.log.read_text()

    def kill(self) -> None:
        """As a power cut would: the whole process group, with no chance to finish."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


StartWorker = Callable[..., Worker]


@pytest.fixture
def start_worker(transactional_db: None, tmp_path: Path) -> Iterator[StartWorker]:
    """Start a worker, with these arguments (else one for every lane) and these environment variables beside the run's own,
    such as `EMAIL_URL=...`. Needs `services`.
    """
    from django.db import connection  # noqa: PLC0415  the settings must be read first

    from core.scans import Lane  # noqa: PLC0415  the same

    url = os.environ["DATABASE_URL"].replace("@/postgres?", f"@/{connection.settings_dict['NAME']}?")
    started: list[Worker] = []

    def start(*arguments: str, **environment: str) -> Worker:
        program = [sys.executable, "-m", "celery", "-A", "mentorship", "worker", "-c", "1", "--without-mingle"]
        log = tmp_path / f"worker-{len(started)}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                command([*program, *(arguments or ("-Q", ",".join(Lane)))]),
                env={**os.environ, "DATABASE_URL": url, **environment},
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        worker = Worker(process, log)
        started.append(worker)
        wait_until(worker.is_ready, "the worker's start")
        return worker

    yield start
    for worker in started:
        worker.kill()


@pytest.fixture
def worker(start_worker: StartWorker) -> Worker:
    return start_worker()
