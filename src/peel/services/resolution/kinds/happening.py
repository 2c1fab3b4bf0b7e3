"""Events that two systems both recorded: by reference, and by what happened when and where.

One system gives each event a reference of its own, so two of its references are two events; a
reference that another system repeats is strong evidence. Without one, events of one sort, day and
place are asked about and never joined: a burglary may well be followed by another.
"""

from peel.kernel.base.dates import PartialDate
from peel.services.resolution.engine.blocking import Key
from peel.services.resolution.engine.text import packed
from peel.services.resolution.kinds.described import Described, Raw, Read, compare, level
from peel.services.resolution.kinds.reading import measure, number, one_of, words

# A reference of fewer characters ("1/24") is given out in many systems.
SHORTEST = 5
_REFERENCE = compare(
    "reference", "Reference",
    level("same reference", 24, "one system repeats the other's", "exact", column="reference"),
    level("two references of one system", -14, "a system gives each event its own",
          "exact", column="system"),
    level("references of two systems", 0, "each system has its own"),
)  # fmt: skip
_DAY = compare(
    "day", "Day",
    level("same day", 9, "one of some hundreds", "apart", column="day", most=0),
    level("a day apart", 6, "nights have two dates", "apart", column="day", most=1),
    level("within a week", 0, "found later than it happened", "apart", column="day", most=7),
    level("different", -12, "what happened on another day is something else"),
)  # fmt: skip
_SORT = compare(
    "sort", "Sort",
    level("same sort", 5, "the commonest has a fourth", "exact", column="sort"),
    level("different", -3, "systems classify by rules of their own"),
)  # fmt: skip
_WHERE = compare(
    "where", "Place",
    level("same place", 10, "one recorded location", "exact", column="place"),
    level("at most 50 metres apart", 9, "the same few houses",
          "distance", column="easting", other="northing", most=50),
    level("same postcode", 8, "some fifteen houses", "exact", column="postcode"),
    level("at most 500 metres apart", 2, "a neighbourhood",
          "distance", column="easting", other="northing", most=500),
    level("farther apart", -10, "what happened elsewhere is something else",
          "distance", column="easting", other="northing", most=2_000_000),
    level("places that cannot be compared", 0, "one has a postcode, the other a point"),
)  # fmt: skip


_BY_PLACE = (Key("place and day", ("place", "day")), Key("postcode and day", ("postcode", "day")))
_PLACE = ("pk", "postcode", "easting", "northing", "carried_restricted", "carried_marking")


def happening(kind: str, *, first: str, sort: str, place: str = "") -> Described:
    """How events of a kind are told apart: which of its fields say when, what and where."""
    fields: dict[str, Read] = {
        "reference": _reference, "system": words("source"), "sort": one_of(sort),
        "day": lambda raw: _day(raw.get(first)),
    }  # fmt: skip
    return Described(
        kind=kind,
        reads=("source", "source_key", first, sort, *(f"{place}__{n}" for n in _PLACE if place)),
        fields=fields | (_of_place(place) if place else {}),
        compares=(_REFERENCE, _DAY, _SORT, *((_WHERE,) if place else ())),
        keys=(Key("reference", ("reference",)), *(_BY_PLACE if place else ())),
        certain=("reference",),
    )  # fmt: skip


def _reference(raw: Raw) -> str | None:
    found = packed(str(raw.get("source_key") or ""))
    return found if found and len(found) >= SHORTEST else None


def _day(said: object) -> float | None:
    """The day, where it is known to the day; as a number, so that days can be counted between."""
    if not isinstance(said, PartialDate) or said.earliest != said.latest:
        return None
    return float(said.earliest.toordinal())


def _of_place(place: str) -> dict[str, Read]:
    """What is compared of a place that everybody who sees the event may know."""

    def of_open(read: Read) -> Read:
        return lambda raw: read(raw) if _open(raw, place) else None

    return {
        "place": of_open(one_of(f"{place}__pk")),
        "postcode": of_open(number(f"{place}__postcode")),
        "easting": of_open(measure(f"{place}__easting")),
        "northing": of_open(measure(f"{place}__northing")),
        "where": of_open(lambda raw: "known" if raw.get(f"{place}__pk") else None),
    }


def _open(raw: Raw, place: str) -> bool:
    hidden, marking = raw.get(f"{place}__carried_restricted"), raw.get(f"{place}__carried_marking")
    return not hidden and (marking or 1) == 1
