"""Where the pages of sign-in are. allauth's names are kept, for it looks its pages up by them."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required, login_required
from django.urls import path

from peel.site.signin import confirming, passkeys, security, sessions, views


def session_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page for whoever has shown who he is, though he may not act for an appointment yet."""
    return login_not_required(login_required(view))


urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="account_login"),
    path("sign-in/code/", login_not_required(views.CodeView.as_view()), name="mfa_authenticate"),
    path("sign-in/passkey/", login_not_required(passkeys.sign_in), name="mfa_login_webauthn"),
    path("sign-out/", login_not_required(views.SignOutView.as_view()), name="account_logout"),
    path("account/appointment/", session_only(views.appointments), name="appointments"),
    path("confirm/", session_only(confirming.confirm), name="account_reauthenticate"),
    path("account/security/", session_only(security.SecurityView.as_view()), name="mfa_index"),
    path("account/security/app/", session_only(security.SetUpView.as_view()),
         name="mfa_activate_totp"),
    path("account/security/app/remove/", session_only(security.RemoveView.as_view()),
         name="mfa_deactivate_totp"),
    path("account/security/passkeys/", session_only(passkeys.show_passkeys),
         name="mfa_list_webauthn"),
    path("account/security/passkeys/new/", session_only(passkeys.AddView.as_view()),
         name="mfa_add_webauthn"),
    path("account/security/passkeys/<int:pk>/", session_only(passkeys.RenameView.as_view()),
         name="mfa_edit_webauthn"),
    path("account/security/passkeys/<int:pk>/remove/",
         session_only(passkeys.RemoveView.as_view()), name="mfa_remove_webauthn"),
    path("account/security/codes/", session_only(security.CodesView.as_view()),
         name="mfa_view_recovery_codes"),
    path("account/security/codes/new/", session_only(security.NewCodesView.as_view()),
         name="mfa_generate_recovery_codes"),
    path("account/security/password/", session_only(security.PasswordView.as_view()),
         name="account_change_password"),
    path("account/sessions/", sessions.show_sessions, name="sessions"),
    path("account/sessions/end/", sessions.end_one, name="session-end"),
    path("account/sessions/end-all/", sessions.end_all, name="sessions-end-all"),
    path("account/security/others/", session_only(security.end_others), name="end_others"),
]  # fmt: skip
