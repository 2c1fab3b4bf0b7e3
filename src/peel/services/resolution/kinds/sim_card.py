"""SIM cards: by the number of the card and of the subscriber; their telephone number may move."""

from peel.kernel.base.numbers import iccid, imsi
from peel.services.resolution.engine.blocking import Key
from peel.services.resolution.kinds.described import Described, compare, level, register
from peel.services.resolution.kinds.reading import number, numbers, telephone, words

SIM_CARD = register(
    Described(
        kind="objects.simcard",
        reads=("iccid", "imsi", "msisdn", "network", "another_because"),
        fields={
            "iccid": number("iccid", iccid.normal),
            "imsi": number("imsi", imsi.normal), "imsis": numbers("imsi", normal=imsi.normal),
            "number": telephone("msisdn"), "network": words("network"),
        },
        compares=(
            compare(
                "iccid", "Card number",
                level("same card number", 30, "given to one card (ITU-T E.118)",
                      "exact", column="iccid"),
                level("card number: the check digit is left out", 24, "19 digits for 20",
                      "part", column="iccid", start=1, length=18),
                level("different", -14, "two numbers are two cards"),
            ),
            compare(
                "imsi", "IMSI",
                level("same IMSI", 30, "one subscriber at a time (ITU-T E.212)",
                      "exact", column="imsi"),
                level("different", -10, "rarely, a card holds two"),
            ),
            compare(
                "number", "Telephone number",
                level("same telephone number", 18, "it may have moved from another card",
                      "exact", column="number"),
                level("different", -2, "it may have moved to another card"),
            ),
            compare(
                "network", "Network",
                level("same network", 1, "there are four large ones", "exact", column="network"),
                level("different", -2, "resellers bear names of their own"),
            ),
        ),
        keys=(Key("card", ("iccid",)), Key("card, 18 digits", ("left(iccid, 18)",)),
              Key("IMSI", ("imsi",)), Key("number", ("number",))),
        certain=("iccid", "imsi"),
        one_only={"imsis": "IMSIs"},
        finds=({"iccid": "iccid"}, {"imsi": "imsi"}, {"msisdn": "number"}),
        by_hand=lambda raw: bool(raw.get("another_because")),
    )
)  # fmt: skip
