"""The people file: its columns, cells and rows. Nothing here needs a database.

A file holds one kind of person, mentors or mentees. One of its first rows names the columns, in any order. A list in a cell
is separated by `;`; where that also stands between the columns, such a cell comes in quotation marks. `docs/import.md` is
the guide for the people who fill it in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

from django.utils.translation import gettext as _

from core import canonical
from intake.files.columns import EMAIL, Column, columns_for
from intake.files.encoding import trouble_with_letters
from intake.files.header import headings, trouble_with, unknown_in
from intake.files.tables import FileError, names_in, tables_in, written
from people.cells import DAY, CellError
from people.said.days import Order, days_in, order_of
from people.said.words import key

MAX_ROWS = 5_000
TO_FIX = "to_fix"
"""The column in which rows that were left out say why; whoever fixes them need not take it away."""
NAMES = ("first_name", "last_name")

_STARTS_A_FORMULA = frozenset("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet may take for the start of a formula, with the full-width forms."""


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
    """Why a row cannot be taken, or where `is_cell_only` a cell of it: its file, its row number, the column, and a sentence."""

    kind: str
    row: int
    column: str
    reason: str
    is_cell_only: bool = False


@dataclass(frozen=True)
class PeopleFile:
    """What one file says. A row that cannot be taken is not among `rows`, and a cell that cannot not among its values.

    `named` holds each row's (address, name), if readable.
    `left_out` are the names in its heading that mean no column. `table` is all its cells, of which row `header_row`, from 1,
    names the columns; `sheet` which one was read, of several. `read_as` is what its letters were taken for where that is a
    guess, and `guessed` the names that hold such letters.
    """

    kind: str
    table: Sequence[Sequence[str]]
    header_row: int
    columns: tuple[str, ...]
    left_out: tuple[str, ...]
    rows: tuple[PersonRow, ...]
    problems: tuple[Problem, ...] = ()
    named: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    sheet: str = ""
    read_as: str = ""
    guessed: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is read as this file again."""
        return written(self.table)


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
    rows = [[make_inert(column.text_of(person.get(column.name, column.empty))) for column in columns] for person in people]
    return written([[column.name for column in columns], *rows])


def read_people(kind: str, data: bytes) -> PeopleFile:
    """The people in a file. Raises `FileError` when it is no such file; a bad row is a problem, not an error."""
    known = headings(kind)
    tables = tables_in(data, known)
    table = max(tables, key=lambda one: one.known_names(known))
    above = table.header_at(known)
    names = _header(table.rows[above:])
    columns = _columns_of(kind, names)
    if sum(1 for cells in table.rows[above + 1 :] if any(map(str.strip, cells))) > MAX_ROWS:
        raise FileError(_("The file has more than 5,000 rows. Split it into smaller files."))
    days = [number for number, column in enumerate(columns) if column and column.cell is DAY]
    order = order_of(cells[number] for cells in table.rows[above + 1 :] for number in days if number < len(cells))
    rows: list[PersonRow] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    named: dict[int, tuple[str, str]] = {}
    for number, cells in enumerate(table.rows[above + 1 :], start=above + 2):
        if not any(cell.strip() for cell in cells):
            continue
        values, wrong = _values(kind, number, columns, cells, order)
        email = str(values.get(EMAIL, ""))
        called = " ".join(filter(None, (_cell(columns, cells, name) for name in NAMES)))
        named[number] = (email or _cell(columns, cells, EMAIL), called)
        if email and email in seen:
            wrong.append(Problem(kind, number, EMAIL, _("Row %(row)d has the same address.") % {"row": seen[email]}))
        seen.setdefault(email, number)
        problems += wrong
        if all(problem.is_cell_only for problem in wrong):
            rows.append(PersonRow(kind, number, values))
    return PeopleFile(
        kind=kind,
        table=table.rows,
        header_row=above + 1,
        columns=tuple(column.name for column in columns if column),
        left_out=tuple(name for name in unknown_in(kind, names) if name != TO_FIX),
        rows=tuple(rows),
        problems=tuple(problems),
        named=named,
        sheet=table.name if len(tables) > 1 else "",
        read_as=table.read_as,
        guessed=tuple(called for _address, called in named.values() if table.read_as and not called.isascii()),
    )


def _header(rows: Sequence[Sequence[str]]) -> list[str]:
    """The names in the first row, without columns at its right that have neither a name nor anything in them."""
    names = names_in(rows[0])
    filled = max((number for row in rows for number, cell in enumerate(row, start=1) if cell.strip()), default=0)
    while len(names) > 1 and not names[-1] and len(names) > filled:
        names.pop()
    return names


def _columns_of(kind: str, names: Sequence[str]) -> list[Column | None]:
    """The columns of these names, none for one that is read past, or a `FileError` that names every one that is wrong."""
    if len(names) == 1 and "|" in names[0]:
        raise FileError(_("The columns must be separated by commas, semicolons or tabs. Save the file as “CSV UTF-8”."))
    if trouble := trouble_with(kind, [name for name in names if name != TO_FIX]):
        raise FileError(trouble)
    known, called = {column.name: column for column in columns_for(kind)}, headings(kind)
    return [known.get(called.get(key(name), "")) for name in names]


def _cell(columns: Sequence[Column | None], cells: Sequence[str], name: str) -> str:
    """What stands in a column, as far as the row goes."""
    return next((_seen(cell) for column, cell in zip(columns, cells, strict=False) if column and column.name == name), "")


def _seen(cell: str) -> str:
    """The text of a cell; one of invisible characters is empty."""
    text = make_live(cell).strip()
    return text if canonical.one_line(text) else ""


def _values(
    kind: str, number: int, columns: Sequence[Column | None], cells: Sequence[str], order: Order | None
) -> tuple[dict[str, Any], list[Problem]]:
    """What one row says, by column, and what is wrong with it. Cells that it does not have are empty."""
    if any(cell.strip() for cell in cells[len(columns) :]):
        reason = _("The row has %(cells)d cells, the first row has %(columns)d.")
        return {}, [Problem(kind, number, "", reason % {"cells": len(cells), "columns": len(columns)})]
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column, cell in zip(columns, chain(cells, repeat("")), strict=False):
        if column is None:
            continue
        text = _seen(cell)
        try:
            if trouble := trouble_with_letters(text):
                raise CellError(trouble)
            if text:
                values[column.name] = column.cell.parse(_as_day(text, order) if column.cell is DAY else text)
            elif column.is_required:
                raise CellError(_("This cell must not be empty."))
            elif not column.empty_keeps:
                values[column.name] = column.empty
        except CellError as error:
            problems.append(Problem(kind, number, column.name, str(error), is_cell_only=not column.is_firm))
    return values, problems


def _as_day(text: str, order: Order | None) -> str:
    """A day as its cell is kept, whatever way it is written; what is no day stays as it is."""
    found = sorted(day.isoformat() for day in days_in(text, order))
    if len(found) > 1:
        said = _("“%(text)s” may be %(first)s or %(second)s. Write it as one of these.")
        raise CellError(said % {"text": text, "first": found[0], "second": found[1]})
    return found[0] if found else text
