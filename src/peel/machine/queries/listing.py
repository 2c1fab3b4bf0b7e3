"""One page of a list: visible rows in order, by keyset, with links to first, next and previous.

Ids come from the kind's own table alone, whose indexes hold all that the question asks; the rows
are then read by key. No page numbers: the cost is the same at any depth.
"""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from peel.machine.queries.asking import NEWEST, Asked, Place
from peel.machine.queries.finding import find_ids

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

LONDON = ZoneInfo("Europe/London")
# Given to select_related, nothing means everything; this means nothing.
_NONE: tuple[Any, ...] = (None,)
# A text search inside a list looks at the best so many hits, then sorts and filters those.
MOST_HITS = 500


@dataclass(frozen=True)
class Listed:
    """A page of rows, and where the neighbours begin (None where there is none)."""

    rows: list[Any]
    next: str | None
    previous: str | None


def filters(sheet: "Sheet", identity: "Identity", asked: Asked) -> Q:
    """The question's filters as a condition on the kind's own table."""
    condition = Q()
    for facet, values in asked.chosen.items():
        condition &= Q(**{f"{facet}__in": values})
    if asked.since:
        condition &= Q(**{f"{NEWEST}__gte": _midnight(asked.since)})
    if asked.until:
        condition &= Q(**{f"{NEWEST}__lt": _midnight(asked.until + datetime.timedelta(days=1))})
    if asked.text:
        hits = find_ids(asked.text, kinds=[sheet.kind], limit=MOST_HITS)
        condition &= Q(pk__in=[hit.record_id for hit in hits])
    return condition


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()), LONDON)


def list_page(sheet: "Sheet", identity: "Identity", asked: Asked) -> Listed:
    """The page that `asked` asks for, as `identity` may see it. Call within `speaking`."""
    model = sheet.model
    found = model.objects.visible_to(identity).filter(filters(sheet, identity, asked))
    back = asked.place is not None and asked.place.back
    down = asked.descending != back
    if asked.place is not None:
        found = _beyond(found, asked.sort, asked.place, down=down)
    order = ("-" if down else "") + asked.sort, ("-" if down else "") + "pk"
    ids = list(found.order_by(*order).values_list("pk", asked.sort)[: asked.size + 1])
    more = len(ids) > asked.size
    ids = ids[: asked.size]
    if back:
        ids.reverse()
    rows = {row.pk: row for row in _whole(sheet, [pk for pk, _ in ids])}
    has_next, has_previous = (True, more) if back else (more, asked.place is not None)
    return Listed(
        rows=[rows[pk] for pk, _ in ids if pk in rows],
        next=_word(sheet, asked, ids[-1], back=False) if ids and has_next else None,
        previous=_word(sheet, asked, ids[0], back=True) if ids and has_previous else None,
    )


def _beyond(found: Any, sort: str, place: Place, *, down: bool) -> Any:
    """Rows behind a place, as one row comparison so that the index gives the start."""
    table = found.model._meta
    column = table.get_field(sort).column
    sign = "<" if down else ">"
    sql = f'("{table.db_table}"."{column}", "{table.db_table}"."{table.pk.column}") {sign} (%s, %s)'
    return found.filter(RawSQL(sql, [place.value, place.pk], output_field=BooleanField()))  # noqa: S611 - names come from the model


def _whole(sheet: "Sheet", ids: list[Any]) -> list[Any]:
    related = [
        name for name in (column.field for column in sheet.columns) if name in _foreign_keys(sheet)
    ]
    return list(sheet.model.objects.filter(pk__in=ids).select_related(*related or _NONE))


def _foreign_keys(sheet: "Sheet") -> set[str]:
    return {f.name for f in sheet.model._meta.get_fields() if getattr(f, "many_to_one", False)}


def _word(sheet: "Sheet", asked: Asked, row: tuple[Any, Any], *, back: bool) -> str:
    pk, value = row
    return Place(value, pk, back).text(sheet.model, asked.sort)
