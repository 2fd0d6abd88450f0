"""What a person does to sign in."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

PASSWORD = "a-long-quiet-river"


def log_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> str:
    """Post the sign-in form; returns where it leads, or an empty text when it stays."""
    response = client.post(reverse("account_login"), {"login": email, "password": password, **more})
    return str(response.headers.get("Location", ""))


def current_code(secret: str) -> str:
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return code
