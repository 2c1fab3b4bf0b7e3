"""Narrowing what was found: facets, counted over the hits that are listed.

Hits were visible before they were ranked, and what is said of them here is read by their own
policies, so nothing hidden is counted. One statement, however many facets.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models

from peel.kernel.base.spreadsheets.writing import local
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.queries.facets import labels
from peel.machine.show import field_title, plain
from peel.machine.ui import parts
from peel.services.search.hits import Hit
from peel.services.search.planner import Answer

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

MOST_VALUES = 8
_QUARTERS = ("January to March", "April to June", "July to September", "October to December")
# A value as it stands in an address, and in words; the first is empty where there is none.
Value = tuple[str, str]


@dataclass(frozen=True)
class Cut:
    """One way to narrow: its parameter and title, the columns of a Record that it reads, and the
    value that it makes of them. `newest` puts the values in their own order, the last first.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    value: Callable[..., Value]
    newest: bool = False


def _owner(unit: Any, unit_name: str | None, place: Any, place_name: str | None) -> Value:
    return (str(unit), str(unit_name)) if unit else (str(place), str(place_name))


def _quarter(moment: datetime) -> Value:
    day = local(moment)
    quarter = (day.month - 1) // 3
    return f"{day.year}-Q{quarter + 1}", f"{_QUARTERS[quarter]} {day.year}"


def _words(text: str | None) -> Value:
    return text or "", text or ""


EVERY = (
    Cut("owner", "Owned by",
        ("owner_unit_id", "owner_unit__name", "organisation_id", "organisation__name"), _owner),
    Cut("recorded", "Recorded", ("created_at",), _quarter, newest=True),
    Cut("town", "Town", ("as_location__town",), _words),
)  # fmt: skip


def cuts(kind: str) -> tuple[Cut, ...]:
    """How hits can be narrowed: those of one kind also by the facets of its list."""
    if not kind:
        return EVERY
    sheet = registry.sheet_of(kind)
    stem = f"as_{sheet.model._meta.model_name}__"
    own = []
    for name in sheet.facets:
        field: Any = sheet.model._meta.get_field(name)
        if not isinstance(field, models.ForeignKey):
            title = "State" if name == "carried_state" else field_title(sheet, name)
            own.append(Cut(name, title, (stem + name,), _labelled(sheet, field)))
    return (*EVERY, *own)


def _labelled(sheet: Any, field: Any) -> Callable[[Any], Value]:
    def value(held: Any) -> Value:
        if held in (None, ""):
            return "", ""
        return str(held), labels(sheet, field, [str(held)]).get(str(held)) or plain(held)

    return value


def kind_of(answer: Answer, kind: str) -> str:
    """Whose facets are offered: of the kind that was chosen, or of the only one there is."""
    return kind or (next(iter(answer.counts)) if len(answer.counts) == 1 else "")


def chosen_of(kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """What the address narrows by, of each facet one value."""
    return {c.name: value[:200] for c in cuts(kind) if (value := given.get(c.name, ""))}


@dataclass(frozen=True)
class Narrowed:
    """What is left of an answer, and the facets to narrow it by."""

    answer: Answer
    facets: list[parts.Facet]


def narrow(
    answer: Answer, identity: "Identity", kind: str, chosen: Mapping[str, str],
    to: Callable[[Mapping[str, str]], str],
) -> Narrowed:  # fmt: skip
    """Narrow an answer to what was chosen; `to` gives the address of another choice.

    A facet counts the hits that fit what is chosen of all the others.
    """
    ways = cuts(kind)
    hits = [hit for hit in answer.hits if not kind or hit.kind == kind]
    if len(hits) < 2 and not chosen:
        return Narrowed(answer, [])
    said = _said(hits, ways, identity)
    counts: dict[str, Counter[str]] = {cut.name: Counter() for cut in ways}
    titles: dict[tuple[str, str], str] = {}
    left: list[Hit] = []
    for hit in hits:
        values = said.get(hit.record_id, {})
        missed = [name for name, want in chosen.items() if not _fits(values.get(name), want)]
        if not missed:
            left.append(hit)
        for name, (value, title) in values.items():
            if value and missed in ([], [name]):
                counts[name][value] += 1
                titles[name, value] = title
    facets = [_facet(cut, counts[cut.name], titles, chosen, to) for cut in ways]
    return Narrowed(_left(answer, left) if chosen else answer, [f for f in facets if f.options])


def _said(
    hits: Sequence[Hit], ways: Sequence[Cut], identity: "Identity"
) -> dict[UUID, dict[str, Value]]:
    """What each facet makes of each hit."""
    names = list(dict.fromkeys(name for cut in ways for name in cut.columns))
    found = Record.objects.visible_to(identity).filter(pk__in=[hit.record_id for hit in hits])
    said = {}
    for key, *row in found.values_list("pk", *names):
        held = dict(zip(names, row, strict=True))
        said[key] = {c.name: c.value(*(held[name] for name in c.columns)) for c in ways}
    return said


def _fits(value: Value | None, want: str) -> bool:
    """Whether a value is the one chosen, or lies within it: a quarter within its year."""
    return value is not None and (value[0] == want or value[0].startswith(f"{want}-Q"))


def _left(answer: Answer, hits: list[Hit]) -> Answer:
    return replace(answer, hits=hits, counts=Counter(hit.kind for hit in hits), more=frozenset())


def _facet(
    cut: Cut, counts: Counter[str], titles: Mapping[tuple[str, str], str],
    chosen: Mapping[str, str], to: Callable[[Mapping[str, str]], str],
) -> parts.Facet:  # fmt: skip
    """A facet with its most frequent values; without any where there is nothing to choose."""
    mine = chosen.get(cut.name, "")
    if cut.newest:
        counts = _by_year(counts, mine)
    if len(counts) < 2 and not mine:
        return parts.Facet(cut.title, [], cut.name)
    others = {name: value for name, value in chosen.items() if name != cut.name}
    values = [*counts, mine] if mine and mine not in counts else list(counts)
    values.sort(key=lambda v: titles.get((cut.name, v), v))
    if cut.newest:
        values.sort(key=lambda v: (v[:4], len(v) == len("2026"), v), reverse=True)
    else:
        values.sort(key=lambda v: counts[v], reverse=True)
    shown = values[:MOST_VALUES]
    shown += [mine] if mine and mine not in shown else []
    return parts.Facet(
        cut.title,
        [
            parts.FacetOption(
                titles.get((cut.name, value), value),
                f"{counts[value]:,}",
                to(others if value == mine else {**others, cut.name: value}),
                value == mine,
                value,
            )
            for value in shown
        ],
        cut.name,
    )


def _by_year(counts: Counter[str], mine: str) -> Counter[str]:
    """Years; of a year that was chosen, or part of one, its quarters besides."""
    found: Counter[str] = Counter()
    for value, number in counts.items():
        year = value[:4]
        found[year] += number
        if year == mine[:4]:
            found[value] = number
    return found
