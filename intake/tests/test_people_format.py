"""Reading and writing people files, without a database."""

import csv
import io
import re
from contextlib import suppress
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import Role
from intake.files.columns import columns_for
from intake.files.format import make_inert, make_live, read_people, write_people
from intake.files.tables import MAX_BYTES, FileError
from people.availability import Window, in_lines, in_order, in_words, show_windows
from people.said.synonyms import HEADINGS
from people.said.times import read_windows
from people.said.words import key

pytestmark = pytest.mark.once

HEAD = "email,first_name"


def problems(text: str, kind: str = Role.MENTOR) -> list[tuple[int, str, str]]:
    return [(p.row, p.column, p.reason) for p in read_people(kind, text.encode()).problems]


def test_file_with_the_two_required_columns_is_read() -> None:
    file = read_people(Role.MENTEE, b"\xef\xbb\xbfFirst_Name, EMAIL \r\nLena,Lena@Example.org\r\n\r\nOmar,omar@example.org\r\n")

    assert [(row.number, row.email, row.values["first_name"]) for row in file.rows] == [
        (2, "lena@example.org", "Lena"),
        (4, "omar@example.org", "Omar"),
    ]
    assert file.problems == ()


def test_every_kind_of_cell_is_read() -> None:
    head = "email,first_name,availability,languages,places,birth_date,capacity,taking_mentees,training_hours,never_pair"
    cells = (
        'a@b.org,Ana,"sat 9:00-12:00; mon 17:00-20:00; mon 20:00-21:30",es; EN,"Library; Park; Library",1980-02-29,2,No,6.5,'
    )
    (row,) = read_people(Role.MENTOR, f"{head}\n{cells}z@b.org;c@b.org\n".encode()).rows

    assert row.values == {
        "email": "a@b.org",
        "first_name": "Ana",
        "availability": (Window(0, 1020, 1290), Window(5, 540, 720)),
        "languages": ["en", "es"],
        "places": ["Library", "Park"],
        "birth_date": date(1980, 2, 29),
        "capacity": 2,
        "taking_mentees": False,
        "training_hours": Decimal("6.5"),
        "never_pair": ("c@b.org", "z@b.org"),
    }


def test_empty_cell_is_unknown_or_says_nothing() -> None:
    (row,) = read_people(Role.MENTOR, b"email,first_name,gender,goals,capacity,timezone\na@b.org,Ana,,,,\n").rows

    assert row.values == {"email": "a@b.org", "first_name": "Ana", "gender": "", "goals": []}


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("email", "ana", "“ana” is not an e-mail address."),
        ("email", "", "This cell must not be empty."),
        ("first_name", "x" * 81, "At most 80 characters."),
        ("timezone", "EST", "“EST” is not a time zone. Write one such as America/New_York."),
        ("gender", "q", "“q” is not known here. Use: woman, man, non_binary."),
        ("meeting_modes", "phone; fax", "“fax” is not known here. Use: in_person, phone, video, text."),
        ("birth_date", "02/03/1980", "“02/03/1980” may be 1980-02-03 or 1980-03-02. Write it as one of these."),
        ("birth_date", "1981-02-29", "“1981-02-29” is not a date. Write the year, month and day, such as 2026-03-02."),
        ("birth_date", "0001-01-01", "The year must lie between 1900 and 2199."),
        ("capacity", "three", "Write a whole number from 0 to 50."),
        ("capacity", "999999999999", "Write a whole number from 0 to 50."),
        ("training_hours", "1e9", "Write a number from 0 to 9999, such as 6 or 6.5."),
        ("taking_mentees", "maybe", "Write yes or no."),
        ("availability", "monday evening", "“monday evening” is not a time. Write one such as: Monday 5 p.m. to 8 p.m."),
        ("availability", "mon 25:00-26:00", "“mon 25:00-26:00” is not a time of day. Write 5 p.m. or 17:00."),
        (
            "availability",
            "fri 22:00-02:00",
            "“fri 22:00-02:00” ends before it starts. Split a time that passes midnight in two.",
        ),
    ],
)
def test_bad_cell_is_named_with_row_column_and_reason(column: str, cell: str, reason: str) -> None:
    values = {"email": "a@b.org", "first_name": "Ana", column: cell}

    text = ",".join(values) + "\n" + ",".join(f'"{value}"' for value in values.values()) + "\n"

    assert problems(text) == [(2, column, reason)]


