"""How a message leaves the site: one neutral e-mail, the same for every kind."""

import smtplib
from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import translation
from django.utils.translation import gettext as _

from notifications.models import Message

PERMANENT = range(500, 600)
"""SMTP answers that say: do not try again."""


class Unreachable(Exception):
    """The mail server cannot be reached or signed in to. Not this message's fault: nobody's mail goes out."""


class Refused(Exception):
    """The mail server says for good that it does not take mail for this address."""


def envelope(message: Message) -> EmailMessage:
    """The mail, in the recipient's language. Nothing in it depends on what the message is about.

    The Message-ID is the row's own, so a mailbox can fold the rare second copy into the first.
    """
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    with translation.override(message.recipient.language):
        return EmailMessage(
            subject=_("%(site)s: you have a new notice") % {"site": settings.SITE_TITLE},
            body=_("You have something new to read.\n\nSign in: %(address)s\n") % {"address": f"{settings.SITE_URL}/"},
            to=[message.recipient.email],
            headers={"Message-ID": f"<{message.pk}@{host}>", "Auto-Submitted": "auto-generated"},
        )


class MailChannel:
    """One connection for one message: `with MailChannel() as channel: channel.send(message)`.

    A connection is not kept from one message to the next, so a server that drops idle connections costs nobody a try.
    """

    def __enter__(self) -> "MailChannel":
        self._connection = get_connection()
        try:
            self._connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(type(error).__name__) from error
        return self

    def __exit__(self, *_exception: object) -> None:
        """What the server says to our goodbye changes nothing about the message."""
        with suppress(OSError, smtplib.SMTPException):
            self._connection.close()

    def send(self, message: Message) -> None:
        """Returns once the server has taken the message. Raises `Refused`, or whatever else went wrong."""
        try:
            self._connection.send_messages([envelope(message)])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _text in error.recipients.values()]
            if codes and all(code in PERMANENT for code in codes):
                raise Refused from error
            raise
