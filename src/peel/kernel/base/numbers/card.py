"""Payment card number (ISO/IEC 7812-1), such as 4111 1111 1111 1111."""

import re

from peel.kernel.base.numbers.checks import agree, bare, luhn_digit, refuse

_FORM = re.compile(r"\d{12,19}", re.ASCII)


def normal(text: str) -> str:
    """The 12 to 19 digits; the last is a Luhn digit. Raises ValidationError.

    A refusal shows no more of the number than `masked`: messages end in logs and on screens.
    """
    plain = bare(text)
    if not _FORM.fullmatch(plain):
        raise refuse("Enter a card number of 12 to 19 digits.")
    agree(f"the card number {masked(plain)}", plain[-1], luhn_digit(plain[:-1]), "digit")
    return plain


def masked(number: str) -> str:
    """The number with its last four digits only: PCI DSS 3.4.1 allows no more to most people."""
    return f"•••• {number[-4:]}" if number else ""
