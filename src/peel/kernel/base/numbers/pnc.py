"""PNC ID: a person's number on the Police National Computer, such as 1980/0123456H."""

import re

from peel.kernel.base import clock
from peel.kernel.base.numbers.checks import agree, bare, digits, police_letter, refuse

_SLASHED = re.compile(r"(\d{4}|\d{2})/(\d{1,7})([A-Z])", re.ASCII)
_LONG = re.compile(r"(\d{4})(\d{7})([A-Z])", re.ASCII)
_SHORT = re.compile(r"(\d{2})(\d{1,7})([A-Z])", re.ASCII)


def normal(text: str) -> str:
    """The PNC ID in its long form. Short ("80/123456H") and long, with and without the slash.

    The letter is that of the last two digits of the year and seven digits. A year in two digits
    that is not past this one is of this century, as the Ministry of Justice reads it
    (hmpps-person-record). Raises ValidationError.
    """
    typed = bare(text, keep="/")
    plain = digits(typed[:-1]) + typed[-1:]
    found = _SLASHED.fullmatch(plain) or _LONG.fullmatch(plain) or _SHORT.fullmatch(plain)
    if not found:
        raise refuse("Enter a PNC ID such as 1980/0123456H or 80/123456H.")
    year, serial, letter = found.groups()
    this_year = clock.london(clock.now()).year
    if len(year) == 2:
        year = ("20" if int(year) <= this_year % 100 else "19") + year
    if not 1900 <= int(year) <= this_year:
        raise refuse(f"The year of a PNC ID is between 1900 and {this_year}, not {year}.")
    agree(plain[:-1], letter, police_letter(year[2:] + serial.zfill(7)))
    return f"{year}/{serial.zfill(7)}{letter}"
