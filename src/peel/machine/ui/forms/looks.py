"""How one field of a form looks, beyond what Django's own field says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django import forms

Dressed = TypeVar("Dressed", bound=forms.Field)


@dataclass(frozen=True)
class Look:
    """The look of a field.

    `width` is the widest entry expected, in characters (2, 3, 4, 5, 10, 20 or 30). `count` shows
    how many characters are left. `reveals` names, for a choice's value, the fields that it opens.
    `legend` is for groups ("s", "m", "l"); `small` and `inline` are for radios and checkboxes.
    """

    width: int = 0
    prefix: str = ""
    suffix: str = ""
    count: bool = False
    legend: str = "s"
    small: bool = True
    inline: bool = False
    autocomplete: str = ""
    inputmode: str = ""
    spellcheck: bool | None = None
    hints: Mapping[str, str] = field(default_factory=dict)
    reveals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


PLAIN = Look()


def dressed(field: Dressed, **look: object) -> Dressed:
    """The field, with its look: `name = dressed(forms.CharField(), width=20)`."""
    field.look = Look(**look)  # type: ignore[attr-defined,arg-type]
    return field


def look_of(field: forms.Field) -> Look:
    """The look that a field was given, or the plain one."""
    found = getattr(field, "look", PLAIN)
    return found if isinstance(found, Look) else PLAIN
