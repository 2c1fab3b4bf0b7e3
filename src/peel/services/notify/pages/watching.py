"""What I watch."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from peel.kernel.audit import looks
from peel.machine.commands import run
from peel.machine.commands.problems import Problem, Refused
from peel.machine.pages.reading import identity_of, problem_page, reading, to_sign_in
from peel.services.notify import commands, queries
from peel.services.notify.pages.around import name_of, page_of, read_id, tabs


@require_http_methods(["GET", "HEAD", "POST"])
def show_watching(request: HttpRequest) -> HttpResponseBase:
    """The list; a POST stops watching one record."""
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    if request.method != "POST":
        return _list(request)
    try:
        key = read_id(request.POST.get("record", ""))
        if key is None:
            raise Refused("Choose the record that you no longer want to watch.")
        run(commands.unwatch, identity, {"record_id": key}, subject=key)
    except Problem as problem:
        return problem_page(request, problem)
    messages.success(request, "You no longer watch that record.")
    return HttpResponseRedirect(reverse("notices-watching"))


@reading
def _list(request: HttpRequest) -> HttpResponseBase:
    identity = request.identity  # type: ignore[attr-defined]
    looks.describe(name="notify.watching")
    context = {
        "tabs": tabs(identity, "notices-watching"),
        "watched": [
            {"watch": one, "what": name_of(one.record), "href": page_of(one.record)}
            for one in queries.watched(identity)
        ],
    }
    return TemplateResponse(request, "notify/watching.html", context)
