"""The tables of places."""

from peel.kernel.places.models.areas import (
    Area,
    AreaEdition,
    AreaKind,
    AreaPart,
    AreaSet,
    AreaVersion,
)
from peel.kernel.places.models.gazetteer import (
    GazetteerAddress,
    GazetteerLoad,
    GazetteerRefusal,
    GazetteerStaged,
)
from peel.kernel.places.models.placed import Placed, Point, Precision

__all__ = [
    "Area",
    "AreaEdition",
    "AreaKind",
    "AreaPart",
    "AreaSet",
    "AreaVersion",
    "GazetteerAddress",
    "GazetteerLoad",
    "GazetteerRefusal",
    "GazetteerStaged",
    "Placed",
    "Point",
    "Precision",
]
