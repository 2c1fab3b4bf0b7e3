"""What every page that reads records does: speak for the caller, render inside, say no in words."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse

from peel.kernel.access.identity import speaking
from peel.kernel.access.step_up import to_confirm
from peel.kernel.audit import looks
from peel.kernel.base import references
from peel.machine.commands.problems import NotFound, NotPermitted, Problem, ProveItIsYou

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

# Given to select_related, nothing means everything; this means nothing.
_NONE: tuple[Any, ...] = (None,)
P = ParamSpec("P")
PageView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def reading(view: PageView[P]) -> PageView[P]:
    """Run a view in one transaction that speaks for the caller, rendering included.

    Nobody signed in is sent to sign-in. A Problem becomes a page with its status.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        identity = identity_of(request)
        if identity is None:
            return to_sign_in(request)
        try:
            with speaking(identity):
                response = view(request, *args, **kwargs)
                if isinstance(response, TemplateResponse):
                    response.render()
                return response
        except Problem as problem:
            return problem_page(request, problem)

    return inner


def identity_of(request: HttpRequest) -> "Identity | None":
    """Who asks, or None."""
    return getattr(request, "identity", None)


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Send the caller to sign in, and back here afterwards."""
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?next={quote(request.get_full_path())}")


def require(request: HttpRequest, permission: str, *, name: str, query: str = "") -> "Identity":
    """The identity, if its role has the permission; the look is described for the ledger first."""
    looks.describe(name=name, query=query or None)
    identity = identity_of(request)
    if identity is None or not identity.may(permission):
        raise NotPermitted
    return identity


def one_record(sheet: "Sheet", identity: "Identity", reference: str) -> Any:
    """The record of that reference. Raises NotFound alike for none and for none visible."""
    try:
        normal = references.normalise(reference)
    except ValidationError:
        raise NotFound from None
    related = [
        field.name
        for field in sheet.model._meta.get_fields()
        if getattr(field, "many_to_one", False) and field.name in sheet.fields
    ]
    record = (
        sheet.model.objects.visible_to(identity)
        .select_related(*related or _NONE)
        .filter(reference=normal)
        .first()
    )
    if record is None:
        raise NotFound
    return record


def problem_page(request: HttpRequest, problem: Problem) -> HttpResponseBase:
    """A page that says what was wrong, with the problem's status; or the way to prove oneself."""
    if isinstance(problem, ProveItIsYou):
        return to_confirm(request)
    return TemplateResponse(
        request, "machine/problem.html", {"problem": problem}, status=problem.status
    ).render()
