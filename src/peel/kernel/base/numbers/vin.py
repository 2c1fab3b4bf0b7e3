"""VIN: vehicle identification number of 17 characters (ISO 3779), such as 1M8GDM9AXKP042788."""

import re

from peel.kernel.base.numbers.checks import agree, bare, refuse

_FORM = re.compile(r"[A-HJ-NPR-Z0-9]{17}", re.ASCII)
# 49 CFR 565.15(c): what each character counts, and the weight of each place.
_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_NORTH_AMERICA = "12345"


def normal(text: str) -> str:
    """The VIN in capitals without spaces.

    Its 9th character is a check digit only in vehicles made for North America (a VIN that begins
    with 1 to 5); there a wrong one is refused. Elsewhere, and where a North American maker has
    put another letter there, it is the maker's own and nothing is checked. Raises ValidationError.
    """
    plain = bare(text)
    for wrong, right in (("I", "the digit 1"), ("O", "the digit 0"), ("Q", "the digit 0")):
        if wrong in plain:
            raise refuse(f"A VIN has no letter {wrong}. It may be {right}.")
    if not _FORM.fullmatch(plain):
        raise refuse(
            f"A VIN has 17 letters and digits such as 1M8GDM9AXKP042788; this has {len(plain)}."
            if len(plain) != 17
            else "A VIN has letters and digits only, such as 1M8GDM9AXKP042788."
        )
    if plain[0] in _NORTH_AMERICA and plain[8] in "0123456789X":
        agree(f"{plain[:8]}_{plain[9:]} (the 9th character)", plain[8], check_digit(plain), "digit")
    return plain


def check_digit(vin: str) -> str:
    """The 9th character by the North American rule: "0" to "9", or "X" for ten."""
    total = sum(
        weight * (_VALUES.get(character) or int(character))
        for character, weight in zip(vin[:8] + "0" + vin[9:], _WEIGHTS, strict=True)
    )
    return "0123456789X"[total % 11]
