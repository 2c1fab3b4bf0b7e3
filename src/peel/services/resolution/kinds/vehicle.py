"""Vehicles: by VIN and registration mark, and by what is seen of them.

A mark stays with its keeper when the vehicle is sold, is copied onto others and is misread by
cameras; so a mark alone is a question, and with make and model an answer.
"""

from peel.kernel.base.numbers import vin, vrm
from peel.services.resolution.engine.blocking import Key
from peel.services.resolution.kinds.described import Described, Raw, compare, level, register
from peel.services.resolution.kinds.reading import measure, number, numbers, one_of, words

# Characters that people and cameras take for one another on a plate, each as the figure it is like.
_ALIKE = str.maketrans("ODQILZSGBT", "0001125687")
_mark = number("vrm", vrm.foreign)


def _as_read(raw: Raw) -> str | None:
    mark = _mark(raw)
    return mark.translate(_ALIKE) if mark else None


def _but_one(raw: Raw) -> list[str] | None:
    """The mark with each of its characters left out: two marks with one slip share one of these."""
    mark = _mark(raw)
    if not mark or len(mark) < 5:
        return None
    return list(dict.fromkeys(f"{mark[:at]}_{mark[at + 1 :]}" for at in range(len(mark))))


VEHICLE = register(
    Described(
        kind="objects.vehicle",
        reads=("vrm", "registered_in", "vin", "other_number", "make", "model", "colour", "year",
               "vehicle_kind", "another_because"),
        fields={
            "vin": number("vin", vin.normal), "vins": numbers("vin", normal=vin.normal),
            "mark": _mark, "mark_read": _as_read, "mark_but_one": _but_one,
            "country": one_of("registered_in"), "chassis": number("other_number"),
            "make": words("make"), "model": words("model"), "colour": one_of("colour"),
            "year": measure("year"), "sort": one_of("vehicle_kind", unknown=("other",)),
        },
        compares=(
            compare(
                "vin", "VIN",
                level("same VIN", 30, "given to one vehicle in thirty years (ISO 3779)",
                      "exact", column="vin"),
                level("VIN: one character differs", 10, "a slip in seventeen characters",
                      "edits", column="vin", most=1),
                level("different", -14, "two VINs are two vehicles"),
            ),
            compare(
                "mark", "Registration mark",
                level("same registration mark", 24, "on one vehicle at a time, but it moves",
                      "exact", column="mark"),
                level("registration mark: characters that look alike", 16,
                      "0 and O, 1 and I, 5 and S are misread", "exact", column="mark_read"),
                level("registration mark: one character differs", 8,
                      "some hundred marks in use differ from it in one character",
                      "edits", column="mark", most=1),
                level("different", -4, "a vehicle may change its mark"),
            ),
            compare(
                "chassis", "Chassis or engine number",
                level("same chassis or engine number", 20, "unique within its maker",
                      "exact", column="chassis"),
                level("different", -3, "one may be the chassis's, the other the engine's"),
            ),
            compare(
                "country", "Country of registration",
                level("same country", 0, "nearly all are", "exact", column="country"),
                level("different", -8, "the same mark is given out in other countries"),
            ),
            compare(
                "make", "Make",
                level("same make", 3, "the commonest makes have a tenth each",
                      "exact", column="make"),
                level("make spelt nearly the same", 2, "VW and Volkswagen apart",
                      "near", column="make", at=0.9),
                level("different", -6, "make is seldom seen wrongly"),
            ),
            compare(
                "model", "Model",
                level("same model", 4, "the commonest have a thirtieth each",
                      "exact", column="model"),
                level("model spelt nearly the same", 2, "Golf and Golf GTI",
                      "near", column="model", at=0.85),
                level("different", -3, "models are told loosely"),
            ),
            compare(
                "colour", "Colour",
                level("same colour", 2, "five colours are on four of five vehicles",
                      "exact", column="colour"),
                level("different", -1, "by street light grey is silver and blue is black"),
            ),
            compare(
                "year", "Year of manufacture",
                level("same year", 3, "one of some fifteen", "apart", column="year", most=0),
                level("one year apart", 1, "registered the year after", "apart", column="year",
                      most=1),
                level("different", -4, "known from papers, so seldom wrong"),
            ),
            compare(
                "sort", "Kind of vehicle",
                level("same kind of vehicle", 0, "most are cars", "exact", column="sort"),
                level("different", -5, "a car is not a motorcycle"),
            ),
        ),
        keys=(Key("VIN", ("vin",)), Key("mark", ("mark",)), Key("mark as read", ("mark_read",)),
              Key("mark but one character", ("make",), "mark_but_one"),
              Key("chassis", ("chassis",))),
        certain=("vin", "mark", "chassis"),
        one_only={"vins": "VINs"},
        finds=({"vin": "vin"}, {"vrm": "mark"}),
        by_hand=lambda raw: bool(raw.get("another_because")),
    )
)  # fmt: skip
