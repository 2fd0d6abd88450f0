import re
from datetime import datetime
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from accounts.models import Membership
from notifications.channels.mail import envelope
from notifications.kinds import all_kinds
from notifications.services import enqueue_all, message_for

GIVES_AWAY = re.compile(
    r"alcohol|drink|sober|recover|recupera|mentor|mentee|program|check.?in|session|sesi|support|apoyo|flag|pair|match|health|salud",
    re.I,
)


def _without_id(mail: EmailMessage) -> str:
    return re.sub(r"/notices/[0-9a-f-]{36}/", "/notices/…/", str(mail.body))


def mail_of(kind: str, recipient: Membership, now: datetime) -> EmailMessage:
    message = message_for(kind, subject_id=uuid4(), recipient=recipient.user, program=recipient.program, now=now)
    enqueue_all([message])
    return envelope(message, now)


@pytest.mark.parametrize("language", ["en", "es"])
def test_envelope_of_every_kind_is_the_same_and_gives_nothing_away(ben: Membership, now: datetime, language: str) -> None:
    ben.user.language = language
    mails = [mail_of(kind.name, ben, now) for kind in all_kinds() if kind.letters is None]

    seen = {(str(mail.subject), _without_id(mail), mail.from_email) for mail in mails}

    assert len(seen) == 1
    assert GIVES_AWAY.findall(" ".join(next(iter(seen)))) == []
    assert {header for mail in mails for header in mail.extra_headers} == {"Message-ID", "Auto-Submitted"}


def test_envelope_in_english_links_to_its_notice_and_says_no_more(ben: Membership, now: datetime, settings: Settings) -> None:
    settings.SITE_TITLE, settings.SITE_URL = "Rowan House", "https://rowan.example.org"
    message = message_for("test.any", subject_id=uuid4(), recipient=ben.user, program=ben.program, now=now)
    enqueue_all([message])

    mail = envelope(message, now)

    link = f"https://rowan.example.org/notices/{message.notice.pk}/"
    assert mail.subject == "Rowan House: you have a new notice"
    assert mail.body == f"You have something new to read.\n\nSign in: {link}\n"
    assert mail.message().get_content_type() == "text/plain"
    assert mail.extra_headers["Message-ID"].endswith("@rowan.example.org>")
    assert GIVES_AWAY.findall(link) == []
