"""Who a person may be that is typed now: candidates from search, weighed by the model in use."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from peel.kernel.base.dates import PartialDate
from peel.services.resolution.engine.standard import one
from peel.services.resolution.in_use import in_use, scorer_of
from peel.services.resolution.matching import Weight
from peel.services.search import api as search

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

PEOPLE = "pole.nominal"
# So many are weighed; below so many bits (one chance in a hundred) nobody is shown.
LOOKED_AT, POSSIBLE = 100, -6.6
LEAST_LETTERS = 3
_PHONES = ("mobile", "home", "work")


def weigh(typed: Mapping[str, Any], identity: "Identity") -> list[Weight]:
    """Who is on record that may be the person typed; nobody without a model in use."""
    letters = len(typed.get("given_names") or "") + len(typed.get("family_name") or "")
    if letters < LEAST_LETTERS:
        return []
    row = in_use(identity.organisation_id, PEOPLE).defer("content").first()
    scorer = scorer_of(row.pk, row.hash) if row is not None else None
    if row is None or scorer is None:
        return []
    shape = scorer.model.shape
    common = frozenset(scorer.model.common)
    mine = one(_typed(typed), shape, common)
    found = []
    for candidate in search.candidates(_asked(typed), limit=LOOKED_AT):
        weighed = scorer.score(mine, one(_said(candidate), shape, common))
        bits = weighed.weight
        if bits >= min(POSSIBLE, row.review):
            found.append(
                Weight(candidate.record_id, bits, weighed.reasons, bits >= row.join,
                       bits >= row.review, row.hash)
            )  # fmt: skip
    return found


def keys(typed: Mapping[str, Any]) -> search.Keys:
    """Under what to look for the person typed."""
    return search.keys(_asked(typed))


def _asked(typed: Mapping[str, Any]) -> search.PersonQuery:
    numbers = [each["value"] for each in typed.get("identifiers") or ()]
    return search.PersonQuery(
        given=typed.get("given_names") or "", family=typed.get("family_name") or "",
        born=typed.get("date_of_birth"), sex=typed.get("sex") or "",
        postcodes=tuple(filter(None, [typed.get("postcode")])),
        identifiers=(*numbers, *_phones(typed)),
    )  # fmt: skip


def _phones(typed: Mapping[str, Any]) -> list[str]:
    return [each["value"] for each in typed.get("contacts") or () if each["kind"] in _PHONES]


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
        "postcode": [typed["postcode"]] if typed.get("postcode") else [],
        "phone": _phones(typed),
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
