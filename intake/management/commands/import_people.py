"""`manage.py import_people mentors.csv mentees.csv --program SLUG [--check]`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.management.program_option import program_called
from core.errors import DomainError
from intake.files.apply import import_people
from intake.files.columns import KINDS
from intake.files.missing import missing_after
from intake.files.plan import ImportPlan, RowOutcome, plan_import
from intake.management.people_files import doubts_about, line_about, read_file


class Command(BaseCommand):
    help = "Add and change the people in two spreadsheets (docs/import.md). Rows that need fixing are named and left out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("mentors", type=Path, help="the file of mentors")
        parser.add_argument("mentees", type=Path, help="the file of mentees")
        parser.add_argument("--program", required=True, help="the program's slug")
        parser.add_argument("--check", action="store_true", help="only say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        program = program_called(options["program"])
        now = timezone.now()
        files = [read_file(kind, path) for kind, path in zip(KINDS, (options["mentors"], options["mentees"]), strict=True)]
        plan = plan_import(program, files, now=now)
        for line in doubts_about(files):
            self.stderr.write(line)
        self._say(plan)
        for missing in missing_after(program, plan, now=now):
            self.stdout.write(f"{missing.heading}: {', '.join(f'{words} ({count})' for words, count in missing.reasons)}")
        if options["check"]:
            return
        try:
            done = import_people(program=program, files=files, by=None, now=now)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Imported: {done.count(RowOutcome.ADD)} new, {done.count(RowOutcome.CHANGE)} changed.")
        if done.with_problems:
            raise CommandError("What is named above was left out. Fix it and run this again.")

    def _say(self, plan: ImportPlan) -> None:
        for planned in plan.people:
            for problem in planned.problems:
                self.stderr.write(line_about(problem))
        for outcome in RowOutcome:
            self.stdout.write(f"{outcome.label}: {plan.count(outcome)}")
