"""The tables of POLE."""

from peel.pole.models.assertions import Assertion
from peel.pole.models.links import Link, LinkType
from peel.pole.models.locations import Location
from peel.pole.models.nominals import Nominal, NominalDateOfBirth, NominalIdentifier, NominalName

__all__ = [
    "Assertion",
    "Link",
    "LinkType",
    "Location",
    "Nominal",
    "NominalDateOfBirth",
    "NominalIdentifier",
    "NominalName",
]
