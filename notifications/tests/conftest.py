from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Membership
from notifications.channels.mail import Mail
from notifications.kinds import register_kind
from notifications.models import Delivery, Message
from notifications.outbox import DrainResult, drain
from notifications.services import enqueue_all, message_for
from notifications.tests.mail_server import MailServer, free_port

EnqueueTo = Callable[..., Delivery]


def _elsewhere(message: Message) -> str:
    return "/elsewhere/"


@pytest.fixture(scope="session", autouse=True)
def _test_kinds() -> None:
    register_kind("test.any", text="Something for a test.", url=_elsewhere)
    register_kind("test.other", text="Something else for a test.", url=_elsewhere)
    register_kind("test.urgent", text="Something that does not wait.", url=_elsewhere, is_urgent=True)
    register_kind("test.flags", text="Something for supervisors.", url=lambda _message: reverse("supervision:flags"))
    register_kind("test.quiet", text="Something that waits.", url=_elsewhere, keeps_quiet_hours=True)


def drain_in_thread(now: datetime) -> DrainResult:
    try:
        return drain(now)
    finally:
        connection.close()


@pytest.fixture
def enqueue_to(now: datetime) -> EnqueueTo:
    """Say one thing of a test's own kind to a membership; returns its delivery by mail."""

    def enqueue(membership: Membership, *, kind: str = "test.any", at: datetime = now) -> Delivery:
        message = message_for(kind, subject_id=uuid4(), recipient=membership.user, program=membership.program, now=at)
        enqueue_all([message])
        return message.deliveries.get(channel=Mail.name)

    return enqueue


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """A real SMTP server that the site is set to use."""
    server = MailServer(port=free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield server
    controller.stop()
