"""Match people with the package mentor-match. Runs by the Python that has it; reads pairs.json, prints a JSON object.

    python -P mentor_match.py FOLDER rounds|places REPEATS

It is given our scores by a rule of its own kind that only looks a number up, so its time does not count working them out.
A mentor takes one mentee in each round. `rounds` plays as many as the largest number of places, with those who have a mentor
and mentors who are full disqualified: that is how its manual gives people more than one match. `places` enters a mentor once
for each place and plays one round, which finds the best total.
"""

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

process: Any = importlib.import_module("matching.process")  # not our package: `-P` keeps the folder off the path
rule: Any = importlib.import_module("matching.rules.rule")
Mentor: Any = importlib.import_module("matching.mentor").Mentor
Mentee: Any = importlib.import_module("matching.mentee").Mentee

Pairs = list[list[int | None]]


class OurScore:
    """A rule as `matching.rules.rule.RuleProtocol` describes it: points are millionths of our score."""

    def __init__(self, points: Pairs) -> None:
        self.points = points

    def apply(self, match: Any) -> int:
        return self.points[match.mentee.role][match.mentor.role] or 0


def rules(points: Pairs, places: list[int]) -> list[Any]:
    """`role` holds the place in our tables."""
    return [
        OurScore(points),
        rule.Disqualify(
            lambda match: (
                points[match.mentee.role][match.mentor.role] is None
                or bool(match.mentee.connections)
                or len(match.mentor.connections) >= places[match.mentor.role]
            )
        ),
    ]


def match(points: Pairs, places: list[int], way: str) -> tuple[float, list[int]]:
    """Seconds, and the mentor of each mentee (-1 for nobody)."""
    start = time.perf_counter()
    if way == "rounds":
        entered, rounds, free = list(range(len(places))), max(places), places
    else:
        entered, rounds = [mentor for mentor, count in enumerate(places) for _ in range(count)], 1
        free = [1] * len(places)
    mentors = [Mentor(grade=0, email=f"mentor {entry}", role=mentor) for entry, mentor in enumerate(entered)]
    mentees = [Mentee(grade=0, email=f"mentee {row}", role=row) for row in range(len(points))]
    process.process_data(mentors, mentees, [rules(points, free) for _ in range(rounds)])
    found = [mentee.connections[0].role if mentee.connections else -1 for mentee in mentees]
    return time.perf_counter() - start, found


def main() -> None:
    folder, way, repeats = sys.argv[1:]
    given = json.loads((Path(folder) / "pairs.json").read_text())
    runs = [match(given["points"], given["places"], way) for _ in range(int(repeats))]
    json.dump({"seconds": min(seconds for seconds, _ in runs), "mentor_of": runs[-1][1]}, sys.stdout)


if __name__ == "__main__":
    main()
