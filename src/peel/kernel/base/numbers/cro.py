"""CRO number: a person's number at the Criminal Records Office, such as 065656/91H."""

import re

from peel.kernel.base.numbers.checks import agree, bare, digits, police_letter, refuse

_FILE = re.compile(r"(\d{1,6})/?(\d{2})([A-Z])", re.ASCII)
_SMALL = re.compile(r"SF(\d{2})/?(\d{1,6})([A-Z])", re.ASCII)


def normal(text: str) -> str:
    """The CRO number: serial in six digits, year and letter; or a small file ("SF83/50058Z").

    The letter is that of the year and the serial, which a small file does not fill up with zeros
    (the Ministry of Justice's hmpps-person-record). Raises ValidationError.
    """
    typed = bare(text, keep="/")
    start = 2 if typed.startswith("SF") else 0
    plain = typed[:start] + digits(typed[start:-1]) + typed[-1:]
    if found := _SMALL.fullmatch(plain):
        year, serial, letter = found[1], found[2].lstrip("0") or "0", found[3]
        agree(plain[:-1], letter, police_letter(year + serial))
        return f"SF{year}/{serial}{letter}"
    if found := _FILE.fullmatch(plain):
        serial, year, letter = found[1].zfill(6), found[2], found[3]
        agree(plain[:-1], letter, police_letter(year + serial))
        return f"{serial}/{year}{letter}"
    raise refuse("Enter a CRO number such as 265416/21G, or SF83/50058Z for a small file.")
