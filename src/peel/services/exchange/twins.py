"""A row that speaks of what is recorded already, or of what another row of its batch just made.

The same keys count as on the page: of a thing its numbers (`Thing.KEYS`), of a place its UPRN and
its address, of any other kind the sheet's natural key. Only what the one who asks may see is named.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q

from peel.pole.models import Location
from peel.pole.models.locations import same_place
from peel.pole.objects.models import Thing
from peel.services.exchange.shapes import Shape

Key = tuple[tuple[str, Any], ...]


class Twins:
    """What is recorded already of one kind, among the records `seen`. Made anew for each batch,
    whose own rows stand in no table yet.
    """

    def __init__(self, shape: Shape, seen: Any) -> None:
        self.model: Any = shape.sheet.model
        self.natural_key = shape.sheet.natural_key
        self.seen = seen
        self._lines: dict[Key, int] = {}

    def of(self, values: Mapping[str, Any], line: int) -> str:
        """Why a row is not taken, in words; nothing for one that speaks of something new."""
        if values.get("another_because"):
            return ""
        keys = list(self._keys(values))
        if met := next((self._lines[key] for key in keys if key in self._lines), None):
            return f"Line {met} of this file speaks of the same {self.model._meta.verbose_name}."
        same = self._recorded(values, keys)
        twin = self.seen.filter(same).order_by("carried_created_at", "pk").first() if same else None
        if twin is not None:
            return f"This is recorded already as {twin.reference}."
        self._lines.update(dict.fromkeys(keys, line))
        return ""

    def _keys(self, values: Mapping[str, Any]) -> Iterator[Key]:
        """What tells it from all others, each wholly known."""
        every = self.model.KEYS if issubclass(self.model, Thing) else (self.natural_key,)
        if self.model is Location:
            every = (("uprn",), ("place_key",))
        for names in every:
            key = tuple((name, values.get(name)) for name in names)
            if key and all(value not in (None, "") for _, value in key):
                yield key

    def _recorded(self, values: Mapping[str, Any], keys: list[Key]) -> Q | None:
        """The condition that finds a record of the same."""
        if self.model is Location:
            return same_place(Location(**{n: values[n] for n in ("uprn", "place_key")}))
        found = Q()
        for key in keys:
            found |= Q(**dict(key))
        return found if keys else None
