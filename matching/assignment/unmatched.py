"""Why a mentee is left over: no mentor is eligible, none has a place, or more mentees need the same mentors than have room."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from matching.assignment.graphs import strong_components
from matching.assignment.problem import AssignmentProblem, Bools, Ints

NAMED = 5
"""Up to so many people are named in a text; of more, one fewer and a number."""


class UnmatchedKind(Enum):
    """What keeps a mentee without a mentor. `BELOW_FLOOR`: mentors are eligible, but all below a floor given as a number."""

    NO_ELIGIBLE_MENTOR = auto()
    NO_CAPACITY = auto()
    TOO_FEW_PLACES = auto()
    BELOW_FLOOR = auto()


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Why a mentee has no mentor, in row and column numbers.

    `TOO_FEW_PLACES`: the `mentees`, this one among them, need the `mentors`, who have only so many `places` together.
    `NO_CAPACITY` and `BELOW_FLOOR`: the mentee alone, and the mentors who would be eligible.
    """

    kind: UnmatchedKind
    mentees: tuple[int, ...]
    mentors: tuple[int, ...]
    places: int

    def text(self, mentee_names: Sequence[str] | None = None, mentor_names: Sequence[str] | None = None) -> str:
        """In plain English for a script: "a and b both need A, 1 place". Without names, rows and columns are numbered."""
        if self.kind is UnmatchedKind.NO_ELIGIBLE_MENTOR:
            return "no eligible mentor"
        if self.kind is UnmatchedKind.NO_CAPACITY:
            return "no capacity"
        if self.kind is UnmatchedKind.BELOW_FLOOR:
            return "no eligible mentor at or above the floor"
        mentees = _listed([mentee_names[row] if mentee_names else f"mentee {row}" for row in self.mentees], "and")
        mentors = _listed([mentor_names[at] if mentor_names else f"mentor {at}" for at in self.mentors], "or")
        both = "both" if len(self.mentees) == 2 else "all"
        return f"{mentees} {both} need {mentors}, {self.places} {'place' if self.places == 1 else 'places'}"

    def __str__(self) -> str:
        return self.text()


def _listed(names: Sequence[str], word: str) -> str:
    if len(names) > NAMED:
        return f"{', '.join(names[: NAMED - 1])} {word} {len(names) - NAMED + 1} others"
    return f" {word} ".join(", ".join(component) for component in (names[:-1], names[-1:]) if component)


def reasons(problem: AssignmentProblem, mentor_of: Ints) -> dict[int, Unmatched]:
    """Of every row of `mentor_of` (n,) that is -1. `problem` has no floor but one that was given as a number."""
    return dict(_each(problem, mentor_of))


def _each(problem: AssignmentProblem, mentor_of: Ints) -> Iterator[tuple[int, Unmatched]]:
    waiting = np.flatnonzero(mentor_of < 0)
    competing: dict[int, Ints] = {}
    for row in waiting:
        units = problem.eligible_units(np.array([row]))[0]
        eligible = np.flatnonzero(units >= 0)
        suits = np.flatnonzero(units >= problem.floor)
        able = suits[problem.places[suits] > 0]
        if not len(eligible):
            yield int(row), Unmatched(UnmatchedKind.NO_ELIGIBLE_MENTOR, (), (), 0)
        elif not len(suits):
            yield int(row), Unmatched(UnmatchedKind.BELOW_FLOOR, (int(row),), tuple(eligible.tolist()), 0)
        elif not len(able):
            yield int(row), Unmatched(UnmatchedKind.NO_CAPACITY, (int(row),), tuple(suits.tolist()), 0)
        else:
            competing[int(row)] = able
    if competing:
        yield from _competition(problem, mentor_of, competing)


def _competition(problem: AssignmentProblem, mentor_of: Ints, competing: Mapping[int, Ints]) -> Iterator[tuple[int, Unmatched]]:
    """The violators of Hall's condition: all that a mentee reaches, from each mentor they need to those whom that mentor's
    mentees could have.
    """
    component, reach = _reachability(_exchanges(problem, mentor_of))
    needs = {row: _union(reach[number] for number in set(component[able].tolist())) for row, able in competing.items()}
    found: dict[int, Unmatched] = {}
    for row, need in needs.items():
        if need not in found:
            mentors = np.array([bool(need >> int(number) & 1) for number in component])
            held = np.flatnonzero((mentor_of >= 0) & mentors[mentor_of]).tolist()
            without = [other for other, its in needs.items() if its | need == need]
            found[need] = Unmatched(
                UnmatchedKind.TOO_FEW_PLACES,
                tuple(sorted(held + without)),
                tuple(np.flatnonzero(mentors).tolist()),
                int(problem.places[mentors].sum()),
            )
        yield row, found[need]


def _exchanges(problem: AssignmentProblem, mentor_of: Ints) -> Bools:
    """(mentors, mentors): True where a mentee who is with the first, not by force, could be with the second."""
    exchanges = np.zeros((len(problem.places),) * 2, dtype=np.bool_)
    for rows, mentors, starts in problem.by_mentor(problem.chosen(mentor_of)):
        may = problem.eligible_units(rows) >= problem.floor
        may &= problem.places > 0
        exchanges[mentors] = np.logical_or.reduceat(may, starts, axis=0)
    return exchanges


def _reachability(exchanges: Bools) -> tuple[Ints, list[int]]:
    """(mentors,) the strongly connected component of each, and for each component the bits of all that it leads to."""
    origin, to = np.nonzero(exchanges)
    count, component = strong_components(origin, to, len(exchanges))
    successors: list[set[int]] = [set() for _ in range(count)]
    back: list[set[int]] = [set() for _ in range(count)]
    for first, second in np.unique(np.stack((component[origin], component[to]), axis=1), axis=0).tolist():
        if first != second:
            successors[first].add(second)
            back[second].add(first)
    reach = [0] * count
    left = [len(parts) for parts in successors]
    ends = [number for number in range(count) if not left[number]]
    for number in ends:
        reach[number] = 1 << number | _union(reach[other] for other in successors[number])
        for other in back[number]:
            left[other] -= 1
            if not left[other]:
                ends.append(other)
    return component, reach


def _union(bits: Iterator[int]) -> int:
    found = 0
    for each in bits:
        found |= each
    return found
