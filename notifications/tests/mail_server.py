"""A real mail server for tests, in a thread, that keeps what it took and can misbehave on request."""

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

logging.getLogger("mail.log").setLevel(logging.ERROR)


@dataclass
class MailServer:
    """`answer_recipient` and `answer_data` return an SMTP refusal, or None to take the mail. They run outside the event loop.

    `answer_data` is called when the whole mail has arrived, before the sender hears that it was taken. A connection that has
    brought `mails_a_connection` ends at the next mail: with SMTP's goodbye, or without a word when `is_rude`.
    """

    answer_recipient: Callable[[str], str | None] = lambda address: None
    answer_data: Callable[[Message], str | None] = lambda mail: None
    mails: list[Message] = field(default_factory=list)
    port: int = 0
    mails_a_connection: int = 1_000_000
    is_rude: bool = False
    brought: Counter[Any] = field(default_factory=Counter)
    """How many mails came, by the address of the connection."""

    async def handle_MAIL(  # noqa: N802  the name aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if self.brought[session.peer] == self.mails_a_connection:
            if self.is_rude and isinstance(server.transport, asyncio.Transport):
                server.transport.abort()
            return "421 That was enough"
        self.brought[session.peer] += 1
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  the name aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        answer = await asyncio.to_thread(self.answer_recipient, address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.original_content or b"")
        self.mails.append(mail)  # first: a sender that dies while we answer ends this call
        answer = await asyncio.to_thread(self.answer_data, mail)
        if answer is not None:
            self.mails.remove(mail)
        return answer or "250 OK"

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of what was taken, in order."""
        return [str(mail["Message-ID"]) for mail in self.mails]


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def silent_server() -> Iterator[socket.socket]:
    """Listens, lets everybody connect, and never says a word: the system itself takes the connections."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        yield listener


def port_of(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port