def test_second_row_with_the_same_address_is_bad() -> None:
    assert problems(f"{HEAD}\na@b.org,Ana\nA@b.org,Ana\n") == [(3, "email", "Row 2 has the same address.")]


def test_bad_row_is_named_by_what_stands_in_its_address() -> None:
    file = read_people(Role.MENTOR, f"{HEAD}\nana,Ana\n".encode())

    assert (file.rows, file.named) == ((), {2: ("ana", "Ana")})


def test_cells_that_a_row_does_not_have_are_empty() -> None:
    (row,) = read_people(Role.MENTEE, f"{HEAD},gender\na@b.org,Ana\n".encode()).rows

    assert row.values["gender"] == ""


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty. Its first row must name the columns."),
        (b"\n\n", "The file is empty. Its first row must name the columns."),
        (
            b"email|first_name\n",
            "The columns must be separated by commas, semicolons or tabs. Save the file as “CSV UTF-8”.",
        ),
        (b"email\n", "This column is missing: first_name."),
        (b"gender\n", "These columns are missing: email, first_name."),
        (b"email,first_name,waiting_since\n", "This column is not known: waiting_since. Did you swap the two files?"),
        (b"email,first_name,email\n", "These columns stand more than once: email."),
        (
            b"Email adress,First name,Shoe,\nx,y,z,w\n",
            "These columns are not known: email adress, shoe, (no name). Rename where it fits: email adress → email."
            " This column is missing: email.",
        ),
        (
            b"name;E-Mail;e-mail;shoe\n",
            "These columns stand more than once: email.",
        ),
        (
            b"first_name,a,b,c,d,e,f,g,h,i,j,k\n",
            "These columns are not known: a, b, c, d, e, f, g, h, i, j, …. This column is missing: email.",
        ),
        (
            "email,first_name\n".encode("utf-16")[:-1],
            "The file is saved as UTF-16. Save it as “CSV UTF-8” and try again.",
        ),
        (
            b"email,first_name\na@b.org,A\0\n",
            "The file holds characters that are not text. Save it as “CSV UTF-8” and try again.",
        ),
        (b"x" * (MAX_BYTES + 1), "The file is larger than 1 MB. Split it into smaller files."),
        (
            b"email,first_name\n" + b"a@b.org,Ana\n" * 5_001,
            "The file has more than 5,000 rows. Split it into smaller files.",
        ),
    ],
)
def test_file_that_is_no_people_file_is_refused_with_what_to_do(data: bytes, sentence: str) -> None:
    with pytest.raises(FileError) as refused:
        read_people(Role.MENTOR, data)

    assert str(refused.value) == sentence


def test_file_of_mentors_given_for_mentees_asks_whether_they_are_swapped() -> None:
    with pytest.raises(FileError) as refused:
        read_people(Role.MENTEE, b"email,first_name,capacity,recovery_since,waiting_since\n")

    assert str(refused.value) == "These columns are not known: capacity, recovery_since. Did you swap the two files?"


@pytest.mark.parametrize(
    ("heading", "columns"),
    [
        ("Email address,First name,Date of birth", ("email", "first_name", "birth_date")),
        ("Correo electrónico,Nombre,Fecha de nacimiento", ("email", "first_name", "birth_date")),
        ("E-MAIL,Given Name,Sober since,How many mentees can you take?", ("email", "first_name", "recovery_since", "capacity")),
        ("Email,First Name,Last Name,Phone,DOB", ("email", "first_name", "last_name", "contact", "birth_date")),
    ],
)
def test_columns_are_known_by_what_people_call_them(heading: str, columns: tuple[str, ...]) -> None:
    assert read_people(Role.MENTOR, f"{heading}\n".encode()).columns == columns


