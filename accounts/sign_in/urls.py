"""The pages of allauth that this site uses, each with its policy; nothing else of it has an address.

Nobody signs up alone, so those routes are absent. `account_signup` stays, read-only, because allauth's own pages link to it:
it says that people join by invitation.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as usersessions
from django.urls import path, re_path

from accounts.sign_in.views import (
    AskForCodeView,
    ChangePasswordView,
    ChoosePasswordView,
    ConfirmAddressView,
    ForgottenPasswordView,
    SignInByKeyView,
    SignInView,
    TurnOnAppView,
    start_again,
)
from accounts.views import sign_out
from core.once import answered_once
from core.policy import public, signed_in

form = ("GET", "POST")

urlpatterns = [
    path("login/", public(methods=form)(SignInView.as_view()), name="account_login"),
    path("login/code/", public(methods=form)(AskForCodeView.as_view()), name="account_request_login_code"),
    path(
        "login/code/confirm/",
        public(methods=form)(answered_once(account.confirm_login_code)),
        name="account_confirm_login_code",
    ),
    path("login/key/", public(methods=form)(SignInByKeyView.as_view()), name="mfa_login_webauthn"),
    path("login/again/", public(methods=("POST",))(start_again), name="start_again"),
    path("logout/", signed_in(methods=form)(sign_out), name="account_logout"),
    path("inactive/", public()(account.account_inactive), name="account_inactive"),
    path("signup/", public()(account.signup), name="account_signup"),
    path("reauthenticate/", signed_in(methods=form)(account.reauthenticate), name="account_reauthenticate"),
    path("email/", signed_in(methods=form)(account.email), name="account_email"),
    path("confirm-email/", public()(account.email_verification_sent), name="account_email_verification_sent"),
    re_path(
        r"^confirm-email/(?P<key>[-:\w]+)/$",
        public(methods=form)(answered_once(ConfirmAddressView.as_view())),
        name="account_confirm_email",
    ),
    path("password/change/", signed_in(methods=form)(ChangePasswordView.as_view()), name="account_change_password"),
    path("password/set/", signed_in(methods=form)(account.password_set), name="account_set_password"),
    path("password/reset/", public(methods=form)(ForgottenPasswordView.as_view()), name="account_reset_password"),
    path("password/reset/done/", public()(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        public(methods=form)(answered_once(ChoosePasswordView.as_view())),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        public()(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", signed_in()(mfa.index), name="mfa_index"),
    path("2fa/authenticate/", public(methods=form)(answered_once(mfa.authenticate)), name="mfa_authenticate"),
    path("2fa/totp/activate/", signed_in(methods=form)(answered_once(TurnOnAppView.as_view())), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", signed_in(methods=form)(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", signed_in()(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        signed_in(methods=form)(answered_once(recovery_codes.generate_recovery_codes)),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        signed_in()(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("2fa/webauthn/", signed_in()(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", signed_in(methods=form)(answered_once(webauthn.add_webauthn)), name="mfa_add_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", signed_in(methods=form)(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", signed_in(methods=form)(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("sessions/", signed_in(methods=form)(usersessions.list_usersessions), name="usersessions_list"),
]
