"""NHS number of England, Wales and the Isle of Man: ten digits, such as 943 476 5919."""

import re

from peel.kernel.base.numbers.checks import agree, bare, digits, refuse

_FORM = re.compile(r"\d{10}", re.ASCII)


def normal(text: str) -> str:
    """The ten digits. The last is by weights 10 to 2 and the remainder by 11 (NHS Data Dictionary).

    It finds every single wrong digit. Raises ValidationError.
    """
    plain = digits(bare(text))
    if not _FORM.fullmatch(plain):
        raise refuse("Enter an NHS number of 10 digits such as 943 476 5919.")
    total = sum(int(digit) * (10 - place) for place, digit in enumerate(plain[:9]))
    right = -total % 11
    if right == 10:
        raise refuse(f"No NHS number begins with {plain[:9]}. Check each digit.")
    agree(shown(plain[:9]), plain[9], str(right), "digit")
    return plain


def shown(number: str) -> str:
    """The number in groups of three, three and four."""
    return f"{number[:3]} {number[3:6]} {number[6:]}"
