"""National Insurance number, such as AB 12 34 56 C."""

import re

from peel.kernel.base.numbers.checks import bare, digits, refuse

# HMRC, National Insurance Manual NIM39110: letters that neither place may have, O not second,
# prefixes that are not given out, and a suffix of A to D. It has no check character.
_FORM = re.compile(
    r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]?", re.ASCII
)


def normal(text: str) -> str:
    """The number in capitals without spaces; its last letter may be missing, as in old papers.

    Raises ValidationError.
    """
    plain = bare(text)
    plain = plain[:2] + digits(plain[2:8]) + plain[8:]
    if not _FORM.fullmatch(plain):
        raise refuse("Enter a National Insurance number such as AB 12 34 56 C.")
    return plain


def shown(number: str) -> str:
    """The number in pairs."""
    return " ".join(number[at : at + 2] for at in range(0, len(number), 2))
