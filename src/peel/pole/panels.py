"""The panel of links that POLE puts on every record's page."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from peel.kernel.audit import looks
from peel.kernel.base import paging
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.queries.finding import kinds_to_view
from peel.machine.sheets import Panel, PanelBody, PanelRow
from peel.pole.facts.panels import source_of
from peel.pole.models import Link

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

FIRST = 20


def _holding(record: Record, identity: "Identity") -> Any:
    """The links that hold and that the identity may read from this record's side."""
    ends = Q(from_record_id=record.pk) | Q(to_record_id=record.pk)
    return Link.objects.filter(ends, _viewable(identity), ended_at=None).select_related(
        "type", "from_record", "to_record", "asserted_by", "asserted_in"
    )


def _viewable(identity: "Identity") -> Q:
    kinds = kinds_to_view(identity)
    return Q(from_record__kind__in=kinds, to_record__kind__in=kinds)


def links_body(record: Record, identity: "Identity") -> PanelBody:
    """The links that hold, read from this record's side, the newest first."""
    return links_page(record, identity, "", FIRST)


def links_page(
    record: Record, identity: "Identity", place: str, size: int = paging.PAGE
) -> PanelBody:
    """The links from a place on."""
    holding = _holding(record, identity)
    found, then = paging.page_of(holding, place, by="asserted_at", size=size)
    # Their titles are shown, so those records were looked at too.
    looks.note(key for link in found for key in (link.from_record_id, link.to_record_id))
    total = holding.aggregate(n=Count("pk"))["n"] if place or then else len(found)
    actions = (
        [("Add a link", _command_url(record, "create"))] if identity.may("pole.link.create") else []
    )
    return PanelBody(
        headings=("Record", "Link", "When", "Source"),
        rows=tuple(_link_row(link, record, identity) for link in found),
        count=total,
        actions=tuple(actions),
        empty="Not linked to anything yet.",
        next=then,
    )


def _link_row(link: Link, record: Record, identity: "Identity") -> PanelRow:
    forward = link.from_record_id == record.pk
    other = link.to_record if forward else link.from_record
    reading = link.type.forward if forward else link.type.backward
    when = " to ".join(str(date) for date in (link.starts, link.ends) if date)
    end = urlencode({"which": link.pk})
    actions = (
        (("End", f"{_command_url(record, 'end')}?{end}"),) if identity.may("pole.link.end") else ()
    )
    return PanelRow(
        cells=(f"{other.reference} {other.title}", reading, when, source_of(link)),
        href=_page_url(other),
        tag="" if link.confirmed else "Unconfirmed",
        actions=actions,
    )


def _page_url(record: Record) -> str:
    return reverse(f"{record.kind.replace('.', '-')}-page", args=[record.reference])


def _command_url(record: Record, slug: str) -> str:
    return reverse(
        f"{record.kind.replace('.', '-')}-command", args=[record.reference, f"link-{slug}"]
    )


registry.register_panel(
    Record, Panel("links", "Links", links_body, permission="pole.link.view", page=links_page)
)
