"""Exact assignment with several objectives, in plain arrays: it knows no people, no program and no Django.

`assign` finds the best set of pairs; the `Assignment` that it returns answers what another choice would cost and why a mentee
is left over. `rematch` finds a new mentor when one pair has ended. docs/adr/0007-exact-assignment.md describes the method.
"""

from matching.assignment.arguments import ForcedPairsError
from matching.assignment.rematching import Rematch, rematch
from matching.assignment.residual import Reassignment
from matching.assignment.solver import Assignment, NextChoice, assign
from matching.assignment.unmatched import Unmatched, UnmatchedKind

__all__ = [
    "Assignment",
    "ForcedPairsError",
    "NextChoice",
    "Reassignment",
    "Rematch",
    "Unmatched",
    "UnmatchedKind",
    "assign",
    "rematch",
]
