"""How allauth fits this house."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.sign_in.limits import HOUR, PASSWORDS
from core import encryption
from core.deployment import mail_leaves
from core.http import ClockRequest
from core.limits import Limit

_TOTP_BOUND_TO = "mfa_authenticator:data:secret"


_A_CHANGE = _("Something about how you sign in was changed.")
_NEW_PASSWORD = _("Your password was changed.")
CHANGES = {
    "account/email/password_changed": _NEW_PASSWORD,
    "account/email/password_reset": _NEW_PASSWORD,
    "account/email/password_set": _NEW_PASSWORD,
    "account/email/email_changed": _("Your e-mail address was changed. What we write goes to the new one from now on."),
    "account/email/email_deleted": _("A change of your e-mail address was called off."),
    "mfa/email/totp_activated": _("A second step at sign-in was turned on."),
    "mfa/email/totp_deactivated": _("A second step at sign-in was turned off."),
    "mfa/email/webauthn_added": _("A key that signs you in was added."),
    "mfa/email/webauthn_removed": _("A key that signs you in was removed."),
    "mfa/email/recovery_codes_generated": _(
        "New codes for the day without your phone or key were made. Older ones no longer work."
    ),
}
"""What allauth calls a change, and how the person hears of it."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password do not go together. Check both and try again."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
        "too_many_passwords": _("Too many tries. Wait a few minutes, or let us send you a code instead."),
        "too_many_attempts_today": _("Too many tries for now. Choose a new password by e-mail, or try again tomorrow."),
        "too_many_attempts_without_mail": _(
            "Too many tries for now. Try again tomorrow, or ask the people who run your program."
        ),
        "too_many_passwords_today": _(
            "Too many tries for now. Let us send you a code, or choose a new password. Or try again tomorrow."
        ),
        "too_many_attempts_here": _(
            "Too many wrong passwords came from this network, perhaps from others. Wait an hour, or use another network."
        ),
        "too_many_passwords_here": _(
            "Too many wrong passwords came from this network, perhaps from others. Let us send you a code, or wait an hour."
        ),
        "incorrect_code": _("This code is not right. Type the one from the newest mail, or ask for another below."),
        "enter_current_password": _("Type your current password."),
    }

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """A person without a password chooses one first, by a link sent to them: a mailbox left open is not enough."""
        if user.is_authenticated and not user.has_usable_password():
            return [{"id": "reset", "description": _("Choose a password"), "url": reverse("account_reset_password")}]
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return methods

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Word of a change; that of an address goes to the old one, which allauth names."""
        change = CHANGES.get(template_prefix, _A_CHANGE)
        self.send_mail("account/email/changed", email or user.email, {"user": user, "change": change})

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _on_this_site(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return _on_this_site(super().get_email_confirmation_url(request, emailconfirmation))

    def authenticate(self, request: ClockRequest, **credentials: Any) -> User | None:
        """Whom this address and password belong to, if they do. Also asked when a password is typed again.

        Raises a `ValidationError` when it was tried too often.
        """
        if refusing := PASSWORDS.take(request, credentials["email"], request.now):
            offers_code = mail_leaves() and not request.user.is_authenticated
            raise self.validation_error(_refusal_by(refusing, offers_code=offers_code))
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            PASSWORDS.give_back(request, credentials["email"])
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth would count here; see `authenticate`."""

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Called once a new password was chosen by a link sent to this address."""
        PASSWORDS.forget(request, credentials["email"])


def _refusal_by(limit: Limit, *, offers_code: bool) -> str:
    """The code of the sentence about a password that was tried too often. Who is not signed in may take a code instead, where
    mail leaves."""
    if limit is PASSWORDS.network:
        return "too_many_passwords_here" if offers_code else "too_many_attempts_here"
    if limit.within >= HOUR and not mail_leaves():
        return "too_many_attempts_without_mail"
    if limit.within >= HOUR:
        return "too_many_passwords_today" if offers_code else "too_many_attempts_today"
    return "too_many_passwords" if offers_code else "too_many_login_attempts"


def _on_this_site(url: str) -> str:
    """allauth takes the host that the browser named, which whoever asks may choose."""
    return f"{settings.SITE_URL}{urlsplit(url).path}"


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That did not work. Type the code that your app shows now, or use your key once more."),
    }

    def encrypt(self, text: str) -> str:
        return encryption.seal(text, _TOTP_BOUND_TO)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.open_sealed(encrypted_text, _TOTP_BOUND_TO)
