"""VRM: vehicle registration mark of the United Kingdom, such as AB12 CDE."""

import re

from peel.kernel.base.numbers.checks import bare, refuse

# INF104 of DVLA and its predecessors: each form, where its space stands, and its name. The order
# decides where a mark fits several. I and Q are not used in the forms since 1963, but Q at the
# head of a vehicle whose age or identity is in doubt.
_FORMS = {
    "current": r"([A-HJ-PR-Y][A-HJ-PR-Y]\d{2})([A-HJ-PR-Z]{3})",
    "age not known": r"(Q\d{1,3})([A-HJ-PR-Z]{3})",
    "prefix": r"([A-HJ-NPR-TV-Y]\d{1,3})([A-HJ-PR-Z]{3})",
    "suffix": r"([A-HJ-PR-Z]{3})(\d{1,3}[A-HJ-NPR-TV-Y])",
    "Northern Ireland": r"(?=[A-Z]{0,2}[IZ])([A-Z]{2,3})(\d{1,4})",
    "diplomatic": r"(\d{3})([DX]\d{3})",
    "armed forces": r"(\d{2})([A-Z]{2}\d{2})",
    "dateless": r"([A-Z]{1,3})(\d{1,4})",
    "dateless, reversed": r"(\d{1,4})([A-Z]{1,3})",
    "trade": r"(\d{5})()",
}
_PATTERNS = {name: re.compile(form, re.ASCII) for name, form in _FORMS.items()}
_TO_DIGIT = str.maketrans("OI", "01")
_TO_LETTER = str.maketrans("01", "OI")


def normal(text: str) -> str:
    """The mark in capitals without its space, of whichever form the United Kingdom has issued.

    In a mark of seven characters O and 0, I and 1 are read as what the current form has in their
    place, unless the mark fits a form as it stands. Raises ValidationError.
    """
    plain = bare(text)
    if not _found(plain) and len(plain) == 7:
        area, age, rest = plain[:2], plain[2:4], plain[4:]
        plain = area.translate(_TO_LETTER) + age.translate(_TO_DIGIT) + rest.translate(_TO_LETTER)
    if not _found(plain):
        raise refuse(
            "Enter a United Kingdom registration mark such as AB12 CDE, A123 BCD or ABC 123D."
        )
    return plain


def foreign(text: str) -> str:
    """A mark of another country: up to twelve letters and digits. Raises ValidationError."""
    plain = bare(text)
    if not 1 <= len(plain) <= 12 or not plain.isalnum():
        raise refuse("Enter a registration mark of up to 12 letters and digits.")
    return plain


def shown(number: str) -> str:
    """The mark with its space, when it is of a form of the United Kingdom."""
    found = _found(number)
    return " ".join(part for part in found[1].groups() if part) if found else number


def form(number: str) -> str:
    """The name of the form of a normal mark ("current", "prefix" …); empty for none."""
    found = _found(number)
    return found[0] if found else ""


def _found(plain: str) -> tuple[str, re.Match[str]] | None:
    for name, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(plain):
            return name, found
    return None
