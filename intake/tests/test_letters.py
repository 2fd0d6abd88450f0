"""Files whose letters a spreadsheet wrote or read in its own way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, User
from conftest import SignIn
from demo import factories
from intake.files.encoding import trouble_with_letters
from intake.files.format import read_people
from intake.models import PendingImport
from intake.tests.test_import_pages import confirm_url, upload

NAMES = ["Álvaro", "José", "Nuñez", "Città", "Łukasz", "Ørsted", "Михаил", "Zoë’s", "Ana"]
MARK = b"\xef\xbb\xbf"


def excel(data: bytes) -> str:
    """What somebody sees who opens the file with a double click: without the mark it is Windows-1252, gaps kept."""
    if data.startswith(MARK):
        return data.decode("utf-8-sig")
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in data)


def as_csv(text: str) -> bytes:
    """Saved as “CSV” here in Europe: semicolons, Windows-1252, and what has no place there becomes a question mark."""
    return text.replace(",", ";").encode("cp1252", "replace")


def as_csv_utf_8(text: str) -> bytes:
    return text.encode("utf-8-sig")


def as_unicode_text(text: str) -> bytes:
    return text.replace(",", "\t").encode("utf-16")


def names_in(data: bytes) -> list[str]:
    file = read_people(Role.MENTOR, data)
    assert file.problems == ()
    return [row.values["first_name"] for row in file.rows]


def file_of(names: list[str]) -> str:
    return "email,first_name\n" + "".join(f"p{number}@example.org,{name}\n" for number, name in enumerate(names))


@pytest.mark.parametrize("save", [as_csv_utf_8, as_unicode_text, str.encode])
def test_names_saved_as_unicode_are_read_as_they_are(save: Callable[[str], bytes]) -> None:
    assert names_in(save(file_of(NAMES))) == NAMES
    assert read_people(Role.MENTOR, save(file_of(NAMES))).guessed == ()


def test_names_saved_as_windows_1252_are_read_as_they_are_and_named() -> None:
    western = [name for name in NAMES if name.encode("cp1252", "ignore").decode("cp1252") == name]

    assert names_in(as_csv(file_of(western))) == western
    assert read_people(Role.MENTOR, as_csv(file_of(western))).guessed == tuple(name for name in western if name != "Ana")


@pytest.mark.parametrize("save", [as_csv, as_csv_utf_8, as_unicode_text])
def test_names_spoiled_by_a_spreadsheet_are_named_and_not_taken(save: Callable[[str], bytes]) -> None:
    """As a file without the mark is, once it was opened there and saved again."""
    spoiled = save(excel(file_of(NAMES).encode()))

    file = read_people(Role.MENTOR, spoiled)

    assert [row.values["first_name"] for row in file.rows] == ["Ana"]
    assert [(problem.row, problem.column) for problem in file.problems] == [(row, "first_name") for row in range(2, 10)]


def test_names_shown_spoiled_but_saved_as_the_same_bytes_are_whole() -> None:
    names = ["José", "Nuñez", "Zoë’s"]

    assert names_in(as_csv(excel(file_of(names).encode()))) == names


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("JosÃ©", "“JosÃ©” seems to be “José”, spoiled when the file was saved. Write it anew, and save as “CSV UTF-8”."),
        (
            "Ã\x81lvaro",
            "“Ã\x81lvaro” seems to be “Álvaro”, spoiled when the file was saved. Write it anew, and save as “CSV UTF-8”.",
        ),
        (
            "JosA\u0303©",
            "“JosÃ©” seems to be “José”, spoiled when the file was saved. Write it anew, and save as “CSV UTF-8”.",
        ),
        ("Ã?lvaro", "The letters of “Ã?lvaro” were spoiled when the file was saved. Write it anew, and save as “CSV UTF-8”."),
        (
            "Jos\ufffd",
            "The letters of “Jos\ufffd” were spoiled when the file was saved. Write it anew, and save as “CSV UTF-8”.",
        ),
        *[(name, "") for name in [*NAMES, "JOÃO", "Ângela", "Åsa", "ÄNNE", "CONCEIÇÃO", "IRMÃ DULCE", "“CAFÉ”", "É…", "Ñandú"]],
    ],
)
def test_cell_is_refused_only_where_its_letters_were_spoiled(cell: str, sentence: str) -> None:
    assert trouble_with_letters(cell) == sentence


def test_cell_too_long_for_a_name_is_looked_at_as_it_is() -> None:
    cell = "Jose\u0301\ufffd" + "\u0301\u0316" * 50_000

    assert trouble_with_letters(cell).startswith(f"The letters of “{cell}” were spoiled")


def test_export_opens_in_a_spreadsheet_with_its_letters_and_comes_back_the_same(
    alice: Membership, sign_in: SignIn, now: Any
) -> None:
    mentor = factories.make_mentor(alice.program, "vera@example.org", now=now)
    User.objects.filter(pk=mentor.user_id).update(first_name="Álvaro", last_name="Nuñez")
    client = sign_in(alice)

    data = client.get(reverse("intake:export", args=["mentors"])).content

    assert "Álvaro,Nuñez" in excel(data)
    preview = upload(client, mentors=excel(data).encode("utf-8-sig")).headers["Location"]
    assert client.get(preview).context["to_write"] == 0


def test_export_command_writes_the_mark_too(alice: Membership, tmp_path: Path) -> None:
    call_command("export_people", program="north", out=tmp_path)

    assert [path.read_bytes()[:3] for path in sorted(tmp_path.iterdir())] == [MARK, MARK]


def test_upload_that_was_guessed_at_names_the_names_before_anything_is_saved(alice: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)

    preview = upload(client, mentors=as_csv(file_of(["José", "Ana"]))).headers["Location"]

    said = "The file is not saved as UTF-8 and was read as Windows-1252. Check these names: José."
    assert said in client.get(preview).content.decode()
    client.post(confirm_url(preview))
    assert set(User.everybody.filter(email__startswith="p").values_list("first_name", flat=True)) == {"José", "Ana"}


def test_people_of_spoiled_names_are_left_out(alice: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)
    preview = upload(client, mentors=as_csv_utf_8(excel(file_of(NAMES).encode()))).headers["Location"]

    assert "“JosÃ©” seems to be “José”" in client.get(preview).content.decode()
    client.post(confirm_url(preview))

    taken = User.everybody.filter(email__startswith="p").values_list("first_name", flat=True)
    assert [name for name in taken if not name.isascii()] == []
    assert PendingImport.objects.exists()
