"""The web server: waitress, with limits on how long a client may keep it waiting. See docs/adr/0012-a-server-that-buffers.md.

One loop takes in requests and gives out answers, and a thread works on a request only once the whole of it is there, so
clients that are slow, or mean to be, cost a connection and no thread. `core.policy` says whose threads answer a page.
"""

import signal
import socket
import sys
import time
from collections import Counter
from contextlib import suppress
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.servers.basehttp import get_internal_wsgi_application
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher

from core.policy import Threads, threads_for

THREADS: dict[Threads, int] = {"ordinary": 6, "calls": 2, "help": 2}
CONNECTIONS = 400
"""At once. Each may need a file beside its socket, and a process is commonly given 1,024 of both."""
IDLE_SECONDS = 20
"""How long a connection may stay without beginning a request, and an answer without a byte of it being taken."""
ARRIVAL_SECONDS = 20
LEAST_RATE = 500
LONGEST_ARRIVAL_SECONDS = 300
"""A request must be there after `ARRIVAL_SECONDS`, and a second more for every `LEAST_RATE` bytes of it that have come, up
to the longest: Apache's rule and figures (mod_reqtimeout). A form of 2 kB gets through at 100 bytes a second."""
FINISH_SECONDS = 5
"""How long what is being worked on may take to finish when the server is told to stop."""
MOST_HEADER_BYTES = 32 * 1024
MOST_BODY_BYTES = 10_000_000
"""What is read at all. Below it, a body larger than DATA_UPLOAD_MAX_MEMORY_SIZE is refused with a page that says so."""


class ArrivingRequest(HTTPRequestParser):  # type: ignore[misc]
    """A request that knows since when it has been arriving."""

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.began = time.time()

    def is_late(self, now: float) -> bool:
        came = self.header_bytes_received + self.body_bytes_received
        return bool(now - self.began > min(ARRIVAL_SECONDS + came / LEAST_RATE, LONGEST_ARRIVAL_SECONDS))


class Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to what is no request, or too large a one."""

    def execute(self) -> None:
        self.response_headers.append(("Cache-Control", "no-store"))
        super().execute()


class ClientConnection(HTTPChannel):  # type: ignore[misc]
    """One connection. Its times are in seconds since the epoch, as waitress keeps them."""

    parser_class = ArrivingRequest
    error_task_class = Refusal

    def awaits_client(self) -> bool:
        """Whether the site waits for the client, and not the client for the site."""
        return not (self.requests or self.will_close)

    def since(self) -> float:
        """When the client began the request that is arriving; else when something last went over the connection."""
        return float(self.request.began if self.request else self.last_activity)

    def is_late(self, now: float) -> bool:
        """Whether the client has kept the site waiting for too long."""
        if self.total_outbufs_len:
            return self._is_stalled(now)
        if self.requests:
            return False
        if self.request is not None:
            return bool(self.request.is_late(now))
        return bool(now - self.last_activity > IDLE_SECONDS)

    def _is_stalled(self, now: float) -> bool:
        """The lock is held from the writing of a part until it was tried to send it, so a part just written is not late."""
        if not self.outbuf_lock.acquire(blocking=False):
            return False
        try:
            return bool(now - self.last_activity > IDLE_SECONDS)
        finally:
            self.outbuf_lock.release()

    def hang_up(self) -> None:
        """Have the loop close it. Shut down as well, because the loop hears nothing of a client that reads nothing."""
        self.will_close = True
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)


class Server(TcpWSGIServer):  # type: ignore[misc]
    channel_class = ClientConnection

    def maintenance(self, now: float) -> None:
        for channel in self.active_channels.values():
            if channel.is_late(now):
                channel.hang_up()

    def handle_accept(self) -> None:
        if len(self.active_channels) >= CONNECTIONS:
            self._make_room()
        super().handle_accept()

    def _make_room(self) -> None:
        """Hang up on who has kept the site waiting longest, of the address with the most that do."""
        waiting = [channel for channel in self.active_channels.values() if channel.awaits_client()]
        if waiting:
            [(most, _)] = Counter(channel.addr[0] for channel in waiting).most_common(1)
            min((channel for channel in waiting if channel.addr[0] == most), key=ClientConnection.since).hang_up()


class Dispatcher:
    """Gives each request to the threads that its page is kept for, so that none but its own kind can hold it up."""

    def __init__(self) -> None:
        self._kinds: dict[Threads, ThreadedTaskDispatcher] = {}
        for kind, count in THREADS.items():
            self._kinds[kind] = ThreadedTaskDispatcher()
            self._kinds[kind].set_thread_count(count)

    def add_task(self, channel: ClientConnection) -> None:
        request = channel.requests[0]
        self._kinds["help" if request.error else threads_for(request.path)].add_task(channel)

    def shutdown(self) -> None:
        deadline = time.monotonic() + FINISH_SECONDS
        for threads in self._kinds.values():
            threads.shutdown(timeout=deadline - time.monotonic())


def serve(listener: socket.socket) -> None:
    """Answer what comes over `listener`, which listens already, until SIGTERM or SIGINT."""
    signal.signal(signal.SIGTERM, _stop)
    limits: dict[str, Any] = {
        "connection_limit": CONNECTIONS + 100,  # waitress's own, which stops listening: only where nobody can be hung up on
        "asyncore_use_poll": True,  # select() ends at 1,024 files
        "cleanup_interval": 1,
        "max_request_header_size": MOST_HEADER_BYTES,
        "max_request_body_size": MOST_BODY_BYTES,
        "log_socket_errors": False,
        "clear_untrusted_proxy_headers": not settings.TRUSTED_PROXY_COUNT,  # Django and allauth read them where they count
        "ident": "",
    }
    where = (listener.family, listener.type, listener.proto, listener.getsockname())
    server = Server(
        get_internal_wsgi_application(),
        _sock=listener,
        dispatcher=Dispatcher(),
        adj=Adjustments(**limits),
        sockinfo=where,
        bind_socket=False,
    )
    server.run()


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit()
