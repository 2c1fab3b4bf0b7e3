"""Sample objects and organisations, one a kind. Numbers are those of standards and of drama."""

from itertools import count

from peel.kernel.base.numbers.checks import luhn_digit
from peel.machine.tests.samples import Sample

# Two records of one number are refused, so each sample has numbers of its own.
_NEXT = count(1)


def _sample(create: dict[str, str], word: str, changed: str = "Scratched along one side") -> Sample:
    return Sample(create=create, edit=create | {"notes": changed}, word=word, changed=changed)


def _luhn(start: str, digits: int) -> str:
    body = f"{start}{next(_NEXT):0{digits - len(start)}d}"
    return body + luhn_digit(body)


def vehicle() -> Sample:
    """A car by its mark."""
    n = next(_NEXT)
    mark = f"A{'BCDEFGH'[n // 100 % 7]}{n % 100:02d} CDE"
    typed = {"vrm": mark, "registered_in": "GB", "make": "Ford", "colour": "blue"}
    return _sample(typed | {"model": "Lanternfish"}, "Lanternfish")


def cycle() -> Sample:
    """A bicycle by its frame number."""
    return _sample(
        {"frame_number": f"wtu{next(_NEXT)}", "make": "Brookmoor", "colour": "red"}, "Brookmoor"
    )


def phone() -> Sample:
    """A handset with its number."""
    return _sample(
        {"msisdn": f"+4477009{next(_NEXT):05d}", "imei": _luhn("490154", 14), "make": "Nokita"},
        "Nokita",
    )


def simcard() -> Sample:
    """A SIM card."""
    return _sample({"iccid": _luhn("8944110", 18), "network": "Telemarsh"}, "Telemarsh")


def computer() -> Sample:
    """A laptop."""
    return _sample({"make": "Brackwater", "serial": f"SN-{next(_NEXT)}"}, "Brackwater")


def emailaddress() -> Sample:
    """An e-mail address."""
    return _sample(
        {"address": f"Heron{next(_NEXT)}@example.com", "display_name": "Greyheron"}, "Greyheron"
    )


def handle() -> Sample:
    """A name on a platform."""
    return _sample({"platform": "telegram", "name": f"@Marshwiggler{next(_NEXT)}"}, "marshwiggler")


def account() -> Sample:
    """An account of which only the bank is known: two such may well be two."""
    return _sample({"provider": "Quaybank", "held_in_name": "M Saltmarsh"}, "Quaybank")


def paymentcard() -> Sample:
    """A payment card."""
    typed = {"number": _luhn("411111", 15), "name_on_card": "M Saltmarsh", "expires": "09/28"}
    return _sample(typed, "Saltmarsh")


def firearm() -> Sample:
    """A shotgun."""
    return _sample(
        {"firearm_kind": "shotgun", "make": "Fenwick", "serial": f"{next(_NEXT)}"}, "Fenwick"
    )


def weapon() -> Sample:
    """A knife."""
    return _sample(
        {"weapon_kind": "knife", "description": "Kitchen knife, bonehandled"}, "bonehandled"
    )


def drug() -> Sample:
    """A wrap of powder."""
    typed = {"name": "Bluepowder", "drug_class": "A", "weight": "1.5", "unit": "g"}
    return _sample(typed, "Bluepowder")


def identitydocument() -> Sample:
    """A passport."""
    typed = {"document_kind": "passport", "number": f"{next(_NEXT):09d}", "country": "GB"}
    return _sample(typed | {"name_on_it": "Rosalind Kittiwake"}, "Kittiwake")


def valuable() -> Sample:
    """A ring."""
    typed = {"valuable_kind": "jewellery", "description": "Ring with a moonstone"}
    return _sample(typed | {"value": "250", "currency": "GBP"}, "moonstone")


def property() -> Sample:
    """A drill."""
    return _sample({"description": "Cordless hammerdrill", "quantity": "1"}, "hammerdrill")


def organisation() -> Sample:
    """A company."""
    return _sample({"name": f"Wherrymen Haulage {next(_NEXT)}"}, "Wherrymen")
