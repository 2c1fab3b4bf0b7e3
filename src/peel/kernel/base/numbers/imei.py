"""IMEI: a handset's number of 15 digits (3GPP TS 23.003), such as 490154203237518."""

import re

from peel.kernel.base.numbers.checks import agree, bare, digits, luhn_digit, refuse

_FORM = re.compile(r"\d{14,16}", re.ASCII)


def normal(text: str) -> str:
    """The 15 digits. Fourteen get their check digit; of 16, with the version of the software
    (IMEISV), the two of the version are put aside and the check digit is added.

    Call records often write 0 for the check digit: `of_call_record` reads those.
    Raises ValidationError.
    """
    plain = digits(bare(text))
    if not _FORM.fullmatch(plain):
        raise refuse("Enter an IMEI of 15 digits such as 490154203237518.")
    right = luhn_digit(plain[:14])
    if len(plain) == 15:
        agree(plain[:14], plain[14], right, "digit")
    return plain[:14] + right


def of_call_record(text: str) -> str:
    """As `normal`, but the 15th digit may be 0, which networks write when they keep none."""
    plain = digits(bare(text))
    return normal(plain[:14] if len(plain) == 15 and plain[14] == "0" else plain)


def imeisv(text: str) -> str:
    """The 16 digits of an IMEI with the version of its software. Raises ValidationError."""
    plain = digits(bare(text))
    if not re.fullmatch(r"\d{16}", plain, re.ASCII):
        raise refuse("Enter an IMEI with software version (IMEISV) of 16 digits.")
    return plain
