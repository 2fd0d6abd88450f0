"""What a person does to sign in."""

import re
import time
from datetime import timedelta

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications.outbox import drain

PASSWORD = "a-long-quiet-river"


def log_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> str:
    """Post the sign-in form; returns where it leads, or an empty text when it stays."""
    response = client.post(reverse("account_login"), {"login": email, "password": password, **more})
    return str(response.headers.get("Location", ""))


def current_code(secret: str) -> str:
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return code


def mails() -> list[EmailMessage]:
    """Everything that has left by now."""
    drain(timezone.now() + timedelta(seconds=1))
    return mail.outbox


def link_in_last_mail() -> str:
    """Without the address of the site, which must be its own."""
    found = re.search(r"http://127\.0\.0\.1:8000(/\S+)", str(mails()[-1].body))
    assert found
    return found[1]


def type_password_again(client: Client, password: str = PASSWORD) -> None:
    client.post(reverse("account_reauthenticate"), {"password": password})


def code_in_last_mail() -> str:
    found = re.search(r"^(\d{4}-\d{4})$", str(mails()[-1].body), re.M)
    assert found
    return found[1]
