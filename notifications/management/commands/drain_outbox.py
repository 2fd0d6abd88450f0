"""Deliver what is pending, without a broker."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from notifications.outbox import BUDGET, drain


class Command(BaseCommand):
    help = "Delivers the messages that are pending and prints how many left, failed and were given up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        most = int(BUDGET.total_seconds())
        parser.add_argument("--seconds", type=int, default=most, help=f"begin no sending later (default: {most})")

    def handle(self, **options: Any) -> None:
        self.stdout.write(str(drain(timezone.now(), budget=timedelta(seconds=options["seconds"]))))
