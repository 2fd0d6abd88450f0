"""Signing in, and a program's settings."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.fields import PasswordField, SetPasswordField
from allauth.account.forms import (
    AddEmailForm,
    ChangePasswordForm,
    ConfirmLoginCodeForm,
    LoginForm,
    ReauthenticateForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, TOTP
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, EditWebAuthnForm, LoginWebAuthnForm
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import Program
from accounts.sign_in.limits import CODES, RESETS, Limits
from accounts.timezones import FALLBACK, zone_choices
from core import canonical
from core.forms import TypedAddress, TypedCode, TypedName
from core.support import COUNTRIES


class FormOfAllauth(forms.Form):
    """It takes an address as it was typed or pasted, where allauth's own field compares raw text; and says no label twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, forms.EmailField):
                self.fields[name] = TypedAddress(label=_("E-mail address"), widget=field.widget)


class NewAddressForm(FormOfAllauth, AddEmailForm):  # type: ignore[misc]
    """The address that a person changes to."""


class AsksNewPassword(FormOfAllauth):
    """In the words of this site."""

    password1 = SetPasswordField(label=_("New password"))
    password2 = PasswordField(label=_("New password again"), autocomplete="new-password")


class NewPasswordForm(AsksNewPassword, ChangePasswordForm):  # type: ignore[misc]
    """By whoever knows the old one."""

    oldpassword = PasswordField(label=_("Current password"), autocomplete="current-password", show_reset_help=True)
    field_order = ("oldpassword", "password1", "password2")


class FirstPasswordForm(AsksNewPassword, SetPasswordForm):  # type: ignore[misc]
    """By a person who has none yet."""


class PasswordByLinkForm(AsksNewPassword, ResetPasswordKeyForm):  # type: ignore[misc]
    """By whoever opened the link in their mail."""


class ForgottenPasswordForm(FormOfAllauth, ResetPasswordForm):  # type: ignore[misc]
    """Where to send the link that chooses a new password."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "email" in cleaned:
            _limit(RESETS, cleaned["email"])
        return cleaned


def _limit(limits: Limits, address: str) -> None:
    """A link to choose a password serves whoever owns the mailbox, whoever asked for it; a code only the browser that asked."""
    refusing = limits.take(context.request, address, context.request.now)
    if refusing is limits.network:
        raise forms.ValidationError(
            _(
                "Too much was asked for from this network, perhaps by others. Use another one, such as that of your phone, "
                "or a device where you have signed in before. Or wait an hour."
            )
        )
    if refusing is CODES.account:
        raise forms.ValidationError(
            _("This was asked for too often, perhaps by others. Use a device where you have signed in before, or wait an hour.")
        )
    if refusing:
        raise forms.ValidationError(_("We have sent this several times. Look at your e-mail, or wait an hour and try again."))


class AsksWhoseDevice(forms.Form):
    """A person on a shared device is signed out soon after they walk away, and when the browser closes."""

    shared_device = forms.BooleanField(
        label=_("This is a shared phone or computer"),
        help_text=_("We sign you out after 10 minutes without activity."),
        required=False,
    )


class SignInForm(AsksWhoseDevice, FormOfAllauth, LoginForm):  # type: ignore[misc]
    """E-mail and password."""

    field_order = ("login", "password", "shared_device")

    @property
    def leaves_a_code(self) -> bool:
        """Whether passwords were tried too often here: then the code by mail is the button to press."""
        refusals = self.non_field_errors().as_data() if self.is_bound else []
        return any((error.code or "").startswith("too_many_passwords") for error in refusals)


class AskForCodeForm(AsksWhoseDevice, FormOfAllauth, RequestLoginCodeForm):  # type: ignore[misc]
    """Where to send a code that signs in."""

    field_order = ("email", "shared_device")

    def add_prefix(self, field_name: str) -> str:
        """The address is called as on the page to sign in, whose other button leads here."""
        return "login" if field_name == "email" else super().add_prefix(field_name)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "email" in cleaned:
            _limit(CODES, cleaned["email"])
        return cleaned


class PasswordAgainForm(FormOfAllauth, ReauthenticateForm):  # type: ignore[misc]
    """Before a private page."""


class TypeCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code that was sent to sign in with."""

    code = TypedCode(label=_("Code"))


