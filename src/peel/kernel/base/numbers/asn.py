"""ASN: arrest or summons number, such as 11/01ZD/01/00000410836V."""

import re

from peel.kernel.base.numbers.checks import agree, bare, police_letter, refuse

# Year, level letter (in some), force, unit, system, serial, check letter.
_FORM = re.compile(
    r"(\d{2})/?([A-Z]?)([A-Z0-9]{2})([A-Z0-9]{2})/?([A-Z0-9]{2})/?(\d{1,11})([A-Z])", re.ASCII
)
_FULL = re.compile(r"(\d{2})([A-Z]?)(..)(..)(..)(\d{11})([A-Z])", re.ASCII)


def normal(text: str) -> str:
    """The ASN as courts exchange it: 20 characters, or 21 with a level letter, without slashes.

    The short form leaves out the zeros before the serial. The letter is that of force and system
    where they are digits, year and eleven digits (the Ministry of Justice's bichard7-next-core).
    Raises ValidationError.
    """
    found = _FORM.fullmatch(bare(text, keep="/"))
    if not found:
        raise refuse("Enter an arrest or summons number such as 11/01ZD/01/410836V.")
    year, level, force, unit, system, serial, letter = found.groups()
    serial = serial.zfill(11)
    counted = "".join(part for part in (force, system) if part.isdecimal())
    whole = f"{year}{level}{force}{unit}{system}{serial}"
    agree(shown(whole + letter)[:-1], letter, police_letter(counted + year + serial))
    return whole + letter


def shown(number: str) -> str:
    """The ASN with its slashes."""
    found = _FULL.fullmatch(number)
    if not found:
        return number
    year, level, force, unit, system, serial, letter = found.groups()
    return f"{year}/{level}{force}{unit}/{system}/{serial}{letter}"
