"""The panel Identity: what is judged of a record and of those that it stands together with."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from peel.kernel.audit import looks
from peel.kernel.base import paging
from peel.kernel.records.models import Record
from peel.machine.sheets import Panel, PanelBody, PanelRow
from peel.machine.show import plain
from peel.pole.identity import api, kinds, queries
from peel.pole.identity.models import Judgement, Verdict

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

VIEW, JUDGE, END = "pole.identity.view", "pole.identity.judge", "pole.identity.end"
FIRST = 20


def address(record: Record, page: str = "identity", **query: str) -> str:
    """A page about a record: its identity, itself as the source, a command."""
    name = record.kind.replace(".", "-")
    args = [record.reference] if page in ("identity", "page") else [record.reference, page]
    route = f"{name}-{page}" if page in ("identity", "page") else f"{name}-command"
    return reverse(route, args=args) + (f"?{urlencode(query)}" if query else "")


def source_page(record: Record) -> str:
    """The page of a source record itself, even where another one stands for it."""
    return address(record, "page", source="1")


def body(record: Record, identity: "Identity") -> PanelBody:
    """The first of the judgements that hold."""
    return page(record, identity, "", FIRST)


def page(record: Record, identity: "Identity", place: str, size: int = paging.PAGE) -> PanelBody:
    """The judgements that hold from a place on: of the record, or of one that it stands with."""
    group = api.together(record)
    held = queries.holding(queries.judgements_of(group))
    found, then = paging.page_of(held, place, by="asserted_at", size=size)
    looks.note(key for row in found for key in (row.first_id, row.second_id))
    total = held.aggregate(n=Count("pk"))["n"] if place or then else len(found)
    actions = [("Source records and history", address(record))] if len(group) > 1 else []
    if identity.may(JUDGE):
        actions.insert(0, ("Compare with another record", f"{address(record)}#compare"))
    return PanelBody(
        headings=("Record", "Judged", "Why", "Who and when"),
        rows=tuple(row_of(row, record, group, identity) for row in found),
        count=total,
        actions=tuple(actions),
        empty="Not judged to be the same as another record.",
        next=then,
    )


def row_of(
    row: Judgement, record: Record, group: tuple[Any, ...], identity: "Identity"
) -> PanelRow:
    """A judgement as it reads from the record, or from the one that it stands with."""
    near, far = (row.first, row.second)
    if far.pk == record.pk or (near.pk != record.pk and far.pk in group and near.pk not in group):
        near, far = far, near
    words = said(row, record.kind)
    if near.pk != record.pk:
        words = f"{words}, {near.reference}"
    actions = [("Compare", address(near, other=far.reference))]
    if identity.may(END):
        actions.append(("End", address(near, "end-judgement", which=str(row.pk))))
    return PanelRow(
        cells=(f"{far.reference} {far.title}", words, row.reason, source_of(row)),
        href=source_page(far),
        actions=tuple(actions),
    )


def said(row: Judgement, kind: str) -> str:
    """The verdict in words: "The same person as"."""
    noun = kinds.noun(kind)
    return {
        Verdict.SAME: f"The same {noun} as",
        Verdict.DIFFERENT: f"A different {noun} from",
        Verdict.UNSURE: f"Perhaps the same {noun} as",
    }[Verdict(row.verdict)]


def source_of(row: Judgement) -> str:
    """Who judged it, when, and in which record it was said."""
    where = f" in {row.asserted_in.reference}" if row.asserted_in_id and row.asserted_in else ""
    return f"{row.asserted_by}, {plain(row.asserted_at)}{where}"


PANEL = Panel("identity", "Same or not", body, permission=VIEW, page=page, tab="Identity")
