"""One page of a list: visible rows in order, by keyset, with links to first, next and previous.

Ids come from the kind's own table alone, whose indexes hold all that the question asks; the rows
are then read by key. No page numbers: the cost is the same at any depth.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, connection
from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    Q,
    TextField,
)
from django.db.models.expressions import OrderBy, RawSQL
from psycopg.errors import QueryCanceled

from peel.kernel.access.models import Officer
from peel.kernel.base import clock
from peel.machine import registry
from peel.machine.commands.problems import Refused
from peel.machine.queries import filtering
from peel.machine.queries.asking import Asked, Place
from peel.machine.queries.columns import NEWEST, Key, columns_of, indexed, order_of, sql_of
from peel.machine.queries.finding import find_ids

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

# Given to select_related, nothing means everything; this means nothing.
_NONE: tuple[Any, ...] = (None,)
# A text search inside a list looks at the best so many hits, then sorts and filters those.
MOST_HITS = 500
# Filters that no index serves look through rows; this is how long they may.
LONGEST = "4s"
# So many values of the first key are taken one by one where no index has the whole order.
TIES = 4


@dataclass(frozen=True)
class Listed:
    """A page of rows, and where the neighbours begin (None where there is none)."""

    rows: list[Any]
    next: str | None
    previous: str | None


def filters(sheet: "Sheet", identity: "Identity", asked: Asked) -> Q:
    """The question's filters as a condition on the kind's own table. Raises Invalid by field."""
    condition = Q()
    for facet, values in asked.chosen.items():
        condition &= Q(**{f"{facet}__in": values})
    if asked.recorded and asked.recorded.start:
        condition &= Q(**{f"{NEWEST}__gte": asked.recorded.start})
    if asked.recorded and asked.recorded.end:
        condition &= Q(**{f"{NEWEST}__lt": asked.recorded.end})
    if asked.text:
        hits = find_ids(asked.text, kinds=[sheet.kind], limit=MOST_HITS)
        condition &= Q(pk__in=[hit.record_id for hit in hits])
    for name, text in asked.added.items():
        condition &= registry.narrowings(sheet)[name].condition(sheet, text)
    if asked.conditions:
        condition &= filtering.combined(
            sheet, identity, asked.conditions, any_group=asked.any_group
        )
    return condition


class _Own(RawSQL):
    """SQL on the kind's own table alone: RawSQL joins the parent's for any word like a field's."""

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        """Leave out that join, which would cost the index."""
        return super(RawSQL, self).resolve_expression(*args, **kwargs)


@contextmanager
def bounded(asked: Asked) -> Iterator[None]:
    """Let what no index serves look through rows for a while. Raises Refused when it is over."""
    if asked.conditions or asked.then or asked.added:
        with connection.cursor() as cursor:
            cursor.execute(f"set local statement_timeout = '{LONGEST}'")
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        raise Refused(
            "This would look through too many records. Choose a value in “Filter”, sort by one"
            " column, or say when the records were made, and ask again."
        ) from error


def list_page(sheet: "Sheet", identity: "Identity", asked: Asked) -> Listed:
    """The page that `asked` asks for, as `identity` may see it. Call within `speaking`."""
    order = order_of(sheet, asked.sorts)
    back = asked.place is not None and asked.place.back
    with bounded(asked):
        found = sheet.model.objects.visible_to(identity).filter(filters(sheet, identity, asked))
        turned = tuple(Key(key.field, key.down != back) for key in order)
        ids = keys_behind(found, turned, asked.place, asked.size + 1)
    more = len(ids) > asked.size
    ids = ids[: asked.size]
    if back:
        ids.reverse()
    rows = {row.pk: row for row in _whole(sheet, asked, [pk for pk, *_ in ids])}
    has_next, has_previous = (True, more) if back else (more, asked.place is not None)

    def word(row: tuple[Any, ...], *, back: bool) -> str:
        return Place(row[1:], row[0], back).text(sheet.model, order[:-1])

    return Listed(
        rows=[rows[pk] for pk, *_ in ids if pk in rows],
        next=word(ids[-1], back=False) if ids and has_next else None,
        previous=word(ids[0], back=True) if ids and has_previous else None,
    )


