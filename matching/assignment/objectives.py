"""Which mentees can be matched, and how good the worst pair can be: the objectives that come before the total.

The sets of mentees that can be matched at once are the independent sets of a matroid. So the longest waiting first, each one
if there is an augmenting path, ends with as many people as possible, and no trade of one person for another does better.
"""

import numpy as np

from matching.assignment.cardinality import Augmentation, CandidateLists, best_in_rows
from matching.assignment.problem import AssignmentProblem, Bools, Face, Ints

NO_PRICE = np.iinfo(np.int64).max
NEVER = -1
TRIES_FROM_ABOVE = 3


def face_of(problem: AssignmentProblem, lists: CandidateLists) -> Face:
    """The optimal face: what all the best answers to "which mentees" have in common. `lists` are those of the mentees."""
    mentees, mentors = problem.shape
    able = np.bincount(lists.left, minlength=mentees) > 0
    mentor_of = lists.first()
    waiting = np.flatnonzero(able & (mentor_of < 0))
    saturated = np.zeros(mentors, dtype=np.bool_)
    if len(waiting):
        augmented = Augmentation(problem, mentor_of, waiting)
        waiting, saturated = augmented.rows, augmented.saturated
    if not len(waiting):
        return Face(np.zeros(mentors, np.int64), np.where(able, 0, NO_PRICE), able, saturated & False, int(able.sum()))
    rivals = np.append(waiting, np.flatnonzero((mentor_of >= 0) & saturated[mentor_of]))
    if len(np.unique(problem.level[rivals])) > 1:
        mentor_of[rivals] = -1
        _Greedy(problem, rivals, np.flatnonzero(saturated)).augment_in_order(mentor_of)
    return _optimal_face(problem, mentor_of)


class _Greedy:
    """The matroid's greedy algorithm: rivals for scarce places, the longest waiting first, each by an augmenting path if there
    is one.

    Mentors that a search reached in vain are full for good, and are not looked at again.
    """

    def __init__(self, problem: AssignmentProblem, rows: Ints, columns: Ints) -> None:
        order = np.argsort(-problem.level[rows], kind="stable")
        self.rows, self.columns = rows[order], columns
        self.may = problem.block(self.rows, columns) >= 0
        self.open = np.ones(len(columns), dtype=np.bool_)
        self.left = problem.capacities[columns].copy()
        self.mentor = np.full(len(self.rows), -1)
        self.mentees: list[set[int]] = [set() for _ in columns]

    def augment_in_order(self, mentor_of: Ints) -> None:
        for row in range(len(self.rows)):
            self._augment(row)
        met = self.mentor >= 0
        mentor_of[self.rows[met]] = self.columns[self.mentor[met]]

    def _augment(self, row: int) -> None:
        predecessor = np.full(len(self.columns), -1)
        frontier = self.may[row] & self.open
        seen = frontier.copy()
        predecessor[frontier] = row
        while frontier.any():
            spare = np.flatnonzero(frontier & (self.left > 0))
            if len(spare):
                self._shift_along(row, predecessor, int(spare[0]))
                return
            beyond = np.zeros_like(seen)
            for mentor in np.flatnonzero(frontier):
                for mentee in self.mentees[mentor]:
                    new = self.may[mentee] & self.open & ~seen
                    predecessor[new] = mentee
                    seen |= new
                    beyond |= new
            frontier = beyond
        self.open &= ~seen

    def _shift_along(self, row: int, predecessor: Ints, mentor: int) -> None:
        self.left[mentor] -= 1
        while True:
            mentee = int(predecessor[mentor])
            before = int(self.mentor[mentee])
            self.mentor[mentee] = mentor
            self.mentees[mentor].add(mentee)
            if mentee == row:
                return
            self.mentees[before].remove(mentee)
            mentor = before


