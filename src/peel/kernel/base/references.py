"""Human references such as CR26-1234-5678-D: easy to read out, hard to get wrong.

A reference is two or three letters for the kind of record, the year in two digits, eight random
digits and a check letter. The digits are random, not counted: a gap in a run of numbers would
betray that a restricted record stands between two visible ones, and counting without gaps would
make every creation in the force wait for the one before it.

The check letter is the remainder of division by 23, written with the letters that the Police
National Computer uses for its own identifiers, in which 0 is Z, 1 is A, and I, O and S are left
out (Criminal Justice Hub, "Police National Computer ID"). Since 23 is a prime that divides no
power of ten and no difference of digits, one wrong digit and two neighbours exchanged are always
found. The letters of the kind are counted in, so that a custody record read out as a crime is
found too, except for letters 23 places apart (A and X, B and Y, C and Z).
"""

import os
import re
import struct
from collections.abc import Callable, Collection
from datetime import datetime

from django.core.exceptions import ValidationError

from peel.kernel.base import clock

LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
EXAMPLE = "CR26-1234-5678-D"
_PLAIN = re.compile(r"^([A-Z]{2,3})(\d{2})(\d{4})(\d{4})([A-Z])$")
_PREFIX = re.compile(r"^[A-Z]{2,3}$")
_BETWEEN = re.compile(r"[\s.\-/\u2010-\u2015]+")
_TO_DIGIT = str.maketrans("OIL", "011")
_TO_LETTER = str.maketrans("01", "OI")
_SPACE = 10**8
# Of 2**32 values the last few would make the low digits likelier than the rest: not used.
_FAIR = 2**32 // _SPACE * _SPACE


def check_letter(prefix: str, digits: str) -> str:
    """The letter that belongs to a kind ("CR") and its ten digits ("2612345678")."""
    return LETTERS[(int(prefix, 36) * 10 ** len(digits) + int(digits)) % 23]


def draw(prefix: str, *, moment: datetime | None = None) -> str:
    """A new reference of the kind `prefix` for the London year of `moment` (aware; else now).

    It is random and says nothing of what exists; the unique constraint of the table decides.
    Raises ValueError when `prefix` is not two or three capital letters.
    """
    return draw_many(prefix, 1, moment=moment)[0]


def draw_many(
    prefix: str,
    count: int,
    *,
    moment: datetime | None = None,
    taken: Callable[[Collection[str]], Collection[str]] | None = None,
) -> list[str]:
    """`count` different references, for bulk paths.

    Of 100 million numbers a year, a kind that has used a million gives one in a hundred again:
    `taken` is asked which of those drawn exist, and they are drawn anew. It must look past
    row-level security, so the caller gives a definer function's answer.
    Raises ValueError when `prefix` is not two or three capital letters.
    """
    if not _PREFIX.match(prefix):
        raise ValueError(f"A reference begins with two or three capital letters, not {prefix!r}")
    year = f"{clock.london(moment or clock.now()).year % 100:02d}"
    drawn: dict[str, None] = {}
    while len(drawn) < count:
        fresh = dict.fromkeys(_make(prefix, year + d) for d in _random_digits(count - len(drawn)))
        for used in taken(fresh.keys()) if taken else ():
            fresh.pop(used, None)
        drawn |= fresh
    return list(drawn)


def normalise(text: str) -> str:
    """The reference in `text` as we write it, whether or not its check letter agrees.

    Spaces, dashes, full stops, slashes and case do not matter; O and I or L among the digits are
    read as 0 and 1, and 0 and 1 among the letters as O and I.
    Raises ValidationError when it cannot be a reference.
    """
    plain = _BETWEEN.sub("", str(text)).upper()
    start = len(plain) - 11
    letters, digits = plain[:start].translate(_TO_LETTER), plain[start:-1].translate(_TO_DIGIT)
    found = _PLAIN.match(letters + digits + plain[-1:]) if 2 <= start <= 3 else None
    if not found or not found[0].isascii():
        raise ValidationError(f"Enter a reference such as {EXAMPLE}", code="reference_form")
    prefix, year, left, right, letter = found.groups()
    return f"{prefix}{year}-{left}-{right}-{letter}"


def check(text: str) -> str:
    """The normalised reference, once its check letter agrees.

    Raises ValidationError otherwise. It names the letter that would be right for the digits
    given, which anyone can work out: it says nothing about whether such a record exists.
    """
    reference = normalise(text)
    prefix, digits, letter = _parts(reference)
    right = check_letter(prefix, digits)
    if letter != right:
        raise ValidationError(
            f"{reference} has been misread or mistyped: with these digits the last letter would "
            f"be {right}, not {letter}. Check each digit",
            code="reference_letter",
        )
    return reference


def looks_like(text: str) -> bool:
    """Whether `text` has the form of a reference: a search box asks this first."""
    try:
        normalise(text)
    except ValidationError:
        return False
    return True


def _parts(reference: str) -> tuple[str, str, str]:
    head, left, right, letter = reference.split("-")
    return head[:-2], head[-2:] + left + right, letter


def _make(prefix: str, digits: str) -> str:
    letter = check_letter(prefix, digits)
    return f"{prefix}{digits[:2]}-{digits[2:6]}-{digits[6:]}-{letter}"


def _random_digits(count: int) -> list[str]:
    """Up to `count` numbers of eight digits, each as likely as any other."""
    values = struct.unpack(f"={count}I", os.urandom(4 * count))
    return [f"{value % _SPACE:08d}" for value in values if value < _FAIR]
