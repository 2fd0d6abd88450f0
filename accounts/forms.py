"""Signing in, inviting and joining."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.middleware import SHARED_DEVICE
from accounts.models import Invitation, User
from accounts.timezones import check_zone, zone_choices
from core.forms import SubmissionForm


class SignInForm(LoginForm):  # type: ignore[misc]
    """E-mail and password; a person on a shared device is signed out soon after they walk away."""

    shared_device = forms.BooleanField(
        label=_("This is a shared phone or computer"),
        help_text=_("We sign you out after 10 minutes without activity."),
        required=False,
    )

    def login(self, request: Any, redirect_url: str | None = None) -> HttpResponse:
        if self.cleaned_data["shared_device"]:
            request.session[SHARED_DEVICE] = True
        else:
            request.session.pop(SHARED_DEVICE, None)
        response: HttpResponse = super().login(request, redirect_url=redirect_url)
        return response


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """allauth leaves its label to the name of the field, which no catalog translates."""

    name = forms.CharField(label=_("Name"), required=False)


class RenameKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("Name"))


class InvitationForm(SubmissionForm):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]


class JoinForm(forms.Form):
    """What a person chooses when they open their invitation without an account."""

    first_name = forms.CharField(
        label=_("First name"), max_length=80, help_text=_("What you would like people here to call you.")
    )
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text=password_validators_help_text_html,
    )
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices, validators=[check_zone])
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if password := cleaned.get("password"):
            try:
                validate_password(password, User(email=self.invitation.email, first_name=cleaned.get("first_name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned
