"""Which vehicle, phone, place or organisation may be the one that is typed now: candidates by its
numbers and words, weighed by what is declared of its kind, or by the model in use.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q

from peel.machine import registry
from peel.services.resolution import kinds
from peel.services.resolution.matching import Weight
from peel.services.search import api as search

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

MOST = 100


class Sought(NamedTuple):
    """What of a kind's description is looked for nearly: its numbers, and its words."""

    numbers: tuple[str, ...]
    words: tuple[str, ...] = ()


KINDS: Mapping[str, Sought] = {
    "objects.vehicle": Sought(("mark", "vin", "chassis")),
    "objects.phone": Sought(("number", "imei")),
    "objects.simcard": Sought(("iccid", "imsi", "number")),
    "objects.organisation": Sought(("company", "charity"), ("name",)),
    "pole.location": Sought(("uprn",), ("house", "street")),
}


class Things:
    """The matcher of a kind that is described."""

    def __init__(self, kind: str) -> None:
        self.kind, self.sought = kind, KINDS[kind]

    @property
    def described(self) -> kinds.Described:
        """What is declared of the kind."""
        one = kinds.described(self.kind)
        if one is None:
            raise LookupError(f"nothing is declared of {self.kind}")
        return one

    def weigh(self, typed: Mapping[str, Any], identity: "Identity") -> list[Weight]:
        """The records that may be what is typed."""
        model: Any = registry.sheet_of(self.kind).model
        fits = self._near(typed)
        if fits is None:
            return []
        # Read as plain values: what is compared and not shown was not looked at.
        rows = model.objects.visible_to(identity).filter(fits).values("pk", *self.described.reads)
        found = kinds.scored(self.kind, typed, [model(**row) for row in rows[:MOST]], identity)
        return [
            Weight(each.record_id, each.weight, each.reasons, each.band == "join", True, each.model)
            for each in found
        ]

    def _near(self, typed: Mapping[str, Any]) -> Q | None:
        """What finds the candidates: the kind's own numbers, and what is nearly like them."""
        known = self.described.standard(typed)
        text = " ".join(str(known[name]) for name in self.sought.words if known[name])
        near = search.things(self._numbers(known), text, [self.kind])
        fits, exact = Q(pk__in=near), self.described.near(typed)
        return fits | exact if exact is not None else fits if near else None

    def _numbers(self, known: Mapping[str, Any]) -> list[str]:
        return [str(known[name]) for name in self.sought.numbers if known[name]]

    def keys(self, typed: Mapping[str, Any]) -> search.Keys:
        """Under what to look for it: its numbers alone."""
        numbers = self._numbers(self.described.standard(typed))
        return search.Keys([], [], [search.bare(each) for each in numbers])

    def recorded(self, typed: Mapping[str, Any], made: Any) -> dict[str, Any]:
        """What was typed, in the form in which it was recorded."""
        return {**typed, **{name: getattr(made, name, None) for name in self.described.reads}}
