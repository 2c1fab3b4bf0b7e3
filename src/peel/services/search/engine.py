"""The person engine: words, keys, look-ups, ranking. Call within `speaking`.

Fuzzy comparison happens in the small vocabulary of distinct words, the big tables are read by
exact keys, and what they give is ranked here. No list is cut before visibility is applied, so that
a hidden name changes nothing in what is shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connections

from peel.pole.identity.api import members_of
from peel.services.search import births
from peel.services.search.asked import CandidateRow, Keys, PersonHit, PersonQuery
from peel.services.search.scoring import (
    BORN,
    NUMBER,
    POSTCODE,
    SEX,
    Names,
    Score,
    best_birth,
    why,
)
from peel.services.search.vocabulary import VOCABULARY, Like
from peel.services.search.words import words

STRONG, WEAK, WEAK_OF_MANY, SINGLE, ALONE = 0.8, 0.64, 0.7, 0.8, 0.7
LOOKED_AT, FEW, EACH = 300, 10, 60
MOST_LIKES = 5
# So well do this many names fit that no further look-up brings better: after the strong keys, and
# after those that find what is less like the question. With a day of birth one is enough.
FITS, ENOUGH, FAIR, ENOUGH_FAIR, BY_DAY_TOO = 90.0, 10, 80.0, 1, 75.0
BY_DAY, BY_NUMBER = 4, 5
_PEOPLE = (
    "select * from search.people(%s::bigint[], %s::bigint[], %s::text[], %s::text[],"
    " %s::integer[], %s)"
)
_BEARERS = "select * from search.bearers(%s::bigint[], %s::integer[], %s)"
_BORN_IN = "select * from search.born_in(%s, %s, %s)"
_PHONES = ("mobile", "home", "work")
_NOT_NUMBERS = ("born", "postcode")


@dataclass(frozen=True)
class Row:
    """A name that may be meant, as the database gives it; `arm` tells by what it was found."""

    arm: int
    record_id: UUID
    family: str
    given: str
    born: str | None
    sex: str | None


@dataclass(frozen=True)
class Detail:
    """What may be known of a person here: (kind, family, given) of names, and numbers by sort."""

    record_id: UUID
    names: list[tuple[str, str, str]]
    sex: str
    numbers: dict[str, list[str]]


def bare(text: str) -> str:
    """A number as search compares it: capitals and digits."""
    return "".join(c for c in text.upper() if c.isascii() and c.isalnum())[:64]


def people(query: PersonQuery, *, limit: int = 10, using: str = "default") -> list[PersonHit]:
    """The persons who may be meant, best first; several records of one person are one hit."""
    names, ranked = _ranked(query, LOOKED_AT, using)
    if not ranked:
        return []
    found = details(list(ranked)[: limit + limit // 4], using)
    scored = {detail.record_id: judge(query, names, detail) for detail in found}
    whole = members_of(scored) if using == "default" else {key: key for key in scored}
    best: dict[UUID, Score] = {}
    for key, score in scored.items():
        held = best.get(whole[key])
        if held is None or score.points > held.points:
            best[whole[key]] = score
    order = sorted(best, key=lambda key: (-best[key].points, key))
    return [best[key].hit(key) for key in order[:limit] if best[key].points > 0]


def candidates(query: PersonQuery, limit: int = 200, using: str = "default") -> list[CandidateRow]:
    """Records that may be the person, best first, to be compared by whoever asks."""
    _, ranked = _ranked(query, max(limit, LOOKED_AT), using)
    return [_candidate(detail) for detail in details(list(ranked)[:limit], using)]


def _ranked(query: PersonQuery, limit: int, using: str) -> tuple[Names, dict[UUID, float]]:
    """Records with what their name and golden date of birth are worth, best first."""
    likes = _likes(query)
    names = Names(query, likes)
    worth: dict[UUID, float] = {}
    for stage, rows in enumerate(look_ups(query, likes, limit, using)):
        for row in rows:
            points = worth_of(query, names, row)
            worth[row.record_id] = max(points, worth.get(row.record_id, points))
        well, enough = _enough(query, stage)
        if sum(points >= well for points in worth.values()) >= enough:
            break
    return names, dict(sorted(worth.items(), key=lambda item: (-item[1], item[0])))


def worth_of(query: PersonQuery, names: Names, row: Row) -> float:
    """What a row is worth by its name, the golden date of birth and by what it was found."""
    known = query.birth()
    points = 100 * names.like(row.family, row.given)[0]
    if row.arm == BY_DAY:
        points += BORN * 0.9
    elif known is not None and row.born:
        points += BORN * births.fits(known, row.born)[0]
    return points + (POSTCODE if row.arm == BY_NUMBER else 0)


def _enough(query: PersonQuery, stage: int) -> tuple[float, int]:
    """What a record is worth that no further look-up beats, and how many such are enough."""
    known = query.birth()
    if known is not None and known.earliest == known.latest:
        return BY_DAY_TOO + BORN * 0.8, 1
    points, enough = (FAIR, ENOUGH_FAIR) if stage else (FITS, ENOUGH)
    return points + (0.0 if known is None else BORN * 0.55), enough


def keys(query: PersonQuery) -> Keys:
    """Under what the person is looked up first, for whoever looks by other rights."""
    numbers = sorted({number for text in query.identifiers if (number := bare(text))})
    return Keys(_keys(_likes(query))[0], births.days_of(query.birth()), numbers)


def _likes(query: PersonQuery) -> list[Like]:
    asked = [*words(query.family), *words(query.given), *words(query.names)]
    return VOCABULARY.like([word for word in dict.fromkeys(asked) if len(word) > 1][:MOST_LIKES])


def names_of(query: PersonQuery) -> Names:
    """The words of a question, ready to be compared with names."""
    return Names(query, _likes(query))


def look_ups(
    query: PersonQuery, likes: Sequence[Like], limit: int, using: str
) -> Iterator[list[Row]]:
    """The names under the keys of the question, and those of who has its dates and numbers: the
    likeliest first, each look-up only when what came before does not suffice.
    """
    known = query.birth()
    years = births.years_of(known)
    strong, weak = _keys(likes)
    numbers = sorted({n for text in (*query.postcodes, *query.identifiers) if (n := bare(text))})
    seen: set[UUID] = set()
    for keys in ([strong, [], births.days_of(known), numbers], [[], weak, [], []]):
        if any(keys):
            rows = _ask(_PEOPLE, [*keys, years, limit], using)
            seen.update(row.record_id for row in rows)
            yield rows
    if len(likes) == 1 or len(seen) < FEW:
        # Where two words bring next to nobody, one of them alone may.
        least = SINGLE if len(likes) > 1 else ALONE
        for exact in (True, False):
            close = [
                key for like in likes
                for key in like.keys[(like.scores >= least) & ((like.scores == 1.0) == exact)]
            ]  # fmt: skip
            if close:
                each = limit if exact and len(likes) == 1 else EACH
                yield _ask(_BEARERS, [[int(key) for key in close], years, each], using)
    if likes and known is not None and 0 < (known.latest - known.earliest).days < 366:
        before = f"{known.latest.year + 1:04d}"
        yield _ask(_BORN_IN, [f"{known.earliest.year:04d}", before, limit], using)


def _keys(likes: Sequence[Like]) -> tuple[list[int], list[int]]:
    """Strong and weak keys of every two words."""
    strong: set[int] = set()
    weak: set[int] = set()
    # Of many words, most will be right: so many fewer combinations are looked under.
    least = WEAK if len(likes) == 2 else WEAK_OF_MANY
    for one, other in combinations(likes, 2):
        score = np.multiply.outer(one.scores, other.scores).ravel()
        keys = np.bitwise_xor.outer(one.keys, other.keys).ravel()
        strong.update(keys[score >= STRONG].tolist())
        weak.update(keys[(score >= least) & (score < STRONG)].tolist())
    return sorted(strong - {0}), sorted(weak - strong - {0})


def _ask(statement: str, parameters: list[Any], using: str) -> list[Row]:
    with connections[using].cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Row(*row) for row in cursor.fetchall()]


def details(ids: Sequence[UUID], using: str = "default") -> list[Detail]:
    """What may be known of these persons, in the order given."""
    if not ids:
        return []
    with connections[using].cursor() as cursor:
        cursor.execute("select * from search.details(%s::uuid[])", [list(ids)])
        found = {row[0]: _detail(*row) for row in cursor.fetchall()}
    return [found[key] for key in ids if key in found]


def _detail(
    record_id: UUID, names: list[str] | None, sex: str | None, numbers: list[str] | None
) -> Detail:
    by_sort: dict[str, list[str]] = {}
    for text in sorted(numbers or ()):
        sort, _, value = text.partition(":")
        by_sort.setdefault(sort, []).append(value)
    parted = [text.split("|") for text in names or ()]
    return Detail(record_id, [(n[0], n[1], n[2]) for n in parted], sex or "", by_sort)


def judge(query: PersonQuery, names: Names, detail: Detail) -> Score:
    """How well a person fits, over all her names, dates of birth and numbers."""
    score = Score()
    if names and detail.names:
        worth, met, kind = max(
            (*names.like(family, given), kind) for kind, family, given in detail.names
        )
        asked = len(names.given) + len(names.family) + len(names.free)
        said = why(met, asked)
        alias = "" if kind in ("current", "") or not said else f" ({_KINDS.get(kind, kind)})"
        score.add(100 * worth, said + alias, "name")
        score.whole = len(met) == asked
    known = query.birth()
    if known is not None:
        worth, reason = best_birth(known, detail.numbers.get("born", ()))
        score.add(BORN * worth, reason, "born")
    _judge_numbers(score, query, detail)
    if query.sex and detail.sex in ("M", "F") and query.sex != detail.sex:
        score.add(-SEX, "", "sex")
    return score


_KINDS = {
    "married": "married name", "birth": "birth name", "previous": "previous name",
    "religious": "religious or traditional name", "alias": "alias", "street": "street name",
    "nickname": "nickname",
}  # fmt: skip


def _judge_numbers(score: Score, query: PersonQuery, detail: Detail) -> None:
    asked = {bare(text) for text in query.postcodes} - {""}
    if asked & set(detail.numbers.get("postcode", ())):
        score.add(POSTCODE, "same postcode", "postcode")
    elif {code[:-3] for code in asked} & {c[:-3] for c in detail.numbers.get("postcode", ())}:
        score.add(POSTCODE * 0.3, "postcode of the same district", "postcode")
    numbers = {bare(text) for text in query.identifiers} - {""}
    held = {v for sort, found in detail.numbers.items() if sort not in _NOT_NUMBERS for v in found}
    if shared := sorted(numbers & held):
        score.add(NUMBER, f"same number {shared[0]}", "number")


def _candidate(detail: Detail) -> CandidateRow:
    def distinct(values: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value for value in values if value))

    return CandidateRow(
        detail.record_id,
        distinct(given for _, _, given in detail.names),
        distinct(family for _, family, _ in detail.names),
        tuple(detail.numbers.get("born", ())),
        tuple(detail.numbers.get("postcode", ())),
        tuple(detail.numbers.get("PNC", ())),
        tuple(detail.numbers.get("CRO", ())),
        detail.sex,
        distinct(value for sort in _PHONES for value in detail.numbers.get(sort, ())),
    )
