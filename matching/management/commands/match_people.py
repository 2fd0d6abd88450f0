"""`manage.py match_people mentors.csv mentees.csv --out pairs.csv [--json] [--timezone ZONE]`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.enums import Role
from accounts.timezones import zone_names
from intake.files.encoding import as_bytes
from intake.management.people_files import doubts_about, line_about, read_file
from matching.spreadsheet import pairs as pairs_file
from matching.spreadsheet import people as spreadsheet

TAKEN_AS_GIVEN = (
    "Taken as given, for a spreadsheet cannot know: consent, training and screening are in order, and every place is free."
)


class Command(BaseCommand):
    help = (
        "Propose pairs for the people in two CSV files (docs/matching-a-spreadsheet.md). Needs no database, saves and sends "
        "nothing but the file it writes. While one row is bad, nothing is written."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("mentors", type=Path, help="the file of mentors, in the format that import_people reads")
        parser.add_argument("mentees", type=Path, help="the file of mentees")
        parser.add_argument("--out", type=Path, required=True, help="the file to write; one that is there is replaced")
        parser.add_argument("--json", action="store_true", help="write JSON instead of CSV")
        parser.add_argument("--timezone", default="", metavar="ZONE", help="of rows that name none, such as America/New_York")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        zone, out = options["timezone"], options["out"]
        if zone and zone not in zone_names():
            raise CommandError(f"{zone!r} is not a time zone. Write one such as America/New_York.")
        if out.exists() and any(options[name].exists() and out.samefile(options[name]) for name in ("mentors", "mentees")):
            raise CommandError(f"{out} is one of the files to read. Name another file to write.")
        _check(out)
        files = read_file(Role.MENTOR, options["mentors"]), read_file(Role.MENTEE, options["mentees"])
        problems = spreadsheet.problems(*files, zone=zone, now=now)
        for line in [*map(line_about, problems), *doubts_about(files)]:
            self.stderr.write(line)
        if problems:
            raise CommandError("Nothing was written. Fix the rows above and run this again.")
        found = pairs_file.make_pairs(spreadsheet.read(*files, zone=zone, now=now), now)
        self.stderr.write(TAKEN_AS_GIVEN)
        if options["json"]:
            _write(out, pairs_file.as_json(found).encode())
        else:
            _write(out, as_bytes(pairs_file.as_csv(found)))
        self.stdout.write(
            f"Wrote {out}. Pairs: {len(found.pairs)}. Mentees without a mentor: {len(found.mentees)}. "
            f"Mentors without a mentee: {len(found.mentors)}."
        )


def _check(path: Path) -> None:
    """Refuses a file that cannot be written, before the work rather than after it."""
    if path.is_dir():
        raise CommandError(f"{path} is a folder. Name a file in it, such as {path / 'pairs.csv'}.")
    if not path.parent.is_dir():
        raise CommandError(f"{path} cannot be written: there is no folder {path.parent}. Make it first, or name another.")


def _write(path: Path, data: bytes) -> None:
    """For its owner only, since it says why people suit each other, also where a file was there already."""
    try:
        path.touch(mode=0o600)
        if path.is_file():  # and no terminal or pipe
            path.chmod(0o600)
        path.write_bytes(data)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
