"""Mail: one neutral envelope, the same for every kind but those that write their own."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.channels import Channel, Connection, NothingToSay, Refused, Stalled, Unreachable
from notifications.kinds import Letter, kind_of
from notifications.models import Message

PERMANENT = range(500, 600)
"""SMTP answers that say: do not try again."""
CLOSING = 421
"""SMTP's answer of a server that ends the connection, such as after the hundredth mail."""


def envelope(message: Message, now: datetime) -> EmailMessage:
    """The mail. Nothing in it depends on what the message is about, unless its kind writes its own.

    The Message-ID is the row's own, so a mailbox can fold the rare second copy into the first.
    """
    letters = kind_of(message).letters
    letter = letters.write(message, now) if letters else _neutral(message)
    if letter is None:
        raise NothingToSay
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {"Message-ID": f"<{message.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(letter.subject, letter.body, to=[letter.to], headers=headers)


def _neutral(message: Message) -> Letter | None:
    """In the recipient's language."""
    if message.recipient is None:
        return None
    with translation.override(message.recipient.language):
        return Letter(
            to=message.recipient.email,
            subject=_("%(site)s: you have a new notice") % {"site": settings.SITE_TITLE},
            body=_("You have something new to read.\n\nSign in: %(address)s\n") % {"address": _link(message)},
        )


def _link(message: Message) -> str:
    """Leads to what the message is about, through sign-in. The address says no more than that there is something."""
    notice = getattr(message, "notice", None)
    return f"{settings.SITE_URL}{reverse('notifications:open', args=[notice.pk]) if notice else '/'}"


AWAY = ("ConnectionRefusedError", "TimeoutError", "gaierror", "SMTPAuthenticationError", "SMTPConnectError", Stalled.__name__)


class Mail(Channel):
    name = "mail"

    def explain(self, error: str) -> str | Promise:
        if error == Refused.__name__:
            return gettext_lazy("The mail server says this address does not exist. Check the address with the person.")
        if error in AWAY:
            return gettext_lazy("The mail server cannot be reached or does not let this site sign in.")
        return gettext_lazy("The mail server did not take it.")

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        connection = MailConnection()
        try:
            yield connection
        finally:
            connection.close()


class MailConnection(Connection):
    """One connection for many mails. Only the first one has to find it working: later ones get a new one if it has ended."""

    def __init__(self) -> None:
        self._backend: Any = None
        self._is_fresh = False

    def open(self) -> None:
        if self._backend is not None:
            return
        backend = get_connection()
        try:
            backend.open()
        except OSError as error:  # smtplib's own errors are of this kind too
            with suppress(OSError):
                backend.close()
            raise Unreachable(_name(error)) from error
        self._backend, self._is_fresh = backend, True

    def close(self) -> None:
        """What the server says to our goodbye changes nothing about the messages."""
        if self._backend is not None:
            with suppress(OSError):
                self._backend.close()
        self._backend = None

    def send(self, message: Message, now: datetime) -> None:
        mail = envelope(message, now)
        was_fresh, self._is_fresh = self._is_fresh, False
        try:
            self._hand_over(mail)
        except OSError as error:
            if was_fresh or not _has_ended(error):
                raise
            self.close()
            self.open()
            self._hand_over(mail)

    def _hand_over(self, mail: EmailMessage) -> None:
        try:
            self._backend.send_messages([mail])
        except OSError as error:
            if _timed_out(error):
                self.close()
                raise Stalled from error
            if isinstance(error, smtplib.SMTPRecipientsRefused) and _are_permanent(error):
                raise Refused from error
            raise


def _timed_out(error: OSError) -> bool:
    """smtplib reports silence as a lost connection, with the time-out behind it."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _name(error: OSError) -> str:
    return TimeoutError.__name__ if _timed_out(error) else type(error).__name__


def _has_ended(error: OSError) -> bool:
    """Whether the server closed the connection, with or without a word, before it took the mail."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code == CLOSING for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code == CLOSING
    return isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError)


def _are_permanent(error: smtplib.SMTPRecipientsRefused) -> bool:
    codes = [code for code, _text in error.recipients.values()]
    return bool(codes) and all(code in PERMANENT for code in codes)
