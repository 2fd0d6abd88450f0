"""A pass of `benchmarks/tick.py`: scans, one after the other."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from time import perf_counter, process_time
from typing import Any

from django.db import connection

from benchmarks.tasks import highest_memory
from benchmarks.tick_program import NOW, make_due
from core.scans import HOUR, Lane, Scan, all_scans, run_scan

TURNS = 3


class Pass:
    """What one pass took. `by_scan` holds the seconds of each, `bytes` the most that the process has held so far."""

    def __init__(self, scans: Iterable[Scan]) -> None:
        self.queries = 0
        self.by_scan: dict[str, float] = {}
        clock, cpu = perf_counter(), process_time()
        with connection.execute_wrapper(self._count):
            self.done = sum(self._run(scan.name) for scan in scans)
        self.seconds, self.cpu = perf_counter() - clock, process_time() - cpu
        self.bytes = highest_memory()

    def _run(self, name: str) -> int:
        clock = perf_counter()
        done = run_scan(name, NOW)
        self.by_scan[name] = perf_counter() - clock
        return done

    def _count(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.queries += 1
        return execute(sql, params, many, context)


def measure() -> dict[str, dict[str, Any]]:
    """The best of several passes with nothing due, with 1,000 rows due, and of the scans of an hour or more."""
    ours = [scan for scan in all_scans() if scan.lane is Lane.MAIN]
    minute, seldom = ([scan for scan in ours if (scan.every_seconds >= HOUR) == rests] for rests in (False, True))
    Pass(ours)  # the first opens the connection and imports what is imported late
    passes: dict[str, list[Pass]] = defaultdict(list)
    for turn in range(TURNS):
        passes["nothing"].append(Pass(minute))
        make_due(turn)
        passes["1,000"].append(Pass(minute))
        passes["nothing; hourly and daily scans"].append(Pass(seldom))
    return {due: _best(some) for due, some in passes.items()}


def _best(passes: list[Pass]) -> dict[str, Any]:
    """The quickest, with the least CPU time of all: what else runs on the machine disturbs each figure by itself."""
    return {**vars(min(passes, key=lambda one: one.seconds)), "cpu": min(one.cpu for one in passes)}
