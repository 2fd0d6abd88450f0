"""How fast matching is, beside goals. Prints markdown tables for docs/matching.md. No network.

    python -m benchmarks.matching            all of it: about 15 minutes, and 3 GB of memory
    python -m benchmarks.matching --quick    small sizes: about two minutes

People are invented (`benchmarks.people`, seed 1). Each figure is the best of several runs in this one sitting; ratios are of
processor time, which other work on the machine disturbs least, and of wall time where another program is asked.
"""

import argparse
import json
import os
import platform
import subprocess
import tempfile
import tracemalloc
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as in the product

import numpy as np
import scipy
from numpy.typing import NDArray

from benchmarks.measure import best_of, in_own_process
from benchmarks.people import invent
from matching.assignment import Assignment, assign
from matching.scoring.availability import Times, encode_times
from matching.scoring.eligibility import check
from matching.scoring.encoding import Tables, encode
from matching.scoring.people import MenteeFacts, MentorFacts
from matching.scoring.scores import Floats, score

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SMALL, MIDDLE, LARGE = (1000, 400), (3000, 1200), (10_000, 4_000)
ROUNDS = [(100, 40), (500, 200), SMALL]
POINTS = 1_000_000
HERE = Path(__file__).resolve().parent
INSTALL = "python3 -m venv benchmarks/.venv && benchmarks/.venv/bin/pip install -r benchmarks/requirements.txt"

Size = tuple[int, int]
Whole = NDArray[np.int64]


class InventedPeople:
    """Invented people of one size."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.mentees: list[MenteeFacts]
        self.mentors: list[MentorFacts]
        self.mentees, self.mentors = invent(*size, seed=1)
        self.places = np.array([who.places_left for who in self.mentors], dtype=np.int64)

    def encode(self) -> tuple[Times, Tables]:
        """What the rules and the score read."""
        times = encode_times(self.mentees, self.mentors, NOW)
        return times, encode(self.mentees, self.mentors, times=times)

    def prepare(self) -> tuple[Floats, NDArray[np.bool_]]:
        """The score of each mentee with each mentor, and which of them may be paired."""
        times, tables = self.encode()
        return score(tables).matrix, check(self.mentees, self.mentors, times=times).mask()

    def match(self, **how: Any) -> Assignment:
        """From profiles to pairs, as the product does it."""
        scores, eligible = self.prepare()
        return assign(scores, self.places, eligible=eligible, **how)


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Printed at once, row by row: some take minutes."""
    print(f"\n### {title}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}", flush=True)
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


def sized(size: Size) -> str:
    return f"{size[0]:,} × {size[1]:,}"


def at_least(goal: float, figure: float, unit: str = "×") -> str:
    return f"≥ {goal:g}{unit}: {'met' if figure >= goal else '**not met**'}"


def at_most(goal: float, figure: float, unit: str = "×") -> str:
    return f"≤ {goal:g}{unit}: {'met' if figure <= goal else '**not met**'}"


def seconds(taken: float) -> str:
    return f"{taken:.1f} s" if taken >= 10 else f"{taken:.2f} s" if taken >= 1 else f"{1000 * taken:.1f} ms"


def megabytes(count: float) -> str:
    return f"{count / 2**20:,.0f} MB"


def scoring(sizes: Iterable[Size]) -> Iterable[Sequence[str]]:
    for size in sizes:
        people, runs = InventedPeople(size), {SMALL: 25, MIDDLE: 9}.get(size, 3)
        encoded, (times, tables) = best_of(min(runs, 9), people.encode)
        ruled, _ = best_of(min(runs, 9), partial(check, people.mentees, people.mentors, times=times))
        taken, scores = best_of(runs, partial(score, tables))
        del scores
        tracemalloc.start()
        matrix = score(tables).matrix
        peak = tracemalloc.get_traced_memory()[1] / matrix.nbytes
        tracemalloc.stop()
        pair, wall, rule = (1e9 * spent / matrix.size for spent in (taken.cpu, taken.seconds, ruled.cpu))
        yield (
            sized(size), seconds(taken.cpu), f"{pair:.1f} ns ({wall:.1f} ns)", at_most(15, pair, " ns"), f"{peak:.2f}×",
            at_most(1.25, peak), f"{1e6 * encoded.cpu / sum(size):.0f} µs", f"{rule:.0f} ns",
        )  # fmt: skip


