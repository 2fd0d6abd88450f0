"""The people files that a command is given."""

from collections.abc import Iterable
from pathlib import Path

from django.core.management.base import CommandError

from intake.files.encoding import look_at
from intake.files.format import PeopleFile, Problem, read_people
from intake.files.header import left_out_of
from intake.files.tables import FileError


def read_file(kind: str, path: Path) -> PeopleFile:
    """What the file says; refuses one that cannot be read, with its name."""
    try:
        return read_people(kind, path.read_bytes())
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except FileError as error:
        raise CommandError(f"{path}: {error}") from error


def doubts_about(files: Iterable[PeopleFile]) -> list[str]:
    """A line for each file whose letters were guessed at, and for each of which columns are left out."""
    return [
        *(f"{file.kind}s: {look_at(file.guessed, file.read_as)}" for file in files if file.guessed),
        *(left_out_of(file.kind, file.left_out) for file in files if file.left_out),
    ]


def line_about(problem: Problem) -> str:
    """Where something is wrong, and what."""
    return f"{problem.kind}s row {problem.row}, {problem.column or 'the row'}: {problem.reason}"
