"""The panels of facts: each with who said so, when, in which record and on what basis."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse

from peel.kernel.base import clock, paging
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.sheets import Panel, PanelBody, PanelRow
from peel.machine.show import plain
from peel.pole.facts.held import held
from peel.pole.identity.api import together
from peel.pole.models import (
    Basis,
    Marker,
    Nominal,
    NominalContact,
    NominalDateOfBirth,
    NominalFact,
    NominalIdentifier,
    NominalMark,
    NominalName,
)

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

FIRST = 20


def source_of(fact: Any) -> str:
    """Who said so, when, in which record, and what it rests on."""
    where = f" in {fact.asserted_in.reference}" if fact.asserted_in_id and fact.asserted_in else ""
    basis = getattr(fact, "basis", "")
    on = f". {Basis(basis).label}" if basis else ""
    return f"{fact.asserted_by}, {plain(fact.asserted_at)}{where}{on}"


def act(record: Record, slug: str, **asked: Any) -> str:
    """Where a command on a record is done, with what is known already."""
    where = reverse(f"{record.kind.replace('.', '-')}-command", args=[record.reference, slug])
    return f"{where}?{urlencode(asked)}" if asked else where


def facts_panel(name: str, title: str, model: type[models.Model], slug: str, words: str) -> Panel:
    """A panel of one sort of fact, over every source record of the person that may be seen."""

    def body(nominal: Nominal, identity: "Identity") -> PanelBody:
        known = held(nominal, model)
        then = paging.after(known[:FIRST], by="asserted_at") if len(known) > FIRST else ""
        return shown(nominal, identity, known[:FIRST], len(known), then)

    def page(
        nominal: Nominal, identity: "Identity", place: str, size: int = paging.PAGE
    ) -> PanelBody:
        rows: Any = model._default_manager.filter(nominal_id__in=together(nominal))
        facts, then = paging.page_of(
            rows.select_related("asserted_by", "asserted_in", "nominal"),
            place, by="asserted_at", size=size,
        )  # fmt: skip
        total = rows.count() if place or then else len(facts)
        return shown(nominal, identity, facts, total, then)

    def shown(
        nominal: Nominal, identity: "Identity", facts: list[Any], total: int, then: str
    ) -> PanelBody:
        may = identity.may("pole.nominal.edit")
        actions = ((words, act(nominal, slug)),) if may else ()
        rows = tuple(fact_row(fact, identity) for fact in facts)
        return PanelBody((title, "Kind", "Source"), rows, total, actions, next=then)

    return Panel(name, title, body, page=page, tab="Facts")


def fact_row(fact: Any, identity: "Identity") -> PanelRow:
    """One fact, and what may be done with it."""
    may = identity.may("pole.nominal.edit") and not fact.ended_at
    ends = [("End", act(fact.nominal, "end-fact", which=fact.pk))] if may else []
    return PanelRow(
        cells=(str(fact), sort_of(fact), source_of(fact)),
        tag="Ended" if fact.ended_at else "",
        actions=tuple(ends),
    )


def sort_of(fact: Any) -> str:
    """What kind of fact it is, in words."""
    return str(fact.get_kind_display()) if hasattr(fact, "get_kind_display") else ""


FACT_PANELS = (
    facts_panel("names", "Names", NominalName, "add-name", "Add a name"),
    facts_panel(
        "dates-of-birth", "Dates of birth", NominalDateOfBirth, "add-date-of-birth",
        "Add a date of birth",
    ),
    facts_panel("facts", "Descriptive facts", NominalFact, "add-fact", "Add a fact"),
    facts_panel(
        "marks", "Marks, scars and tattoos", NominalMark, "add-mark", "Add a mark, scar or tattoo"
    ),
    facts_panel("contacts", "Contacts", NominalContact, "add-contact", "Add a contact"),
    facts_panel(
        "identifiers", "Identifiers", NominalIdentifier, "add-identifier", "Add an identifier"
    ),
)  # fmt: skip


def markers_body(record: Record, identity: "Identity") -> PanelBody:
    """Every marker that the record bears or bore, those that hold first."""
    rows = list(
        Marker.objects.filter(record_id__in=together(record))
        .select_related("type", "asserted_by", "asserted_in", "record")
        .order_by(models.F("ended_at").desc(nulls_first=True), "type__position", "-asserted_at")[
            :100
        ]
    )
    return PanelBody(
        ("Marker", "Why", "Look at it again", "Source"),
        tuple(_marker_row(marker, identity) for marker in rows),
        sum(marker.ended_at is None for marker in rows),
        (("Add a marker", act(record, "marker-add")),) if identity.may("pole.marker.add") else (),
        empty="No warnings or other markers.",
    )


def _marker_row(marker: Marker, identity: "Identity") -> PanelRow:
    may = identity.may("pole.marker.edit") and marker.ended_at is None
    asked = {"which": marker.pk}
    return PanelRow(
        cells=(marker.type.title, marker.reason, plain(marker.review_on), source_of(marker)),
        tag="Ended" if marker.ended_at else "Expired" if expired(marker) else "",
        actions=(
            ("Review", act(marker.record, "marker-review", **asked)),
            ("End", act(marker.record, "marker-end", **asked)),
        )
        if may
        else (),
    )


def expired(marker: Marker) -> bool:
    """Whether it has ended by itself: the day after the last one, in London."""
    return marker.expires_on is not None and marker.expires_on < clock.today()


registry.register_panel(
    Record, Panel("markers", "Markers", markers_body, permission="pole.marker.view")
)
