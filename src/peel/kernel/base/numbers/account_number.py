"""UK bank account number: eight digits."""

import re

from peel.kernel.base.numbers.checks import bare, digits, refuse


def normal(text: str) -> str:
    """The eight digits; six or seven are filled up with zeros in front, as Pay.UK prescribes.

    Whether it fits its sort code is not checked: the weights are the banks' and change monthly.
    Raises ValidationError.
    """
    plain = digits(bare(text))
    if not re.fullmatch(r"\d{6,8}", plain, re.ASCII):
        raise refuse("Enter an account number of 8 digits such as 00012345.")
    return plain.zfill(8)