def test_column_that_means_nothing_here_is_left_out_and_named() -> None:
    file = read_people(Role.MENTEE, b"email,shoe,first_name,Notes,\na@b.org,42,Ana,called twice,\n")

    assert (file.columns, file.left_out) == (("email", "first_name"), ("shoe", "notes"))
    assert [dict(row.values) for row in file.rows] == [{"email": "a@b.org", "first_name": "Ana"}]


@pytest.mark.parametrize("kind", [Role.MENTOR, Role.MENTEE])
def test_no_heading_means_two_columns(kind: str) -> None:
    said = {column.name: {key(word) for word in (*HEADINGS.get(column.name, ()), column.name)} for column in columns_for(kind)}

    assert set(HEADINGS) <= {column.name for one in (Role.MENTOR, Role.MENTEE) for column in columns_for(one)}
    assert [(a, b, said[a] & said[b]) for a, b in combinations(said, 2) if said[a] & said[b]] == []


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_columns_may_stand_between_commas_semicolons_or_tabs(mark: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark)
    writer.writerow(["Email", "first_name", "goals", "contact", "availability"])
    writer.writerow(["a@b.org", "Ana", "work; sleep", "Text, or call", "mon 17:00-18:00; tue 17:00-18:00"])

    (row,) = read_people(Role.MENTEE, out.getvalue().encode()).rows

    assert row.values == {
        "email": "a@b.org",
        "first_name": "Ana",
        "goals": ["work", "sleep"],
        "contact": "Text, or call",
        "availability": (Window(0, 1020, 1080), Window(1, 1020, 1080)),
    }


def test_list_without_quotation_marks_between_semicolons_is_too_many_cells() -> None:
    assert problems("email;first_name;goals\na@b.org;Ana;work; sleep\n") == [
        (2, "", "The row has 4 cells, the first row has 3.")
    ]


def test_separator_is_that_of_the_first_row_whatever_stands_below() -> None:
    text = "email,first_name,goals,places\na@b.org,Ana,work; sleep; family,Park; Library; Bridge\n"

    (row,) = read_people(Role.MENTEE, text.encode()).rows

    assert (row.values["goals"], row.values["places"]) == (["family", "work", "sleep"], ["Park", "Library", "Bridge"])
    assert [column for _row, column, _reason in problems(f"{HEAD}\na@b.org;Ana\n")] == ["email", "first_name"]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=6) | st.text("'=+-@\t\r\uff1dab", max_size=6))
def test_inert_cell_starts_no_formula_and_comes_back_exactly(text: str) -> None:
    cell = make_inert(text)

    assert make_live(cell) == text
    assert cell[:1] not in set("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


@pytest.mark.parametrize("cell", ["'tis", "'", "O'Neil", ""])
def test_live_cell_keeps_an_apostrophe_that_a_person_typed(cell: str) -> None:
    assert make_live(cell) == cell


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)).filter(lambda w: w[1] < w[2])))
def test_windows_written_and_read_again_are_the_same(windows: list[tuple[int, int, int]]) -> None:
    ordered = in_order(Window(*window) for window in windows)

    assert read_windows(show_windows(ordered)) == ordered


def test_windows_in_words_have_one_line_per_day() -> None:
    assert in_words(read_windows("sat 09:00-12:00; mon 17:00-20:00; mon 8:00-9:00")) == [
        "Monday: 8 a.m. to 9 a.m., 5 p.m. to 8 p.m.",
        "Saturday: 9 a.m. to noon",
    ]


