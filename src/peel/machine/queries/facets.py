"""Facet counts of a list: exact from counters, or up to 10,000 and then "more than 10,000"."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.db.models import Count

from peel.machine.queries.asking import Asked
from peel.machine.queries.listing import bounded, filters
from peel.machine.show import field_title

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

MOST_COUNTED = 10_000


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet with how many records have it; `more` when counting stopped."""

    value: str
    label: str
    count: int
    chosen: bool
    more: bool = False


@dataclass(frozen=True)
class FacetGroup:
    """A facet and its values, the most frequent first."""

    name: str
    title: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True)
class Counted:
    """How many rows there are in all, and the facets."""

    total: int
    more: bool
    groups: tuple[FacetGroup, ...]


def count(sheet: "Sheet", identity: "Identity", asked: Asked) -> Counted:
    """Count for `identity`; within `speaking`. Restricted records count for the admitted only."""
    if asked.text or asked.recorded or asked.conditions or asked.added or not sheet.facets:
        with bounded(asked):
            counts, more = _bounded(sheet, identity, asked)
    else:
        counts, more = _from_counters(sheet, asked), False
        _add_restricted(sheet, identity, asked, counts)
    groups = tuple(
        _group(sheet, name, _of_facet(counts, number), asked, more=more)
        for number, name in enumerate(sheet.facets, start=1)
    )
    return Counted(counts.get((0, ""), 0), more, groups)


def _from_counters(sheet: "Sheet", asked: Asked) -> dict[tuple[int, str], int]:
    chosen = [list(asked.chosen[name]) if asked.chosen.get(name) else None for name in sheet.facets]
    with connection.cursor() as cursor:
        cursor.execute(
            "select facet, value, n from records.facet_counts(%s, %s::jsonb)",
            [sheet.kind, json.dumps(chosen)],
        )
        return {(facet, value): n for facet, value, n in cursor.fetchall()}


def _add_restricted(
    sheet: "Sheet", identity: "Identity", asked: Asked, counts: dict[tuple[int, str], int]
) -> None:
    """Add the restricted records that the identity is admitted to; few, so counted one by one."""
    mine = sheet.model.objects.visible_to(identity).filter(carried_restricted=True)
    for cell in mine.values_list(*sheet.facets):
        values = ["" if value is None else str(value) for value in cell]
        fits = [
            not asked.chosen.get(name) or value in asked.chosen[name]
            for name, value in zip(sheet.facets, values, strict=True)
        ]
        if all(fits):
            counts[0, ""] = counts.get((0, ""), 0) + 1
        for number, value in enumerate(values, start=1):
            if all(fit for i, fit in enumerate(fits, start=1) if i != number):
                counts[number, value] = counts.get((number, value), 0) + 1


def _bounded(
    sheet: "Sheet", identity: "Identity", asked: Asked
) -> tuple[dict[tuple[int, str], int], bool]:
    """Count among the first 10,000 rows that fit."""
    condition = filters(sheet, identity, asked)
    inner = sheet.model.objects.visible_to(identity).filter(condition).order_by()
    ids = inner.values("pk")[: MOST_COUNTED + 1]
    total = ids.count()
    counts: dict[tuple[int, str], int] = {(0, ""): min(total, MOST_COUNTED)}
    within = sheet.model.objects.filter(pk__in=ids)
    for number, name in enumerate(sheet.facets, start=1):
        for value, n in within.order_by().values_list(name).annotate(n=Count("pk")):
            counts[number, "" if value is None else str(value)] = n
    return counts, total > MOST_COUNTED


def fitting(
    sheet: "Sheet", identity: "Identity", asked: Asked, most: int = 100
) -> tuple[int, bool]:
    """How many rows fit, up to `most`, and whether there are more."""
    with bounded(asked):
        found = sheet.model.objects.visible_to(identity).filter(filters(sheet, identity, asked))
        number = found.order_by().values("pk")[: most + 1].count()
    return min(number, most), number > most


def _of_facet(counts: dict[tuple[int, str], int], number: int) -> dict[str, int]:
    return {value: n for (facet, value), n in counts.items() if facet == number and value}


def _group(
    sheet: "Sheet", name: str, values: dict[str, int], asked: Asked, *, more: bool
) -> FacetGroup:
    field: Any = sheet.model._meta.get_field(name)
    chosen = asked.chosen.get(name, ())
    values = values | {value: values.get(value, 0) for value in chosen}
    titles = labels(sheet, field, list(values))
    found = [
        FacetValue(v, titles.get(v, v), n, v in chosen, more)
        for v, n in values.items()
        if n or v in chosen
    ]
    found.sort(key=lambda value: (-value.count, value.label))
    title = "State" if name == "carried_state" else field_title(sheet, name)
    return FacetGroup(name, title, tuple(found))


def labels(sheet: "Sheet", field: Any, values: list[str]) -> dict[str, str]:
    """What the values of a facet are called."""
    if field.name == "carried_state" and sheet.flow:
        return {value: sheet.flow.state(value).title for value in values}
    if field.choices:
        return {str(key): str(label) for key, label in field.flatchoices}
    if isinstance(field, models.ForeignKey):
        related: Any = field.related_model
        return {str(row.pk): str(row) for row in related.objects.filter(pk__in=values)}
    return {}
