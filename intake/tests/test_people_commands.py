"""The people file from the command line."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.enums import Role
from accounts.models import Membership, Program
from people.models import MentorProfile

SAMPLES = Path(settings.BASE_DIR) / "docs" / "samples"
pytestmark = pytest.mark.django_db


def run(program: Program, *, mentors: Path = SAMPLES / "mentors.csv", check: bool = False) -> None:
    call_command("import_people", mentors, SAMPLES / "mentees.csv", program=program.slug, check=check)


def test_samples_are_imported_exported_and_imported_again(
    north: Program, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(north)
    call_command("export_people", program="north", out=tmp_path / "out")
    call_command("import_people", tmp_path / "out/mentors.csv", tmp_path / "out/mentees.csv", program="north")

    assert "Imported: 4 new, 0 changed." in capsys.readouterr().out.splitlines()
    assert north.memberships.filter(role=Role.MENTOR).count() == 2


def test_change_of_a_sample_is_imported(north: Program, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(north)
    changed = tmp_path / "mentors.csv"
    changed.write_text("email,first_name,capacity\nruth.sample@example.org,Ruth,2\n")

    run(north, mentors=changed)

    ruth = MentorProfile.objects.get(membership__user__email="ruth.sample@example.org")
    assert (ruth.capacity, ruth.contact) == (2, "Text 555-0101")
    assert capsys.readouterr().out.endswith("Imported: 0 new, 1 changed.\n")


def test_check_saves_nothing(north: Program, capsys: pytest.CaptureFixture[str]) -> None:
    run(north, check=True)

    said = capsys.readouterr().out.splitlines()
    assert said[:4] == ["Needs fixing: 0", "Changes: 0", "New: 4", "Stays the same: 0"]
    assert not Membership.objects.exists()


def test_bad_row_is_named_and_left_out(north: Program, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("email,first_name\nnobody,Ana\nvera@example.org,Vera\n")

    with pytest.raises(CommandError, match="was left out"):
        run(north, mentors=bad)

    assert capsys.readouterr().err == "mentors row 2, email: “nobody” is not an e-mail address.\n"
    assert Membership.objects.filter(role=Role.MENTOR).values_list("user__email", flat=True).get() == "vera@example.org"


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b""])
def test_unreadable_file_is_refused_with_its_name(north: Program, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.csv"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError, match=r"x\.csv"):
        run(north, mentors=path)


def test_unknown_program_is_refused_with_those_there_are(north: Program, south: Program) -> None:
    with pytest.raises(CommandError, match=r"There is no program 'nowhere'\. There are: north, south\."):
        call_command("import_people", "a", "b", program="nowhere")
    with pytest.raises(CommandError, match=r"There is no program 'nowhere'\. There are: north, south\."):
        call_command("export_people", program="nowhere", out="x")
