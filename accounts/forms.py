"""What people type about themselves and about signing in."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.middleware import SHARED_DEVICE


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
