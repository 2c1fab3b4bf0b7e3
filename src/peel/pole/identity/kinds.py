"""Which kinds take part: people, places, things and events, which may be recorded twice each.

Two crimes that belong together are linked; one crime that two systems recorded is judged the same.
"""

from typing import TYPE_CHECKING

from peel.machine import registry

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet

# The apps whose kinds take part, and what one is called where its title says it less plainly.
APPS = ("pole", "objects", "investigation", "exchange")
_NOUNS = {"pole.nominal": "person", "pole.location": "place"}


def takes_part(kind: str) -> bool:
    """Whether two records of the kind may be judged the same."""
    return kind.partition(".")[0] in APPS


def sheets() -> "list[Sheet]":
    """The sheets of the kinds that take part."""
    return [sheet for sheet in registry.sheets() if takes_part(sheet.kind)]


def noun(kind: str) -> str:
    """What one of the kind is called in a sentence: "person"."""
    return _NOUNS.get(kind) or registry.sheet_of(kind).title.lower()
