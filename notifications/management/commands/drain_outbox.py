"""Deliver what is owed, without a broker."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from notifications.services import drain


class Command(BaseCommand):
    help = "Delivers the messages that are owed and prints how many left, failed and were given up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=200, help="deliver at most this many (default: 200)")

    def handle(self, **options: Any) -> None:
        self.stdout.write(str(drain(timezone.now(), limit=options["limit"])))
