"""UK bank sort code: six digits, such as 12-34-56."""

import re

from peel.kernel.base.numbers.checks import bare, digits, refuse


def normal(text: str) -> str:
    """The six digits without dashes. Raises ValidationError."""
    plain = digits(bare(text))
    if not re.fullmatch(r"\d{6}", plain, re.ASCII):
        raise refuse("Enter a sort code of 6 digits such as 12-34-56.")
    return plain


def shown(number: str) -> str:
    """The sort code in pairs with dashes."""
    return "-".join(number[at : at + 2] for at in range(0, len(number), 2))