def beside_mentor_match(sizes: Iterable[Size], python: Path) -> Iterable[Sequence[str]]:
    for size in sizes:
        people = InventedPeople(size)
        runs = 9 if size != SMALL else 5
        ours, found = best_of(runs, people.match)
        best = people.match(floor=False)
        matrix, mask = people.prepare()
        points = np.where(mask, np.rint(matrix * POINTS), -1).astype(np.int64)
        for way in ("rounds", "places"):
            theirs, mentor_of = by_mentor_match(points, people.places, way, 1 if size == SMALL else 3, python)
            rows = np.flatnonzero(mentor_of >= 0)
            total = float(matrix[rows, mentor_of[rows]].astype(np.float64).sum())
            more, ratio = 100 * (found.total / total - 1), theirs / ours.seconds
            is_goal = size == SMALL and way == "rounds"
            yield (
                sized(size), f"by {way}", f"{seconds(ours.seconds)} ({seconds(ours.cpu)})", seconds(theirs),
                f"{ratio:,.0f}×", at_least(400, ratio) if is_goal else "",
                f"{found.total:.2f} of {found.matched}", f"{best.total:.2f} of {best.matched}", f"{total:.2f} of {len(rows)}",
                f"{more:+.2f} %", at_least(1, more, " %") if is_goal else "",
                f"{found.worst:.2f}, {matrix[rows, mentor_of[rows]].min():.2f}",
            )  # fmt: skip


def by_mentor_match(points: Whole, places: Whole, way: str, repeats: int, python: Path) -> tuple[float, Whole]:
    """Seconds, and the mentor of each mentee. `points` are -1 for pairs that may not be."""
    pairs = [[point if point >= 0 else None for point in row] for row in points.tolist()]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pairs.json").write_text(json.dumps({"points": pairs, "places": places.tolist()}))
        found = in_own_process("mentor_match.py", folder, way, str(repeats), python=str(python))
    return found["seconds"], np.array(found["mentor_of"], dtype=np.int64)