@pytest.mark.parametrize("language", ["en", "es"])
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)).filter(lambda w: w[1] < w[2])))
def test_windows_written_for_people_and_read_again_are_the_same(language: str, windows: list[tuple[int, int, int]]) -> None:
    ordered = in_order(Window(*window) for window in windows)

    with translation.override(language):
        assert read_windows(in_lines(ordered).replace("\n", ";")) == ordered


@pytest.mark.parametrize(
    ("typed", "window"),
    [
        ("mon 5pm-8 P.M.", Window(0, 1020, 1200)),
        ("Tuesday 9:30 am to noon", Window(1, 570, 720)),
        ("wed: midnight - 1 a.m.", Window(2, 0, 60)),
        ("sat 21:00\u201300:00", Window(5, 1260, 1440)),
        ("Tue 6-8pm", Window(1, 1080, 1200)),
        ("Sundays 11am-1", Window(6, 660, 780)),
        ("Fri. 10 - 2pm", Window(4, 600, 840)),
        ("mon 9-5", Window(0, 540, 1020)),
        ("mon 17-20", Window(0, 1020, 1200)),
        ("mon 17h-20h", Window(0, 1020, 1200)),
        ("Mon 5:00 PM \u2014 8:00 PM", Window(0, 1020, 1200)),
        ("sábado de 10 a 12", Window(5, 600, 720)),
        ("Miércoles 5 p. m. a 8 p. m.", Window(2, 1020, 1200)),
    ],
)
def test_windows_are_read_as_people_write_them(typed: str, window: Window) -> None:
    assert read_windows(typed) == (window,)


@pytest.mark.parametrize(
    ("typed", "windows"),
    [
        ("Monday 5pm-8pm, Tuesday 6pm-8pm", "mon 17:00-20:00; tue 18:00-20:00"),
        ("mon 9am-11am, 1pm-3pm", "mon 09:00-11:00; mon 13:00-15:00"),
        ("tues/thurs 18:00-20:00", "tue 18:00-20:00; thu 18:00-20:00"),
        ("Sat & Sun 9 a.m. to noon", "sat 09:00-12:00; sun 09:00-12:00"),
        ("Mon, Wed and Fri 5-8pm", "mon 17:00-20:00; wed 17:00-20:00; fri 17:00-20:00"),
        ("fri-sun 8am-10am", "fri 08:00-10:00; sat 08:00-10:00; sun 08:00-10:00"),
        ("Sun to Tue 8am-10am", "mon 08:00-10:00; tue 08:00-10:00; sun 08:00-10:00"),
        ("weekends 9am-noon", "sat 09:00-12:00; sun 09:00-12:00"),
        ("lunes a miércoles de 9:00 a 13:00", "mon 09:00-13:00; tue 09:00-13:00; wed 09:00-13:00"),
        ("mon 17:00-20:00\nsat 09:00-12:00", "mon 17:00-20:00; sat 09:00-12:00"),
    ],
)
def test_windows_of_several_days_are_read_as_people_write_them(typed: str, windows: str) -> None:
    assert show_windows(read_windows(typed)) == windows


@given(st.text(max_size=40) | st.text("mon tues-&,9:0pa.h5 y", max_size=40))
def test_no_text_breaks_the_reading_of_windows(text: str) -> None:
    windows: tuple[Window, ...] = ()
    with suppress(ValueError):
        windows = read_windows(text)

    assert all(0 <= one.start < one.end <= 1440 for one in windows)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("some evening", "“some evening” is not a time. Write one such as: Monday 5 p.m. to 8 p.m."),
        ("mon 5-8", "“mon 5-8” is not a time of day. Write 5 p.m. or 17:00."),
        ("weekdays after 5", "“weekdays after 5” is not a time. Write one such as: Monday 5 p.m. to 8 p.m."),
        ("mon 5pm-8pm or so", "“mon 5pm-8pm or so” is not a time. Write one such as: Monday 5 p.m. to 8 p.m."),
        ("mon 13pm-14pm", "“mon 13pm-14pm” is not a time of day. Write 5 p.m. or 17:00."),
        ("mon 9:60-11:00", "“mon 9:60-11:00” is not a time of day. Write 5 p.m. or 17:00."),
        ("mon 8pm-5pm", "“mon 8pm-5pm” ends before it starts. Split a time that passes midnight in two."),
        ("mon" + " " * 200 + "5pm-8pm", f"“mon{' ' * 76}…” is not a time. Write one such as: Monday 5 p.m. to 8 p.m."),
    ],
)
def test_windows_that_nobody_understands_are_refused_in_words(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_windows(typed)


WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).map(str.strip).filter(bool)
DATES = st.dates(date(1900, 1, 1), date(2100, 12, 31))
ADDRESSES = st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.org", fullmatch=True)


