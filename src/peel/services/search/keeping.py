"""What an officer does with his searches: keeps them, is told of their new hits, lets them go."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from peel.machine.commands import run
from peel.machine.commands.problems import Problem
from peel.machine.commands.registry import commands
from peel.machine.pages.reading import identity_of, problem_page, to_sign_in
from peel.services.search.pages import address
from peel.services.search.taking import typed


@require_POST
def keep(request: HttpRequest) -> HttpResponseBase:
    """Keep what was asked, and show it again."""
    text = typed(request.POST)
    return _run(request, "search.question.keep", address(text), text=text)


@require_POST
def forget(request: HttpRequest) -> HttpResponseBase:
    """Keep a question no longer."""
    return _run(request, "search.question.forget", reverse("search"), question_id=_which(request))


@require_POST
def tell(request: HttpRequest) -> HttpResponseBase:
    """Be told of new hits of a kept question, or no longer, and show it again."""
    then, on = address(typed(request.POST)), request.POST.get("on") == "1"
    return _run(request, "search.question.tell", then, question_id=_which(request), on=on)


def _which(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("which", ""))
    except ValueError:
        return None


def _run(request: HttpRequest, name: str, then: str, **values: Any) -> HttpResponseBase:
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    try:
        run(commands[name], identity, values)
    except Problem as problem:
        return problem_page(request, problem)
    return HttpResponseRedirect(then)
