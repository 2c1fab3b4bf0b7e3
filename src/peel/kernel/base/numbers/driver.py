"""Driver number: 16 characters of a licence of Great Britain, 8 digits of Northern Ireland."""

import re
from datetime import date

from peel.kernel.base.numbers.checks import bare, refuse

_GREAT_BRITAIN = re.compile(
    r"([A-Z]{1,5}9{0,4})(\d)(\d{2})(\d{2})(\d)([A-Z][A-Z9]|99)([A-Z0-9])([A-Z]{2})(\d{2})?",
    re.ASCII,
)
_NORTHERN_IRELAND = re.compile(r"\d{8}", re.ASCII)
_WOMAN = 50


def normal(text: str) -> str:
    """The driver number in capitals without spaces and without the two digits of the licence issue.

    Five letters of the family name filled up with 9; the birth year's tens, the month (plus 50
    for women), the day, the year's ones; two initials (9 for none); three that DVLA gives. How it
    makes those three is not published, so a wrong one is not found. Raises ValidationError.
    """
    plain = bare(text)
    if _NORTHERN_IRELAND.fullmatch(plain):
        return plain
    found = _GREAT_BRITAIN.fullmatch(plain)
    if not found or len(found[1]) != 5:
        raise refuse(
            "Enter a driver number of 16 characters such as MORGA657054SM9IJ, "
            "or of 8 digits from Northern Ireland."
        )
    if not _born(plain):
        raise refuse("The 6th to 11th characters of this driver number are not a date of birth.")
    return plain[:16]


def disagreements(
    number: str, *, family_name: str = "", date_of_birth: date | None = None, sex: str = ""
) -> list[str]:
    """What in a normal driver number of Great Britain does not fit what is known, in sentences.

    Sex is "M" or "F". DVLA writes MAC at the head of a name as MC.
    """
    if len(number) != 16:
        return []
    told = []
    letters = "".join(c for c in family_name.upper() if c.isascii() and c.isalpha())
    letters = re.sub(r"^MAC", "MC", letters)
    if letters and letters[:5].ljust(5, "9") != number[:5]:
        told.append(f"The number begins with {number[:5].rstrip('9')}, not as {family_name} would.")
    if date_of_birth and date_of_birth not in _born(number):
        told.append("The date of birth in the number is another.")
    woman = int(number[6:8]) > _WOMAN
    if sex in ("M", "F") and woman != (sex == "F"):
        told.append(f"The number is a {'woman' if woman else 'man'}'s.")
    return told


def _born(number: str) -> list[date]:
    """The dates of birth that the number can mean: of either century."""
    month = int(number[6:8])
    month -= _WOMAN if month > _WOMAN else 0
    dates = []
    for century in (1900, 2000):
        year = century + int(number[5] + number[10])
        try:
            dates.append(date(year, month, int(number[8:10])))
        except ValueError:
            continue
    return dates