def keys_behind(
    found: Any,
    order: tuple[Key, ...],
    place: Place | None,
    limit: int,
    beside: tuple[str, ...] = (),
) -> list[tuple[Any, ...]]:
    """The id, sort values and columns `beside` of the rows behind a place, in order.

    Where there are any beside, many rows are read: then moments are given as PostgreSQL writes
    them, for to read each of them costs more than all else.

    An order that an index has is read in one go. Otherwise the first key's values are taken one
    after another, so that its index gives each tie; after a few of them ties are known to be small.
    """
    model, first = found.model, order[0]
    named = [(f"k{n}", key) for n, key in enumerate(order[:-1])]
    sorts = [OrderBy(_key(model, key), descending=key.down) for key in order]
    rows = found.annotate(**{n: _key(model, key, written=bool(beside)) for n, key in named})
    rows = rows.order_by(*sorts).values_list("pk", *(name for name, _ in named), *beside)
    alone = indexed(model, order)
    wanted: list[tuple[Any, ...]] = []
    if place is not None and alone and len({key.down for key in order}) == 1:
        return list(rows.filter(_behind(model, order, (*place.values, place.pk)))[:limit])
    if place is not None:
        edge = place.values[:1]
        tie = _behind(model, order[1:], (*place.values[1:], place.pk))
        wanted = list(rows.filter(_equal(model, first, *edge), tie)[:limit])
        rows = rows.filter(_behind(model, (first,), edge))
    for _ in range(0 if alone or first.field == NEWEST else TIES):
        if len(wanted) >= limit or not (nearest := rows.order_by(sorts[0])[:1]):
            return wanted
        edge = nearest[0][1:2]
        wanted += rows.filter(_equal(model, first, *edge))[: limit - len(wanted)]
        rows = rows.filter(_behind(model, (first,), edge))
    return wanted + list(rows[: limit - len(wanted)]) if len(wanted) < limit else wanted


def _key(model: Any, key: Key, *, written: bool = False) -> _Own:
    column = model._meta.get_field(key.field)
    if written and isinstance(column, DateTimeField):
        text = f'{sql_of(model, key.field)}::text collate "C"'
        return _Own(text, [], output_field=TextField())
    kept = TextField() if isinstance(column, CharField | TextField) else column
    return _Own(sql_of(model, key.field), [], output_field=kept)


def _equal(model: Any, key: Key, value: Any) -> _Own:
    return _Own(f"{sql_of(model, key.field)} = %s", [value], output_field=BooleanField())


def _behind(model: Any, order: tuple[Key, ...], values: tuple[Any, ...]) -> _Own:
    """The condition for the rows behind a place: one comparison for each run of one direction."""
    sql = ""
    given: list[Any] = []
    pairs = groupby(zip(order, values, strict=True), lambda pair: pair[0].down)
    for down, run in reversed([(down, list(run)) for down, run in pairs]):
        left = ", ".join(sql_of(model, key.field) for key, _ in run)
        marks = ", ".join(["%s"] * len(run))
        own = [value for _, value in run]
        after = f"({left}) {'<' if down else '>'} ({marks})"
        sql = f"({after} OR (({left}) = ({marks}) AND {sql}))" if sql else after
        given = [*own, *own, *given] if given else own
    return _Own(sql, given, output_field=BooleanField())


def just_changed(rows: list[Any]) -> dict[Any, str]:
    """Who changed which of the rows within the last minute, in words."""
    fresh = [row for row in rows if row.changed_at > clock.now() - timedelta(minutes=1)]
    makers = {row.changed_by_id for row in fresh}
    names = {o.pk: o.caption for o in Officer.objects.filter(pk__in=makers)} if makers else {}
    return {
        row.pk: f"{'Recorded' if row.version == 1 else 'Changed'}"
        f" by {names.get(row.changed_by_id, 'a program')} just now"
        for row in fresh
    }


def _whole(sheet: "Sheet", asked: Asked, ids: list[Any]) -> list[Any]:
    fields = {f.name for f in sheet.model._meta.get_fields() if getattr(f, "many_to_one", False)}
    related = [c.field for c in columns_of(sheet, asked) if c.field in fields]
    # The API shows every field of every section.
    related += [name for name in sheet.fields if name in fields]
    return list(sheet.model.objects.filter(pk__in=ids).select_related(*related or _NONE))
