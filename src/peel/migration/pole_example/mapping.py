"""The committed mapping: what each file and column of the example becomes."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_NAMED = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Node:
    """A file of nodes: each row becomes a record of `kind`.

    `month` and `day` name the column of a date of which the month or all is kept; `place` the links
    by which a row's location is found.
    """

    label: str
    kind: str
    needs: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    given_names: str = ""
    family_name: str = ""
    numbers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    longitude: str = ""
    latitude: str = ""
    month: str = ""
    day: str = ""
    place: str = ""


@dataclass(frozen=True)
class Bond:
    """A file of links: each row becomes a link of a type, or of the one for its `column`."""

    type: str
    becomes: str = ""
    column: str = ""
    types: Mapping[str, str] = field(default_factory=dict)

    def type_of(self, row: Mapping[str, str]) -> str | None:
        """The type of link that a row becomes; None where the mapping has none for it."""
        return self.becomes or self.types.get(row.get(self.column, ""))


@dataclass(frozen=True)
class Plan:
    """All of it, in the order in which files are read."""

    source: str
    prefix: str
    nodes: tuple[Node, ...]
    links: tuple[Bond, ...]

    def file_of(self, one: Node | Bond) -> str:
        """The name of a node's or link's file."""
        what, name = ("nodes", one.label) if isinstance(one, Node) else ("relationships", one.type)
        return f"{self.prefix}.{what}.{name}.csv"


@cache
def plan() -> Plan:
    """The mapping as committed. Raises TypeError for a word that it does not know."""
    read: dict[str, Any] = tomllib.loads((HERE / "mapping.toml").read_text("utf-8"))
    nodes = tuple(Node(**one) for one in read["nodes"])
    return Plan(read["source"], read["prefix"], nodes, tuple(Bond(**b) for b in read["links"]))


def filled(template: str, row: Mapping[str, str]) -> str:
    """A value made of a row's columns; empty when one that it names is.

    Of several sentences each stands alone: "{charge}. {note}" is what there is of the two.
    """
    parts = [_sentence(part, row) for part in template.split(". ")]
    return ". ".join(part for part in parts if part)


def _sentence(template: str, row: Mapping[str, str]) -> str:
    named = _NAMED.findall(template)
    if any(not row[name].strip() for name in named):
        return ""
    return _NAMED.sub(lambda found: row[found[1]].strip(), template)
