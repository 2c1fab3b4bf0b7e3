"""Charity number: six or seven digits in England and Wales, SC012345, NIC100123."""

import re

from peel.kernel.base.numbers.checks import bare, refuse

_FORM = re.compile(r"[1-9]\d{5,6}|SC\d{6}|NIC\d{6}", re.ASCII)


def normal(text: str) -> str:
    """The number in capitals without spaces, by the register it is in. Raises ValidationError."""
    plain = bare(text)
    if not _FORM.fullmatch(plain):
        raise refuse("Enter a charity number such as 1234567, SC012345 or NIC100123.")
    return plain
