"""OpenAPI of every sheet: parameters, bodies, and every answer that there may be."""

from typing import TYPE_CHECKING, Any

from peel.kernel.base.dates.phrases import EXAMPLES
from peel.kernel.base.openapi import (
    COUNT,
    LIMIT,
    MOMENT,
    PROBLEM,
    PURPOSE,
    TEXT,
    WORDS,
    WRITES,
    Shape,
    ok,
    parameter,
    problem_answer,
    ref,
    responses,
    whole,
)
from peel.machine import registry
from peel.machine.commands.registry import Command, command_creating, commands_on
from peel.machine.forms.base import CommandForm
from peel.machine.queries import columns, filtering
from peel.machine.queries.asking import DENSITIES, PAGE_SIZES
from peel.services.programs.shapes import form_shape, record_shape

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet

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


def complete(schema: Any) -> None:
    """Put into the schema of the API what sheets, forms and the grammar of lists say."""
    sheets = registry.sheets()
    made = components(sheets)
    schema["components"].setdefault("schemas", {}).update(made["schemas"])
    schema["components"]["responses"] = made["responses"]
    for sheet in sheets:
        stem = f"/api/{sheet.kind.replace('.', '/')}/"
        one = stem + "{reference}"
        for path, name in ((stem, "list"), (one, "read"), (f"{one}/history", "history")):
            _add(schema, path, "get", of_read(sheet, name))
        if creating := command_creating(sheet.model):
            _add(schema, stem, "post", of_write(sheet, creating, on_record=False))
        for command in commands_on(sheet.model):
            _add(schema, f"{one}/{command.slug}", "post", of_write(sheet, command, on_record=True))


def _add(schema: Any, path: str, method: str, more: Shape) -> None:
    operation = schema["paths"][path][method]
    more["parameters"] = [*operation["parameters"], *more["parameters"]]
    operation |= more


def components(sheets: "list[Sheet]") -> dict[str, Any]:
    """Every schema and every problem that operations refer to."""
    schemas: dict[str, Shape] = {"Problem": PROBLEM, "Version": VERSION, "OutOfSight": TOLD}
    for sheet in sheets:
        schemas[schema_name(sheet)] = record_shape(sheet)
        if creating := command_creating(sheet.model):
            schemas[schema_name(sheet, creating)] = _body(creating)
        for command in commands_on(sheet.model):
            schemas[schema_name(sheet, command)] = _body(command, sheet)
    problems = {str(status): problem_answer(status) for status in WORDS}
    return {"schemas": schemas, "responses": {f"Problem{s}": p for s, p in problems.items()}}


def _body(command: Command, of: "Sheet | None" = None) -> Shape:
    """The answers of a command's form and, on a record, the version it was decided on."""
    form = command.form or CommandForm
    shape = form_shape(form, of.model if of else None) | {"title": command.title}
    if of is not None:
        version = {"type": "integer", "minimum": 1, "description": "As read; or give If-Match"}
        shape["properties"] = {"version": version, **shape["properties"]}
    return shape


def of_read(sheet: "Sheet", name: str) -> Shape:
    """The list, one record, or its history."""
    record = ref(schema_name(sheet))
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
        versions = {"type": "array", "items": ref("Version")}
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
    seen = {"anyOf": [ref(schema_name(sheet)), ref("OutOfSight")]}
    match = parameter("If-Match", "header", "The ETag that was read, instead of `version`")
    key = parameter(
        "Idempotency-Key", "header", "A word of your own for this call, such as a UUID. Sent again"
        " within 24 hours it is not done again: the answer tells what came of it.",
        TEXT | {"pattern": "^[!-~]+$", "maxLength": 255},
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
            "content": {"application/json": {"schema": ref(schema_name(sheet, command))}},
        },
        "responses": responses(good, *WRITES, *([404] if on_record else [])),
    }
