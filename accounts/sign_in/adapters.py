"""How allauth fits this house."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.middleware import SIGNED_IN_AT
from accounts.models import User
from accounts.sign_in.limits import PASSWORDS
from core import encryption
from core.http import ClockRequest

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

    def authenticate(self, request: ClockRequest, **credentials: Any) -> User | None:
        """Whom this address and password belong to, if they do. Also asked when a password is typed again.

        Raises a `ValidationError` when it was tried too often.
        """
        if not PASSWORDS.take(request, credentials["email"], request.now):
            raise self.validation_error("too_many_login_attempts")
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            PASSWORDS.give_back(request, credentials["email"])
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth would count here; see `authenticate`."""

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Called once a new password was chosen by a link sent to this address."""
        PASSWORDS.forget(request, credentials["email"])


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return encryption.seal(text, _TOTP_BOUND_TO)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.open_sealed(encrypted_text, _TOTP_BOUND_TO)