class Solved:
    """What the tasks say of people of one size. Each runs in a process of its own."""

    def __init__(self, size: Size, *, is_short: bool = False) -> None:
        """With `is_short` there are places for 97 in 100 of the mentees."""
        self.size, self.repeats = size, {SMALL: 5, MIDDLE: 3, LARGE: 1}[size]
        self.name = f"{sized(size)}, too few places" if is_short else sized(size)
        people = InventedPeople(size)
        scores, eligible = people.prepare()
        if is_short:
            people.places[: people.places.sum() - 97 * size[0] // 100] -= 1
        with tempfile.TemporaryDirectory() as folder:
            np.save(Path(folder) / "scores.npy", scores)
            np.save(Path(folder) / "eligible.npy", eligible)
            np.save(Path(folder) / "capacities.npy", people.places)
            del people, scores, eligible
            names = ["solve", "plain", "floor"] + (["questions", "broken"] if size != LARGE else [])
            self.found = {name: in_own_process("tasks.py", name, folder, str(self.repeats)) for name in names}

    def solver(self) -> Sequence[str]:
        ours, plain = self.found["solve"], self.found["plain"]
        ratio, memory = plain["cpu"] / ours["cpu"], ours["bytes"] / plain["bytes"]
        goals = {MIDDLE: at_least(2, ratio), LARGE: f"{at_least(3, ratio)}; {at_most(0.33, memory)}"}
        apart = ours["total"] - plain["total"]
        return (
            self.name, seconds(ours["cpu"]), seconds(plain["cpu"]), f"{ratio:.1f}×", megabytes(ours["bytes"]),
            megabytes(plain["bytes"]), f"{memory:.2f}×", goals.get(self.size, ""),
            f"{ours['matched']} and {plain['matched']}, {apart:+.1e}",
        )  # fmt: skip

    def floor(self) -> Sequence[str]:
        ours, plain = self.found["floor"], self.found["plain"]
        ratio = ours["cpu"] / plain["cpu"]
        return (
            self.name, seconds(ours["cpu"]), seconds(plain["cpu"]), f"{ratio:.2f}×", at_most(5, ratio),
            f"{plain['worst']:.3f} → {ours['worst']:.3f}", f"{100 * (ours['total'] / plain['total'] - 1):+.2f} %",
        )  # fmt: skip

    def asked(self) -> Iterable[Sequence[str]]:
        for name, task in (("`cost_of`", "questions"), ("`rematch`", "broken")):
            if found := self.found.get(task):
                ratio = found["again"] / found["each"]
                goal = f"{at_least(15, ratio)}; {at_most(1e-6, found['difference'], '')}"
                yield (
                    f"{name}, {self.name}", seconds(found["each"]), seconds(found["again"]), f"{ratio:,.0f}×",
                    f"{found['difference']:.0e}", goal,
                )  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description="How fast matching is, beside goals.")
    options.add_argument("--quick", action="store_true", help="small sizes only")
    options.add_argument("--mentor-match", type=Path, default=HERE / ".venv/bin/python", help="a Python that has mentor-match")
    given = options.parse_args()
    rounds, sizes = (ROUNDS[:2], [SMALL]) if given.quick else (ROUNDS, [SMALL, MIDDLE, LARGE])

    print(f"{machine()}; Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}.")
    table(
        "Scoring, and by itself what comes before: encoding, and the rules of who may be paired",
        ["people", "all pairs", "a pair (wall)", "goal", "peak ÷ matrix", "goal", "encoding a person", "rules, a pair"],
        scoring(sizes),
    )
    solved: list[Solved] = []

    def solve() -> Iterable[Sequence[str]]:
        for size in sizes:
            for is_short in (False, True) if size == MIDDLE else (False,):
                solved.append(Solved(size, is_short=is_short))
                yield solved[-1].solver()

    table(
        "The solver against plain `linear_sum_assignment`",
        ["people", "ours", "plain", "faster", "ours, memory", "plain, memory", "ratio", "goals", "pairs, and totals apart"],
        solve(),
    )
    table(
        "The worst pair first, then the total, against one plain solve",
        ["people", "ours", "plain", "ratio", "goal", "worst pair", "total"],
        (each.floor() for each in solved),
    )
    table(
        "A question against solving again",
        ["question", "each", "solving again", "faster", "largest difference", "goals"],
        (row for each in solved for row in each.asked()),
    )
    beside(rounds, given.mentor_match)


def beside(sizes: Iterable[Size], python: Path) -> None:
    if not python.exists():
        print(f"\nLeft out: mentor-match. To compare with it: {INSTALL}")
        return
    version = subprocess.run(
        [python, "-c", "from importlib.metadata import version as v; print(v('mentor-match'), 'with munkres', v('munkres'))"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    table(
        f"Profiles → assignment, against mentor-match {version.stdout.strip()}",
        (
            "people",
            "mentor-match",
            "ours (processor)",
            "its time",
            "faster",
            "goal",
            "our total",
            "without a floor",
            "its total",
            "ours is",
            "goal",
            "worst pair, ours and its",
        ),
        beside_mentor_match(sizes, python),
    )


def machine() -> str:
    """The processor's name where Linux tells it, and how many there are."""
    about = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in about.read_text().splitlines() if line.startswith("model name")]
    return f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores"


if __name__ == "__main__":
    main()
