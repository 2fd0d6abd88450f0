"""Serve the pages alone."""

import socket
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.supervisor import CannotRun, listen
from core.web import serve


class Command(BaseCommand):
    help = "Serves the pages, in one process; worker and schedule run apart. `up` runs all of it in one command."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")
        parser.add_argument("--fd", type=int, help="a socket that listens already, by its number, instead of host and port")

    def handle(self, *, host: str, port: int, fd: int | None, **options: Any) -> None:
        try:
            listener = listen(host, port) if fd is None else socket.socket(fileno=fd)
        except CannotRun as error:
            raise CommandError(str(error)) from error
        with listener:
            serve(listener)
