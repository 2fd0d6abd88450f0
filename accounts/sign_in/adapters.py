"""How allauth fits this house."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.middleware import SIGNED_IN_AT
from core import encryption

_TOTP_BOUND_TO = "mfa_authenticator:data:secret"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password do not go together. Check both and try again."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
        "enter_current_password": _("Type your current password."),
    }

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A person who has just signed in need not type their password again to set up a second factor."""
        signed_in_at = self.request.session.get(SIGNED_IN_AT)
        if signed_in_at is None:
            return True
        return timezone.now() - datetime.fromisoformat(signed_in_at) > timedelta(seconds=app_settings.REAUTHENTICATION_TIMEOUT)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return encryption.seal(text, _TOTP_BOUND_TO)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.open_sealed(encrypted_text, _TOTP_BOUND_TO)