class TurnOnAppForm(FormOfAllauth, ActivateTOTPForm):  # type: ignore[misc]
    """An authenticator app. The page loaded again, or come back to, still shows the key that the app has read by now.

    The code that turns it on is used by that: it does not sign in as well.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        session = context.request.session
        shown = session.get(SECRET_SESSION_KEY)
        super().__init__(*args, **kwargs)
        if shown:
            self.secret = session[SECRET_SESSION_KEY] = shown

    def clean_code(self) -> str:
        code: str = super().clean_code()
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        return code


@contextmanager
def _reading_a_key() -> Iterator[None]:
    """What a key answers is read in many steps, each of which breaks in its own way when it was not a key that wrote it."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, struct.error) as error:
        raise get_adapter().validation_error("incorrect_code") from error


class AnswerOfKeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step with a key."""

    def clean_credential(self) -> Authenticator:
        with _reading_a_key():
            key: Authenticator = super().clean_credential()
            return key


class KeyAloneForm(AnswerOfKeyForm, LoginWebAuthnForm):  # type: ignore[misc]
    """A key and nothing else."""


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """allauth leaves its label to the name of the field, which no catalog translates."""

    name = TypedName(label=_("Name"), max_length=80, required=False)
    passwordless = forms.BooleanField(
        label=_("Sign in with this alone, without a password"),
        help_text=_("It then asks for your fingerprint, your face or its own PIN."),
        required=False,
        initial=True,
    )

    def clean(self) -> dict[str, Any]:
        with _reading_a_key():
            cleaned: dict[str, Any] = super().clean()
            return cleaned


class RenameKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    name = TypedName(label=_("Name"), max_length=80)


NO_COUNTRY = "ZZ"
"""The code for a country that is not in `core.support`; ISO 3166 never gives it away."""


class AsksZone(forms.Form):
    """A form with a time zone. One that is kept under an older name stays chosen."""

    timezone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone: Any = self.fields["timezone"]
        zone.choices = zone_choices(self.get_initial_for_field(zone, "timezone") or FALLBACK)


class ProgramForm(AsksZone, forms.ModelForm):  # type: ignore[type-arg]
    country = forms.ChoiceField(label=_("Country"), help_text=_("Decides which crisis lines people see."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted(
            ((code, str(one.name)) for code, one in COUNTRIES.items()), key=lambda choice: canonical.name_key(choice[1])
        )
        other = NO_COUNTRY if self.instance.country in COUNTRIES else self.instance.country
        country: Any = self.fields["country"]
        country.choices = [*known, (other, _("Another country"))]
        self._say_limits()

    def _say_limits(self) -> None:
        """Before a number is typed, and in the same words when it is refused."""
        for column in Program._meta.fields:
            field = self.fields.get(column.name)
            if isinstance(field, forms.IntegerField):
                lowest = max(one.limit_value for one in column.validators if isinstance(one, MinValueValidator))
                highest = min(one.limit_value for one in column.validators if isinstance(one, MaxValueValidator))
                says = _("From %(lowest)d to %(highest)d.") % {"lowest": lowest, "highest": highest}
                field.help_text = f"{says} {field.help_text}".strip()
                field.error_messages |= {"min_value": says, "max_value": says}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        begins, ends = cleaned.get("quiet_from_hour"), cleaned.get("quiet_until_hour")
        if begins is not None and begins == ends:
            self.add_error("quiet_until_hour", _("The quiet hours must end at another hour than they begin."))
        return cleaned

    class Meta:
        model = Program
        fields = (
            "name",
            "timezone",
            "country",
            "mentor_recovery_months",
            "training_hours",
            "mentor_capacity",
            "proposal_days",
            "session_cadence_days",
            "checkin_cadence_days",
            "quiet_from_hour",
            "quiet_until_hour",
        )
        help_texts = {
            "session_cadence_days": _("For pairs proposed from now on. Each pair can agree on another number."),
            "checkin_cadence_days": _("For everybody, from their next check-in on."),
        }
