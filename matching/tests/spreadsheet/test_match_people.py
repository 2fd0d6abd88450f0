"""`manage.py match_people`, as a person runs it who has two spreadsheets and nothing else."""

import csv
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.enums import Role
from accounts.models import Program
from matching.tests.spreadsheet.test_spreadsheet import Row, people_csv, who

ROOT = Path(settings.BASE_DIR)
SAMPLES = ROOT / "docs" / "samples"
BASE = {"availability": "mon 17:00-20:00", "birth_date": "1990-01-01", "languages": "en"}
GIVEN = "Taken as given, for a spreadsheet cannot know: consent, training and screening are in order, and every place is free."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two mentors and two mentees, of whom one is left over."""
    write(tmp_path, Role.MENTOR, who("Mona", **BASE, capacity="1"), who("Max", **{**BASE, "languages": "fr"}))
    write(tmp_path, Role.MENTEE, who("Ana", **BASE), who("Ben", **BASE))
    return tmp_path


def write(folder: Path, kind: str, *rows: Row) -> None:
    (folder / f"{kind}s.csv").write_text(people_csv(rows))


def run(folder: Path, out: str = "pairs.csv", **options: object) -> None:
    call_command("match_people", folder / "mentors.csv", folder / "mentees.csv", out=folder / out, **options)


def test_match_people_writes_pairs_and_who_is_left_over(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder)

    with (folder / "pairs.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = [(row["mentee"], row["mentor"], row["left_over"]) for row in csv.DictReader(file)]
    assert rows == [
        ("Ana", "Mona", ""),
        ("Ben", "", "Ben and Ana both need Mona, who has 1 place"),
        ("", "Max", "Nobody who waits may be matched with Max; 3 places stay free"),
    ]
    said = capsys.readouterr()
    assert said.err == f"{GIVEN}\n"
    assert said.out == (f"Wrote {folder / 'pairs.csv'}. Pairs: 1. Mentees without a mentor: 1. Mentors without a mentee: 1.\n")
    assert (folder / "pairs.csv").stat().st_mode & 0o777 == 0o600


def test_match_people_over_a_file_that_others_could_read_is_for_its_owner_only(folder: Path) -> None:
    out = folder / "pairs.csv"
    out.touch()
    out.chmod(0o644)
    run(folder)
    assert out.stat().st_mode & 0o777 == 0o600


def test_match_people_as_json_writes_json(folder: Path) -> None:
    run(folder, "pairs.json", json=True)

    data = json.loads((folder / "pairs.json").read_text())
    assert [(len(data[name])) for name in ("pairs", "mentees_left_over", "mentors_left_over")] == [1, 1, 1]


def test_match_people_again_replaces_what_it_wrote(folder: Path) -> None:
    (folder / "pairs.csv").write_text("older, and longer than what comes now" * 100)
    run(folder)
    first = (folder / "pairs.csv").read_bytes()
    run(folder)

    assert (folder / "pairs.csv").read_bytes() == first
    assert first.startswith("\ufeffmentee_email,".encode())  # the mark by which spreadsheets know UTF-8


def test_match_people_bad_rows_are_all_named_and_nothing_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, Role.MENTOR, who("Mona", **{**BASE, "languages": "klingon"}), who("Max", capacity="many"))
    write(folder, Role.MENTEE, who("Ana", **BASE, never_pair="nobody@example.org"))

    with pytest.raises(CommandError, match=r"Nothing was written\. Fix the rows above and run this again\."):
        run(folder)

    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "mentors row 2, languages",
        "mentors row 3, capacity",
        "mentees row 2, never_pair",
    ]
    assert lines[1] == "mentors row 3, capacity: Write a whole number from 0 to 50."
    assert not (folder / "pairs.csv").exists()


@pytest.mark.django_db
def test_match_people_refuses_in_the_words_of_the_import(
    north: Program, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, Role.MENTOR, who("Mona", birth_date="2090-01-01"), who("Mona"), {"email": "x", "first_name": ""})
    said = []
    for command, options in (("import_people", {"program": north.slug}), ("match_people", {"out": folder / "pairs.csv"})):
        with pytest.raises(CommandError):
            call_command(command, folder / "mentors.csv", folder / "mentees.csv", **options)
        said.append(capsys.readouterr().err)

    assert said[0] == said[1]
    assert len(said[0].splitlines()) == 4


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("mentors.csv", None, "mentors.csv cannot be read: No such file or directory."),
        ("mentees.csv", b"", "mentees.csv: The file is empty. Its first row must name the columns."),
        ("mentees.csv", b"email,nick\n", "mentees.csv: This column is not known: nick. This column is missing: first_name."),
    ],
)
def test_match_people_unreadable_file_is_refused_with_its_name(
    folder: Path, name: str, content: bytes | None, words: str
) -> None:
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)

    with pytest.raises(CommandError, match=re.escape(words)):
        run(folder)


@pytest.mark.parametrize("name", ["mentors.csv", "./mentees.csv"])
def test_match_people_never_writes_over_what_it_reads(folder: Path, name: str) -> None:
    before = (folder / name).read_bytes()

    with pytest.raises(CommandError, match="is one of the files to read"):
        run(folder, name)

    assert (folder / name).read_bytes() == before


@pytest.mark.parametrize(
    ("out", "words"),
    [
        (
            "nowhere/pairs.csv",
            "{}/nowhere/pairs.csv cannot be written: there is no folder {}/nowhere. Make it first, or name another.",
        ),
        ("", "{0} is a folder. Name a file in it, such as {0}/pairs.csv."),
    ],
)
def test_match_people_output_that_cannot_be_is_said_before_anything_is_read(folder: Path, out: str, words: str) -> None:
    (folder / "mentors.csv").unlink()

    with pytest.raises(CommandError) as refused:
        run(folder, out)

    assert str(refused.value) == words.format(folder, folder)


def test_match_people_file_that_cannot_be_made_is_said(folder: Path) -> None:
    (folder / "pairs.csv").symlink_to(folder / "nowhere" / "pairs.csv")
    with pytest.raises(CommandError, match=r"pairs\.csv cannot be written: No such file or directory\."):
        run(folder)


def test_match_people_zone_that_is_none_is_refused(folder: Path) -> None:
    with pytest.raises(CommandError, match=r"'Mars' is not a time zone\. Write one such as America/New_York\."):
        run(folder, timezone="Mars")


def test_match_people_zone_places_the_rows_that_name_none(folder: Path) -> None:
    write(folder, Role.MENTOR, who("Mona", **BASE, timezone="America/Los_Angeles"))
    run(folder, timezone="America/Los_Angeles", json=True)
    assert len(json.loads((folder / "pairs.csv").read_text())["pairs"]) == 2
    run(folder, timezone="Europe/London", json=True)
    assert json.loads((folder / "pairs.csv").read_text())["pairs"] == []


def test_samples_give_the_sample_of_pairs(tmp_path: Path) -> None:
    call_command("match_people", SAMPLES / "mentors.csv", SAMPLES / "mentees.csv", out=tmp_path / "pairs.csv")

    assert (tmp_path / "pairs.csv").read_text() == (SAMPLES / "pairs.csv").read_text()


UNREACHABLE = {
    "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/nowhere",
    "SITE_URL": "https://handrail.example",
    "ALLOWED_HOSTS": "handrail.example",
    "SECRET_KEY": "a long text of this test, long enough for what it is for",
    "AUDIT_KEY": "another long text of this test, long enough for what it is for",
    "FIELD_KEYS": f"1:{'A' * 43}=",
}


@pytest.mark.once
@pytest.mark.parametrize("database", [UNREACHABLE, {}], ids=["out of reach", "none yet"])
def test_match_people_needs_and_makes_no_database(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, database: dict[str, str]
) -> None:
    ours = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "AUDIT_KEY", "FIELD_KEYS")
    var = tmp_path_factory.mktemp("var")
    empty = tmp_path_factory.mktemp("empty")
    done = subprocess.run(
        [
            sys.executable,
            ROOT / "manage.py",
            "match_people",
            folder / "mentors.csv",
            folder / "mentees.csv",
            "--out",
            "pairs.csv",
        ],
        env={name: value for name, value in os.environ.items() if name not in ours} | {"VAR_DIR": str(var)} | database,
        cwd=empty,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, f"{GIVEN}\n")
    assert [path.name for path in empty.iterdir()] == ["pairs.csv"]
    assert [path.name for path in var.iterdir()] == ([] if database else ["keys.json"])


@pytest.mark.once
@pytest.mark.parametrize("page", ["README.md", "docs/matching-a-spreadsheet.md"])
def test_match_people_commands_of_the_pages_work(page: str, tmp_path: Path) -> None:
    """As they stand there, but for where they write."""
    commands = re.findall(r"^\S*python manage\.py (match_people .*)$", (ROOT / page).read_text(), flags=re.MULTILINE)
    assert commands
    for command in commands:
        words = shlex.split(command, comments=True)
        at = words.index("--out") + 1
        words[at] = str(tmp_path / words[at])
        call_command(*words[:1], *(str(ROOT / word) if word.startswith("docs/") else word for word in words[1:]))
        assert Path(words[at]).stat().st_size
