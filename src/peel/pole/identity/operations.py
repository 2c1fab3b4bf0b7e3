"""The API's operation on identity: which records are the same as one, and what was judged."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, JsonResponse

from peel.kernel.access.identity import speaking
from peel.kernel.audit import looks
from peel.kernel.base import openapi as describing
from peel.kernel.base.openapi import TEXT, whole
from peel.machine.api.operations import speaker
from peel.machine.pages.reading import one_record, require
from peel.pole.identity import api, kinds, panels, queries
from peel.pole.identity.models import Judgement

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet

_NAMED = whole({"id": TEXT, "reference": TEXT, "title": TEXT})
_JUDGED = whole(
    {name: TEXT for name in ("id", "first", "second", "verdict", "reason", "by", "at", "said_in")}
)
_ANSWER = whole(
    {
        "id": TEXT,
        "reference": TEXT,
        "canonical": _NAMED,
        "same_as": {"type": "array", "items": _NAMED},
        "judgements": {"type": "array", "items": _JUDGED},
    },
    title="Identity",
)


def add_operations(router: Any, sheet: "Sheet") -> None:
    """Give the router of a kind that takes part the operation on identity."""
    if not kinds.takes_part(sheet.kind):
        return
    good = {200: describing.ok("The record that stands for all, and the others", _ANSWER)}
    router.add_api_operation(
        "/{reference}/identity", ["GET"], _reading(sheet),
        operation_id=f"{sheet.url_name}-identity",
        summary=f"Which records are of the same {kinds.noun(sheet.kind)}",
        openapi_extra={
            "parameters": [describing.PURPOSE],
            "responses": describing.responses(good, 404, 422),
        },
    )  # fmt: skip


def _reading(sheet: "Sheet") -> Callable[..., Any]:
    def read(request: HttpRequest, reference: str) -> Any:
        with speaking(speaker(request)) as identity:
            require(request, panels.VIEW, name=f"{sheet.kind}.identity")
            require(request, sheet.may.view, name=f"{sheet.kind}.identity")
            record = one_record(sheet, identity, reference)
            found = queries.records_of(api.members(record.pk), identity)
            held = list(queries.holding(queries.judgements_of([r.pk for r in found])))
            looks.note(key for row in held for key in (row.first_id, row.second_id))
            body = {
                "id": str(record.pk),
                "reference": record.reference,
                "canonical": _named(found[0]),
                "same_as": [_named(each) for each in found if each.pk != record.pk],
                "judgements": [_judgement(row) for row in held],
            }
        return JsonResponse(body)

    return read


def _named(record: Any) -> dict[str, str]:
    return {"id": str(record.pk), "reference": record.reference, "title": record.title}


def _judgement(row: Judgement) -> dict[str, str]:
    return {
        "id": str(row.pk), "first": row.first.reference, "second": row.second.reference,
        "verdict": row.verdict, "reason": row.reason, "by": str(row.asserted_by_id),
        "at": row.asserted_at.isoformat().replace("+00:00", "Z"),
        "said_in": row.asserted_in.reference if row.asserted_in else "",
    }  # fmt: skip
