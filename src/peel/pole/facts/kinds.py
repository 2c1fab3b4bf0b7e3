"""The declared kinds of descriptive facts: what may be said, and how several are brought to one.

Codes come from the justice systems' own lists, kept in `codes.toml` with their sources.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError

_CODES: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("codes.toml").read_text(encoding="utf-8")
)
BODY_PLACES = tuple(_CODES["body_places"].items())
LOWEST, HIGHEST = 30, 272
"""Centimetres: a newborn, and the tallest person measured."""
_FEET = re.compile(r"^(\d)\s*(?:ft|feet|foot|')\s*(?:(\d{1,2})\s*(?:in|inches|inch|\")?)?$", re.I)
_METRIC = re.compile(r"^(\d{2,3}|[0-2][.,]\d{1,2})\s*(cm|m)?$", re.I)


def height(text: str) -> str:
    """Centimetres, from "180", "180 cm", "1.80 m" or 5'11". Raises ValidationError."""
    text = text.strip()
    if feet := _FEET.fullmatch(text):
        found = round(int(feet[1]) * 30.48 + int(feet[2] or 0) * 2.54)
    elif metric := _METRIC.fullmatch(text):
        number = float(metric[1].replace(",", "."))
        found = round(number * 100 if number < 3 else number)
    else:
        raise ValidationError("Enter the height, for example 180 cm or 5 ft 11.")
    if not LOWEST <= found <= HIGHEST:
        raise ValidationError(f"A height lies between {LOWEST} and {HIGHEST} cm; this is {found}.")
    return str(found)


def words(text: str) -> str:
    """Any words, with single blanks. Raises ValidationError for none."""
    text = " ".join(text.split())
    if not text:
        raise ValidationError("Enter the fact.")
    return text[:200]


@dataclass(frozen=True)
class FactKind:
    """One kind of fact. `codes` are what may be said (none: words, checked by `check`).

    Where `many`, all that hold are true together; else the golden view chooses one.
    """

    name: str
    title: str
    section: str
    codes: Mapping[str, str] = field(default_factory=dict)
    check: Callable[[str], str] = words
    many: bool = False
    shown: Callable[[str], str] = str
    hint: str = ""

    def normal(self, text: str) -> str:
        """The value as it is kept, from a code or its words. Raises ValidationError."""
        text = " ".join(text.split())
        if not self.codes:
            return self.check(text)
        by_words = {label.casefold(): code for code, label in self.codes.items()}
        code = text if text in self.codes else by_words.get(text.casefold(), text.upper())
        if code not in self.codes:
            few = list(self.codes.values())
            told = "; ".join(few if len(few) <= 12 else [*few[:8], "and others"])
            raise ValidationError(f"“{text}” is none of: {told}.")
        return code

    def words(self, value: str) -> str:
        """How a kept value reads."""
        return self.codes.get(value, value) if self.codes else self.shown(value)


def _imperial(value: str) -> str:
    inches = round(int(value) / 2.54)
    return f"{value} cm ({inches // 12} ft {inches % 12} in)"


PERSON, LOOKS, LIFE = "Person", "Appearance", "Life"

FACTS: dict[str, FactKind] = {
    kind.name: kind
    for kind in (
        FactKind("title", "Title", PERSON, hint="For example Mrs, Dr or Reverend"),
        FactKind("sex", "Sex", PERSON, _CODES["sex"]),
        FactKind("gender", "Gender, as the person says", PERSON, _CODES["gender"]),
        FactKind("place_of_birth", "Place of birth", PERSON),
        FactKind(
            "ethnicity_self", "Ethnicity, as the person says", PERSON, _CODES["ethnicity_self"]
        ),
        FactKind(
            "ethnicity_officer", "Ethnicity, as an officer sees it", PERSON,
            _CODES["ethnicity_officer"],
        ),
        FactKind("nationality", "Nationality", PERSON, _CODES["countries"], many=True),
        FactKind("language", "Language", LIFE, _CODES["languages"], many=True),
        FactKind("interpreter", "Interpreter", LIFE, _CODES["interpreter"]),
        FactKind("communication", "Communication need", LIFE, many=True),
        FactKind("occupation", "Occupation", LIFE, many=True),
        FactKind(
            "height", "Height", LOOKS, check=height, shown=_imperial,
            hint="For example 180 cm or 5 ft 11",
        ),
        FactKind("build", "Build", LOOKS, _CODES["build"]),
        FactKind("hair_colour", "Hair colour", LOOKS, _CODES["hair_colour"]),
        FactKind("hair_style", "Hair style", LOOKS),
        FactKind("facial_hair", "Facial hair", LOOKS, _CODES["facial_hair"]),
        FactKind("eye_colour", "Eye colour", LOOKS, _CODES["eye_colour"]),
        FactKind("glasses", "Glasses", LOOKS, _CODES["glasses"]),
        FactKind("accent", "Accent", LOOKS),
        FactKind("handed", "Handed", LOOKS, _CODES["handed"]),
        FactKind("shoe_size", "Shoe size", LOOKS),
    )
}  # fmt: skip
CHOICES = [(kind.name, kind.title) for kind in FACTS.values()]
