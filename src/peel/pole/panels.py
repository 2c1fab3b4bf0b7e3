"""The panels that POLE puts on pages: links on every record, assertions on a nominal."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.queries.finding import kinds_to_view
from peel.machine.sheets import Panel, PanelBody, PanelRow
from peel.machine.show import plain
from peel.pole.models import Link, Nominal

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

MOST_LINKS = 50


def links_body(record: Record, identity: "Identity") -> PanelBody:
    """The links that hold, read from this record's side, the newest first."""
    ends = Q(from_record_id=record.pk) | Q(to_record_id=record.pk)
    kinds = kinds_to_view(identity)
    holding = Link.objects.filter(
        ends, ended_at=None, from_record__kind__in=kinds, to_record__kind__in=kinds
    )
    total = holding.aggregate(n=Count("pk"))["n"]
    shown = holding.select_related("type", "from_record", "to_record", "asserted_by", "asserted_in")
    rows = [
        _link_row(link, record, identity) for link in shown.order_by("-asserted_at")[:MOST_LINKS]
    ]
    actions = (
        [("Add a link", _command_url(record, "create"))] if identity.may("pole.link.create") else []
    )
    return PanelBody(
        headings=("Record", "Link", "When", "Source"),
        rows=tuple(rows),
        count=total,
        actions=tuple(actions),
        empty="Not linked to anything yet.",
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
        facts = list(
            getattr(nominal, related)
            .select_related("asserted_by", "asserted_in")
            .order_by("-asserted_at")
        )
        may = identity.may("pole.nominal.edit")
        end = reverse("pole-nominal-command", args=[nominal.reference, "end-fact"])
        rows = tuple(
            PanelRow(
                cells=(str(fact), _sort_of(fact), source_of(fact)),
                tag="Ended" if fact.ended_at else "",
                actions=(
                    (("End", f"{end}?{urlencode({'which': fact.pk})}"),)
                    if may and not fact.ended_at
                    else ()
                ),
            )
            for fact in facts
        )
        add = reverse("pole-nominal-command", args=[nominal.reference, slug])
        actions = ((action, add),) if may else ()
        return PanelBody((title, "Kind", "Source"), rows, len(rows), actions)

    return Panel(name, title, body)


def _sort_of(fact: Any) -> str:
    return fact.get_kind_display() if hasattr(fact, "get_kind_display") else ""


NOMINAL_PANELS = (
    _facts_panel("names", "Names", "names", "Add a name"),
    _facts_panel("dates-of-birth", "Dates of birth", "dates_of_birth", "Add a date of birth"),
    _facts_panel("identifiers", "Identifiers", "identifiers", "Add an identifier"),
)

registry.register_panel(Record, Panel("links", "Links", links_body, permission="pole.link.view"))
