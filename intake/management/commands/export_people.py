"""`manage.py export_people --program SLUG --out DIR`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.management.program_option import program_called
from intake.files.columns import KINDS
from intake.files.encoding import as_bytes
from intake.files.export import export_people


class Command(BaseCommand):
    help = "Write mentors.csv and mentees.csv of a program, in the format that import_people reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--program", required=True, help="the program's slug")
        parser.add_argument("--out", type=Path, required=True, help="the directory to write to")

    def handle(self, *args: Any, **options: Any) -> None:
        program = program_called(options["program"])
        out: Path = options["out"]
        out.mkdir(parents=True, exist_ok=True)
        for kind in KINDS:
            path = out / f"{kind}s.csv"
            text = export_people(program=program, kind=kind, by=None, now=timezone.now())
            path.touch(mode=0o600)
            path.write_bytes(as_bytes(text))
            self.stdout.write(f"Wrote {path}.")
