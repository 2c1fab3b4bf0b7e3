"""Reads the features of a GeoJSON file of areas: each with its code, name and checked outline."""

import gzip
import hashlib
import json
import lzma
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from peel.kernel.places import outlines

_OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".xz": lzma.open}
_LONGEST = {"code": 40, "name": 120}
# Files of several hundred megabytes are published; more is a mistake or a bomb.
_MOST_BYTES = 2_000_000_000


class BadFileError(Exception):
    """A file that is not taken; `problems` says why, a line each."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Feature:
    """An area of the file."""

    code: str
    name: str
    outline: outlines.Outline


@dataclass(frozen=True)
class Names:
    """Which properties of a feature are its code and its name; empty: found by what is usual."""

    code: str = ""
    name: str = ""


USUAL = Names()


def read(path: Path, names: Names = USUAL) -> tuple[str, list[Feature]]:
    """The hash of the file's content and its areas. Raises BadFileError naming all that is bad."""
    raw = _bytes(path)
    try:
        document = json.loads(raw)
    except ValueError as error:
        raise BadFileError(f"{path.name} is not GeoJSON: {error}") from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        raise BadFileError(f"{path.name} is not a GeoJSON FeatureCollection with features in it")
    in_metres = _in_metres(document)
    found, problems = [], []
    held: dict[str, int] = {}
    for number, feature in enumerate(features, 1):
        try:
            one = _feature(feature, names, in_metres=in_metres)
            if one.code in held:
                raise ValidationError(f"Feature {held[one.code]} has the same code")
        except ValidationError as problem:
            problems.append(f"Feature {number}{_called(feature, names)}: {problem.messages[0]}.")
            continue
        held[one.code] = number
        found.append(one)
    if problems:
        raise BadFileError(*problems)
    return hashlib.sha256(raw).hexdigest(), found


def _bytes(path: Path) -> bytes:
    opener = _OPENERS.get(path.suffix, open)
    try:
        with opener(path, "rb") as handle:
            raw: bytes = handle.read(_MOST_BYTES + 1)
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise BadFileError(f"{path} cannot be read: {error}") from None
    if len(raw) > _MOST_BYTES:
        raise BadFileError(f"{path.name} is larger than 2 GB")
    return raw


def _in_metres(document: dict[str, Any]) -> bool:
    """Whether the corners are of the National Grid, as many published files are."""
    crs = document.get("crs")
    said = json.dumps(crs) if crs else ""
    if not crs or "CRS84" in said or "4326" in said:
        return False
    if "27700" in said:
        return True
    raise BadFileError(f"Its coordinates are neither of WGS 84 nor of the National Grid: {said}")


def _feature(feature: Any, names: Names, *, in_metres: bool) -> Feature:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        raise ValidationError("It has no properties")
    name = _property(feature, "name", names)
    if not name:
        raise ValidationError("It has no name")
    outline = outlines.read(feature.get("geometry"), in_metres=in_metres)
    return Feature(_property(feature, "code", names) or name[: _LONGEST["code"]], name, outline)


def _property(feature: dict[str, Any], what: str, names: Names) -> str:
    """The code or the name: by the property named, else by "code", "LSOA21CD" and the like."""
    properties, wanted = feature["properties"], getattr(names, what)
    ending = {"code": "CD", "name": "NM"}[what]
    for key in (wanted,) if wanted else _usual(properties, what, ending):
        value = properties.get(key)
        if value not in (None, ""):
            text = str(value).strip()
            if len(text) > _LONGEST[what] or "\x00" in text:
                raise ValidationError(f"Its {what} is too long or cannot be stored")
            return text
    return ""


def _usual(properties: dict[str, Any], what: str, ending: str) -> Iterator[str]:
    yield from (what, what.upper())
    yield from sorted(key for key in properties if key.upper().endswith(ending))


def _called(feature: Any, names: Names) -> str:
    try:
        name = _property(feature, "name", names)
    except (ValidationError, KeyError, TypeError, AttributeError):
        return ""
    return f" ({name})" if name else ""
