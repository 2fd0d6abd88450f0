"""Run everything on one machine: web, worker and schedule."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.embedded import CannotRun, Supervisor, listen


class Command(BaseCommand):
    help = "Runs web, worker and schedule in one command (the embedded mode). Ctrl-C stops everything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"), help="port to listen on (default: PORT or 8000)")

    def handle(self, *, host: str, port: str, **options: Any) -> None:
        if settings.REDIS_URL:
            raise CommandError(
                "`up` brings its own broker, and REDIS_URL is set. Unset it, or run these apart:"
                " `gunicorn mentorship.wsgi --threads 8`, `celery -A mentorship worker`, `celery -A mentorship beat`."
                " docs/deploy.md says more."
            )
        if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise CommandError(f"PORT is malformed: {port!r} is not a port. Give a whole number from 1 to 65535.")
        try:
            with listen(host, int(port)) as listener:
                shown = f"[{host}]" if ":" in host else host
                address = f"http://{shown}:{port}"
                os.environ.setdefault("SITE_URL", address)  # what the children write into links
                Supervisor(listener, say=self._say).run(f"{address}/")
        except CannotRun as error:
            raise CommandError(str(error)) from error

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
