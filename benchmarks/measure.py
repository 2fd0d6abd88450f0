"""Time and memory of one piece of work. Run the small ones several times: the best is the one least disturbed."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parent.parent
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Taken:
    """`seconds` on the clock and `cpu` seconds of this process: about the same unless the machine is busy."""

    seconds: float
    cpu: float


def best_of(times: int, work: Callable[[], Result]) -> tuple[Taken, Result]:
    """The least of several runs, each figure by itself, and the last result."""
    seconds, cpus = [], []
    for _ in range(times):
        clock, cpu = time.perf_counter(), time.process_time()
        result = work()
        cpus.append(time.process_time() - cpu)
        seconds.append(time.perf_counter() - clock)
    return Taken(min(seconds), min(cpus)), result


def in_own_process(*arguments: str, python: str = sys.executable) -> Any:
    """What a script of this folder prints as JSON. Memory that an earlier piece of work had does not count there."""
    script, *rest = arguments
    environment = {**os.environ, "PYTHONPATH": str(ROOT)} if python == sys.executable else None
    command = [python, "-P", str(ROOT / "benchmarks" / script), *rest]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)
