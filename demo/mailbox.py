"""Read the mail that the embedded mode keeps in files instead of sending it."""

import email
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

SEPARATOR = b"-" * 79
"""What Django's file backend writes after each message."""


@dataclass(frozen=True)
class DemoMail:
    sent_at: datetime
    sender: str
    to: str
    subject: str
    body: str


def newest_mails(folder: Path, limit: int) -> list[DemoMail]:
    """The latest `limit` mails in `folder`, newest first; none when the folder does not exist yet."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)[:limit]
    mails = [_read(part) for file in files for part in file.read_bytes().split(b"\n" + SEPARATOR) if part.strip()]
    return sorted(mails, key=lambda mail: mail.sent_at, reverse=True)[:limit]


def _read(raw: bytes) -> DemoMail:
    message = email.message_from_bytes(raw.lstrip(), _class=EmailMessage, policy=default)
    text = message.get_body(preferencelist=("plain",))
    return DemoMail(
        sent_at=parsedate_to_datetime(str(message["Date"])).astimezone(UTC),
        sender=str(message["From"]),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        body=text.get_content() if text else "",
    )
