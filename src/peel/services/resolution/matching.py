"""Who a person may be that is typed now: candidates from search, weighed by the model in use.

Within `speaking`: only what the caller may see is found, scored or counted, so a hidden record
leaves no trace here (the policy "silent").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from peel.kernel.base.dates import PartialDate
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.pole.identity.api import members_of
from peel.services.resolution.engine.model import Altered, from_json
from peel.services.resolution.engine.scoring import Scorer, Weighed
from peel.services.resolution.engine.standard import one
from peel.services.resolution.models import TrainedModel
from peel.services.search import api as search

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

LOOKED_AT, SHOWN = 200, 5


@dataclass(frozen=True)
class Likely:
    """A record of the same person, perhaps: what it weighs and why, and its markers."""

    record: Record
    weighed: Weighed
    flags: tuple[tuple[str, str], ...]
    join: float
    model: str

    @property
    def certain(self) -> bool:
        """Whether a run would join the two by itself."""
        return self.weighed.weight >= self.join

    @property
    def words(self) -> str:
        """The score, the reasons and the markers in a line."""
        reasons = "; ".join(self.weighed.reasons[:5])
        flags = ", ".join(word for word, _ in self.flags)
        said = f"{self.weighed.weight:.1f} bits: {reasons}"
        return f"{said}. {flags}" if flags else said


@lru_cache(maxsize=4)
def _scorer(fingerprint: str, number: str) -> Scorer | None:
    row = TrainedModel.objects.get(pk=number)
    try:
        model = from_json(row.content)
    except Altered:
        return None
    return Scorer(model) if model.hash == fingerprint else None


def in_use(identity: "Identity") -> TrainedModel | None:
    """The model that the identity's organisation uses, without its content."""
    rows = TrainedModel.objects.defer("content")
    return rows.filter(
        organisation_id=identity.organisation_id, kind="pole.nominal",
        state=TrainedModel.State.ACCEPTED,
    ).first()  # fmt: skip


def likely(typed: Mapping[str, Any], identity: "Identity") -> list[Likely]:
    """Records that may be of the person typed, the likeliest first; none without a model in use.

    `typed` is what a nominal's form has cleaned.
    """
    row = in_use(identity)
    if row is None or not (typed.get("given_names") or typed.get("family_name")):
        return []
    scorer = _scorer(row.hash, str(row.pk))
    if scorer is None:
        return []
    shape = scorer.model.shape
    common = frozenset(scorer.model.common)
    mine = one(_typed(typed), shape, common)
    weighed = {}
    for candidate in search.candidates(_asked(typed), limit=LOOKED_AT):
        found = scorer.score(mine, one(_said(candidate), shape, common))
        if found.weight >= row.review:
            weighed[candidate.record_id] = found
    best = _one_each(weighed)[:SHOWN]
    records = {r.pk: r for r in Record.objects.visible_to(identity).filter(pk__in=best)}
    flags = registry.flags_of(best, identity)
    return [
        Likely(records[key], weighed[key], tuple((f.word, f.colour) for f in flags.get(key, ())),
               row.join, row.hash)
        for key in best if key in records
    ]  # fmt: skip


def _one_each(weighed: Mapping[UUID, Weighed]) -> list[UUID]:
    """The likeliest record of each person, the likeliest person first: who is on record twice is
    asked about once.
    """
    whole, met = members_of(list(weighed)), set()
    found = []
    for key in sorted(weighed, key=lambda key: -weighed[key].weight):
        if whole[key] not in met:
            met.add(whole[key])
            found.append(key)
    return found


def _asked(typed: Mapping[str, Any]) -> search.PersonQuery:
    return search.PersonQuery(
        given=typed.get("given_names") or "", family=typed.get("family_name") or "",
        born=typed.get("date_of_birth"), sex=typed.get("sex") or "",
        identifiers=tuple(each["value"] for each in typed.get("identifiers") or ()),
    )  # fmt: skip


def _typed(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What the form holds as the engine takes a record."""
    names = [typed, *(typed.get("other_names") or ())]
    born = typed.get("date_of_birth")
    numbers: dict[str, list[str]] = {}
    for each in typed.get("identifiers") or ():
        numbers.setdefault(str(each["kind"]).lower(), []).append(each["value"])
    sex = typed.get("sex")
    return {
        "given": [each["given_names"] for each in names if each.get("given_names")],
        "family": [each["family_name"] for each in names if each.get("family_name")],
        "born": [day] if isinstance(born, PartialDate) and (day := _day(born.stored)) else [],
        "sex": None if sex == "N" else sex,
        "phone": [each["value"] for each in typed.get("contacts") or ()
                  if each["kind"] in {"mobile", "home", "work"}],
        **numbers,
    }  # fmt: skip


def _said(row: search.CandidateRow) -> dict[str, Any]:
    """What search knows of a record as the engine takes one."""
    born: Sequence[str | None] = [_day(text) if "/" in text else text for text in row.born]
    return {
        "given": list(row.forenames), "family": list(row.surnames),
        "born": [day for day in born if day], "postcode": list(row.postcodes),
        "pnc": list(row.pnc), "cro": list(row.cro), "phone": list(row.phones),
        "sex": None if row.sex in {"N", ""} else row.sex,
    }  # fmt: skip


def _day(stored: str) -> str | None:
    """As much of a date of birth as is known, from the text of its column."""
    days, _, kind = stored.partition(" ")
    first, _, last = days.partition("/")
    if kind in {"day", "about-day"}:
        return first
    if kind in {"month", "about-month"}:
        return first[:7]
    return first[:4] if first[:4] == last[:4] else None
