"""The panels that POLE puts on pages: links on every record, assertions on a nominal."""

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
from peel.machine.show import plain
from peel.pole.models import Link, Nominal

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


def source_of(fact: Any) -> str:
    """Who said so, when, and in which record."""
    where = f" in {fact.asserted_in.reference}" if fact.asserted_in_id and fact.asserted_in else ""
    return f"{fact.asserted_by}, {plain(fact.asserted_at)}{where}"


def _page_url(record: Record) -> str:
    return reverse(f"{record.kind.replace('.', '-')}-page", args=[record.reference])


def _command_url(record: Record, slug: str) -> str:
    return reverse(
        f"{record.kind.replace('.', '-')}-command", args=[record.reference, f"link-{slug}"]
    )


def _facts_panel(name: str, title: str, related: str, action: str) -> Panel:
    slug = action.lower().replace(" an ", " ").replace(" a ", " ").replace(" ", "-")

    def body(nominal: Nominal, identity: "Identity") -> PanelBody:
        return page(nominal, identity, "", FIRST)

    def page(
        nominal: Nominal, identity: "Identity", place: str, size: int = paging.PAGE
    ) -> PanelBody:
        every = getattr(nominal, related)
        rows = every.select_related("asserted_by", "asserted_in")
        facts, then = paging.page_of(rows, place, by="asserted_at", size=size)
        total = every.count() if place or then else len(facts)
        may = identity.may("pole.nominal.edit")
        add = reverse("pole-nominal-command", args=[nominal.reference, slug])
        shown = tuple(_fact_row(fact, nominal.reference, may=may) for fact in facts)
        actions = ((action, add),) if may else ()
        return PanelBody((title, "Kind", "Source"), shown, total, actions, next=then)

    return Panel(name, title, body, page=page, tab="Identity")


def _fact_row(fact: Any, reference: str, *, may: bool) -> PanelRow:
    end = reverse("pole-nominal-command", args=[reference, "end-fact"])
    return PanelRow(
        cells=(str(fact), _sort_of(fact), source_of(fact)),
        tag="Ended" if fact.ended_at else "",
        actions=(("End", f"{end}?{urlencode({'which': fact.pk})}"),)
        if may and not fact.ended_at
        else (),
    )


def _sort_of(fact: Any) -> str:
    return fact.get_kind_display() if hasattr(fact, "get_kind_display") else ""


NOMINAL_PANELS = (
    _facts_panel("names", "Names", "names", "Add a name"),
    _facts_panel("dates-of-birth", "Dates of birth", "dates_of_birth", "Add a date of birth"),
    _facts_panel("identifiers", "Identifiers", "identifiers", "Add an identifier"),
)

registry.register_panel(
    Record, Panel("links", "Links", links_body, permission="pole.link.view", page=links_page)
)
