"""What OpenAPI says of each operation: parameters, body, and every answer that there may be."""

from typing import TYPE_CHECKING, Any

from peel.kernel.base.dates.phrases import EXAMPLES
from peel.kernel.base.problems import MEDIA_TYPE, NAMES
from peel.machine.api.shapes import COUNT, MOMENT, TEXT, Shape, form_shape, record_shape, whole
from peel.machine.commands.registry import Command, command_creating, commands_on
from peel.machine.forms.base import CommandForm
from peel.machine.queries import columns, filtering
from peel.machine.queries.asking import DENSITIES, PAGE_SIZES

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet

WORDS = {
    400: "The call cannot be read",
    401: "No token or session, or one that no longer holds",
    403: "The role, the token's scopes or the form of the call do not allow it",
    404: "There is none, or none that the caller may see",
    405: "The address does not take that method; see Allow",
    406: "The caller takes no JSON",
    409: "Somebody else changed the record first; `current_version` is its version now",
    412: "The version in If-Match is not the current one",
    413: "More was sent than Peel takes at once",
    415: "What was sent is not JSON",
    422: "What was sent is wrong, named by field in `errors`; or a rule says no",
    429: "Too many calls; see Retry-After",
    503: "The database or the ledger cannot be reached; see Retry-After",
}
ALWAYS, WRITES = (400, 401, 403, 406, 429, 503), (409, 412, 413, 415, 422)
PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. `type` leads to the page that explains it.",
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "instance": {**TEXT, "description": "The request's number, as in the ledger"},
        "errors": {
            "type": "object",
            "description": "Messages by field; the empty name is the whole",
            "additionalProperties": {"type": "array", "items": TEXT},
        },
        "current_version": {"type": "integer"},
    },
    "required": ["type", "title", "status", "detail"],
}
VERSION = whole(
    {
        "version": {"type": "integer"},
        "at": MOMENT,
        "by": {**TEXT, "description": "The appointment"},
        "through": {**TEXT, "description": "The command"},
        "differences": {
            "type": "array",
            "items": whole({"field": TEXT, "before": TEXT, "after": TEXT}),
        },
    },
    title="Version",
)
TOLD = whole({"reference": TEXT}, title="Out of sight", description="Done; you see it no longer.")


def schema_name(sheet: "Sheet", command: Command | None = None) -> str:
    """The name of a schema among the components: of a record, or of a command's body."""
    text = f"{sheet.url_name}-{command.slug if command else 'record'}"
    return text.replace("-", "_")


def components(sheets: "list[Sheet]") -> dict[str, Any]:
    """Every schema and every problem that operations refer to."""
    schemas: dict[str, Shape] = {"Problem": PROBLEM, "Version": VERSION, "OutOfSight": TOLD}
    for sheet in sheets:
        schemas[schema_name(sheet)] = record_shape(sheet)
        if creating := command_creating(sheet.model):
            schemas[schema_name(sheet, creating)] = _body(creating)
        for command in commands_on(sheet.model):
            schemas[schema_name(sheet, command)] = _body(command, sheet)
    problems = {str(status): _problem(status) for status in WORDS}
    return {"schemas": schemas, "responses": {f"Problem{s}": p for s, p in problems.items()}}


def _problem(status: int) -> Shape:
    answer: Shape = {
        "description": WORDS[status],
        "content": {MEDIA_TYPE: {"schema": _ref("Problem")}},
    }
    waits = {"Retry-After": {"description": "Seconds to wait", "schema": COUNT, "required": True}}
    return answer | ({"headers": waits} if status in (429, 503) else {})


def _body(command: Command, of: "Sheet | None" = None) -> Shape:
    """The answers of a command's form and, on a record, the version it was decided on."""
    form = command.form or CommandForm
    shape = form_shape(form, of.model if of else None) | {"title": command.title}
    if of is not None:
        version = {"type": "integer", "minimum": 1, "description": "As read; or give If-Match"}
        shape["properties"] = {"version": version, **shape["properties"]}
    return shape


def _ref(name: str) -> Shape:
    return {"$ref": f"#/components/schemas/{name}"}


def responses(good: dict[int, Shape], *problems: int) -> dict[int, Shape]:
    """The good answers and the problems, which every operation may answer with besides."""
    told = {s: {"$ref": f"#/components/responses/Problem{s}"} for s in (*ALWAYS, *problems)}
    return dict(sorted((good | told).items()))


def ok(description: str, schema: Shape, **headers: str) -> Shape:
    """A good answer in JSON, with what its headers say."""
    answer: Shape = {
        "description": description,
        "content": {"application/json": {"schema": schema}},
    }
    if headers:
        answer["headers"] = {
            name.replace("_", "-"): {"description": words, "schema": TEXT}
            for name, words in headers.items()
        }
    return answer


def parameter(name: str, where: str, description: str, schema: Shape | None = None) -> Shape:
    """A parameter that may be left out."""
    return {
        "name": name, "in": where, "required": False, "description": description,
        "schema": schema or TEXT,
    }  # fmt: skip


