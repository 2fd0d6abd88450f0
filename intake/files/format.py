"""The people file: its columns, cells and rows. Nothing here needs a database.

A file holds one kind of person, mentors or mentees. The first row names the columns, in any order. A list in a cell is
separated by `;`; where that also stands between the columns, such a cell comes in quotation marks. `docs/import.md` is the
guide for the people who fill it in.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from core import canonical
from intake.files.columns import EMAIL, KINDS, Column, columns_for
from intake.files.encoding import EncodingError, as_text, trouble_with_letters
from intake.files.header import names_in, separator_of, trouble_with
from people.cells import CellError

MAX_BYTES = 1024 * 1024
MAX_ROWS = 5_000
NAMES = ("first_name", "last_name")

_STARTS_A_FORMULA = frozenset("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet may take for the start of a formula, with the full-width forms."""


_OTHER_FILES = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff")
"""How a PDF, an .xlsx or .ods, an .xls, and two kinds of picture begin."""


class FileError(ValueError):
    """A file that cannot be read at all; its text says what to do."""


@dataclass(frozen=True)
class PersonRow:
    """One person as a file gives them. `number` is the spreadsheet's own row number; `values` is by column name."""

    kind: str
    number: int
    values: Mapping[str, Any]

    @property
    def email(self) -> str:
        return str(self.values[EMAIL])


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be taken: its file, its row number, the column, and a sentence."""

    kind: str
    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class PeopleFile:
    """What one file says. A row with a problem is not among `rows`; `named` holds each row's (address, name), if readable;
    `guessed` are the names with letters that were guessed at, because the file is no UTF-8."""

    kind: str
    text: str
    columns: tuple[str, ...]
    rows: tuple[PersonRow, ...]
    problems: tuple[Problem, ...] = ()
    named: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    guessed: tuple[str, ...] = ()


def make_inert(text: str) -> str:
    """`text` as a cell that no spreadsheet runs. `make_live` undoes exactly this."""
    return f"'{text}" if text and (text[0] in _STARTS_A_FORMULA or text[0] == "'") else text


def make_live(cell: str) -> str:
    """A cell without the mark of `make_inert`; an apostrophe that a person typed before a word stays."""
    marked = len(cell) > 1 and cell[0] == "'" and (cell[1] in _STARTS_A_FORMULA or cell[1] == "'")
    return cell[1:] if marked else cell


def write_people(kind: str, people: Iterable[Mapping[str, Any]]) -> str:
    """The file that says `people`, each a mapping of column name → value."""
    columns = columns_for(kind)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.name for column in columns])
    for person in people:
        writer.writerow([make_inert(column.text_of(person.get(column.name, column.empty))) for column in columns])
    return out.getvalue()


def read_people(kind: str, data: bytes) -> PeopleFile:
    """The people in a file. Raises `FileError` when it is no such file; a bad row is a problem, not an error."""
    text, is_guessed = _text(data)
    table = _table(text, kind)
    columns = _columns_of(kind, table[0])
    rows: list[PersonRow] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    named: dict[int, tuple[str, str]] = {}
    for number, cells in enumerate(table[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        values, wrong = _values(kind, number, columns, cells)
        email = str(values.get(EMAIL, ""))
        called = " ".join(filter(None, (_cell(columns, cells, name) for name in NAMES)))
        named[number] = (email or _cell(columns, cells, EMAIL), called)
        if email and email in seen:
            wrong.append(Problem(kind, number, EMAIL, _("Row %(row)d has the same address.") % {"row": seen[email]}))
        seen.setdefault(email, number)
        if wrong:
            problems += wrong
        else:
            rows.append(PersonRow(kind, number, values))
    guessed = tuple(called for _address, called in named.values() if is_guessed and not called.isascii())
    return PeopleFile(kind, text, tuple(column.name for column in columns), tuple(rows), tuple(problems), named, guessed)


def _text(data: bytes) -> tuple[str, bool]:
    if data.startswith(_OTHER_FILES):
        raise FileError(_("This is not a CSV file. Open it in a spreadsheet, save it as “CSV UTF-8” and use that file."))
    if len(data) > MAX_BYTES:
        raise FileError(_("The file is larger than 1 MB. Split it into smaller files."))
    try:
        text, is_guessed = as_text(data)
    except EncodingError as error:
        raise FileError(str(error)) from error
    if "\0" in text:
        raise FileError(_("The file holds characters that are not text. Save it as “CSV UTF-8” and try again."))
    return text, is_guessed


def _table(text: str, kind: str) -> list[list[str]]:
    """The cells of every row. Only the first line says what stands between them."""
    lines = io.StringIO(text, newline="")
    try:
        separator = separator_of(lines.readline(), {column.name for column in columns_for(kind)})
        lines.seek(0)
        table = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        raise FileError(_("A quotation mark in the file is not closed, or stands in the wrong place.")) from None
    if not table or not any(cell.strip() for cell in table[0]):
        raise FileError(_("The file is empty. Its first row must name the columns."))
    rows = sum(1 for cells in table[1:] if any(cell.strip() for cell in cells))
    if rows > MAX_ROWS:
        raise FileError(_("The file has %(rows)d rows; at most 5,000 can be read at once. Split it.") % {"rows": rows})
    return table


def _columns_of(kind: str, header: Sequence[str]) -> list[Column]:
    """The columns the first row names, or a `FileError` that names every one that is wrong."""
    names = names_in(header)
    if len(names) == 1 and "|" in names[0]:
        raise FileError(_("The columns must be separated by commas, semicolons or tabs. Save the file as “CSV UTF-8”."))
    known = {column.name: column for column in columns_for(kind)}
    trouble = trouble_with(
        names,
        {name: str(column.label) for name, column in known.items()},
        required=[name for name, column in known.items() if column.is_required],
        elsewhere={column.name for other in KINDS if other != kind for column in columns_for(other)},
    )
    if trouble:
        raise FileError(trouble)
    return [known[name] for name in names]


def _cell(columns: Sequence[Column], cells: Sequence[str], name: str) -> str:
    """What stands in a column, as far as the row goes."""
    return next((_seen(cell) for column, cell in zip(columns, cells, strict=False) if column.name == name), "")


def _seen(cell: str) -> str:
    """The text of a cell; one of invisible characters is empty."""
    text = make_live(cell).strip()
    return text if canonical.one_line(text) else ""


def _values(kind: str, number: int, columns: Sequence[Column], cells: Sequence[str]) -> tuple[dict[str, Any], list[Problem]]:
    """What one row says, by column, and what is wrong with it."""
    if len(cells) != len(columns):
        reason = _("The row has %(cells)d cells, the first row has %(columns)d.")
        return {}, [Problem(kind, number, "", reason % {"cells": len(cells), "columns": len(columns)})]
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column, cell in zip(columns, cells, strict=True):
        text = _seen(cell)
        try:
            if trouble := trouble_with_letters(text):
                raise CellError(trouble)
            if text:
                values[column.name] = column.cell.parse(text)
            elif column.is_required:
                raise CellError(_("This cell must not be empty."))
            elif not column.empty_keeps:
                values[column.name] = column.empty
        except CellError as error:
            problems.append(Problem(kind, number, column.name, str(error)))
    return values, problems
