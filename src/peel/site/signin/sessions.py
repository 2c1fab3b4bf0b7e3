"""Where one is signed in, and signing out elsewhere."""

from typing import Any
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from peel.kernel.access import identity as identities
from peel.kernel.access import sessions
from peel.kernel.access.models import Officer
from peel.site.signin.forms import described
from peel.site.signin.noting import note

DONE = {
    "one": "That session has ended.",
    "gone": "That session had ended already.",
    "others": "You have been signed out everywhere else.",
}


@never_cache
@require_safe
def show_sessions(request: HttpRequest) -> HttpResponse:
    """One's own live sessions, this one marked."""
    identity: Any = request.identity  # type: ignore[attr-defined]
    found = sessions.mine(identity)
    posts = Officer.objects.in_bulk([one.appointment_id for one in found])
    context = {
        "sessions": [(one, described(posts[one.appointment_id])) for one in found],
        "here": identity.session_id,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return render(request, "signin/sessions.html", context)


@require_POST
def end_one(request: HttpRequest) -> HttpResponse:
    """End one session of one's own; it is out at its next request."""
    identity: Any = request.identity  # type: ignore[attr-defined]
    try:
        wanted = UUID(request.POST.get("session", ""))
    except ValueError:
        return HttpResponseRedirect(f"{reverse('sessions')}?done=gone")
    note(request, "access.session_end", session=str(wanted))
    done = "one" if sessions.end_mine(identity, wanted) else "gone"
    return HttpResponseRedirect(f"{reverse('sessions')}?done={done}")


@require_POST
def end_all(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, here as well."""
    identity: Any = request.identity  # type: ignore[attr-defined]
    note(request, "access.sign_out", where="everywhere")
    identities.end_all(identity.user_id)
    request.identity_ended = True  # type: ignore[attr-defined]
    logout(request)
    return HttpResponseRedirect(f"{reverse('account_login')}?out=1")
