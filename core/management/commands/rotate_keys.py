"""`manage.py rotate_keys`: after a new key was put first in FIELD_KEYS and every process was restarted."""

from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import encryption
from core.rotation import encrypted_fields, rotate_field, rotate_second_factors


class Command(BaseCommand):
    help = "Write every encrypted value anew under the first key of FIELD_KEYS. May be interrupted and run again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Writing under the key {encryption.current_key_id()!r}.")
        unopened: list[str] = []
        for steps in chain((rotate_field(encrypted) for encrypted in encrypted_fields()), [rotate_second_factors()]):
            for progress in steps:
                line = f"{progress.place}: {progress.seen} of {progress.total} read, {progress.rewritten} written anew"
                self.stdout.write(line)
            unopened += progress.unopened
        for line in unopened:
            self.stderr.write(line)
        if unopened:
            raise CommandError(
                f"{len(unopened)} values could not be opened and were left as they are. "
                "Add the key that wrote them to FIELD_KEYS, or restore those rows, and run this again."
            )
        self.stdout.write("Done. Keys that are no longer first may be removed from FIELD_KEYS.")
