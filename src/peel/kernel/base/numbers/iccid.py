"""ICCID: the number printed on a SIM card (ITU-T E.118), such as 8944 1100 6872 9000 001."""

import re

from peel.kernel.base.numbers.checks import agree, bare, digits, luhn_digit, refuse

_FORM = re.compile(r"89\d{17,18}", re.ASCII)


def normal(text: str) -> str:
    """The 19 or 20 digits; an F that fills up the last half byte is dropped.

    The last is a Luhn digit. Raises ValidationError.
    """
    plain = digits(bare(text).rstrip("F"))
    if not _FORM.fullmatch(plain):
        raise refuse("Enter a SIM card number (ICCID) of 19 or 20 digits that begins with 89.")
    agree(plain[:-1], plain[-1], luhn_digit(plain[:-1]), "digit")
    return plain
