"""The cells of a spreadsheet file (.xlsx, .xlsm, .xlsb, .xls, .ods) as text, read in a process of its own.

A file of a few kilobytes can say that it holds a billion cells. So whoever reads it has only so much memory and time, and is
nobody else: `sheets_of` starts this module as a program, which reads the file from its standard input and writes JSON.
"""

import datetime
import io
import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MEGABYTE = 1024 * 1024
MEMORY = 400 * MEGABYTE
"""Address space of the reading process, in bytes."""
CPU_SECONDS = 15
PATIENCE = 60
"""Seconds that the reading process may take by the clock."""
MAX_ROWS = 6_000
"""Rows of one sheet that are read: more than a people file may hold, so that one which holds more is seen to."""
MAX_COLUMNS = 200
MAX_LETTERS = 32_767
"""Letters of one cell; as many as Excel keeps."""

_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""The name that a locked .xlsx holds (MS-OFFCRYPTO, 2.3.4.4); whoever looks for sheets in it finds none."""


@dataclass(frozen=True)
class Sheet:
    """One visible sheet: its name, and the text of its cells by row, from the first row on."""

    name: str
    rows: list[list[str]]


class WorkbookError(ValueError):
    """A file that cannot be read. `reason` is "password", "too_large" or "broken"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def sheets_of(data: bytes) -> list[Sheet]:
    """The visible sheets that hold something, in their order. Raises `WorkbookError`."""
    try:
        done = subprocess.run(  # noqa: S603 -- this very module
            [sys.executable, "-I", __file__], input=data, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise WorkbookError("too_large") from None
    if done.returncode:
        raise WorkbookError("too_large")
    said = json.loads(done.stdout)
    if "error" in said:
        raise WorkbookError(said["error"])
    return [Sheet(name, rows) for name, rows in said["sheets"]]


def _read(data: bytes) -> dict[str, Any]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = []
        for about in workbook.sheets_metadata:
            if about.typ != SheetTypeEnum.WorkSheet or about.visible != SheetVisibleEnum.Visible:
                continue
            sheet = workbook.get_sheet_by_name(about.name)
            left = [""] * (sheet.start[1] if sheet.start else 0)
            above: list[list[str]] = [[] for _row in range(sheet.start[0] if sheet.start else 0)]
            cells = sheet.to_python(nrows=MAX_ROWS)
            rows = [*above[:MAX_ROWS], *([*left, *map(_text, row)][:MAX_COLUMNS] for row in cells)]
            if any(any(row) for row in rows):
                sheets.append((about.name, rows))
    except PasswordError:
        return {"error": "password"}
    except CalamineError:
        return {"error": "password" if _LOCKED in data else "broken"}
    return {"sheets": sheets}


def _text(cell: Any) -> str:
    """What a cell holds: a day as year-month-day, a whole number without its point, yes or no."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.10g}"
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ", "minutes") if cell.time() != datetime.time() else cell.date().isoformat()
    if isinstance(cell, datetime.time):
        return cell.isoformat("minutes")
    if isinstance(cell, datetime.timedelta):
        minutes = int(cell.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return str(cell)[:MAX_LETTERS]


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(_read(sys.stdin.buffer.read()), sys.stdout)


if __name__ == "__main__":
    _main()
