"""How many messages leave in a second: `.venv/bin/python -m benchmarks.delivery [MESSAGES [WORKERS]]` (2,000 and 2).

Each database in turn, SQLite and a PostgreSQL that ends with the run: the messages are said, and as many processes as there
are workers (`manage.py drain_outbox`) send them to a mail server on this machine that takes everything. The time is from the
first outcome to the last, as the rows have it. Queries, and the sender's own CPU time, are those of 500 messages that one
process sends; other work on the machine disturbs them less.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.measure import ROOT

DEFAULTS = (2_000, 2)
"""Messages and workers."""
ALONE = 500
GOAL = 150
"""Messages a second on PostgreSQL with two workers."""
SETTINGS = {
    "SECRET_KEY": "the benchmark's own secret key, used nowhere else, 50 long",
    "AUDIT_KEY": "the benchmark's own audit key, which differs from the other",
    "FIELD_KEYS": "bench:" + "QUFB" * 10 + "QUE=",
    "SITE_URL": "http://127.0.0.1:8000",
    "ALLOWED_HOSTS": "127.0.0.1",
    "HTTPS": "0",
    "LOG_LEVEL": "ERROR",
    "DJANGO_SETTINGS_MODULE": "mentorship.settings",
}


class Sink(asyncio.Protocol):
    """As little of a mail server as a sender needs."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.rest, self.in_mail = transport, b"", False
        self.say("220 sink")

    def say(self, line: str) -> None:
        self.transport.write(line.encode() + b"\r\n")

    def data_received(self, data: bytes) -> None:
        *lines, self.rest = (self.rest + data).split(b"\r\n")
        for line in lines:
            if self.in_mail:
                if line == b".":
                    self.in_mail = False
                    self.say("250 OK")
            elif line.upper() == b"DATA":
                self.in_mail = True
                self.say("354 Go ahead")
            else:
                self.say("221 Bye" if line.upper() == b"QUIT" else "250 OK")


@contextmanager
def mail_server() -> Iterator[int]:
    """Its port."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(Sink, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def measure(messages: int, workers: int) -> dict[str, Any]:
    """On the database that the environment names, which is empty."""
    import django  # noqa: PLC0415  the environment is set by now

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.db.models import Max, Min  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from notifications.models import Delivery  # noqa: PLC0415
    from notifications.outbox import drain  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    say(10)
    drain(timezone.now())  # what a process does once
    say(ALONE)
    queries: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    began = process_time()
    with connection.execute_wrapper(count):
        drain(timezone.now(), budget=timedelta(minutes=10))
    spent = process_time() - began
    Delivery.objects.all().delete()
    say(messages)
    command = [sys.executable, "manage.py", "drain_outbox", "--seconds", "600"]
    for drain_outbox in [subprocess.Popen(command, cwd=ROOT) for _ in range(workers)]:
        drain_outbox.wait()
    sent = Delivery.objects.filter(sent_at__isnull=False)
    ends = sent.aggregate(first=Min("sent_at"), last=Max("sent_at"))
    seconds = (ends["last"] - ends["first"]).total_seconds()
    return {"sent": sent.count(), "seconds": seconds, "queries": len(queries) / ALONE, "cpu": spent / ALONE}


def say(messages: int) -> None:
    """So many messages, to a hundred people."""
    from uuid import uuid4  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    from accounts.enums import Role  # noqa: PLC0415
    from accounts.models import Program, User  # noqa: PLC0415
    from notifications.services import enqueue_all, message_for  # noqa: PLC0415
    from relationships.notices import RESUMED  # noqa: PLC0415

    now = timezone.now()
    program, _new = Program.objects.get_or_create(slug="bench", defaults={"name": "Bench", "timezone": "America/New_York"})
    people = [User.objects.get_or_create(email=f"person{number}@example.org")[0] for number in range(100)]
    for user in people:
        user.memberships.get_or_create(program=program, role=Role.MENTEE)
    for start in range(0, messages, 500):
        numbers = range(start, min(start + 500, messages))
        enqueue_all(
            message_for(RESUMED, subject_id=uuid4(), recipient=people[number % 100], program=program, now=now)
            for number in numbers
        )


def run(name: str, url: str, folder: Path, messages: int, workers: int) -> None:
    """Measure in a process of its own and print the line."""
    with mail_server() as port:
        here = {"DATABASE_URL": url, "REDIS_URL": "", "VAR_DIR": str(folder), "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
        environment = {**os.environ, **SETTINGS, **here}
        command = [sys.executable, "-m", "benchmarks.delivery", "--here", str(messages), str(workers)]
        done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    rate = found["sent"] / found["seconds"]
    alone = f"alone: {found['queries']:.2f} queries and {1000 * found['cpu']:.1f} ms of CPU a message"
    print(f"{name:10} {found['sent']:6} sent, {rate:6.0f} messages/s; {alone}")


def main() -> None:
    if sys.argv[1:2] == ["--here"]:
        print(json.dumps(measure(*map(int, sys.argv[2:]))))
        return
    given = [int(argument) for argument in sys.argv[1:]]
    messages, workers = (*given, *DEFAULTS[len(given) :])
    from core.tests.services import Services  # noqa: PLC0415  it needs the tools of the tests

    print(f"{workers} workers. The goal on PostgreSQL with 2: {GOAL} messages/s.")
    services = Services(Path(tempfile.mkdtemp(prefix="handrail-bench-")))
    try:
        for name, url in (("SQLite", ""), ("PostgreSQL", services.start_postgres())):
            (services.folder / name).mkdir()
            run(name, url, services.folder / name, messages, workers)
    finally:
        services.stop()


if __name__ == "__main__":
    main()
