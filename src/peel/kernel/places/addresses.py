"""Addresses by BS 7666: the parts, their identifiers, the postcode, and one line of text."""

import re

from django.core.exceptions import ValidationError

# Royal Mail's "Programmer's guide to the Postcode Address File" and BS 7666-2:2006 annex B: the
# six forms of an outward code, the letters that each position allows, and an inward code of a
# digit and two letters out of ABDEFGHJLNPQRSTUWXYZ. GIR 0AA is the one that keeps to no form.
_AREA = "[A-PR-UWYZ]"
_OUTWARD = (
    rf"{_AREA}[0-9][0-9]?"
    rf"|{_AREA}[A-HK-Y][0-9][0-9]?"
    rf"|{_AREA}[0-9][A-HJKPSTUW]"
    rf"|{_AREA}[A-HK-Y][0-9][ABEHMNPRVWXY]"
)
_INWARD = "[0-9][ABD-HJLNP-UW-Z]{2}"
_POSTCODE = re.compile(rf"({_OUTWARD}|GIR)({_INWARD})", re.ASCII)
_PARTIAL = re.compile(rf"({_OUTWARD})([0-9]?)", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_LOOKS_ALIKE = str.maketrans("OI", "01")


def postcode(text: str) -> str:
    """The postcode in `text` in capitals with its space ("SW1A 1AA").

    The letters O and I where only a digit can stand are read as 0 and 1. Whether the code is in
    use is not asked. Raises ValidationError.
    """
    plain = re.sub(r"[\s.\-]+", "", text[:40]).upper()
    plain = plain[:-3] + plain[-3:-2].translate(_LOOKS_ALIKE) + plain[-2:]
    found = _POSTCODE.fullmatch(plain)
    if not found or (found[1] == "GIR" and found[2] != "0AA"):
        raise ValidationError("Enter a full postcode, such as SW1A 1AA", code="postcode")
    return f"{found[1]} {found[2]}"


def postcode_start(text: str) -> str:
    """The beginning of a postcode for a search: an outward code ("SW1A"), with or without the
    sector ("SW1A 1"). Raises ValidationError.
    """
    plain = re.sub(r"[\s.\-]+", "", text[:40]).upper()
    # "SW11" is a district and "SW1 1" a sector: a space in the text decides.
    parts = text.upper().split()
    if len(parts) == 2 and (found := _PARTIAL.fullmatch(parts[0])) and not found[2]:
        if len(parts[1]) == 1 and parts[1] in "0123456789":
            return f"{parts[0]} {parts[1]}"
    elif re.fullmatch(_OUTWARD, plain, re.ASCII):
        return plain
    raise ValidationError("Enter the beginning of a postcode, such as SW1A or SW1A 1",
                          code="postcode_start")  # fmt: skip


def uprn(text: str) -> str:
    """The Unique Property Reference Number in `text`: 1 to 12 digits, without leading zeros.

    Source: BS 7666-2. Raises ValidationError.
    """
    return _number(text, 12, "UPRN", "unique property reference number")


def usrn(text: str) -> str:
    """The Unique Street Reference Number in `text`: 1 to 8 digits, without leading zeros.

    Source: BS 7666-1. Raises ValidationError.
    """
    return _number(text, 8, "USRN", "unique street reference number")


def one_line(
    *,
    saon: str = "",
    paon: str = "",
    street: str = "",
    locality: str = "",
    town: str = "",
    administrative_area: str = "",
    postcode: str = "",
) -> str:
    """The parts in one line: "Flat 2, 14 High Street, Camden, London, NW1 8AB".

    A number of a house or flat stands with what follows it, without a comma; a part that repeats
    the one before it is left out, as towns and administrative areas often do.
    """
    line = ""
    before = ""
    for part in (saon, paon, street, locality, town, administrative_area, postcode):
        words = " ".join(part.split())
        if not words or words.casefold() == before.casefold():
            continue
        joins = " " if re.fullmatch(r"[0-9]+[A-Za-z]?(?:-[0-9]+[A-Za-z]?)?", before) else ", "
        line = f"{line}{joins}{words}" if line else words
        before = words
    return line


def _number(text: str, most: int, short: str, long: str) -> str:
    plain = "".join(text.split())
    if not _DIGITS.fullmatch(plain) or len(plain.lstrip("0")) > most:
        raise ValidationError(f"The {long} ({short}) has up to {most} digits", code=short.lower())
    if not plain.lstrip("0"):
        raise ValidationError(f"The {long} ({short}) cannot be 0", code=short.lower())
    return plain.lstrip("0")
