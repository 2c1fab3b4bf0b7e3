"""Step-up: one shows once more who one is, then carries on with what was typed."""

import json
from typing import Any

from allauth.account.internal.flows import reauthentication
from allauth.core import ratelimit
from allauth.mfa.base.internal.flows import post_authentication
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from peel.kernel.access import identity as identities
from peel.kernel.access import passkeys, second_factor, step_up
from peel.kernel.access.hooks import tell
from peel.kernel.access.models import User
from peel.site.signin.forms import ConfirmForm
from peel.site.signin.views import safe


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask for a password, a code or a passkey; one is enough."""
    onwards = safe(request, request.POST.get("next") or request.GET.get("next"))
    user: Any = request.user
    if request.method == "POST":
        if stopped := ratelimit.consume_or_429(request, action="reauthenticate", user=user):
            return stopped
        form = _posted(request, user)
        if form.is_valid():
            return _proved(request, form, onwards or "/")
        return _page(request, user, onwards, form)
    return _page(request, user, onwards)


def _posted(request: HttpRequest, user: User) -> forms.Form:
    if "code" in request.POST and second_factor.has_app(user.pk):
        return second_factor.CodeForm(user=user, data=request.POST)
    if "credential" in request.POST and passkeys.host_of(request):
        return passkeys.UseForm(user=user, data=request.POST)
    return ConfirmForm(user=user, data=request.POST)


def _page(
    request: HttpRequest, user: User, onwards: str | None, posted: forms.Form | None = None
) -> HttpResponse:
    ways = _ways(user)
    shown = [posted if type(posted) is type(way) else way for way in ways]
    context: dict[str, Any] = {"ways": shown, "form": posted, "next": onwards}
    if passkeys.host_of(request) and passkeys.of_user(user.pk):
        context["options"] = json.dumps(passkeys.request_options(user))
        if isinstance(posted, passkeys.UseForm):
            context |= {"form": None, "passkey_problem": posted.errors["credential"][0]}
    return render(request, "signin/confirm.html", context, status=422 if posted else 200)


def _ways(user: User) -> list[forms.Form]:
    found: list[forms.Form] = []
    if user.has_usable_password():
        found.append(ConfirmForm(user=user))
    if second_factor.has_app(user.pk):
        found.append(second_factor.CodeForm(user=user))
    return found


def _proved(request: HttpRequest, form: Any, onwards: str) -> HttpResponse:
    """Note the proof with session and token, and go on with what was typed, if something was."""
    if authenticator := getattr(form, "authenticator", None):
        post_authentication(request, authenticator, reauthenticated=True)
    else:
        reauthentication.reauthenticate_by_password(request)
    identity = getattr(request, "identity", None)
    tell(
        "access.proof", "done", request, token=identity.token if identity else None,
        user_id=request.user.pk,
        detail={"method": authenticator.type if authenticator else "password"},
    )  # fmt: skip
    if identity:
        identities.prove(identity.token)
    request.session.cycle_key()
    if (typed := step_up.take_typed(request, onwards)) is None:
        return reauthentication.resume_request(request) or HttpResponseRedirect(onwards)
    fields = [(name, value) for name, values in typed.lists() for value in values]
    return render(request, "signin/carry_on.html", {"fields": fields, "onwards": onwards})
