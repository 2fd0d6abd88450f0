"""`manage.py create_program --name NAME --slug SLUG --admin-email ADDRESS`: how a real installation begins."""

from argparse import ArgumentParser
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Program
from core.forms import TypedAddress
from people.notices import link_of
from people.services.invitations import invite
from people.services.mailbox import is_asked_of


class Command(BaseCommand):
    help = "Create a program and invite its first admin; prints the invitation link, which is also sent by e-mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="what people call the program")
        parser.add_argument("--slug", required=True, help="its short name for commands, such as river-city")
        parser.add_argument("--admin-email", required=True, help="who sets it up")
        parser.add_argument("--timezone", default="America/New_York", help="such as America/New_York")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if Program._meta.db_table not in connection.introspection.table_names():
            raise CommandError("There are no tables yet. Run `manage.py migrate` first, or `DEMO_MODE=0 make run`.")
        program = Program(name=options["name"], slug=options["slug"], timezone=options["timezone"])
        try:
            address = TypedAddress().clean(options["admin_email"])
            program.full_clean()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        program.save()
        invitation = invite(
            program=program,
            email=address,
            first_name="",
            role=Role.ADMIN,
            by=None,
            now=timezone.now(),
            submission_key=uuid4(),
        )
        if is_asked_of(invitation):
            self.stdout.write("The page asks for a code, which goes to this address too.")
        self.stdout.write(f"Created {program.name}. {invitation.email} can join here within 14 days:")
        self.stdout.write(link_of(invitation))
