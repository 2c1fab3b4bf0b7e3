"""What I do not want to be told: reasons and records, each to be taken back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from peel.kernel.audit import looks
from peel.machine.commands.problems import Refused
from peel.machine.pages.reading import reading
from peel.services.notify import commands, queries
from peel.services.notify.models import Reason
from peel.services.notify.pages.around import name_of, page_of, read_id, tabs


@require_http_methods(["GET", "HEAD", "POST"])
@reading
def show_mutes(request: HttpRequest) -> HttpResponseBase:
    """The list, and ways to add to it and to take from it."""
    identity = request.identity  # type: ignore[attr-defined]
    looks.describe(name="notify.mutes")
    if request.method == "POST":
        return _change(request)
    muted = queries.mutes(identity)
    silent = {mute.reason for mute in muted}
    context = {
        "tabs": tabs(identity, "notices-mutes"),
        "muted": [
            {
                "mute": mute,
                "what": name_of(mute.record) if mute.record_id else Reason(mute.reason).label,
                "href": page_of(mute.record) if mute.record else "",
            }
            for mute in muted
        ],
        "reasons": [
            (value, label)
            for value, label in Reason.choices
            if value != Reason.GLASS and value not in silent
        ],
    }
    return TemplateResponse(request, "notify/mutes.html", context)


def _change(request: HttpRequest) -> HttpResponseBase:
    identity = request.identity  # type: ignore[attr-defined]
    if key := read_id(request.POST.get("unmute", "")):
        commands.unmute(identity, key)
        messages.success(request, "You will be told again.")
    elif reason := request.POST.get("reason", ""):
        commands.mute(identity, reason=reason)
        messages.success(request, "You will not be told for that reason.")
    else:
        raise Refused("Choose what is to be muted.")
    return HttpResponseRedirect(reverse("notices-mutes"))
