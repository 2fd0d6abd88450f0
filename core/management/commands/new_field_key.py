"""Make a key for encrypted text."""

from typing import Any

from django.core.management.base import BaseCommand

from core.encryption import new_field_key


class Command(BaseCommand):
    help = "Prints a fresh key for FIELD_KEYS. Put it first to write with it; keep the old ones to read."
    requires_system_checks = []

    def handle(self, **options: Any) -> None:
        self.stdout.write(new_field_key())
