"""The rules of links: whom one may join, when, and how intelligence is graded."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from peel.kernel.base import clock
from peel.kernel.records.models import Record
from peel.machine.commands import Invalid, Refused
from peel.pole.identity import api
from peel.pole.models import Link, LinkType

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

# How far ahead what is planned may lie (a lease, a curfew); later is a slip of the year.
PLANNED = timedelta(days=366)
GRADING = ("source", "assessment", "handling")
NOT_NOW = "These two cannot be linked so. Ask the data office to look at it."


def members(record_id: UUID) -> tuple[UUID, ...]:
    """The record with all that are judged the same as it and that the identity sees."""
    return api.members(record_id)


def check_dates(said: dict[str, Any]) -> None:
    """Refuse an end before its beginning, and what lies further ahead than anybody plans."""
    starts, ends = said.get("starts"), said.get("ends")
    wrong: dict[str, list[str]] = {}
    for name, date in (("starts", starts), ("ends", ends)):
        if date is not None and date.earliest > clock.today() + PLANNED:
            wrong[name] = ["This is more than a year ahead. Check the year."]
    if starts is not None and ends is not None and ends.latest < starts.earliest:
        wrong["ends"] = [f"“To” cannot be before “from” ({starts})."]
    if wrong:
        raise Invalid(wrong)


def graded(said: dict[str, Any]) -> dict[str, Any]:
    """What was said without the question whether it is intelligence; graded wholly or not at all.

    3x5x2 (College of Policing, Authorised Professional Practice on intelligence management).
    """
    said = {k: "" if v is None and k in GRADING else v for k, v in said.items()}
    is_intelligence = said.pop("intelligence", None)
    if is_intelligence is False:
        said |= dict.fromkeys(GRADING, "")
    given = [name for name in GRADING if said.get(name)]
    if (given and len(given) < len(GRADING)) or (is_intelligence and not given):
        missing = [name for name in GRADING if name not in given]
        raise Invalid({name: ["Intelligence needs all three parts of its grading."]
                       for name in missing})  # fmt: skip
    return said


def refuse_herself(identity: "Identity", record_id: UUID, other: Record) -> None:
    """Refuse a link from a record to itself, or to another record of the same person."""
    if other.pk == record_id:
        raise Invalid({"other": ["A record cannot be linked to itself. Choose another one."]})
    if other.pk in members(record_id):
        raise Invalid(
            {"other": [f"{other.reference} is judged to be the same. It cannot be linked to."]}
        )


def refuse_ring(identity: "Identity", type_: LinkType, first: UUID, second: UUID) -> None:
    """Refuse a link that would make a ring of a type that has none ("parent of").

    The chain that there is already is told by name where every part of it may be seen.
    """
    with connection.cursor() as cursor:
        cursor.execute("select links, seen from pole.chain(%s, %s, %s)",
                       [type_.pk, second, first])  # fmt: skip
        row = cursor.fetchone()
    if row is None:
        return
    if not row[1]:
        raise Refused(NOT_NOW)
    rows = {
        link.pk: link
        for link in Link.objects.filter(pk__in=row[0]).select_related("from_record", "to_record")
    }
    told = "; ".join(
        f"{rows[key].from_record.reference} {rows[key].from_record.title} is {type_.forward}"
        f" {rows[key].to_record.reference} {rows[key].to_record.title}"
        for key in row[0]
    )
    raise Invalid({"reading": [f"This would close a circle: {told}."]})
