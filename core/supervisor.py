"""The parent of web and worker in the embedded mode. See docs/adr/0001-embedded-mode.md.

It imports the standard library alone, because it stands there as long as the site does and only watches: `become` gives
the process of `manage.py up` to it, and Django, Celery and the apps leave the memory.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn

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
WORKER = [sys.executable, "-W", NO_ROOT_WARNING, "-m", "celery", "-q", "-A", "mentorship", "worker"]
WORKER += ["-P", "threads", "-c", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"]


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

    def __init__(self, listener: socket.socket, host: str) -> None:
        """`host` is a name that the web process answers to."""
        self.listener = listener
        self.host = host
        self.stopping = threading.Event()
        fd = listener.fileno()
        web = [sys.executable, "-m", "django", "serve", "--fd", str(fd)]
        self.children = [Child("web", web, (fd,)), Child("worker", WORKER)]

    def run(self, address: str) -> None:
        """Until SIGINT, SIGTERM or SIGHUP. Raises `CannotRun` when a child cannot be kept alive."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        try:
            for child in self.children:
                child.start()
            self._wait_for_first_page()
            if not self.stopping.is_set():
                _say(f"Handrail is at {address}   (Ctrl-C stops it)")
            while not self.stopping.wait(0.2):
                for child in self.children:
                    news = child.watch(time.monotonic())
                    if news:
                        _say(news)
        finally:
            self._stop_children()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()

    def _wait_for_first_page(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        answered = False
        while not answered and not self.stopping.wait(0.1):
            answered = _answers(self.listener, self.host)
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


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  for the person who started it


def _answers(listener: socket.socket, host: str) -> bool:
    """Whether the web process answers. Until it runs, the connection waits in the listener's queue."""
    name = listener.getsockname()
    reached_at = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(name[0], name[0])  # noqa: S104  read, not bound
    try:
        with socket.create_connection((reached_at, name[1]), timeout=1) as probe:
            probe.sendall(f"GET /healthz HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
            return probe.recv(12).endswith(b" 200")
    except OSError:
        return False


def become(listener: socket.socket, address: str, host: str) -> NoReturn:
    """Make this process the supervisor, with its id, its environment and `listener`, and nothing else that it held."""
    listener.set_inheritable(True)
    program = [sys.executable, "-m", "core.supervisor", str(listener.fileno()), address, host]
    os.execv(program[0], program)  # noqa: S606  no shell is wanted


def main(fd: str, address: str, host: str) -> None:
    with socket.socket(fileno=int(fd)) as listener:
        try:
            Supervisor(listener, host).run(address)
        except CannotRun as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
