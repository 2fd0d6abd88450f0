"""How long a coordinator waits for the workbench: `.venv/bin/python benchmarks/workbench.py [MENTEES MENTORS]`.

Builds an invented program in a database of its own (SQLite in a temporary folder, or the one that DATABASE_URL names, which
must be empty), then measures on one process: working the round out, and the whole answer to a lock and to new weights, from the
request to the last byte of the page. Beside the median of the time on the clock stands that of this process's own CPU time,
which other work on the machine disturbs less.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from random import Random
from statistics import median
from time import perf_counter, process_time

GOAL_MS = 300
RUNS = 7


def timed(run: Callable[[], object]) -> tuple[float, float]:
    """The medians of the clock and of CPU time, in milliseconds, after one run to warm up."""
    run()
    clock, cpu = [], []
    for _ in range(RUNS):
        start, spent = perf_counter(), process_time()
        run()
        clock.append(1000 * (perf_counter() - start))
        cpu.append(1000 * (process_time() - spent))
    return median(clock), median(cpu)


def main(mentees: int, mentors: int) -> None:
    import django  # noqa: PLC0415  the environment must be set first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from benchmarks import program  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    coordinator = program.fill(mentees, mentors, Random(7), timezone.now())
    print(f"{mentees} people wait, {mentors} mentors, on {django.db.connection.vendor}; goal {GOAL_MS} ms\n")
    print("| what | ms | CPU ms | |\n|---|---|---|---|")
    for name, run in program.steps(coordinator):
        clock, cpu = timed(run)
        print(f"| {name} | {clock:.0f} | {cpu:.0f} | {'met' if clock <= GOAL_MS else 'not met'} |")


if __name__ == "__main__":
    size = [int(word) for word in sys.argv[1:]] or [200, 80]
    sys.path.insert(0, os.getcwd())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mentorship.settings")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("VAR_DIR", folder)
        main(*size)
