"""What programs are given beside the operations of sheets: the feed, OpenAPI, and its page."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from peel.kernel.base import openapi as describing
from peel.machine.api.site import Api
from peel.pole.charts import operations as connections
from peel.services.programs import changes, openapi


def extend(api: Api) -> Api:
    """Add the change feed, connections, and what sheets say, to the API."""
    api.add_router("changes", changes.router())
    api.add_router("connections", connections.router())
    api.completing = openapi.complete
    return api


def explaining(api: Api) -> Callable[[HttpRequest], HttpResponse]:
    """The page for people that lists the operations and explains the problems."""

    @require_safe
    def explain(request: HttpRequest) -> HttpResponse:
        groups: dict[str, list[dict[str, Any]]] = {}
        for where, methods in api.get_openapi_schema()["paths"].items():
            for method, told_of in methods.items():
                call = {"method": method.upper(), "path": where, **told_of}
                groups.setdefault(told_of["tags"][0], []).append(call)
        context = {"groups": groups, "problems": describing.explained()}
        return TemplateResponse(request, "programs/api.html", context)

    return explain
