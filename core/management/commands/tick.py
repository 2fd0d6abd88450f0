"""One pass of every due scan, without a broker."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.scans import awake_scans, run_scan

EARLIEST, LATEST = 2000, 2100


class Command(BaseCommand):
    help = "Runs one pass of every due scan, in order, and prints what each did. Scans of an hour or more rest in between."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", help="pretend it is this time (ISO 8601; demo mode or ALLOW_TEST_CLOCK only)")

    def handle(self, **options: Any) -> None:
        now = _time_from(options["now"]) if options["now"] is not None else timezone.now()
        broken = []
        for scan in awake_scans(now):
            try:
                self.stdout.write(f"{scan.name}: {run_scan(scan.name, now)}")
            except Exception as error:  # one broken scan must not hold up the others
                broken.append(scan.name)
                self.stderr.write(f"{scan.name}: {type(error).__name__}")
        if broken:
            raise CommandError(f"These scans broke: {', '.join(broken)}. The others ran.")


def _time_from(text: str) -> datetime:
    """`text` as an aware time; without an offset it means UTC."""
    if not (settings.DEMO_MODE or settings.ALLOW_TEST_CLOCK):
        raise CommandError("--now works only with DEMO_MODE=1 or ALLOW_TEST_CLOCK=1, lest the clock be moved by mistake.")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--now is malformed: {text!r} is not a time such as 2026-03-02T17:00:00+00:00.") from error
    if not EARLIEST <= moment.year < LATEST:
        raise CommandError(f"--now must lie between the years {EARLIEST} and {LATEST}: {text!r} does not.")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
