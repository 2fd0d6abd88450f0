"""Files as people have them, as tables of text: what programs write between cells, around them, and above the first row."""

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core import canonical
from intake.files.encoding import EncodingError, as_text
from intake.files.workbook import WorkbookError, sheets_of
from people.said.words import key

MAX_BYTES = 1024 * 1024
SEPARATORS = ",;\t"
"""What spreadsheets write between columns, here and elsewhere in the world."""

_LOOKED_AT = 20
"""How many rows a heading is looked for in."""
_LINES_OF_A_ROW = 30
"""How many lines one row may go over in a file whose quotation marks are in disorder."""
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx, .xlsm, .xlsb and .ods begin, and .xls."""
_OTHER_FILES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"<!DOCTYPE", b"<html")
"""How a PDF, two kinds of picture, a text document and a web page begin."""


class FileError(ValueError):
    """A file that cannot be read at all; its text says what to do."""


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet, or of a file without sheets, which has no name. Row 1 of the spreadsheet is `rows[0]`."""

    name: str
    rows: list[list[str]]
    read_as: str = ""
    """What its letters were taken for, where that is a guess."""

    def header_at(self, known: Collection[str]) -> int:
        """The row that names the columns, from 0: the one with the most `known` names, or where none is, the fullest.

        Above it may stand a title, a date, or nothing.
        """
        first = self.rows[:_LOOKED_AT]
        return max(range(len(first)), key=lambda number: (_known(first[number], known), sum(map(bool, first[number])), -number))

    def known_names(self, known: Collection[str]) -> int:
        """How many of its columns have a name that is `known`."""
        return _known(self.rows[self.header_at(known)], known)


def tables_in(data: bytes, known: Collection[str]) -> list[Grid]:
    """The tables of a file that hold something; one for each visible sheet. Raises `FileError`.

    `known` are the keys of names of columns (`people.said.words`), by which it shows what stands between those of a text.
    """
    if data.startswith(_OTHER_FILES):
        raise FileError(_("This is not a spreadsheet. Use an Excel, OpenDocument or CSV file."))
    if len(data) > MAX_BYTES:
        raise FileError(_("The file is larger than 1 MB. Split it into smaller files."))
    tables = _of_workbook(data) if data.startswith(_WORKBOOKS) else _of_text(data, known)
    if not tables:
        raise FileError(_("The file is empty. Its first row must name the columns."))
    return tables


def names_in(row: Sequence[str]) -> list[str]:
    """The names of columns in a row, as they are compared: without capitals, and without what nobody sees."""
    return [canonical.one_line(cell).lower() for cell in row]


def written(rows: Sequence[Sequence[str]]) -> str:
    """The text that is read as `rows` again."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _of_workbook(data: bytes) -> list[Grid]:
    try:
        return [Grid(sheet.name, sheet.rows) for sheet in sheets_of(data)]
    except WorkbookError as error:
        sentences = {
            "password": _("The file is protected by a password. Save it without one and use that file."),
            "too_large": _("The file says that it holds more than can be read. Copy the people into a new file and use that."),
            "broken": _("The file cannot be opened. Save it once more as an Excel, OpenDocument or CSV file and use that."),
        }
        raise FileError(sentences[error.reason]) from error


def _of_text(data: bytes, known: Collection[str]) -> list[Grid]:
    try:
        text, read_as = as_text(data)
    except EncodingError as error:
        raise FileError(str(error)) from error
    if "\0" in text:
        raise FileError(_("The file holds characters that are not text. Save it as “CSV UTF-8” and try again."))
    mark, width = _form_of(text, known)
    rows = list(_rows_of(text, mark, width))
    return [Grid("", rows, read_as)] if any(any(map(str.strip, row)) for row in rows) else []


def _form_of(text: str, known: Collection[str]) -> tuple[str, int]:
    """What stands between columns, and how many there are: as in the line that names the most columns, or else has the most."""
    lines = [line for line, _number in zip(io.StringIO(text, newline=""), range(_LOOKED_AT), strict=False)]
    split = [(mark, next(csv.reader([line], delimiter=mark), [])) for mark in SEPARATORS for line in lines]
    mark, names = max(split, key=lambda one: (_known(one[1], known), len(one[1])), default=(",", []))
    return mark, len(names)


def _known(names: Sequence[str], known: Collection[str]) -> int:
    return sum(key(name) in known for name in names)


def _rows_of(text: str, mark: str, width: int) -> Iterator[list[str]]:
    """The rows of a text. One in order may go over several lines; a quotation mark that stands alone begins nothing."""
    lines = io.StringIO(text, newline="").readlines()
    at = 0
    while at < len(lines):
        for end in range(at + 1, min(at + _LINES_OF_A_ROW, len(lines)) + 1):
            try:
                (row,) = csv.reader(["".join(lines[at:end])], delimiter=mark, strict=True)
            except (csv.Error, ValueError):
                continue
            if end == at + 1 or not all(line.count(mark) == width - 1 for line in lines[at:end]):
                break  # several whole rows are no row: then two quotation marks, each alone, stand around them
        else:
            end = at + 1
            row = [cell.replace('"', "") for cell in lines[at].rstrip("\r\n").split(mark)]
        yield row
        at = end
