"""Phones: the handset by its IMEI, or the telephone number while the handset is not known."""

from peel.kernel.base.numbers import imei
from peel.services.resolution.engine.blocking import Key
from peel.services.resolution.kinds.described import Described, compare, level, register
from peel.services.resolution.kinds.reading import number, numbers, one_of, telephone, words

_number = telephone("msisdn")

PHONE = register(
    Described(
        kind="objects.phone",
        reads=("msisdn", "imei", "imei_2", "make", "model", "colour", "another_because"),
        fields={
            "number": _number, "ending": lambda raw: (_number(raw) or "")[-9:] or None,
            "imei": number("imei", imei.of_call_record),
            "imeis": numbers("imei", "imei_2", normal=imei.of_call_record),
            "make": words("make"), "model": words("model"), "colour": one_of("colour"),
        },
        compares=(
            compare(
                "imei", "IMEI",
                level("same IMEI", 30, "given to one handset (3GPP TS 23.003)",
                      "shares", column="imeis"),
                level("IMEI: one digit differs", 8, "a slip that its check digit did not catch",
                      "edits", column="imei", most=1),
                level("different", -14, "two IMEIs are two handsets"),
                needs=("imeis",),
            ),
            compare(
                "number", "Telephone number",
                level("same telephone number", 30, "in use by one at a time",
                      "exact", column="number"),
                level("same last nine digits", 18, "written without its country code",
                      "exact", column="ending"),
                level("telephone number: one digit differs", 2, "every number has a hundred such",
                      "edits", column="number", most=1),
                level("different", 0, "a handset gets another SIM card"),
            ),
            compare(
                "make", "Make",
                level("same make", 1, "two makes have three of four", "exact", column="make"),
                level("different", -6, "the make is written on it"),
            ),
            compare(
                "model", "Model",
                level("same model", 3, "the commonest have a tenth each",
                      "exact", column="model"),
                level("model spelt nearly the same", 2, "iPhone 12 and iPhone12",
                      "near", column="model", at=0.9),
                level("different", -3, "models are told loosely"),
            ),
            compare(
                "colour", "Colour",
                level("same colour", 1, "most are black", "exact", column="colour"),
                level("different", -1, "a case hides it"),
            ),
        ),
        keys=(Key("IMEI", (), "imeis"), Key("number", ("number",)), Key("ending", ("ending",))),
        certain=("imei", "number"),
        one_only={"imeis": "IMEIs"},
        finds=({"imei__in": "imeis"}, {"imei_2__in": "imeis"}, {"msisdn": "number"}),
        by_hand=lambda raw: bool(raw.get("another_because")),
    )
)  # fmt: skip
