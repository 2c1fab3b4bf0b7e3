"""How crimes and incidents look, move and are found."""

from typing import Any

from peel.kernel.access.markings import Marking
from peel.machine.registry import register
from peel.machine.sheets import (
    Column,
    Markings,
    Numbers,
    Panel,
    PanelBody,
    PanelRow,
    Search,
    Section,
    Sheet,
)
from peel.machine.show import plain
from peel.modules.investigation.flow import CRIME_FLOW, INCIDENT_FLOW
from peel.modules.investigation.models import Crime, Incident
from peel.pole.link_types import links_of


def _place(happening: Any) -> Any:
    """Where it happened, if whoever sees the crime or incident may see that too.

    Title and search document are read by all of them, so neither names a place that is hidden.
    """
    place = happening.location
    told = place is not None and not place.restricted and place.marking <= happening.marking
    return place if told else None


def _caption(happening: Any) -> str:
    what = happening.offence.title if getattr(happening, "offence_id", None) else ""
    where = place.title if (place := _place(happening)) else ""
    return ", ".join(part for part in (what or happening.category, where) if part)


def _postcode(happening: Any) -> str:
    return place.postcode if (place := _place(happening)) else ""


def _no_names(happening: Any) -> list[str]:
    """An event has no name that could be misspelt: its words and numbers find it."""
    return []


def _outcomes(crime: Any, identity: Any) -> PanelBody:
    rows = tuple(
        PanelRow(cells=(row.outcome, plain(row.decided), str(row.decided_by or row.source)))
        for row in crime.outcomes.select_related("decided_by")
    )
    return PanelBody(
        ("Outcome", "Decided", "Source"), rows, len(rows), empty="No outcome has been given yet."
    )


CRIME = register(
    Sheet(
        model=Crime,
        caption=_caption,
        icon="crime",
        numbers=Numbers("CR"),
        natural_key=("source_key",),
        sections=(
            Section("Offence", ("category", "offence", "committed_from", "committed_to")),
            Section("Place", ("location",)),
            Section("Investigation", ("officer_in_case", "last_outcome", "summary")),
            Section("Source", ("reported_by", "source", "source_key")),
        ),
        columns=(
            Column("category"),
            Column("location"),
            Column("committed_from", "Committed"),
            Column("last_outcome"),
            Column("officer_in_case"),
        ),
        search=Search(
            names=_no_names,
            numbers=lambda c: [c.source_key, _postcode(c)],
            body=lambda c: c.summary,
        ),
        facets=("category", "last_outcome", "carried_state"),
        links=links_of("investigation.crime"),
        flow=CRIME_FLOW,
        markings=Markings((Marking.OFFICIAL, Marking.OFFICIAL_SENSITIVE, Marking.SECRET)),
        panels=(Panel("outcomes", "Outcomes", _outcomes),),
        retention="crime",
    )
)

INCIDENT = register(
    Sheet(
        model=Incident,
        caption=_caption,
        icon="incident",
        numbers=Numbers("IN"),
        natural_key=("source_key",),
        sections=(
            Section("Incident", ("category", "happened_from", "happened_to", "summary")),
            Section("Place", ("location",)),
            Section("Source", ("reported_by", "source")),
        ),
        columns=(Column("category"), Column("location"), Column("happened_from", "Happened")),
        search=Search(names=_no_names, body=lambda i: i.summary),
        facets=("category", "carried_state"),
        links=links_of("investigation.incident"),
        flow=INCIDENT_FLOW,
        retention="incident",
    )
)
