"""IBAN: international bank account number (ISO 13616), such as GB82 WEST 1234 5698 7654 32."""

import re

from peel.kernel.base.numbers.checks import agree, bare, refuse

_FORM = re.compile(r"([A-Z]{2})(\d{2})([A-Z0-9]{11,30})", re.ASCII)
# Lengths by country in the register that SWIFT keeps; another country's is not checked.
_LENGTHS = {
    length: countries.split()
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL", 19: "MK SI",
        20: "AT BA EE KZ LT LU XK", 21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ", 24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST",
        26: "IS TR", 27: "FR GR IT MC MR SM", 28: "AL AZ CY DO GT HU LB LC PL SV",
        29: "BR EG PS QA UA", 30: "JO KW MU", 31: "MT SC",
    }.items()
}  # fmt: skip
_LENGTH = {country: length for length, countries in _LENGTHS.items() for country in countries}


def normal(text: str) -> str:
    """The IBAN in capitals without spaces.

    The two digits after the country are 98 less the remainder by 97 (ISO 7064, MOD 97-10): they
    find every single wrong character and every two neighbours exchanged. Raises ValidationError.
    """
    plain = bare(text).removeprefix("IBAN")
    found = _FORM.fullmatch(plain)
    if not found:
        raise refuse("Enter an IBAN such as GB82 WEST 1234 5698 7654 32.")
    country, given, rest = found.groups()
    length = _LENGTH.get(country, len(plain))
    if len(plain) != length:
        raise refuse(f"An IBAN of {country} has {length} characters; this has {len(plain)}.")
    remainder = int("".join(str(int(c, 36)) for c in f"{rest}{country}00")) % 97
    agree(f"{country}__ {rest}", given, f"{98 - remainder:02d}", "number")
    return plain


def shown(number: str) -> str:
    """The IBAN in groups of four."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
