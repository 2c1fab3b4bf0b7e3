"""What several numbers share: cleaning what was typed, and three ways to make a check character."""

import re

from django.core.exceptions import ValidationError

from peel.kernel.base.references import LETTERS

_BETWEEN = re.compile(r"[\s.\-/\u2010-\u2015]+")
_LONGEST = 60
_TO_DIGIT = str.maketrans("OIL", "011")


def bare(text: str, keep: str = "") -> str:
    """`text` in capitals without spaces, full stops, dashes and slashes, but those in `keep`."""
    typed = str(text)[:_LONGEST].upper()
    return _BETWEEN.sub(lambda found: "".join(c for c in found[0] if c in keep), typed)


def digits(text: str) -> str:
    """`text` with O read as 0, and I and L as 1: for places where only digits can stand."""
    return text.translate(_TO_DIGIT)


def police_letter(number: str) -> str:
    """The letter of the Police National Computer for a row of digits: the remainder by 23.

    Source: Criminal Justice Hub, "Police National Computer ID". It finds every single wrong digit
    and every two neighbours exchanged, for 23 is a prime that divides neither.
    """
    return LETTERS[int(number) % 23]


def luhn_digit(number: str) -> str:
    """The digit that follows `number` by ISO/IEC 7812-1, annex B (Luhn).

    It finds every single wrong digit, and every two neighbours exchanged but 09 and 90.
    """
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def agree(what: str, given: str, right: str, character: str = "letter") -> None:
    """Raise ValidationError when the check character `given` of `what` is not the right one."""
    if given != right:
        raise ValidationError(
            f"The check {character} of {what} is {right}, not {given}. "
            "Check each character: one may be misread or mistyped.",
            code="check_character",
        )


def refuse(message: str) -> ValidationError:
    """What is raised for a number of the wrong form."""
    return ValidationError(message, code="number_form")
