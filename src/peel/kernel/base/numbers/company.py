"""Company number of Companies House: eight characters, such as 00445790 or SC123456."""

import re

from peel.kernel.base.numbers.checks import bare, refuse

_FORM = re.compile(r"\d{1,8}|[A-Z]{2}\d{6}|[A-Z]\d{7}|[A-Z]{2}\d{5}[A-Z]", re.ASCII)


def normal(text: str) -> str:
    """The number in eight characters; digits alone are filled up with zeros in front.

    Raises ValidationError.
    """
    plain = bare(text)
    if not _FORM.fullmatch(plain):
        raise refuse("Enter a company number of 8 characters such as 00445790 or SC123456.")
    return plain.zfill(8) if plain.isdecimal() else plain
