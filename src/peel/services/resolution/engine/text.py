"""Values in the one form in which they are compared. Each has a twin in SQL (`standard`)."""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

import jellyfish

# Days that systems write where none is known (HMPPS person-match removes the first two as well).
PLACEHOLDERS = frozenset({"1900-01-01", "1901-01-01", "1970-01-01", "1111-11-11", "9999-12-31"})
SHORTEST, LONGEST = 2, 40
_NOT_WORD = re.compile(r"[\W_]+")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_BRITISH = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$")
_PARTIAL = re.compile(r"^(\d{4})(?:-(\d{2}))?$")


def plain(text: str | None) -> str | None:
    """Lower case, without accents, letters and digits alone, single spaces; None for nothing."""
    if not text:
        return None
    parts = unicodedata.normalize("NFD", text.lower())
    kept = "".join(each for each in parts if not unicodedata.combining(each))
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFC", kept)).strip() or None


def packed(text: str | None) -> str | None:
    """The plain form without spaces: numbers, postcodes, family names of several words."""
    found = plain(text)
    return found.replace(" ", "") if found else None


def date(text: str | None) -> str | None:
    """A date as "1980-06-14", or as much of one as there is ("1980-06", "1980").

    What is no date at all, or stands where none is known, is None. Impossible days stay as they
    were written: a slip of the pen is still evidence.
    """
    text = (text or "").strip()
    if found := _ISO.match(text) or _COMPACT.match(text):
        year, month, day = found.groups()
    elif found := _BRITISH.match(text):
        day, month, year = found.groups()
    elif found := _PARTIAL.match(text):
        return text
    else:
        return None
    whole = f"{year}-{int(month):02d}-{int(day):02d}"
    return None if whole in PLACEHOLDERS else whole


@cache
def roots() -> dict[str, str]:
    """Each short or other form of a forename with the name it stands for: "bill", "william"."""
    path = Path(__file__).with_name("forenames.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))["forms"]
    found: dict[str, str] = {}
    for name, forms in table.items():
        for form in (name, *forms.split()):
            found.setdefault(form, name)
    return found


def root(forename: str) -> str:
    """The forename that this one is a form of, else itself."""
    return roots().get(forename, forename)


def sound(token: str) -> str:
    """How a token sounds (Metaphone), for tokens of Latin letters; others stand for themselves."""
    if not token.isascii() or not token.isalpha():
        return token
    return jellyfish.metaphone(token)[:6] or token
