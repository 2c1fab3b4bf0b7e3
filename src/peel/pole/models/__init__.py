"""The tables of POLE."""

from peel.pole.models.assertions import Assertion, Basis, Fact
from peel.pole.models.events import Event
from peel.pole.models.facts import (
    Marker,
    MarkerType,
    NominalContact,
    NominalFact,
    NominalMark,
    Pin,
)
from peel.pole.models.links import Link, LinkType
from peel.pole.models.locations import Category, Location
from peel.pole.models.nominals import Nominal, NominalDateOfBirth, NominalIdentifier, NominalName

__all__ = [
    "Assertion",
    "Basis",
    "Category",
    "Event",
    "Fact",
    "Link",
    "LinkType",
    "Location",
    "Marker",
    "MarkerType",
    "Nominal",
    "NominalContact",
    "NominalDateOfBirth",
    "NominalFact",
    "NominalIdentifier",
    "NominalMark",
    "NominalName",
    "Pin",
]
