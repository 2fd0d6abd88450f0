"""Pages of allauth whose secret works once: the browser that used it comes back to the same good place."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import ConfirmEmailView, PasswordResetFromKeyView
from allauth.mfa.totp.views import ActivateTOTPView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core.once import note_used, was_used_here


class ChoosePasswordView(PasswordResetFromKeyView):  # type: ignore[misc]
    """A new password by a link; `key` is the link's secret, and `reset_user` None when it does not, or no longer, work."""

    key = ""
    reset_user: Any = ()

    def dispatch(self, request: HttpRequest, uidb36: str, key: str, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().dispatch(request, uidb36, key, **kwargs)
        is_done = self.reset_user is None and was_used_here(request, self.key)
        return redirect(self.success_url) if is_done else response

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        note_used(self.request, self.key)
        return response


class ConfirmAddressView(ConfirmEmailView):  # type: ignore[misc]
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
