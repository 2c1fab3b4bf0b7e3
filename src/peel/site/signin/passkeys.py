"""The pages of passkeys: sign in with one, add, rename and remove one's own."""

from typing import Any

from allauth.account.models import Login
from allauth.core.internal import ratelimit
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, RemoveWebAuthnView
from django import forms
from django.db import transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from peel.kernel.access import passkeys, second_factor
from peel.kernel.access.adapter import MFAAdapter, to_appointment
from peel.site.signin.forms import SignInForm
from peel.site.signin.noting import note
from peel.site.signin.views import Unanswered, safe

SAID = {
    "added": "Your passkey has been added.",
    "renamed": "Your passkey has another name.",
    "removed": "Your passkey has been removed.",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """By GET what the browser needs to use a passkey; by POST sign in with it."""
    if not passkeys.host_of(request) or request.user.is_authenticated:
        return HttpResponseRedirect(reverse("account_login"))
    if stopped := ratelimit.consume_or_429(request, app="allauth.mfa", action="webauthn_login"):
        return stopped
    if request.method != "POST":
        if request.headers.get("Accept") != "application/json":
            return HttpResponseRedirect(reverse("account_login"))
        return JsonResponse(passkeys.request_options())
    form = passkeys.UseForm(user=None, data=request.POST)
    onwards = safe(request, request.POST.get("next"))
    if form.is_valid():
        shown = form.cleaned_data["credential"]
        login = Login(user=shown.user, redirect_url=onwards)
        return perform_passwordless_login(request, shown, login)
    by_name = SignInForm(request=request)
    context = {"form": by_name, "passkey_problem": passkeys.WRONG, "onwards": onwards}
    return render(request, "signin/sign_in.html", context | ways(request), status=422)


def ways(request: HttpRequest) -> dict[str, Any]:
    """For the page of sign-in: whether a passkey may be used here."""
    return {"passkeys": bool(passkeys.host_of(request))}


@never_cache
@require_safe
def show_passkeys(request: HttpRequest) -> HttpResponse:
    """One's own passkeys."""
    user: Any = request.user
    context = {
        "passkeys": passkeys.of_user(user.pk),
        "possible": bool(passkeys.host_of(request)),
        "done": SAID.get(request.GET.get("done", ""), ""),
    }
    return render(request, "signin/passkeys.html", context)


def _list(done: str) -> str:
    return f"{reverse('mfa_list_webauthn')}?done={done}"


@method_decorator(never_cache, name="dispatch")
class AddView(Unanswered, AddWebAuthnView):
    """Add a passkey: the browser makes it, its owner names it."""

    form_class = passkeys.AddForm
    template_name = "signin/passkey_add.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only where a browser makes any."""
        if not passkeys.host_of(request):
            return HttpResponseRedirect(reverse("mfa_list_webauthn"))
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """No name: "Master key" would mean nothing."""
        return {"name": ""}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, with what the browser makes the passkey by."""
        form = kwargs.get("form") or self.get_form()
        return {"form": form, "options": passkeys.creation_options(self.request)}

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it, and recovery codes with the first; no line, no passkey."""
        with transaction.atomic(using="door"):
            response = super().form_valid(form)
            note(self.request, "access.passkey", state="added")
        self.request.session[second_factor.PROVED_HERE] = True
        return response

    def get_success_url(self) -> str:
        """The recovery codes come next where there were none; else the list, or on to work."""
        if self.did_generate_recovery_codes:
            return reverse("mfa_view_recovery_codes")
        if self.request.identity is None:
            return to_appointment(self.request.session.get("after_set_up"))
        return _list("added")


class RenameForm(forms.Form):
    """What a passkey is called."""

    name = forms.CharField(label="Name", max_length=60)

    def __init__(self, *args: Any, instance: Any, **kwargs: Any) -> None:
        self.instance = instance
        kwargs["initial"] = {"name": instance.wrap().name}
        super().__init__(*args, **kwargs)

    def save(self) -> Any:
        """Keep the name."""
        return passkeys.rename(self.instance.pk, self.cleaned_data["name"])


class RenameView(Unanswered, EditWebAuthnView):
    """Give a passkey another name."""

    form_class = RenameForm
    template_name = "signin/passkey_rename.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it; no line, no change."""
        with transaction.atomic(using="door"):
            response: HttpResponse = super().form_valid(form)
            note(self.request, "access.passkey", state="renamed", passkey=form.instance.pk)
        return response

    def get_success_url(self) -> str:
        """Back to the list."""
        return _list("renamed")


class RemoveView(RemoveWebAuthnView):
    """Remove a passkey, unless it is the last second factor of somebody who needs one."""

    template_name = "signin/passkey_remove.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether it may go."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return found | {"may_go": MFAAdapter().can_delete_authenticator(self.object)}

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, and dangling recovery codes with it; no line, no change."""
        if not MFAAdapter().can_delete_authenticator(self.object):
            return self.render_to_response(self.get_context_data(), status=422)
        key = self.object.pk
        with transaction.atomic(using="door"):
            response: HttpResponse = super().form_valid(form)
            note(self.request, "access.passkey", state="removed", passkey=key)
        return response

    def get_success_url(self) -> str:
        """Back to the list."""
        return _list("removed")
