"""Places: by UPRN, by house with street and postcode, or by the name of a street, area or venue."""

from peel.kernel.places import addresses, gazetteer
from peel.services.resolution.engine.blocking import Key
from peel.services.resolution.kinds.described import Described, Raw, compare, level, register
from peel.services.resolution.kinds.reading import measure, number, numbers, one_of

NO_FLAT = "-"
# Coordinates that say where the place itself is, not the middle of something around it.
_NEAR = {"exact"}


def _plain(name: str, raw: Raw) -> str | None:
    return gazetteer.normal(str(raw.get(name) or "")) or None


def _flat(raw: Raw) -> str | None:
    """The flat of a house, or that the house is told without one."""
    return (_plain("saon", raw) or NO_FLAT) if _plain("paon", raw) else None


def _street(raw: Raw) -> str | None:
    return gazetteer.street_words(str(raw.get("street") or "")) or None


def _whole_name(raw: Raw) -> str | None:
    """The natural key of a street, an area or a venue, which have no house number."""
    return str(raw.get("place_key") or "") or None if raw.get("category") != "address" else None


def _point(name: str, raw: Raw) -> float | None:
    return measure(name)(raw) if raw.get("precision") in _NEAR else None


PLACE = register(
    Described(
        kind="pole.location",
        reads=("category", "name", "uprn", "saon", "paon", "street", "town", "postcode",
               "place_key", "easting", "northing", "precision"),
        fields={
            "uprn": number("uprn", addresses.uprn),
            "uprns": numbers("uprn", normal=addresses.uprn),
            "house": lambda raw: _plain("paon", raw), "flat": _flat, "street": _street,
            "town": lambda raw: _plain("town", raw), "name": lambda raw: _plain("name", raw),
            "postcode": number("postcode", addresses.postcode), "whole_name": _whole_name,
            "sort": one_of("category"),
            "easting": lambda raw: _point("easting", raw),
            "northing": lambda raw: _point("northing", raw),
        },
        compares=(
            compare(
                "uprn", "UPRN",
                level("same UPRN", 30, "one addressable place (BS 7666-2)",
                      "exact", column="uprn"),
                level("different", -14, "two UPRNs are two places"),
            ),
            compare(
                "whole_name", "Name in full",
                level("same name in full", 30, "one street, area or venue of its town",
                      "exact", column="whole_name"),
                level("different", -4, "a venue may bear another name"),
            ),
            compare(
                "house", "House number or name",
                level("same house", 10, "of a street one in some hundreds with their names",
                      "exact", column="house"),
                level("different", -14, "next door is another place"),
            ),
            compare(
                "flat", "Flat",
                level("no flat in either", 0, "most houses have none",
                      "ends", column="flat", start=1, text=NO_FLAT),
                level("same flat", 3, "of a house one in ten", "exact", column="flat"),
                level("a flat in one only", -14, "a house is not one of its flats",
                      "either_ends", column="flat", start=1, text=NO_FLAT),
                level("different", -14, "next door is another place"),
            ),
            compare(
                "street", "Street",
                level("same street", 8, "a town has some hundreds", "exact", column="street"),
                level("street spelt nearly the same", 5, "Mill Lane and Mills Lane are rare",
                      "near", column="street", at=0.93),
                level("different", -8, "a corner house may stand in two"),
            ),
            compare(
                "postcode", "Postcode",
                level("same postcode", 12, "some fifteen houses", "exact", column="postcode"),
                level("postcode: one character differs", 4, "a slip, or round the corner",
                      "edits", column="postcode", most=1),
                level("different", -8, "postcodes are seldom changed"),
            ),
            compare(
                "town", "Town",
                level("same town", 1, "many are in the largest", "exact", column="town"),
                level("different", -2, "a village or its post town"),
            ),
            compare(
                "name", "Name of the venue",
                level("same name", 5, "the Crown is not rare", "exact", column="name"),
                level("name spelt nearly the same", 4, "Crown and The Crown",
                      "near", column="name", at=0.9),
                level("different", -4, "venues change their names"),
            ),
            compare(
                "point", "Point on the map",
                level("at most 100 metres apart", 0, "flats and their neighbours share a point",
                      "distance", column="easting", other="northing", most=100),
                level("farther apart", -10, "an exact point is seldom that wrong"),
                needs=("easting", "northing"),
            ),
            compare(
                "sort", "Sort of place",
                level("same sort of place", 0, "most are addresses", "exact", column="sort"),
                level("different", -3, "a venue may be recorded as its address"),
            ),
        ),
        keys=(Key("UPRN", ("uprn",)), Key("name in full", ("whole_name",)),
              Key("postcode and house", ("postcode", "house")),
              Key("street and house", ("street", "house", "town")),
              Key("postcode and name", ("postcode", "name"))),
        certain=("uprn", "house", "flat", "whole_name"),
        one_only={"uprns": "UPRNs"},
        finds=({"uprn": "uprn"}, {"postcode": "postcode", "paon__iexact": "house"}),
    )
)  # fmt: skip
