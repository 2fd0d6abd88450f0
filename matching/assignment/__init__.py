"""Exact assignment with several objectives, in plain arrays: it knows no people, no program and no Django.

`assign` finds the best set of pairs; the `Assignment` that it returns answers what another choice would cost and why somebody
is left over. `rematch` finds a new mentor when one pair has ended. docs/adr/0007-exact-assignment.md describes the method.
"""

from matching.assignment.arguments import ForcedPairsError
from matching.assignment.rematching import Rematch, rematch
from matching.assignment.residual import Move
from matching.assignment.solver import Assignment, NextChoice, assign
from matching.assignment.unmatched import Unmatched, UnmatchedKind

__all__ = [
    "Assignment",
    "ForcedPairsError",
    "Move",
    "NextChoice",
    "Rematch",
    "Unmatched",
    "UnmatchedKind",
    "assign",
    "rematch",
]
