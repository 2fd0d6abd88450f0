"""Everything in one command on one machine: what `manage.py up` runs. See docs/adr/0001-embedded-mode.md."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from celery import bootsteps
from django.conf import settings

from core.scans import Scan, all_scans
from core.tasks import ring
from core.tether import command

STOP_SECONDS = 10
"""How long children may finish what they are doing before they are killed."""
START_SECONDS = 60
"""How long the first page may take."""
DEATHS_ALLOWED = 5
DEATHS_WINDOW = 60.0
"""A child that dies this many times within this many seconds brings everything down."""

NO_ROOT_WARNING = "ignore:You're running the worker:UserWarning"
"""Celery's advice for workers that read pickles; ours read JSON, from their own memory."""


class Bell:
    """Rings each scan at once and then every `every_seconds`, from a thread of its own."""

    def __init__(self, ring: Callable[[Scan], object]) -> None:
        self._ring = ring
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bell", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        due = {scan: time.monotonic() for scan in all_scans()}
        while due and not self._stopped.wait(max(0.0, min(due.values()) - time.monotonic())):
            for scan in [scan for scan, at in due.items() if at <= time.monotonic()]:
                self._ring(scan)
                due[scan] = time.monotonic() + scan.every_seconds


class EmbeddedBell(bootsteps.StartStopStep):  # type: ignore[misc]
    """Without Redis the worker rings for itself: the broker lives in its memory, out of everybody's reach."""

    requires = {"celery.worker.components:Pool"}  # the consumer starts last, and its start does not return

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        self.bell = Bell(lambda scan: ring.apply_async((scan.name,), expires=scan.every_seconds))
        super().__init__(parent, **kwargs)

    def include_if(self, parent: Any) -> bool:
        return not settings.REDIS_URL

    def start(self, parent: Any) -> None:
        self.bell.start()

    def stop(self, parent: Any) -> None:
        self.bell.stop()

    terminate = stop


class CannotRun(Exception):
    """A sentence for the person who started it: what happened, and what to do next."""


@dataclass
class Child:
    """A program that is started again, after 1, 2, 4, 8 seconds, when it dies."""

    name: str
    program: list[str]
    pass_fds: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS_ALLOWED))
    start_at: float = 0.0

    def start(self) -> None:
        """In a session of its own, so that Ctrl-C reaches only the parent, who stops the children in order."""
        self.process = subprocess.Popen(command(self.program), pass_fds=self.pass_fds, start_new_session=True)  # noqa: S603

    def watch(self, now: float) -> str | None:
        """Start it if it should run and does not. Returns what to tell the person when it has just died."""
        if self.process is None:
            if now >= self.start_at:
                self.start()
            return None
        code = self.process.poll()
        if code is None:
            return None
        self.process = None
        self.deaths.append(now)
        if len(self.deaths) == DEATHS_ALLOWED and now - self.deaths[0] < DEATHS_WINDOW:
            raise CannotRun(
                f"The {self.name} process stopped {DEATHS_ALLOWED} times within {DEATHS_WINDOW:.0f} seconds"
                f" (last exit code {code}), so everything was stopped. The lines above say why."
            )
        recent = sum(now - death < DEATHS_WINDOW for death in self.deaths)
        wait = 2 ** (recent - 1)
        self.start_at = now + wait
        return f"The {self.name} process stopped (exit code {code}). Starting it again in {wait} s."


def listen(host: str, port: int) -> socket.socket:
    """The listening socket the web process inherits; raises `CannotRun` when the address cannot be had."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(512)
    except (OSError, OverflowError) as error:
        raise CannotRun(
            f"Cannot listen on {host} port {port}: {getattr(error, 'strerror', None) or error}."
            " Stop the program that uses it, or choose another port: make run PORT=8001."
        ) from error
    return listener


class Supervisor:
    """Runs the web and the worker process until it is told to stop, and leaves nothing behind."""

    def __init__(self, listener: socket.socket, say: Callable[[str], None]) -> None:
        self.listener = listener
        self.say = say
        self.stopping = threading.Event()
        fd = listener.fileno()
        web = [sys.executable, "-m", "gunicorn", "-c", "python:core.gunicorn", "--bind", f"fd://{fd}"]
        worker = [sys.executable, "-W", NO_ROOT_WARNING, "-m", "celery", "-q", "-A", "mentorship", "worker"]
        worker += ["-P", "threads", "-c", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        self.children = [Child("web", web, (fd,)), Child("worker", worker)]

    def run(self, address: str) -> None:
        """Until SIGINT, SIGTERM or SIGHUP. Raises `CannotRun` when a child cannot be kept alive."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        try:
            for child in self.children:
                child.start()
            self._wait_for_first_page()
            if not self.stopping.is_set():
                self.say(f"Handrail is at {address}   (Ctrl-C stops it)")
            while not self.stopping.wait(0.2):
                for child in self.children:
                    news = child.watch(time.monotonic())
                    if news:
                        self.say(news)
        finally:
            self._stop_children()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()

    def _wait_for_first_page(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        answered = False
        while not answered and not self.stopping.wait(0.1):
            answered = _answers(self.listener)
            for child in self.children:
                if child.process is not None and (code := child.process.poll()) is not None:
                    raise CannotRun(f"The {child.name} process did not start (exit code {code}). The lines above say why.")
            if time.monotonic() > deadline:
                raise CannotRun(f"The first page did not come within {START_SECONDS} seconds, so everything was stopped.")

    def _stop_children(self) -> None:
        """Ask, wait, then kill each child's whole session."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _answers(listener: socket.socket) -> bool:
    """Whether the web process answers. Until it runs, the connection waits in the listener's queue."""
    allowed = settings.ALLOWED_HOSTS[0].lstrip(".").replace("*", "localhost")
    name = listener.getsockname()
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(name[0], name[0])  # noqa: S104  read, not bound
    try:
        with socket.create_connection((host, name[1]), timeout=1) as probe:
            probe.sendall(f"GET /healthz HTTP/1.0\r\nHost: {allowed}\r\n\r\n".encode())
            return probe.recv(12).endswith(b" 200")
    except OSError:
        return False
