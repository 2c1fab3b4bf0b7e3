"""MAC address of a network card (IEEE EUI-48), such as 00:1B:44:11:3A:B7."""

import re

from peel.kernel.base.numbers.checks import bare, refuse


def normal(text: str) -> str:
    """The address in capitals, its six pairs parted by colons. Raises ValidationError."""
    plain = bare(text).replace(":", "")
    if not re.fullmatch(r"[0-9A-F]{12}", plain, re.ASCII):
        raise refuse("Enter a MAC address of 12 digits and letters A to F: 00:1B:44:11:3A:B7.")
    return ":".join(plain[at : at + 2] for at in range(0, 12, 2))
