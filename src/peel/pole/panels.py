"""The panel of links that POLE puts on every record's page."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.urls import reverse

from peel.kernel.access.markings import Marking
from peel.kernel.audit import looks
from peel.kernel.base import paging
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.queries.finding import kinds_to_view
from peel.machine.sheets import Panel, PanelBody, PanelRow
from peel.pole.facts.panels import act, source_of
from peel.pole.identity import api
from peel.pole.latest_links import latest_links
from peel.pole.models import Link

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

FIRST = 20


def links_body(record: Record, identity: "Identity") -> PanelBody:
    """The links that hold, read from this record's side, the newest first."""
    return links_page(record, identity, "", FIRST)


def links_page(
    record: Record, identity: "Identity", place: str, size: int = paging.PAGE
) -> PanelBody:
    """The links from a place on: of the record and of all that are judged the same as it."""
    group, kinds = api.together(record), kinds_to_view(identity)
    found, then = _page(group, kinds, place, size)
    # Their titles are shown, so those records were looked at too.
    looks.note(key for link in found for key in (link.from_record_id, link.to_record_id))
    total = _count(group, kinds) if place or then else len(found)
    return PanelBody(
        headings=("Record", "Link", "When", "Source"),
        rows=tuple(_link_row(link, record, group, identity) for link in found),
        count=total,
        actions=tuple(_actions(record, identity)),
        empty="Not linked to anything yet.",
        next=then,
    )


def _page(
    group: tuple[UUID, ...], kinds: list[str], place: str, size: int
) -> tuple[list[Link], str]:
    """A page of links by keyset, and the place of the next. Raises ValueError as paging does."""
    after = None
    if place:
        word, last = place.split("_")
        after = (paging.moment(word), UUID(last))
    related = ("type", "from_record", "to_record", "asserted_by", "asserted_in")
    found = latest_links(group, kinds, size=size + 1, after=after, related=related)
    if len(found) <= size:
        return found, ""
    final = found[size - 1]
    return found[:size], f"{final.asserted_at.isoformat()}_{final.pk}"


def _count(group: tuple[UUID, ...], kinds: list[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pole.count_links(%s, %s)", [list(group), kinds])
        return int(cursor.fetchone()[0])


def _actions(record: Record, identity: "Identity") -> list[tuple[str, str]]:
    if not identity.may("pole.link.create"):
        return []
    return [
        ("Add a link", act(record, "link-create")),
        ("Record and link someone or something new", act(record, "link-record")),
    ]


def _link_row(
    link: Link, record: Record, group: tuple[UUID, ...], identity: "Identity"
) -> PanelRow:
    forward = link.from_record_id in group
    near, other = link.from_record, link.to_record
    if not forward:
        near, other = other, near
    reading = link.type.forward if forward else link.type.backward
    if near.pk != record.pk:
        reading = f"{reading}, as {near.reference}"
    when = " to ".join(str(date) for date in (link.starts, link.ends) if date)
    actions = [
        (words, act(record, f"link-{slug}", which=link.pk))
        for words, slug, permission in (
            ("Change", "edit", "pole.link.edit"), ("End", "end", "pole.link.end"),
        )
        if identity.may(permission)
    ]  # fmt: skip
    said = [source_of(link), f"graded {link.grading}" if link.grading else ""]
    if link.marking > Marking.OFFICIAL:
        said.append(str(Marking(link.marking).label))
    return PanelRow(
        cells=(f"{other.reference} {other.title}", reading, when, ", ".join(filter(None, said))),
        href=_page_url(other),
        tag="" if link.confirmed else "Unconfirmed",
        actions=tuple(actions),
    )


def _page_url(record: Record) -> str:
    return reverse(f"{record.kind.replace('.', '-')}-page", args=[record.reference])


registry.register_panel(
    Record, Panel("links", "Links", links_body, permission="pole.link.view", page=links_page)
)
