"""The API with every sheet's operations, behind one gate, and all its errors as problems."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import APIKeyCookie
from ninja.security.base import AuthBase

from peel.kernel.access.bearer import HOW
from peel.kernel.audit import looks
from peel.kernel.base.problems import problem
from peel.machine import registry
from peel.machine.api.gate import guarded, missing
from peel.machine.api.operations import router_of
from peel.machine.api.refusals import told
from peel.machine.commands.problems import Problem

ABOUT = (
    "Every kind of record and every command, as the pages have them, with the same permissions and"
    " the same account of each look. Times are UTC. Send a token made on your page of API tokens as"
    " `Authorization: Bearer …`."
)


class ApiToken(AuthBase):
    """A token in the header Authorization. It cannot be sent by another site, so needs no CSRF."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Any:
        """The identity that the middleware found for the token."""
        identity: Any = getattr(request, "identity", None)
        return identity if identity is not None and identity.api_token else None


class SignedIn(APIKeyCookie):
    """The session of whoever is signed in; unsafe methods need the CSRF token as pages do."""

    def __init__(self, cookie: str) -> None:
        self.param_name = cookie
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The identity that the middleware found for the request's cookies."""
        return getattr(request, "identity", None)


class Api(NinjaAPI):
    """The API. `completing` puts the shapes of sheets and forms into its schema."""

    completing: Callable[[Any], None] | None = None

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The whole of OpenAPI."""
        schema = super().get_openapi_schema(**options)
        if self.completing:
            self.completing(schema)
        return schema


def build(cookie: str) -> Api:
    """The API of all sheets. `cookie` is the name of the identity cookie."""
    api = Api(
        title="Peel", version="1", description=ABOUT, auth=[ApiToken(), SignedIn(cookie)],
        urls_namespace="api", docs_url=None, openapi_url=None,
    )  # fmt: skip
    for sheet in registry.sheets():
        api.add_router(sheet.kind.replace(".", "/"), router_of(sheet))
    api.add_exception_handler(Problem, told)
    api.add_exception_handler(ValidationError, _malformed)
    api.add_exception_handler(AuthenticationError, _unknown)
    api.add_exception_handler(Http404, missing)
    api.add_exception_handler(HttpError, _refused)
    return api


def urls_of(api: Api) -> tuple[list[Any], str, str]:
    """Every operation behind the gate, the schema, and 404 as a problem for all else."""

    def schema(request: HttpRequest) -> HttpResponse:
        looks.describe(name="programs.openapi")
        return JsonResponse(api.get_openapi_schema())

    patterns, application, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = guarded(pattern.callback)
    mine = [
        path("openapi.json", guarded(require_safe(schema)), name="openapi-json"),
        *patterns,
        re_path(r"^(?P<rest>.*)$", guarded(missing), name="missing"),
    ]
    return mine, application, namespace


def _malformed(request: HttpRequest, exc: Any) -> HttpResponse:
    errors = {".".join(str(part) for part in e["loc"][1:]): [e["msg"]] for e in exc.errors}
    return problem(request, 422, "Check what was sent", errors=errors)


def _unknown(request: HttpRequest, exc: Any) -> HttpResponse:
    return problem(request, 401, "Sign in first", HOW)


def _refused(request: HttpRequest, exc: Any) -> HttpResponse:
    """What ninja itself refuses: a call by cookie without the proof that it came from Peel."""
    detail = "Send the header X-CSRFToken with a session, or use a token."
    return problem(request, exc.status_code, "The call is refused", detail)
