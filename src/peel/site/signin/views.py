"""Signing in, proving it with a second factor, and signing out: allauth's views, our pages."""

import json
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import LoginView, LogoutView
from allauth.mfa.base.views import AuthenticateView
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from peel.kernel.access import passkeys, signing, step_up
from peel.kernel.access.adapter import to_appointment
from peel.kernel.access.identity import SignedOut
from peel.kernel.access.middleware import ENDED, SIGNED_OUT, set_identity_cookie
from peel.kernel.access.models import Officer
from peel.kernel.access.second_factor import CodeForm, has_app, is_set_up
from peel.site.signin.forms import PostForm, SignInForm, described

AFTER_CHANGE = (
    "Your purpose is your own caseload again. Drafts stay with the appointment that they were"
    " begun for."
)


class Unanswered:
    """Answers a form that is not in order with 422, as every page of Peel does."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again, with what is wrong."""
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        response.status_code = 422
        return response


class SignInView(Unanswered, LoginView):
    """User name and password."""

    form_class = SignInForm
    template_name = "signin/sign_in.html"

    def get_authenticated_redirect_url(self) -> str:
        """A session without an identity has yet to choose its appointment."""
        onwards = safe(self.request, self.request.GET.get("next"))
        if self.request.identity is None:
            return to_appointment(onwards)
        return onwards or "/"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Why one is here: signed out by oneself, or by time."""
        notice = ""
        if self.request.GET.get(ENDED):
            notice = SIGNED_OUT
        elif self.request.GET.get("out"):
            notice = "You have signed out."
        asked = {"notice": notice, "passkeys": bool(passkeys.host_of(self.request))}
        onwards = safe(self.request, self.request.GET.get("next"))
        return super().get_context_data(**kwargs) | asked | {"onwards": onwards}


class CodeView(Unanswered, AuthenticateView):
    """The second factor."""

    form_class = CodeForm
    webauthn_form_class = passkeys.UseForm
    template_name = "signin/code.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What this user may show: a code, a passkey, or either."""
        user: Any = self.stage.login.user
        shown = {"form": self.auth_form, "app": has_app(user.pk), "passkey_problem": ""}
        if self.webauthn_form.is_bound and self.webauthn_form.errors:
            shown["passkey_problem"] = self.webauthn_form.errors["credential"][0]
        if passkeys.host_of(self.request) and passkeys.of_user(user.pk):
            shown["options"] = json.dumps(passkeys.request_options(user))
        return shown


@method_decorator(never_cache, name="dispatch")
class SignOutView(LogoutView):
    """Asks by GET, signs out by POST."""

    template_name = "signin/sign_out.html"


def safe(request: HttpRequest, address: str | None) -> str | None:
    """`address` if it leads to a page of this site, else nothing."""
    return address if address and get_adapter(request).is_safe_url(address) else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appointments(request: HttpRequest) -> HttpResponse:
    """Choose the appointment to act for. Whoever holds just one acts for it at once."""
    onwards = safe(request, request.POST.get("next") or request.GET.get("next"))
    posts = signing.posts_of(request.user.pk)  # type: ignore[arg-type]
    identity = request.identity  # type: ignore[attr-defined]
    if not posts:
        logout(request)
        return render(request, "signin/no_appointment.html", status=403)
    if identity is None and len(posts) == 1 and request.method != "HEAD":
        return _act_for(request, posts[0], onwards)
    data = request.POST if request.method == "POST" else None
    form = PostForm(posts, data, initial=_initial(identity))
    if request.method == "POST" and form.is_valid():
        post = form.chosen()
        if identity and signing.reaches_higher(identity, post) and not step_up.fresh(identity):
            return step_up.to_confirm(request)
        return _act_for(request, post, onwards)
    status = 422 if form.errors else 200
    shown = {"form": form, "next": onwards}
    return render(request, "signin/appointments.html", shown, status=status)


def _initial(identity: Any) -> dict[str, str]:
    return {"post": str(identity.appointment_id)} if identity else {}


def _act_for(request: HttpRequest, post: Officer, onwards: str | None) -> HttpResponse:
    """Begin to act for `post`, unless its second factor is still to be shown or set up."""
    if signing.lacks_second_factor(request, request.user, post):  # type: ignore[arg-type]
        if is_set_up(post.user_id):
            # The app was set up since this session began: it has to show a code first.
            logout(request)
            return HttpResponseRedirect(f"{reverse('account_login')}?{ENDED}=1")
        request.session["after_set_up"] = onwards or ""
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
    if request.user.must_change_password and request.identity is None:  # type: ignore[union-attr,attr-defined]
        # An administrator knows it: it is good for this alone.
        request.session["after_set_up"] = onwards or ""
        return HttpResponseRedirect(reverse("account_change_password"))
    try:
        token = signing.begin(request, post)
    except SignedOut:
        logout(request)
        return HttpResponseRedirect(f"{reverse('account_login')}?{ENDED}=1")
    if request.identity is not None:  # type: ignore[attr-defined]
        messages.success(request, f"You now act as: {described(post)}. {AFTER_CHANGE}")
    response = HttpResponseRedirect(onwards or "/")
    set_identity_cookie(response, token)
    return response
