"""What is typed now may be on record already: likely records of any kind, with score and reasons.

Within `speaking`: only what the caller may see is found, scored or counted, so a hidden record
leaves no trace here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from peel.kernel.records.models import Record
from peel.machine import registry
from peel.pole.identity.api import members_of
from peel.services.search.api import Keys

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

SHOWN = 10


class Weight(NamedTuple):
    """What one record weighs beside what is typed. `certain`: a run would join the two by itself;
    `asked`: a person is asked about them.
    """

    record_id: UUID
    bits: float
    reasons: tuple[str, ...]
    certain: bool
    asked: bool
    model: str


@dataclass(frozen=True)
class Matcher:
    """How records of a kind are found: `weigh` gives those that may be what is typed, `keys` tells
    under what to look for it, `recorded` what was typed as the record that was made of it has it.
    """

    weigh: Callable[[Mapping[str, Any], "Identity"], list[Weight]]
    keys: Callable[[Mapping[str, Any]], Keys]
    recorded: Callable[[Mapping[str, Any], Any], Mapping[str, Any]] = lambda typed, made: typed


_matchers: dict[str, Matcher] = {}


@dataclass(frozen=True)
class Likely:
    """A record of the same person or thing, perhaps: what it weighs and why, and its markers."""

    record: Record
    weight: Weight
    flags: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """The record in words: its title and reference."""
        return f"{self.record.title} ({self.record.reference})"

    @property
    def words(self) -> str:
        """The score, the reasons and the markers in a line."""
        said = f"{self.weight.bits:.1f} bits: {'; '.join(self.weight.reasons[:5])}"
        flags = ", ".join(word for word, _ in self.flags)
        return f"{said}. {flags}" if flags else said


def register(kind: str, matcher: Matcher) -> None:
    """Say how records of a kind are found that may be what is typed."""
    _matchers[kind] = matcher


def likely(
    kind: str, typed: Mapping[str, Any], identity: "Identity", *, but: UUID | None = None,
    asked: bool = False,
) -> list[Likely]:  # fmt: skip
    """Records that may be what is typed, the likeliest first; none where nothing weighs them.

    `typed` is what the kind's form has cleaned, `but` is left out; with `asked` those alone about
    which a person is asked.
    """
    if kind not in _matchers or not identity.may(registry.sheet_of(kind).may.view):
        return []
    found = {
        each.record_id: each for each in _matchers[kind].weigh(typed, identity)
        if each.record_id != but and (each.asked or not asked)
    }  # fmt: skip
    best = _one_each(found)[:SHOWN]
    records = {r.pk: r for r in Record.objects.visible_to(identity).filter(pk__in=best)}
    flags = registry.flags_of(best, identity)
    return [
        Likely(records[key], found[key], tuple((f.word, f.colour) for f in flags.get(key, ())))
        for key in best if key in records
    ]  # fmt: skip


def recorded(kind: str, typed: Mapping[str, Any], made: Any) -> Mapping[str, Any]:
    """What was typed, as the record that was made of it has it."""
    return _matchers[kind].recorded(typed, made) if kind in _matchers else typed


def keys(kind: str, typed: Mapping[str, Any]) -> Keys:
    """Under what to look for what is typed."""
    return _matchers[kind].keys(typed) if kind in _matchers else Keys([], [], [])


def _one_each(found: Mapping[UUID, Weight]) -> list[UUID]:
    """The likeliest record of each person or thing, the likeliest first: what is on record twice
    is asked about once.
    """
    order = sorted(found, key=lambda key: -found[key].bits)[: 3 * SHOWN]
    whole, met = members_of(order), set()
    best = []
    for key in order:
        if whole[key] not in met:
            met.add(whole[key])
            best.append(key)
    return best
