"""What a minute costs: `.venv/bin/python -m benchmarks.tick [PAIRS ...]`.

Builds an invented program with 10,000 and one with 100,000 running pairs, on SQLite and on PostgreSQL (which it starts and
stops itself), and runs every scan that a minute rings, but for those that send mail: with nothing due, and with 1,000 rows
due. The best of three. PostgreSQL's own CPU time and memory are not this process's. On Linux.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.measure import in_own_process
from core.tests.services import Services

SIZES = (10_000, 100_000)
NOTHING_DUE_SECONDS = 0.2
MOST_TIMES = 1.5
SETTINGS = {
    "REDIS_URL": "",
    "SECRET_KEY": "the benchmark's own secret key, used nowhere else, 50 long",
    "AUDIT_KEY": "the benchmark's own audit key, which differs from the other",
    "FIELD_KEYS": "benchmark:" + "QUFB" * 10 + "QUE=",
    "SITE_URL": "http://127.0.0.1:8000",
    "ALLOWED_HOSTS": "localhost",
    "HTTPS": "0",
}


@contextmanager
def database(vendor: str) -> Iterator[None]:
    """An empty one of its own, which the processes started inside use."""
    services = Services(Path(tempfile.mkdtemp(prefix="handrail-tick-")))
    try:
        url = services.start_postgres() if vendor == "PostgreSQL" else ""
        os.environ.update(SETTINGS, DATABASE_URL=url, VAR_DIR=str(services.folder / "var"))
        yield
    finally:
        services.stop()


def measured(vendor: str, pairs: int) -> dict[str, Any]:
    with database(vendor):
        in_own_process("tick.py", "build", str(pairs))
        found: dict[str, Any] = in_own_process("tick.py", "measure")
    return found


def line(vendor: str, pairs: int, due: str, one: dict[str, Any]) -> str:
    slowest = max(one["by_scan"], key=lambda name: one["by_scan"][name])
    times = f"{one['seconds']:.3f} | {one['cpu']:.3f} | {one['queries']} | {one['bytes'] / 1e6:.1f}"
    return f"| {vendor} | {pairs:,} | {due} | {one['done']:,} | {times} | {slowest} {one['by_scan'][slowest]:.3f} |"


def goals(vendor: str, found: dict[int, dict[str, Any]]) -> Iterator[str]:
    """Each goal in a line, with whether it is met. By CPU time on SQLite, which works in this process: a busy machine disturbs
    it less."""
    least, most = min(found), max(found)
    figure = "cpu" if vendor == "SQLite" else "seconds"
    times = found[most]["1,000"][figure] / found[least]["1,000"][figure]
    said = f"{times:.2f} × from {least:,} to {most:,} pairs (goal {MOST_TIMES})"
    yield f"- {vendor}, 1,000 due: {said}: {_met(times <= MOST_TIMES)}"
    idle = found[most]["nothing"][figure]
    yield f"- {vendor}, nothing due: {idle:.3f} s (goal {NOTHING_DUE_SECONDS}): {_met(idle <= NOTHING_DUE_SECONDS)}"


def _met(yes: bool) -> str:
    return "met" if yes else "not met"


def main(sizes: list[int]) -> None:
    print(
        "| database | pairs | due | done | s | CPU s | queries | MB | slowest scan, s |\n|---|---|---|---|---|---|---|---|---|"
    )
    said: list[str] = []
    for vendor in ("SQLite", "PostgreSQL"):
        found = {pairs: measured(vendor, pairs) for pairs in sizes}
        for pairs, by_due in found.items():
            print("\n".join(line(vendor, pairs, due, one) for due, one in by_due.items()), flush=True)
        said += goals(vendor, found)
    print("", *said, sep="\n")


def step(name: str, *size: str) -> None:
    """In a process of its own, on the database that the environment names: build, or measure and print a JSON object."""
    import django  # noqa: PLC0415  the environment must be set first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from benchmarks import tick_pass, tick_program  # noqa: PLC0415

    found: dict[str, Any] = {}
    if name == "build":
        call_command("migrate", verbosity=0)
        tick_program.fill(int(size[0]))
    else:
        found = tick_pass.measure()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mentorship.settings")
    if sys.argv[1:2] in (["build"], ["measure"]):
        step(*sys.argv[1:])
    else:
        main([int(word) for word in sys.argv[1:]] or list(SIZES))
