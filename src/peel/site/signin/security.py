"""One's own security: the authenticator app, recovery codes, the password, other sessions."""

from typing import Any

from allauth.account.views import PasswordChangeView
from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from peel.kernel.access import identity as identities
from peel.kernel.access import passkeys, second_factor
from peel.kernel.access.adapter import to_appointment
from peel.site.signin.forms import PasswordForm
from peel.site.signin.noting import note
from peel.site.signin.views import Unanswered

CHANGED = {
    "password": "Your password has been changed. You have been signed out everywhere else.",
    "on": "Your authenticator app is set up.",
    "off": "Your authenticator app has been removed.",
    "others": "You have been signed out everywhere else.",
}


def _end_others(request: HttpRequest) -> None:
    identity = getattr(request, "identity", None)
    identities.end_all(request.user.pk, but=identity.token if identity else None)  # type: ignore[arg-type]


class SecurityView(IndexView):
    """What is set up, and the ways to change it."""

    template_name = "signin/security.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether an app is set up, how many recovery codes are left, what has just changed."""
        found = super().get_context_data(**kwargs)
        kinds, identity = found["authenticators"], self.request.identity
        codes = kinds.get(Authenticator.Type.RECOVERY_CODES)
        return found | {
            "app": kinds.get(Authenticator.Type.TOTP),
            "lends": identity is not None and identity.may("staff.delegation.lend"),
            "passkeys": len(kinds.get(Authenticator.Type.WEBAUTHN, ())),
            "codes": codes,
            "codes_left": len(codes.get_unused_codes()) if codes else 0,
            "app_needed": second_factor.is_needed(self.request.user.pk),
            "changed": CHANGED.get(self.request.GET.get("changed", ""), ""),
        }


class SetUpView(Unanswered, ActivateTOTPView):
    """Set up the authenticator app: scan the square, then enter its first code."""

    form_class = second_factor.SetUpForm
    template_name = "signin/set_up.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The secret in groups of four, for typing by hand."""
        found = super().get_context_data(**kwargs)
        secret = found["form"].secret
        found["passkeys"] = bool(passkeys.host_of(self.request))
        return found | {"secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))}

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the secret and the recovery codes, or neither; no line, no change."""
        with transaction.atomic(using="door"):
            response = super().form_valid(form)
            note(self.request, "access.second_factor", state="on")
        self.request.session[second_factor.PROVED_HERE] = True
        return response

    def get_success_url(self) -> str:
        """The recovery codes come next: they are the way back in."""
        return reverse("mfa_view_recovery_codes")


class RemoveView(DeactivateTOTPView):
    """Remove the authenticator app, where no role needs it."""

    template_name = "signin/remove.html"

    def get_success_url(self) -> str:
        """Back to the page of one's security."""
        return f"{reverse('mfa_index')}?changed=off"

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, and the recovery codes with it; no line, no change."""
        with transaction.atomic(using="door"):
            response: HttpResponse = super().form_valid(form)
            note(self.request, "access.second_factor", state="off")
        return response


@method_decorator(never_cache, name="dispatch")
class CodesView(ViewRecoveryCodesView):
    """The recovery codes that are left: shown just after one has signed in, else hidden."""

    template_name = "signin/codes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where to go on to: the appointment, where sign-in is not complete."""
        found = super().get_context_data(**kwargs)
        if self.request.identity is None:
            found["onwards"] = to_appointment(self.request.session.get("after_set_up"))
        return found


class NewCodesView(GenerateRecoveryCodesView):
    """Make new recovery codes; the old ones no longer work."""

    template_name = "signin/new_codes.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Replace them; no line, no change."""
        with transaction.atomic(using="door"):
            response: HttpResponse = super().form_valid(form)
            note(self.request, "access.second_factor", state="new recovery codes")
        return response


class PasswordView(Unanswered, PasswordChangeView):
    """Change one's password, which ends every other session."""

    form_class = PasswordForm
    template_name = "signin/password.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only for those who have a password; an administrator gives the first."""
        if not request.user.has_usable_password():  # type: ignore[union-attr]
            return HttpResponseRedirect(reverse("mfa_index"))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it and end the others; no line, no change."""
        with transaction.atomic(using="door"):
            response: HttpResponse = super().form_valid(form)
            _end_others(self.request)
            note(self.request, "access.password")
        return response


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    note(request, "access.sign_out", where="everywhere else")
    _end_others(request)
    return HttpResponseRedirect(f"{reverse('sessions')}?done=others")
