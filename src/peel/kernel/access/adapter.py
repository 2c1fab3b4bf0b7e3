"""How Peel bends allauth: no sign-up, one answer for every failure, acts told to the ledger."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from peel.kernel.access import identity as identities
from peel.kernel.access.addresses import source_address
from peel.kernel.access.hooks import tell
from peel.kernel.access.models import User
from peel.kernel.access.second_factor import TOO_MANY, MFAAdapter

__all__ = ["AccountAdapter", "MFAAdapter"]
WRONG = "The user name or the password is wrong."


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by user name and password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": WRONG,
        "too_many_login_attempts": TOO_MANY,
        "incorrect_password": "The password is wrong.",
        "enter_current_password": "The current password is wrong.",
        "rate_limited": TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an administrator makes users."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Never: sign-in is pages."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: our pages say what happened."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: no e-mail address is kept."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that tries are counted by; one count for all that have none."""
        return source_address(request) or "0.0.0.0"  # noqa: S104 - not an address to listen on

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # By the name alone: under each of the site's host names the same count goes on.
        return str(credentials.get("username", "")).casefold()

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before it is judged. Raises ValidationError when there were too many."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            tell("access.lock_out", "refused", request, user_id=_user_id(credentials))
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The user, if name and password fit and he is active: of the rest nobody learns why."""
        user = super().authenticate(request, **credentials)
        if user is not None and not user.is_active:
            self.authentication_failed(request, **credentials)
            return None
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Tell the ledger of whom, not the name typed: people type passwords there."""
        tell("access.sign_in", "refused", request, user_id=_user_id(credentials))

    def set_password(self, user: Any, password: str) -> None:
        """Keep a new password; the role for sign-in may write nothing else of a user."""
        user.set_password(password)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any
    ) -> HttpResponse:
        """On to the choice of an appointment, which makes the identity."""
        super().post_login(request, user, **kwargs)
        return HttpResponseRedirect(to_appointment(kwargs.get("redirect_url")))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where somebody goes who is signed in already."""
        return to_appointment()

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Back to sign-in, which says that one has signed out."""
        return f"{reverse('account_login')}?out=1"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the page of one's security; or on to work, where sign-in asked for it."""
        if getattr(request, "identity", None) is None:
            return to_appointment(request.session.get("after_set_up"))
        return f"{reverse('mfa_index')}?changed=password"

    def logout(self, request: HttpRequest) -> None:
        """Sign out: tell, end the token, close the session."""
        identity = getattr(request, "identity", None)
        if identity is not None:
            tell("access.sign_out", "done", request, token=identity.token, user_id=identity.user_id)
            identities.end(identity.token)
        request.identity_ended = True  # type: ignore[attr-defined]
        logout(request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """The password, asked for again before a second factor changes."""
        if not user.is_authenticated:
            return []
        return [{
            "id": "reauthenticate", "description": "Use your password",
            "url": reverse("account_reauthenticate"),
        }]  # fmt: skip

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not just after one has signed in."""
        records = get_authentication_records(self.request, self.request.user)
        return not records or time.time() - records[-1]["at"] > REAUTHENTICATION_TIMEOUT


def to_appointment(onwards: str | None = None) -> str:
    """The address of the choice of an appointment, which leads `onwards`."""
    where = reverse("appointments")
    return f"{where}?{urlencode({'next': onwards})}" if onwards else where


def _user_id(credentials: dict[str, Any]) -> Any:
    """Whom the name belongs to. Asked for every name alike, so that it takes the same time."""
    name = str(credentials.get("username", ""))
    return User.objects.filter(username__iexact=name).values_list("pk", flat=True).first()
