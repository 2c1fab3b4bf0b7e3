"""What somebody types, weighed against records of its kind, in process. Within `speaking`."""

from collections.abc import Iterable
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist

from peel.services.resolution.engine.scoring import Part, Scorer
from peel.services.resolution.in_use import in_use, scorer_of
from peel.services.resolution.kinds.described import Described, Raw, described

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.kernel.records.models import Kind


class Scored(NamedTuple):
    """A record that may be the one typed: what it weighs and why, by which model.

    `band` is "join" where a run would join the two, else "review".
    """

    record_id: UUID
    weight: float
    band: str
    reasons: tuple[str, ...]
    parts: tuple[Part, ...]
    model: str


def scored(
    kind: str, draft: Raw, candidates: "Iterable[Kind]", identity: "Identity"
) -> list[Scored]:
    """The candidates that a person should look at, the likeliest first.

    `draft` is what a form has cleaned, by the fields of the model. What the candidates are is the
    caller's: they are such as the identity may see. Without a model in use the kind's own
    description counts, for a person decides here and no run.
    """
    one = described(kind)
    if one is None:
        return []
    scorer, fingerprint, join, review = _in_use(one, identity)
    mine = one.standard(draft)
    found = []
    for each in candidates:
        weighed = scorer.score(mine, one.standard(raw_of(one, each)))
        if weighed.weight >= review:
            band = "join" if weighed.weight >= join else "review"
            found.append(Scored(each.pk, weighed.weight, band, weighed.reasons, weighed.parts,
                                fingerprint))  # fmt: skip
    return sorted(found, key=lambda hit: (-hit.weight, hit.record_id))


def raw_of(one: Described, record: Any) -> dict[str, Any]:
    """What is read of a record, as a query would read it."""
    return {name: _value(record, name) for name in one.reads}


def _value(record: Any, name: str) -> Any:
    try:
        return attrgetter(name.replace("__", "."))(record)
    except (AttributeError, ObjectDoesNotExist):
        return None


def _in_use(one: Described, identity: "Identity") -> tuple[Scorer, str, float, float]:
    rows = in_use(identity.organisation_id, one.kind)
    row = rows.values_list("pk", "hash", "join", "review").first()
    if row is not None and (kept := scorer_of(row[0], row[1])) is not None and one.fits(kept.model):
        return kept, *row[1:]
    return _declared(one.kind), one.model.hash, one.join, one.review


@lru_cache(maxsize=32)
def _declared(kind: str) -> Scorer:
    one = described(kind)
    if one is None:
        raise LookupError(kind)
    return Scorer(one.model)
