"""The API's operations on connections: the shortest path, and common neighbours."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from peel.kernel.access.identity import speaking
from peel.kernel.base import openapi as describing
from peel.kernel.base.openapi import COUNT, TEXT, whole
from peel.machine.api.operations import speaker
from peel.machine.commands.problems import Invalid
from peel.machine.pages.reading import require
from peel.pole.charts import paths
from peel.pole.charts.asking import by_of, referred, when_of
from peel.pole.charts.links import Clusters, When
from peel.pole.charts.reading import drawn

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

VIEW = "pole.link.view"
_NODE = whole({name: TEXT for name in ("id", "reference", "kind", "title")})
_LINK = whole(
    {name: TEXT for name in ("from", "to", "type", "forward", "backward", "dates")}
    | {"links": COUNT, "confirmed": {"type": "boolean"}}
)
_SAID = {
    "said": TEXT | {"description": "The outcome in words"},
    "records": {"type": "array", "items": _NODE},
    "links": {
        "type": "array",
        "items": _LINK,
        "description": "`from` and `to` are ids; links of one type between two are one",
    },
}
_PATH = whole(
    {
        "ending": {"type": "string", "enum": ["found", "none", "far", "wide"]},
        "steps": COUNT,
        "path": {"type": "array", "items": TEXT, "description": "References, from end to end"},
        **_SAID,
    },
    title="Path",
)
_COMMON = whole(
    {
        "count": COUNT,
        "common": {
            "type": "array",
            "items": whole({"reference": TEXT, "near": {"type": "array", "items": TEXT}}),
        },
        **_SAID,
    },
    title="Common neighbours",
)
_DAY: dict[str, Any] = {"type": "string", "format": "date"}
_MANY = {"type": "array", "items": TEXT}
_FILTERS = [
    describing.parameter("type", "query", "Only links of these types", _MANY),
    describing.parameter("since", "query", "Links that could have held then or later", _DAY),
    describing.parameter("until", "query", "Links that could have held then or sooner", _DAY),
    describing.parameter("on", "query", "As Peel knew them at the end of this day", _DAY),
    describing.PURPOSE,
]  # fmt: skip


def _needed(name: str, description: str, schema: Any = None) -> dict[str, Any]:
    return describing.parameter(name, "query", description, schema) | {"required": True}


def router() -> Router:
    """Both operations."""
    made = Router(tags=["Connections"])
    whole_number = {"type": "integer", "minimum": 1, "maximum": paths.STEPS}
    made.add_api_operation(
        "/path", ["GET"], path, operation_id="connections-path",
        summary="The shortest path between two records",
        openapi_extra={
            "parameters": [
                _needed("from", "A reference"), _needed("to", "A reference"),
                describing.parameter("steps", "query", "How many at most", whole_number),
                *_FILTERS,
            ],
            "responses": describing.responses({200: describing.ok("A path, or why none", _PATH)},
                                              404, 422),
        },
    )  # fmt: skip
    made.add_api_operation(
        "/common", ["GET"], common, operation_id="connections-common",
        summary="What several records are linked to in common",
        openapi_extra={
            "parameters": [_needed("of", "References, 2 to 20 of them", _MANY), *_FILTERS],
            "responses": describing.responses(
                {200: describing.ok("What at least two are linked to", _COMMON)}, 404, 422),
        },
    )  # fmt: skip
    return made


def path(request: HttpRequest) -> HttpResponse:
    """The shortest path between two records."""
    with speaking(speaker(request)) as identity:
        require(request, VIEW, name="charts.path", query=request.GET.urlencode())
        when, by, steps = when_of(request.GET), by_of(request.GET), _steps(request)
        ends = [referred(identity, request.GET.get(name, "")) for name in ("from", "to")]
        found = paths.shortest(identity, *ends, steps=steps, when=when, by=by)
        told = _told(identity, found.ids, list(zip(found.ids, found.ids[1:], strict=False)), when)
    names = {node["id"]: node["reference"] for node in told["records"]}
    way = [names[str(key)] for key in found.ids]
    count = len(found.ids) - 1 if found.ids else found.steps
    answer = {"ending": found.ending, "steps": count, "path": way, "said": found.said}
    return JsonResponse(answer | told)


def common(request: HttpRequest) -> HttpResponse:
    """What at least two of some records are linked to."""
    with speaking(speaker(request)) as identity:
        require(request, VIEW, name="charts.common", query=request.GET.urlencode())
        when, by, named = when_of(request.GET), by_of(request.GET), request.GET.getlist("of")
        if not 2 <= len(set(named)) <= paths.CHOSEN:
            raise Invalid({"of": [f"Name 2 to {paths.CHOSEN} references."]})
        chosen = [referred(identity, text) for text in named]
        found = paths.common(identity, chosen, when=when, by=by)
        pairs = [(key, end) for key, ends in found.near.items() for end in ends]
        told = _told(identity, [*found.near, *Clusters(chosen, when).keys(chosen)], pairs, when)
    names = {UUID(node["id"]): node["reference"] for node in told["records"]}
    near = [
        {"reference": names[key], "near": [names[end] for end in ends]}
        for key, ends in found.near.items()
    ]
    return JsonResponse({"count": found.count, "common": near, "said": found.said} | told)


def _steps(request: HttpRequest) -> int:
    said = request.GET.get("steps", str(paths.STEPS))
    if not (said.isascii() and said.isdecimal() and len(said) == 1 and 1 <= int(said) <= 6):
        raise Invalid({"steps": [f"Give a number from 1 to {paths.STEPS}."]})
    return int(said)


def _told(
    identity: "Identity", ids: Iterable[UUID], pairs: Iterable[tuple[UUID, UUID]], when: When
) -> dict[str, Any]:
    """The records, each told to the ledger, and of the links between them those of some pairs."""
    picture = drawn(identity, ids, (), when)
    wanted = {frozenset((str(one), str(other))) for one, other in pairs}
    return {
        "records": [
            {name: node[name] for name in _NODE["properties"]} for node in picture["nodes"]
        ],
        "links": [
            {
                **{n: edge[n] for n in ("from", "to", "type", "forward", "backward", "dates")},
                "links": edge["n"],
                "confirmed": edge["sure"],
            }
            for edge in picture["edges"]
            if frozenset((edge["from"], edge["to"])) in wanted
        ],
    }
