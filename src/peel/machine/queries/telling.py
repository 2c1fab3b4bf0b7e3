"""A question in words, part by part, and what would fit without each of them."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from peel.machine import registry
from peel.machine.queries import filtering
from peel.machine.queries.asking import Asked
from peel.machine.queries.facets import Counted, fitting

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet


@dataclass(frozen=True)
class Told:
    """One part of a question. `joined` ("and", "or") ties it to the part before."""

    words: str
    without: Asked
    joined: str = ""


def tell(sheet: "Sheet", asked: Asked, counted: Counted) -> list[Told]:
    """Every part that leaves rows out, but for its place in the list."""
    asked = replace(asked, place=None, gone=())
    found = []
    if asked.text:
        found.append(Told(f"Words: {asked.text}", replace(asked, text="")))
    if asked.recorded:
        exact, said = str(asked.recorded), asked.recorded.text
        words = f"Recorded {said}" + (f" ({exact})" if exact != said else "")
        found.append(Told(words, replace(asked, recorded=None)))
    for group in counted.groups:
        if chosen := [value.label for value in group.values if value.chosen]:
            left = {name: values for name, values in asked.chosen.items() if name != group.name}
            found.append(Told(f"{group.title}: {' or '.join(chosen)}", replace(asked, chosen=left)))
    for name, each in registry.narrowings(sheet).items():
        if name in asked.added:
            kept = {key: text for key, text in asked.added.items() if key != name}
            found.append(Told(each.words(asked.added[name]), replace(asked, added=kept)))
    return found + _conditions(sheet, asked)


def _conditions(sheet: "Sheet", asked: Asked) -> list[Told]:
    outer, inner = ("or", "and") if asked.any_group else ("and", "or")
    found: list[Told] = []
    before = None
    for condition in sorted(asked.conditions, key=lambda each: each.group):
        left = tuple(each for each in asked.conditions if each is not condition)
        joined = "" if before is None else inner if before == condition.group else outer
        words = filtering.words(sheet, condition)
        found.append(Told(words, replace(asked, conditions=left), joined))
        before = condition.group
    return found


def without(sheet: "Sheet", identity: "Identity", told: Told) -> str:
    """How many would fit without a part, in words."""
    number, more = fitting(sheet, identity, told.without)
    noun = sheet.title if number == 1 else sheet.title_plural
    return f"{'more than ' if more else ''}{number:,} {noun.lower()}"