CELLS: dict[str, st.SearchStrategy[str]] = {
    "email": ADDRESSES,
    "first_name": WORDS,
    "last_name": WORDS,
    "timezone": st.sampled_from(["America/New_York", "Asia/Tokyo"]),
    "language": st.sampled_from(["en", "es"]),
    "availability": st.sampled_from(["mon 17:00-20:00", "sun 00:00-24:00; sat 9:00-10:30"]),
    "gender": st.just("woman"),
    "languages": st.just("es;en"),
    "pathways": st.just("faith"),
    "goals": st.just("work"),
    "experiences": st.just("grief"),
    "meeting_modes": st.just("text; phone"),
    "support_styles": st.just("direct"),
    "interests": st.just("music; walking"),
    "dislikes": st.just("loud"),
    "places": st.lists(WORDS.filter(lambda word: ";" not in word), max_size=3).map(";".join),
    "preferred_genders": st.just("man"),
    "required_genders": st.just("non_binary; man"),
    "preferred_age_min": st.integers(18, 50).map(str),
    "preferred_age_max": st.integers(50, 120).map(str),
    "contact": WORDS,
    "capacity": st.integers(0, 50).map(str),
    "taking_mentees": st.sampled_from(["yes", "no"]),
    "supervisor": ADDRESSES,
    "never_pair": st.lists(ADDRESSES, max_size=3).map(";".join),
    "birth_date": st.dates(date(1900, 1, 1), date(1950, 12, 31)).map(str),
    "recovery_since": st.dates(date(1951, 1, 1), date(2026, 3, 2)).map(str),
    "agreement_signed_on": st.dates(date(1951, 1, 1), date(2026, 3, 2)).map(str),
    "training_hours": st.decimals(0, 999, places=1).map(str),
}
"""Cells of each column, as a person might write them; the others hold dates."""


@st.composite
def people_tables(draw: st.DrawFn, kind: str) -> str:
    """A file with any columns, in any order, some cells empty."""
    optional = [column.name for column in columns_for(kind) if not column.is_required]
    names = draw(st.permutations(["email", "first_name", *draw(st.lists(st.sampled_from(optional), unique=True))]))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    for _row in range(draw(st.integers(0, 4))):
        required = {name: draw(CELLS[name]) for name in ("email", "first_name")}
        cells = {name: draw(st.just("") | CELLS.get(name, DATES.map(str))) for name in names} | required
        writer.writerow([make_inert(cells[name]) for name in names])
    return out.getvalue()


@pytest.mark.parametrize("kind", [Role.MENTOR, Role.MENTEE])
@given(data=st.data())
def test_file_read_and_written_again_says_the_same(kind: str, data: st.DataObject) -> None:
    first = read_people(kind, data.draw(people_tables(kind)).encode())

    again = read_people(kind, write_people(kind, [row.values for row in first.rows]).encode())

    assert again.problems == ()
    assert [said(row.values) for row in again.rows] == [said(row.values) for row in first.rows]


def said(values: Any) -> dict[str, Any]:
    """What a row says, leaving out what it says nothing about."""
    return {name: value for name, value in values.items() if value not in ("", None, [], (), Decimal(0))}
