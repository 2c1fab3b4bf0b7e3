"""Hits as they are shown: with title, kind, state, what must be known of them, and why they fit."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse

from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.queries.finding import hints_of
from peel.services.search.hits import Hit
from peel.services.search.planner import Answer

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity


@dataclass(frozen=True)
class Line:
    """One hit on the page."""

    record: Record
    kind: str
    state: Any
    href: str
    flags: Sequence[Any]
    reasons: Sequence[str]
    about: str
    # Whether a kept search has it since its owner last looked.
    new: bool


@dataclass(frozen=True)
class Group:
    """Hits of one kind, with how many there are; `href` shows all that are listed, where `rest`
    says that these are more.
    """

    kind: str
    title: str
    count: str
    lines: list[Line]
    href: str
    rest: str


def lines(hits: Sequence[Hit], identity: "Identity", new: Collection[UUID] = ()) -> list[Line]:
    """The records of these hits, as far as they may be seen; each is a look."""
    ids = [hit.record_id for hit in hits]
    rows = {row.pk: row for row in Record.objects.visible_to(identity).filter(pk__in=ids)}
    flags = registry.flags_of(list(rows), identity)
    about = hints_of(identity, list(rows.values()))
    return [
        _line(rows[key], hit.reasons, flags.get(key, ()), about.get(key, ""), new=key in new)
        for hit in hits if (key := hit.record_id) in rows
    ]  # fmt: skip


def _line(
    record: Record, reasons: Sequence[str], flags: Sequence[Any], about: str, *, new: bool
) -> Line:
    sheet = registry.sheet_of(record.kind)
    state = sheet.flow.state(record.state) if sheet.flow else None
    href = reverse(f"{sheet.url_name}-page", args=[record.reference])
    return Line(record, sheet.title, state, href, flags, reasons, about, new)


def groups(
    answer: Answer, identity: "Identity", most: int, to: Callable[[str], str],
    new: Collection[UUID] = (),
) -> list[Group]:  # fmt: skip
    """The best of each kind, the kind of the best hit first; `to` gives the address of a kind."""
    kinds = list(dict.fromkeys(hit.kind for hit in answer.hits))
    chosen = {kind: [hit for hit in answer.hits if hit.kind == kind][:most] for kind in kinds}
    every = lines([hit for hits in chosen.values() for hit in hits], identity, new)
    made = []
    for kind in kinds:
        shown = [line for line in every if line.record.kind == kind]
        title = registry.sheet_of(kind).title_plural
        count = count_of(answer, kind)
        href = to(kind) if answer.counts[kind] > len(shown) else ""
        made.append(Group(kind, title, count, shown, href, _rest(answer, kind, title)))
    return [group for group in made if group.lines]


def _rest(answer: Answer, kind: str, title: str) -> str:
    """What is listed of a kind: ranking ends somewhere."""
    listed = sum(hit.kind == kind for hit in answer.hits)
    some = kind in answer.more or listed < answer.counts[kind]
    return f"{'the best' if some else 'all'} {listed:,} {title.lower()}"


def count_of(answer: Answer, kind: str) -> str:
    """How many of a kind, exact up to what is counted."""
    number = answer.counts.get(kind, 0)
    return f"more than {number:,}" if kind in answer.more else f"{number:,}"
