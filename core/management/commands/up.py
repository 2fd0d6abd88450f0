"""Run everything on one machine: web, worker and schedule."""

import os
import shlex
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from core.supervisor import CannotRun, become, listen


class Command(BaseCommand):
    help = "Runs web, worker and schedule in one command (the embedded mode). Ctrl-C stops everything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"), help="port to listen on (default: PORT or 8000)")
        parser.add_argument(
            "--first",
            action="append",
            default=[],
            metavar="COMMAND",
            help="a manage.py command to run before serving, such as 'migrate --verbosity 0'; may be given several times",
        )

    def handle(self, *, host: str, port: str, first: list[str], **options: Any) -> None:
        if settings.REDIS_URL:
            raise CommandError(
                "`up` brings its own broker, and REDIS_URL is set. Unset it, or run these apart:"
                " `manage.py serve`, `celery -A mentorship worker`,"
                " `celery -A mentorship worker -Q delivery`, `celery -A mentorship beat`."
                " docs/deploy.md says more."
            )
        if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise CommandError(f"PORT is malformed: {port!r} is not a port. Give a whole number from 1 to 65535.")
        try:
            listener = listen(host, int(port))
        except CannotRun as error:
            raise CommandError(str(error)) from error
        with listener:
            for line in first:
                call_command(*shlex.split(line))
            shown = f"[{host}]" if ":" in host else host
            address = f"http://{shown}:{port}"
            os.environ.setdefault("SITE_URL", address)  # what the children write into links
            connections.close_all()
            sys.stdout.flush()
            become(listener, f"{address}/", settings.ALLOWED_HOSTS[0].lstrip(".").replace("*", "localhost"))
