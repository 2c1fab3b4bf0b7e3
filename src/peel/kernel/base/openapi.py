"""The words of OpenAPI that operations share: schemas, parameters, answers and problems."""

from typing import Any

from peel.kernel.base.problems import MEDIA_TYPE, NAMES

Shape = dict[str, Any]
TEXT: Shape = {"type": "string"}
MOMENT: Shape = {"type": "string", "format": "date-time"}
COUNT: Shape = {"type": "integer", "minimum": 0}
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


def whole(properties: Shape, **more: Any) -> Shape:
    """An object that has each of the properties and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }


def ref(name: str) -> Shape:
    """A schema among the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def problem_answer(status: int) -> Shape:
    """A problem among the components."""
    answer: Shape = {
        "description": WORDS[status],
        "content": {MEDIA_TYPE: {"schema": ref("Problem")}},
    }
    waits = {"Retry-After": {"description": "Seconds to wait", "schema": COUNT, "required": True}}
    return answer | ({"headers": waits} if status in (429, 503) else {})


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


def explained() -> list[tuple[str, int, str]]:
    """Every kind of problem: its name, its status, and what it says."""
    return [(NAMES[status], status, words) for status, words in WORDS.items() if status in NAMES]