def _optimal_face(problem: AssignmentProblem, mentor_of: Ints) -> Face:
    """A mentor's price: the lowest level of the mentees of whom one would have to leave for a place there, 0 if none would."""
    mentees, mentors = problem.shape
    price = np.full(mentors, NO_PRICE)
    met = np.flatnonzero(mentor_of >= 0)
    np.minimum.at(price, mentor_of[met], problem.level[met])
    taken = np.bincount(mentor_of[met], minlength=mentors)
    price[taken < problem.capacities] = 0
    leads = exchanges(problem, mentor_of)
    for level in np.unique(price[price < NO_PRICE]):
        frontier = np.flatnonzero(price == level)
        while len(frontier):
            frontier = np.flatnonzero(leads[:, frontier].any(axis=1) & (price > level))
            price[frontier] = level
    lowest = np.full(mentees, NO_PRICE)
    for rows in problem.row_blocks():
        lowest[rows] = np.where(problem.block(rows) >= 0, price, NO_PRICE).min(axis=1, initial=NO_PRICE)
    full = (price > 0) & (price < NO_PRICE)
    return Face(price, np.where(problem.level < lowest, NEVER, lowest), problem.level > lowest, full, len(met))


def exchanges(problem: AssignmentProblem, mentor_of: Ints) -> Bools:
    """(mentors, mentors): True where some mentee of the first, by choice there, may be with the second."""
    leads = np.zeros((problem.shape[1],) * 2, dtype=np.bool_)
    for rows, mentors, starts in problem.by_mentor(mentor_of):
        leads[mentors] = np.logical_or.reduceat(problem.block(rows) >= 0, starts, axis=0)
    return leads


def highest_floor(problem: AssignmentProblem, lists: CandidateLists) -> int:
    """The bottleneck: the most units that every pair can have. `problem` has its face, `lists` are those of its mentees.

    By Mendelsohn and Dulmage, the mentees who must be matched and the places that must be filled may be looked at
    separately. A floor that fails names people who compete for too few places; the best edge out of there is what the floor
    can be at most.
    """
    sides = _sides(problem, lists)
    if not sides:
        return 0
    low, high = 0, min(side.lists.floor_bound(side.needs) for side in sides)
    tries = 0
    while True:
        tries += 1
        floor = high if tries <= TRIES_FROM_ABOVE or tries % 2 else (low + high + 1) // 2
        bound = next((bound for side in sides if (bound := side.bound(floor)) is not None), None)
        if bound is not None:
            high = bound
        elif floor == high:
            return high
        else:
            low = floor


class _Side:
    """Mentees who must be matched, or mentors whose places must all be taken."""

    def __init__(self, lists: CandidateLists, needs: Ints, places: Ints) -> None:
        self.lists, self.needs, self.places = lists, needs, places

    def bound(self, floor: int) -> int | None:
        """None if the floor can be kept, or else what it can be at most: less."""
        matching = self.lists.matching(self.needs, self.places, floor)
        if not matching.deficiency:
            return None
        if self.lists.of_mentors:
            rows, columns = np.flatnonzero(~matching.saturated), np.flatnonzero(matching.violators)
        else:
            rows, columns = np.flatnonzero(matching.violators), np.flatnonzero(~matching.saturated)
        best = best_in_rows(self.lists.problem, rows, columns)
        return int(np.partition(best, -matching.deficiency)[-matching.deficiency])


def _sides(problem: AssignmentProblem, lists: CandidateLists) -> list[_Side]:
    face = problem.face
    assert face is not None
    sides = []
    if face.certain.any():
        sides.append(_Side(lists, face.certain.astype(np.int64), problem.capacities))
    if face.full.any():
        needs = np.where(face.full, problem.capacities, 0)
        of_mentors = CandidateLists(problem, of_mentors=True, width=max(16, 2 * int(needs.max())))
        sides.append(_Side(of_mentors, needs, np.ones(problem.shape[0], dtype=np.int64)))
    return sides