PURPOSE = parameter(
    "Peel-Purpose", "header", "Why the call is made, for the ledger (Data Protection Act 2018,"
    " section 62); the token's own purpose where it is left out",
    TEXT | {"maxLength": 1000},
)  # fmt: skip
LIMIT = parameter(
    "limit", "query", "How many at most", {"type": "integer", "minimum": 1, "maximum": 100}
)


def of_read(sheet: "Sheet", name: str) -> Shape:
    """The list, one record, or its history."""
    record = _ref(schema_name(sheet))
    one = sheet.title.lower()
    if name == "list":
        return {
            "summary": f"List of {sheet.title_plural.lower()}",
            "parameters": [*_asking(sheet), LIMIT, PURPOSE],
            "responses": responses({200: ok(
                "A page of the list", _page_of(record), Link="The pages before and after (RFC 8288)"
            )}, 422),
        }  # fmt: skip
    if name == "history":
        versions = {"type": "array", "items": _ref("Version")}
        return {
            "summary": f"Versions of one {one}",
            "parameters": [PURPOSE],
            "responses": responses({200: ok("The latest first", versions)}, 404),
        }
    seen = parameter("If-None-Match", "header", "An ETag that the caller holds")
    return {
        "summary": f"One {one}",
        "parameters": [seen, PURPOSE],
        "responses": responses(
            {200: ok("The record", record, ETag="Its version"), 304: {"description": "As it was"}},
            404,
        ),
    }


def _page_of(record: Shape) -> Shape:
    place = {"type": ["string", "null"], "description": "To be given as `at`"}
    counts = {"type": "object", "additionalProperties": COUNT}
    return whole({
        "items": {"type": "array", "items": record},
        "next": place,
        "previous": place,
        "total": COUNT,
        "total_is_more": {"type": "boolean", "description": "Counting stopped there"},
        "facets": {"type": "object", "additionalProperties": counts},
    })  # fmt: skip


def _asking(sheet: "Sheet") -> list[Shape]:
    """The grammar of the list (queries/asking.py), for this sheet."""

    def several(words: Shape, most: int) -> Shape:
        return {"type": "array", "items": words, "maxItems": most}

    first = [columns.public(name) for name in columns.sortable(sheet)]
    after = [columns.public(name) for name in columns.sortable_after(sheet)]
    sorts = [sign + name for name in dict.fromkeys([*first, *after]) for sign in ("", "-")]
    fields, how = ", ".join(filtering.filterable(sheet)), ", ".join(filtering.HOW)
    return [
        parameter("q", "query", "Words to search for", TEXT | {"maxLength": 200}),
        *[
            parameter(name, "query", "Only these values", several(TEXT | {"maxLength": 200}, 50))
            for name in sheet.facets
        ],
        parameter("recorded", "query", f"When it was recorded: {EXAMPLES}"),
        parameter(
            "where", "query", "Conditions `group:field:comparison:value`. Those of one group all"
            f" hold; `join` says how groups do. Fields: {fields}. Comparisons: {how}.",
            several(TEXT, filtering.MOST),
        ),
        parameter("join", "query", "`or`: one of the groups is enough", {"enum": ["and", "or"]}),
        parameter(
            "sort", "query", f"The order, `-` for downwards; first one of {', '.join(first)}",
            several(TEXT | {"enum": sorts}, columns.MOST_SORTS),
        ),
        parameter("at", "query", "The place where a page begins: `next` or `previous` of another"),
        parameter("size", "query", "As the list's page has it; see `limit`",
                  {"type": "integer", "enum": list(PAGE_SIZES)}),
        parameter("col", "query", "Columns of the page; the API shows every field",
                  several(TEXT | {"enum": sorted(columns.choosable(sheet))}, 40)),
        parameter("density", "query", "Of the page alone", TEXT | {"enum": list(DENSITIES)}),
    ]  # fmt: skip


def of_write(sheet: "Sheet", command: Command, *, on_record: bool) -> Shape:
    """A command: its body, and the record as it leaves it."""
    seen = {"anyOf": [_ref(schema_name(sheet)), _ref("OutOfSight")]}
    match = parameter("If-Match", "header", "The ETag that was read, instead of `version`")
    key = parameter(
        "Idempotency-Key", "header", "A word of your own for this call, such as a UUID. Sent again"
        " within 24 hours it is not done again: the answer tells what came of it.",
        TEXT | {"maxLength": 255},
    )  # fmt: skip
    replayed = {"Idempotency_Replayed": "`true` when this call was done before"}
    good = (
        {200: ok("Done", seen, ETag="Its version now", **replayed)}
        if on_record
        else {201: ok("Made", seen, ETag="Its version", Location="Its address", **replayed)}
    )
    return {
        "description": f"Needs the permission `{command.permission}`.",
        "parameters": [*([match] if on_record else []), key, PURPOSE],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _ref(schema_name(sheet, command))}},
        },
        "responses": responses(good, *WRITES, *([404] if on_record else [])),
    }


def explained() -> list[tuple[str, int, str]]:
    """Every kind of problem: its name, its status, and what it says."""
    return [(NAMES[status], status, words) for status, words in WORDS.items() if status in NAMES]
