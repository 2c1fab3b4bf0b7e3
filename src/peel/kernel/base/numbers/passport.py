"""Passport number of any country."""

import re

from peel.kernel.base.numbers.checks import bare, refuse

# ICAO Doc 9303 part 4: up to nine letters and digits in the machine-readable zone.
_FORM = re.compile(r"(?=.*\d)[A-Z0-9]{5,9}", re.ASCII)


def normal(text: str) -> str:
    """The number in capitals without spaces: five to nine letters and digits.

    The check digit of the machine-readable zone is no part of it. Raises ValidationError.
    """
    plain = bare(text)
    if not _FORM.fullmatch(plain):
        raise refuse("Enter a passport number of 5 to 9 letters and digits such as 123456789.")
    return plain
