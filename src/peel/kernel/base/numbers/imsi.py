"""IMSI: a subscription's number in the network (ITU-T E.212), such as 234150999999999."""

import re

from peel.kernel.base.numbers.checks import bare, digits, refuse

# Country codes of mobile networks begin with 2 to 7; 9 is for networks of no country.
_FORM = re.compile(r"[2-79]\d{13,14}", re.ASCII)


def normal(text: str) -> str:
    """The 14 or 15 digits: country, network, subscriber. It has no check digit.

    Raises ValidationError.
    """
    plain = digits(bare(text))
    if not _FORM.fullmatch(plain):
        raise refuse("Enter an IMSI of 14 or 15 digits such as 234150999999999.")
    return plain
