"""`manage.py verify_audit [--head POSITION:MAC]`: is the audit record as it was written?"""

import argparse
import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from privacy.seal import Head, verify_chain


def head(text: str) -> Head:
    """`POSITION:MAC`, as an earlier run printed it."""
    found = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not POSITION:MAC, as this command prints it")
    return Head(int(found[1]), found[2])


class Command(BaseCommand):
    help = "Walk the audit chain; exits with 1 when a row was edited, removed, reordered or inserted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            type=head,
            metavar="POSITION:MAC",
            help="A head kept from an earlier run: proves that nothing was cut off.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify_chain(options["head"])
        self.stdout.write(f"{report.links} entries are linked; {report.waiting} wait for the next tick.")
        for problem in report.problems:
            self.stderr.write(problem)
        if report.links and report.broken >= report.links:
            self.stderr.write("Every link differs: is AUDIT_KEY the key that sealed them?")
        if report.broken:
            raise CommandError(f"The audit chain is broken in {report.broken} places.")
        if report.links:
            self.stdout.write(f"The chain is whole. Keep its head elsewhere: {report.head}")
