"""`manage.py create_demo_data`: invented people to look around with."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.errors import DomainError
from demo.program import DEMO_PASSWORD, SIGN_INS, Stage, create_demo_data


class Command(BaseCommand):
    help = "Load the demo program (invented people; demo mode only). Running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--stage",
            choices=[stage.value for stage in Stage],
            default=Stage.FULL.value,
            help="waiting: nobody is paired yet; active: pairs since a few weeks; full: half a year (default)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = create_demo_data(stage=Stage(options["stage"]), now=timezone.now())
        except DomainError as error:
            raise CommandError(str(error)) from error
        if loaded.is_new:
            self.stdout.write(f"The demo program “{loaded.program}” is loaded.")
        else:
            self.stdout.write(f"The demo program “{loaded.program}” is already there; nothing was changed.")
        self.stdout.write("Sign in as:")
        for sign_in in SIGN_INS:
            self.stdout.write(f"  {sign_in.email:<26} {sign_in.what}")
        self.stdout.write(f"Password for all: {DEMO_PASSWORD}")
