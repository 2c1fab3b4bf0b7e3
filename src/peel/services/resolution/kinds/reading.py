"""What descriptions are made of: one value read from a record, written in the form compared."""

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from peel.kernel.base.numbers import phone
from peel.kernel.base.numbers.checks import bare
from peel.services.resolution.engine import text
from peel.services.resolution.kinds.described import Raw

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def number(name: str, normal: Callable[[str], str] = bare) -> Callable[[Raw], str | None]:
    """A number in its one form; one that has not that form as its characters are."""

    def read(raw: Raw) -> str | None:
        typed = str(raw.get(name) or "").strip()
        try:
            return normal(typed) or None if typed else None
        except ValidationError:
            return bare(typed) or None

    return read


def numbers(*names: str, normal: Callable[[str], str] = bare) -> Callable[[Raw], list[str] | None]:
    """All the numbers of several fields, each once."""
    each = [number(name, normal) for name in names]

    def read(raw: Raw) -> list[str] | None:
        found = dict.fromkeys(value for one in each if (value := one(raw)))
        return list(found) or None

    return read


def telephone(name: str) -> Callable[[Raw], str | None]:
    """A telephone number in E.164. One that is recorded so is not read again: that takes time."""
    return number(name, lambda typed: typed if _E164.fullmatch(typed) else phone.normal(typed))


def words(name: str) -> Callable[[Raw], str | None]:
    """A text in lower case without accents and signs."""
    return lambda raw: text.plain(str(raw.get(name) or ""))


def one_of(name: str, *, unknown: tuple[str, ...] = ()) -> Callable[[Raw], str | None]:
    """A choice as it is stored; those that say nothing are not known."""

    def read(raw: Raw) -> str | None:
        value = str(raw.get(name) or "")
        return value if value and value not in unknown else None

    return read


def measure(name: str) -> Callable[[Raw], float | None]:
    """A number that is measured: a year, a coordinate."""

    def read(raw: Raw) -> float | None:
        value: Any = raw.get(name)
        try:
            return float(value) if value not in (None, "") else None
        except (TypeError, ValueError):
            return None

    return read
