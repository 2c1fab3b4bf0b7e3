"""The second factor: who needs one, how its secret is kept, and how a code is checked."""

from collections.abc import Callable, Iterable
from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import validate_totp_code
from cryptography.fernet import InvalidToken
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from peel.kernel.access.hooks import tell
from peel.kernel.access.keeping import cipher
from peel.kernel.access.models import Appointment, User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
CODE_ACT = "access.sign_in.code"
PROVED_HERE = "second_factor_made"
WRONG_CODE = "The code is wrong or has been used. Enter the one that your app shows now."
TOO_MANY = "There have been too many tries. Wait five minutes, then try again."


class MFAAdapter(DefaultMFAAdapter):
    """Keeps secrets encrypted, and keeps on the second factor of those who need one."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": "Your role needs a second factor, so it cannot be removed.",
    }

    def encrypt(self, text: str) -> str:
        """The secret as the database keeps it."""
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret itself. Raises ValueError when it was kept under another key."""
        try:
            return cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ValueError("This second factor was kept under another key") from error

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last second factor while a post that the user holds needs one."""
        held = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
        if held.exclude(pk=authenticator.pk).exists():
            return True
        return not is_needed(authenticator.user_id)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The host of this request, if passkeys have a place there."""
        from peel.kernel.access import passkeys

        return passkeys.relying_party(context.request)


def is_needed(user_id: UUID, appointments: Iterable[UUID] = ()) -> bool:
    """Whether a post held now (one of `appointments`, if given) asks for a second factor."""
    if not settings.PEEL_REQUIRE_TOTP:
        return False
    held = Appointment.objects.filter(user_id=user_id, role__totp_required=True)
    held = held.exclude(ends__lte=timezone.now())
    if wanted := list(appointments):
        held = held.filter(pk__in=wanted)
    return held.exists()


def is_set_up(user_id: UUID) -> bool:
    """Whether the user has a second factor: an authenticator app or a passkey."""
    return Authenticator.objects.filter(user_id=user_id, type__in=FACTORS).exists()


def has_app(user_id: UUID) -> bool:
    """Whether the user has an authenticator app."""
    return Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).exists()


def was_shown(request: HttpRequest, user: User) -> bool:
    """Whether this very session has seen a code of the user's, or set the app up."""
    records = get_authentication_records(request, user)
    return bool(request.session.get(PROVED_HERE)) or any(r["method"] == "mfa" for r in records)


def judge(
    user: User, accepts: Callable[[], bool], *, name: str = CODE_ACT, wrong: str = WRONG_CODE
) -> None:
    """Count a try at a code or a passkey, then judge it.

    Raises ValidationError when it was wrong, or one too many.

    Only the try that was right is taken back: a success does not wipe the count of the address,
    from which the codes of others may be guessed at.
    """
    request = context.request
    used = ratelimit.consume(
        request, app="allauth.account", action="login_failed", key=f"code-{user.pk}"
    )
    if used is None:
        tell("access.lock_out", "refused", request, user_id=user.pk)
        raise forms.ValidationError(TOO_MANY, code="too_many_login_attempts")
    if not accepts():
        tell(name, "refused", request, user_id=user.pk)
        raise forms.ValidationError(wrong, code="incorrect_code")
    used.rollback()


def _code_field() -> forms.CharField:
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}
    return forms.CharField(label="Code", max_length=20, widget=forms.TextInput(attrs=attrs))


class CodeForm(AuthenticateForm):
    """Asks for a code: of the app, or one of the recovery codes."""

    code = _code_field()

    def clean_code(self) -> str:
        """The code, once an authenticator of the user accepts it."""
        code = str(self.cleaned_data["code"]).strip()
        judge(self.user, lambda: self._found(code))
        return code

    def _found(self, code: str) -> bool:
        for authenticator in Authenticator.objects.filter(user_id=self.user.pk):
            # A recovery code is locked while it is crossed out: a transaction of the door's.
            with transaction.atomic(using="door"):
                if authenticator.wrap().validate_code(code):
                    authenticator.user = self.user
                    self.authenticator = authenticator
                    return True
        return False


class SetUpForm(ActivateTOTPForm):
    """Asks for the first code of an app that has just been given its secret."""

    code = _code_field()

    def clean_code(self) -> str:
        """The code, once it fits the secret shown."""
        code = str(self.cleaned_data["code"]).strip()
        judge(self.user, lambda: validate_totp_code(self.secret, code))
        return code
