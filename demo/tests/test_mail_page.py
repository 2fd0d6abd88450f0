from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from demo.mailbox import newest_mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.DEMO_MODE = True
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def send(folder: Path, subject: str, body: str = "See https://example.org/join/1\n\nBye", date: str = "") -> None:
    headers = {"Date": date} if date else {}
    mail = EmailMessage(subject, body, "notices@localhost", ["mentee@example.org"], headers=headers)
    backend = EmailBackend(file_path=str(folder))
    backend.open()
    backend.send_messages([mail])
    backend.close()


def test_newest_mails_several_are_read_whole_newest_first(folder: Path) -> None:
    send(folder, "Older", date="Mon, 02 Mar 2026 17:00:00 +0000")
    send(folder, "Newer, with a café", date="Tue, 03 Mar 2026 12:00:00 -0500")

    mails = newest_mails(folder, limit=10)

    assert [(mail.subject, mail.to, mail.sender) for mail in mails] == [
        ("Newer, with a café", "mentee@example.org", "notices@localhost"),
        ("Older", "mentee@example.org", "notices@localhost"),
    ]
    assert mails[0].body == "See https://example.org/join/1\n\nBye"
    assert mails[0].sent_at.isoformat() == "2026-03-03T17:00:00+00:00"


def test_newest_mails_two_in_one_file_are_two(folder: Path) -> None:
    backend = EmailBackend(file_path=str(folder))
    backend.open()
    backend.send_messages([EmailMessage(subject, "x", "a@localhost", ["b@example.org"]) for subject in ("One", "Two")])
    backend.close()

    assert sorted(mail.subject for mail in newest_mails(folder, limit=10)) == ["One", "Two"]


def test_newest_mails_more_than_the_limit_gives_the_newest(folder: Path) -> None:
    for minute in range(3):
        send(folder, f"Mail {minute}", date=f"Mon, 02 Mar 2026 17:0{minute}:00 +0000")

    assert [mail.subject for mail in newest_mails(folder, limit=2)] == ["Mail 2", "Mail 1"]


def test_newest_mails_no_folder_gives_none(folder: Path) -> None:
    assert newest_mails(folder, limit=10) == []


def test_mail_page_in_demo_mode_shows_mail_to_anybody(folder: Path, client: Client) -> None:
    send(folder, "A <note> for you")

    response = client.get(reverse("demo:mail"))

    assert response.status_code == 200
    assert "A &lt;note&gt; for you" in response.content.decode()
    assert 'href="https://example.org/join/1"' in response.content.decode()


def test_mail_page_without_mail_says_so(folder: Path, client: Client) -> None:
    assert "No mail yet" in client.get(reverse("demo:mail")).content.decode()


def test_mail_page_outside_demo_mode_is_not_there(folder: Path, client: Client, settings: Settings) -> None:
    settings.DEMO_MODE = False

    assert client.get(reverse("demo:mail")).status_code == 404


def test_mail_page_posted_to_is_refused(folder: Path, client: Client) -> None:
    assert client.post(reverse("demo:mail")).status_code == 405
