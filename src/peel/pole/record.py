"""How nominals and locations look and are found."""

from typing import Any

import peel.pole.facts.flags
import peel.pole.panels
import peel.pole.tracks  # noqa: F401  (what timelines tell)
from peel.kernel.access.markings import Marking
from peel.machine.registry import register
from peel.machine.sheets import Column, Markings, Numbers, Search, Section, Sheet
from peel.pole.area_panel import AREAS
from peel.pole.facts.panels import FACT_PANELS
from peel.pole.link_types import links_of
from peel.pole.models import Location, Nominal
from peel.pole.models.nominals import full_name
from peel.pole.person.page import show_person


def _rows(nominal: Any, name: str) -> Any:
    """What was said of a person; of one who is being loaded, the rows that stand in for it: for
    each of many thousands a manager would cost as much as the rest of its document.
    """
    held = nominal.__dict__.get("_prefetched_objects_cache", {})
    if name in held:
        return held[name]
    every = getattr(nominal, name).select_related("asserted_in")
    return [fact for fact in every if _for_all(fact, nominal)]


def _for_all(fact: Any, nominal: Any) -> bool:
    """Whether whoever sees the nominal may know the fact: her document is found by all of them."""
    said = fact.asserted_in
    if fact.marking > nominal.marking or (fact.asserted_in_id and said is None):
        return False
    return said is None or (not said.restricted and said.marking <= nominal.marking)


def _names(nominal: Any) -> list[str]:
    held = [str(name).replace(",", "") for name in _rows(nominal, "names")]
    return held or [f"{nominal.given_names} {nominal.family_name}"]


def _told(nominal: Any) -> str:
    """What was said of the person, in words, for whoever searches by a mark or an occupation."""
    said = (*_rows(nominal, "facts"), *_rows(nominal, "marks"))
    return " ".join([nominal.description, *(str(fact) for fact in said)])


NOMINAL = register(
    Sheet(
        model=Nominal,
        caption=lambda n: full_name(n.family_name, n.given_names) or "Name not known",
        icon="person",
        numbers=Numbers("NM"),
        sections=(
            Section("Person", ("family_name", "given_names", "date_of_birth", "sex")),
            Section("Description", ("description",)),
        ),
        columns=(
            Column("family_name"),
            Column("given_names"),
            Column("date_of_birth"),
            Column("sex"),
        ),
        search=Search(
            names=_names,
            numbers=lambda n: [r.value for r in (*_rows(n, "identifiers"), *_rows(n, "contacts"))],
            body=_told,
        ),
        facets=("sex",),
        links=links_of("pole.nominal"),
        markings=Markings((Marking.OFFICIAL, Marking.OFFICIAL_SENSITIVE, Marking.SECRET)),
        panels=FACT_PANELS,
        views={"page": show_person},
        retention="nominal",
    )
)

LOCATION = register(
    Sheet(
        model=Location,
        caption=lambda place: place.one_line,
        icon="place",
        numbers=Numbers("LO"),
        sections=(
            Section("Place", ("category", "name")),
            Section(
                "Address",
                ("saon", "paon", "street", "locality", "town", "administrative_area", "postcode"),
            ),
            Section("As described", ("address",)),
            Section("Position", ("longitude", "latitude", "precision", "uprn", "usrn", "outline")),
        ),
        columns=(
            Column("title", "Address"),
            Column("category"),
            Column("postcode"),
            Column("precision"),
        ),
        natural_key=("place_key",),
        search=Search(
            names=lambda place: [place.title],
            numbers=lambda place: [place.postcode, place.uprn],
            body=lambda place: place.address,
        ),
        facets=("category", "precision"),
        links=links_of("pole.location"),
        panels=(AREAS,),
        retention="location",
    )
)
