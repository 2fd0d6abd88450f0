"""What this site adds to allauth's pages.

Where a secret works once, the browser that used it reads so, or comes back to the same good place; and the ways in ask whose
device it is.
"""

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import clear_login, unstash_login
from allauth.account.views import (
    ConfirmEmailView,
    LoginView,
    PasswordChangeView,
    PasswordResetFromKeyView,
    PasswordResetView,
    RequestLoginCodeView,
)
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation

from accounts.middleware import SHARED_DEVICE
from accounts.models import User
from accounts.sign_in.devices import remember
from core.deployment import mail_leaves
from core.once import note_used, was_used_here


class _NeedsMail:
    """Where no mail leaves nothing is sent: the page says who can help instead."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = (super().post if mail_leaves() else self.get)(request, *args, **kwargs)  # type: ignore[misc,attr-defined]
        return response


class _KeepsDeviceKnown:
    """A device is known to whoever chooses a new password on it, though its mark ends with the old one."""

    request: Any

    def form_valid(self, form: Any) -> HttpResponse:
        is_shared = SHARED_DEVICE in self.request.session
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        if not is_shared:
            remember(self.request, response, form.user)
        return response


class ChangePasswordView(_KeepsDeviceKnown, PasswordChangeView):  # type: ignore[misc]
    """A new password by whoever knows the old one."""


class _SpeaksLikeItsMail:
    """A page that a link in a mail opens: in the language of that mail, whatever the browser speaks."""

    def reader(self) -> User | None:
        """Whom the mail was written to; None for a link that does not work."""
        raise NotImplementedError

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> TemplateResponse:
        response: TemplateResponse = super().render_to_response(context, **kwargs)  # type: ignore[misc]
        reader = self.reader()
        with translation.override(reader.language if reader else translation.get_language()):
            response.headers["Content-Language"] = translation.get_language()
            response.render()
        return response


class ChoosePasswordView(_SpeaksLikeItsMail, _KeepsDeviceKnown, PasswordResetFromKeyView):  # type: ignore[misc]
    """A new password by a link, whose secret is `key`. The browser that used the link reads so, whatever it sends with it."""

    key = ""
    reset_user: User | None = None

    def reader(self) -> User | None:
        return self.reset_user

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"was_used_here": was_used_here(self.request, self.key)}

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        note_used(self.request, self.key)
        list(messages.get_messages(self.request))  # the page that it leads to says so, and no later one
        return response


class ConfirmAddressView(_SpeaksLikeItsMail, ConfirmEmailView):  # type: ignore[misc]
    def reader(self) -> User | None:
        return self.object.email_address.user if self.object else None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if was_used_here(request, self.kwargs["key"]):
            return redirect(get_adapter(request).get_email_verification_redirect_url(None))
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def respond(self, success: bool) -> HttpResponse:
        if success:
            note_used(self.request, self.kwargs["key"])
        response: HttpResponse = super().respond(success)
        return response


class TurnOnAppView(ActivateTOTPView):  # type: ignore[misc]
    """An authenticator app; where one is on already, the page of it and not the one that turns it off."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        is_on = getattr(response, "url", "") == reverse("mfa_deactivate_totp")
        return redirect("mfa_index") if is_on else response


class _AsksWhoseDevice:
    """Whichever way in a person takes, their answer to whose device it is goes into the session that begins."""

    request: Any

    def form_valid(self, form: BaseForm) -> HttpResponse:
        if "shared_device" in self.request.POST:
            self.request.session[SHARED_DEVICE] = True
        else:
            self.request.session.pop(SHARED_DEVICE, None)
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return response


class SignInView(_AsksWhoseDevice, LoginView):  # type: ignore[misc]
    """By password."""


class ForgottenPasswordView(_NeedsMail, PasswordResetView):  # type: ignore[misc]
    """Ask for a link that chooses a new password."""


class AskForCodeView(_NeedsMail, _AsksWhoseDevice, RequestLoginCodeView):  # type: ignore[misc]
    """By a code that is sent by mail."""


class SignInByKeyView(_AsksWhoseDevice, LoginWebAuthnView):  # type: ignore[misc]
    """By a key alone. allauth keeps no page of its own for it: what goes wrong is said on the page to sign in."""


def start_again(request: HttpRequest) -> HttpResponse:
    """Leave a sign-in that waits for a code, and take another way; the page that was wanted stays wanted."""
    login = unstash_login(request, peek=True)
    wanted = request.POST.get("next") or (login.redirect_url if login else None)
    clear_login(request)
    return redirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}" if wanted else "account_login")
