"""Breaking the glass, and ending it."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from peel.kernel.access import step_up
from peel.kernel.access.identity import speaking
from peel.kernel.audit import context as contexts
from peel.machine.commands import run
from peel.machine.commands.problems import Invalid, Problem, Refused
from peel.machine.pages.reading import identity_of, problem_page, require, to_sign_in
from peel.services.notify import commands, rules
from peel.services.notify.forms import BreakGlassForm
from peel.services.notify.pages.around import page_of, tabs

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.kernel.records.models import BreakGlass


@require_http_methods(["GET", "HEAD", "POST"])
def show_break_glass(request: HttpRequest) -> HttpResponseBase:
    """Ask for reference and reason, and open the record."""
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    try:
        require(request, rules.BREAK_GLASS, name="records.break_glass")
        posted = request.method == "POST"
        typed = request.POST if posted else step_up.take_typed(request, request.get_full_path())
        form = BreakGlassForm(typed, identity=identity)
        if not posted or not form.is_valid():
            return _page(request, identity, form, 422 if posted else 200)
        return _break(request, identity, form)
    except Problem as problem:
        return problem_page(request, problem)


def _page(
    request: HttpRequest, identity: "Identity", form: BreakGlassForm, status: int
) -> HttpResponseBase:
    context = {"tabs": tabs(identity, "break-glass"), "form": form}
    with speaking(identity):
        page = TemplateResponse(request, "notify/break_glass.html", context, status=status)
        return page.render()


def _break(request: HttpRequest, identity: "Identity", form: BreakGlassForm) -> HttpResponseBase:
    given: dict[str, Any] = form.cleaned_data
    try:
        # The reason stands as the purpose in the line of the act, and of a refusal.
        with contexts.working(_for(given["reason"])):
            act: BreakGlass = run(commands.break_glass, identity, given)
    except Invalid as problem:
        for name, texts in problem.errors.items():
            form.add_error(name if name in form.fields else None, texts)
    except Refused as problem:
        form.add_error(None, problem.message)
    else:
        return HttpResponseRedirect(page_of(act.record))
    return _page(request, identity, form, 422)


def _for(reason: str) -> contexts.Context:
    was = contexts.current()
    purpose = contexts.Purpose(contexts.TYPED_REASON, reason)
    return contexts.Context(was.request_id, was.source, purpose, was.token)


@require_POST
def end_now(request: HttpRequest, act_id: UUID) -> HttpResponseBase:
    """End the time early."""
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    try:
        run(commands.end_break_glass, identity, {"act_id": act_id})
    except Problem as problem:
        return problem_page(request, problem)
    messages.success(request, "The time of this break-glass has ended.")
    return HttpResponseRedirect(reverse("break-glass-act", args=[act_id]))
