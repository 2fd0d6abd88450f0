"""Files as people have them, without a database. The spreadsheets in `files/` hold invented people.

`mentors-excel.xlsx` was written with XlsxWriter, `mentors-opendocument.ods` with odfpy, `mentors-excel-97.xls` with xlwt,
`password.xlsx` is the first of them locked with msoffcrypto-tool, and `seventeen-billion-cells.xlsx` has its second cell in
the last corner of the sheet.
"""

import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.enums import Role
from intake.files.columns import columns_for
from intake.files.encoding import as_text
from intake.files.format import PeopleFile, read_people
from intake.files.tables import FileError, Grid, tables_in

pytestmark = pytest.mark.once

FILES = Path(__file__).parent / "files"
KNOWN = {column.name for column in columns_for(Role.MENTOR)}
HEAD = "email,first_name,places\n"


def table(text: str) -> Grid:
    (found,) = tables_in(text.encode(), KNOWN)
    return found


def mentors(data: bytes) -> PeopleFile:
    file = read_people(Role.MENTOR, data)
    assert file.problems == ()
    return file


def sentence_about(data: bytes) -> str:
    with pytest.raises(FileError) as refused:
        read_people(Role.MENTOR, data)
    return str(refused.value)


@pytest.mark.parametrize("name", ["mentors-excel.xlsx", "mentors-opendocument.ods", "mentors-excel-97.xls"])
def test_spreadsheet_says_what_its_cells_hold_whatever_they_look_like(name: str) -> None:
    olga, jose = mentors((FILES / name).read_bytes()).rows

    assert (olga.email, olga.values["birth_date"], olga.values["capacity"]) == ("olga@example.org", date(1970, 5, 14), 2)
    assert (olga.values["taking_mentees"], olga.values["training_hours"]) == (True, Decimal("6.5"))
    assert (jose.values["first_name"], jose.values["birth_date"]) == ("José", date(1980, 2, 29))
    assert (jose.values["taking_mentees"], jose.values["training_hours"]) == (False, Decimal(12))


def test_of_several_sheets_the_one_with_the_columns_is_read_and_rows_keep_their_numbers() -> None:
    file = mentors((FILES / "mentors-excel.xlsx").read_bytes())

    assert file.sheet == "Mentors"
    assert [row.number for row in file.rows] == [4, 5]
    assert [table.name for table in tables_in((FILES / "mentors-excel.xlsx").read_bytes(), KNOWN)] == ["Read me", "Mentors"]


def test_what_was_kept_of_a_file_is_read_as_the_file_was() -> None:
    file = mentors((FILES / "mentors-excel.xlsx").read_bytes())

    assert mentors(file.text.encode()).rows == file.rows


def bomb() -> bytes:
    """A workbook of 250 kB whose one cell holds 250 million letters."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(FILES / "seventeen-billion-cells.xlsx") as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as to,
    ):
        for about in source.infolist():
            with to.open(about.filename, "w") as entry:
                if about.filename.endswith("sheet1.xml"):
                    entry.write(b'<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>')
                    for _megabyte in range(250):
                        entry.write(b"a" * 1_000_000)
                    entry.write(b"</t></is></c></row></sheetData></worksheet>")
                else:
                    entry.write(source.read(about))
    return out.getvalue()


def test_spreadsheet_that_says_it_holds_more_than_can_be_read_is_refused() -> None:
    sentence = "The file says that it holds more than can be read. Copy the people into a new file and use that."

    assert sentence_about((FILES / "seventeen-billion-cells.xlsx").read_bytes()) == sentence
    assert sentence_about(bomb()) == sentence


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ((FILES / "password.xlsx").read_bytes(), "The file is protected by a password. Save it without one and use that file."),
        (
            (FILES / "mentors-excel.xlsx").read_bytes()[:3_000],
            "The file cannot be opened. Save it once more as an Excel, OpenDocument or CSV file and use that.",
        ),
        (b"\x89PNG\r\n", "This is not a spreadsheet. Use an Excel, OpenDocument or CSV file."),
    ],
)
def test_file_that_is_no_open_spreadsheet_is_refused_with_what_to_do(data: bytes, sentence: str) -> None:
    assert sentence_about(data) == sentence


@pytest.mark.parametrize("above", ["Mentor list spring 2026,,\n", "\n", ",,\n", "Mentors\nprinted 3/2/2026,page 1\n\n"])
def test_what_stands_above_the_names_of_the_columns_is_left_out(above: str) -> None:
    (row,) = mentors(f"{above}{HEAD}a@b.org,Ana,Park\n".encode()).rows

    assert (row.number, row.values["places"]) == (above.count("\n") + 2, ["Park"])


def test_empty_columns_at_the_right_and_marks_that_nobody_sees_make_no_difference() -> None:
    (row,) = mentors("\ufeff\ufeff\u200bemail,first_name,,\na@b.org,Ana,,\nb@b.org\n".encode()[:-8]).rows

    assert row.values == {"email": "a@b.org", "first_name": "Ana"}


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        ('1,"Robert" Bob,3\n4,5,6\n', [["1", "Robert Bob", "3"], ["4", "5", "6"]]),
        ('1,"two,3\n4,5,6\n', [["1", "two", "3"], ["4", "5", "6"]]),
        ('1,"two,3\n4,five",6\n7,8,9\n', [["1", "two", "3"], ["4", 'five"', "6"], ["7", "8", "9"]]),
        ('1,"two\nlines",3\n4,"5" x,6\n', [["1", "two\nlines", "3"], ["4", "5 x", "6"]]),
        ('1,"two\nlines, and more",3\n', [["1", "two\nlines, and more", "3"]]),
    ],
)
def test_quotation_mark_that_stands_alone_swallows_nobody(lines: str, rows: list[list[str]]) -> None:
    assert table(f"{HEAD}{lines}").rows[1:] == rows


@given(
    st.lists(
        st.text(st.sampled_from('ab",;\n ') | st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
        min_size=1,
        max_size=12,
    )
)
@settings(deadline=None)
def test_whatever_stands_in_a_file_nobody_is_lost(words: list[str]) -> None:
    """Every letter of every line comes out in some cell, but for quotation marks and what stands between cells."""
    text = HEAD + "".join(f"p{number}@example.org,P,{word}\n" for number, word in enumerate(words))

    cells = "\n".join(cell for row in table(text).rows for cell in row)

    assert [number for number in range(len(words)) if f"p{number}@example.org" not in cells] == []


@pytest.mark.parametrize("text", ["José,María\nNuñez,O’Brien", "Álvaro\n", "Zoë – Müller", "Peña “Pepe”", "Ramón Iñigo’s"])
@pytest.mark.parametrize(
    ("codec", "read_as"),
    [
        ("cp1252", "Windows-1252"),
        ("mac_roman", "Mac Roman"),
        ("utf-16-le", ""),
        ("utf-16-be", ""),
        ("utf-16", ""),
        ("utf-8", ""),
    ],
)
def test_letters_are_read_as_they_were_saved(text: str, codec: str, read_as: str) -> None:
    assert as_text(text.encode(codec)) == (text, read_as)
