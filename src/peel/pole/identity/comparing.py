"""Two source records side by side: what each says, and where they agree and differ."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peel.machine.show import field_title, of_record
from peel.machine.ui import parts
from peel.pole.models import Assertion

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

# How many facts of one sort are told of a record; further ones stand on its page.
MOST = 50
UNKNOWN = ("Not known", "Not specified")
_TAGS = {"Agree": "green", "Partly": "yellow", "Differ": "red"}


@dataclass(frozen=True)
class Line:
    """One thing that is known of at least one of the two."""

    title: str
    left: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """Whether the two agree; nothing where only one is known."""
        one, two = ({text.casefold() for text in side} for side in (self.left, self.right))
        if not one or not two:
            return ""
        if one == two:
            return "Agree"
        return "Partly" if one & two else "Differ"


def said_of(sheet: "Sheet", record: Any) -> dict[str, list[str]]:
    """What a record says: its own fields, and each sort of fact asserted of it that holds."""
    found: dict[str, list[str]] = {}
    for name in sheet.fields:
        words = of_record(sheet, record, name)
        if words and words not in UNKNOWN:
            found[field_title(sheet, name)] = [words]
    for relation in sheet.model._meta.related_objects:
        model: Any = relation.related_model
        if Assertion not in getattr(model, "__mro__", ()):
            continue
        if relation.field.name != sheet.model._meta.model_name:
            continue
        title = str(relation.get_accessor_name()).replace("_", " ").capitalize()
        held = model.objects.filter(**{relation.field.name: record, "ended_at": None})
        facts = held.order_by("-asserted_at", "-pk")[:MOST]
        if words_of := [str(fact) for fact in facts]:
            found[title] = list(dict.fromkeys(words_of))
    return found


def lines(sheet: "Sheet", left: Any, right: Any) -> list[Line]:
    """Every line of a comparison; what is not known of either is left out."""
    one, two = said_of(sheet, left), said_of(sheet, right)
    titles = dict.fromkeys([*one, *two])
    return [Line(t, tuple(one.get(t, ())), tuple(two.get(t, ()))) for t in titles]


def table(sheet: "Sheet", left: Any, right: Any, identity: "Identity") -> parts.Table:
    """The comparison as a page shows it."""
    columns = [
        parts.Column(words) for words in ("Fact", left.reference, right.reference, "Comparison")
    ]
    rows = [
        parts.Row(
            [
                line.title,
                "; ".join(line.left) or "Not known",
                "; ".join(line.right) or "Not known",
                parts.Cell(line.verdict, tag=_TAGS[line.verdict])
                if line.verdict
                else "Known of one only",
            ]
        )
        for line in lines(sheet, left, right)
    ]
    return parts.Table("What the two say", columns, rows, "Nothing is known of either.", True)
