"""The rows of a people file of which an import leaves something out: as they stood, and as a file to fix and use again."""

from collections.abc import Sequence

from intake.files.format import TO_FIX, PeopleFile, Problem, make_inert, make_live
from intake.files.plan import ImportPlan
from intake.files.tables import names_in, written


def left_of(file: PeopleFile, plan: ImportPlan) -> str:
    """The text of `file` with only the rows that need fixing, each under the number it had; "" where none does."""
    numbers = set(_problems(file, plan))
    if not numbers:
        return ""
    above = file.header_row
    return written([row if number <= above or number in numbers else [] for number, row in enumerate(file.table, start=1)])


def to_fix(file: PeopleFile, plan: ImportPlan) -> str:
    """A file of these rows alone, with what is wrong in a column of its own, which the import reads past."""
    found = _problems(file, plan)
    names = names_in(file.table[file.header_row - 1])
    kept = [place for place, name in enumerate(names) if name not in (TO_FIX, "")]
    rows = [
        [*_cells(file.table[number - 1], kept), _with_rest(found[number], file.table[number - 1][len(names) :])]
        for number in sorted(found)
    ]
    return written(
        [[*(names[place] for place in kept), TO_FIX], *([make_inert(make_live(cell)) for cell in row] for row in rows)]
    )


def _cells(row: Sequence[str], places: Sequence[int]) -> list[str]:
    return [row[place] if place < len(row) else "" for place in places]


def _with_rest(problem: str, rest: Sequence[str]) -> str:
    """What is wrong, and the cells that stood beyond the last column."""
    return " | ".join(filter(None, (problem, *rest)))


def _problems(file: PeopleFile, plan: ImportPlan) -> dict[int, str]:
    """What is wrong, in words, by the number of the row."""
    wrong = [one for one in plan.people if one.kind == file.kind and one.problems]
    return {one.number: " ".join(map(_said, one.problems)) for one in wrong}


def _said(problem: Problem) -> str:
    return f"{problem.column}: {problem.reason}" if problem.column else problem.reason
