"""How allauth fits this house."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from core import encryption

_TOTP_BOUND_TO = "mfa_authenticator:data:secret"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up alone; people join by invitation."""
        return False


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return encryption.seal(text, _TOTP_BOUND_TO)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.open_sealed(encrypted_text, _TOTP_BOUND_TO)
