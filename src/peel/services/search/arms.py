"""The arms of a search that ask the database: numbers, words of documents, and one link on."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from peel.services.search.tokens import Asked, Pattern

WHOLE, PART, INSIDE = 2, 1, 0
COUNTED, MOST_TEXTS, MOST_NUMBERS = 10_001, 300, 300
LEAST_END, MOST_FILES = 4, 20
LEAST_BEGUN, BEGUN_COUNTED = 5, 100


@dataclass(frozen=True)
class NumberHit:
    """A record by a number, whole or known in part."""

    record_id: UUID
    kind: str
    sort: str
    value: str
    # WHOLE, PART (its beginning or end as asked) or INSIDE (a part of a mark, anywhere in it).
    fit: int


@dataclass(frozen=True)
class TextHit:
    """A record by its words; `total` is how many of its kind there are (to `COUNTED`)."""

    record_id: UUID
    kind: str
    rank: float
    total: int


@dataclass(frozen=True)
class Neighbour:
    """A record at the other end of a link, read from the first as `outward` says."""

    record_id: UUID
    other_id: UUID
    kind: str
    type: str
    outward: bool
    caption: str


def _after(start: str) -> str:
    """The first text past all that begin so (in the C collation)."""
    return start[:-1] + chr(ord(start[-1]) + 1)


def numbers(asked: Asked, among: Collection[str]) -> list[NumberHit]:
    """Records by every number of the question, marks in all their misreadings."""
    whole = sorted({*asked.numbers, *asked.marks, *asked.postcodes})
    ends = [
        Pattern(end[::-1], f"{end[::-1]}%", True) for end in asked.ends if len(end) >= LEAST_END
    ]
    parts = [*asked.patterns, *ends]
    inside = [f"%{part}%" for part in asked.inside]
    if not whole and not parts and not inside:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from search.numbers(%s::text[], %s::text[], %s::text[], %s::text[],"
            " %s::boolean[], %s::text[], %s::text[], %s)",
            [whole, [p.start for p in parts], [_after(p.start) for p in parts],
             [p.like for p in parts], [p.backwards for p in parts], inside, list(among),
             MOST_NUMBERS],
        )  # fmt: skip
        return [NumberHit(*row) for row in cursor.fetchall()]


def texts(
    words: Sequence[str], among: Collection[str], *, whole: Collection[str] = (),
    limit: int = MOST_TEXTS,
) -> list[TextHit]:  # fmt: skip
    """Records that hold all of these words; of a long one not `whole` the beginning is enough."""
    return _texts(all_of(words, whole), among, COUNTED, limit)


def texts_seen(words: Sequence[str], among: Collection[str], limit: int) -> list[TextHit]:
    """Some records that hold these whole words, which thousands may: no more are looked at."""
    return _texts(all_of(words, words), among, limit, limit)


def texts_begun(words: Sequence[str], among: Collection[str], limit: int) -> list[TextHit]:
    """A few records that hold these words, of which the last may have only begun: none are counted,
    and a beginning that too many words share is left out.
    """
    *whole, last = [word.lower() for word in words if word.isalnum()] or [""]
    begun = [f"{last}:*"] if len(last) >= LEAST_BEGUN else []
    return _texts(" & ".join([*whole, *begun]), among, BEGUN_COUNTED, limit)


def _texts(query: str, among: Collection[str], counted: int, limit: int) -> list[TextHit]:
    if not query or not among:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from search.texts(%s, %s::text[], %s, %s)",
            [query, list(among), counted, limit],
        )
        return [TextHit(*row) for row in cursor.fetchall()]


def all_of(words: Sequence[str], whole: Collection[str] = ()) -> str:
    """The query of PostgreSQL's full text that asks for all of these words."""
    plain = [word for word in dict.fromkeys(words) if word.isalnum()]
    begun = [len(word) > 2 and word not in whole for word in plain]
    return " & ".join(word.lower() + ":*" * may for word, may in zip(plain, begun, strict=True))


def files(words: Sequence[str], among: Collection[str]) -> list[tuple[UUID, str, str]]:
    """Records in a file of which all of these words stand: id, kind, some of the words around."""
    if not words or not among:
        return []
    asked = " ".join(f'"{word}"' for word in dict.fromkeys(words))
    with connection.cursor() as cursor:
        cursor.execute(
            "select f.record_id, r.kind, f.around from attachments.find_words(%s, %s::text[], %s) f"
            " join records_record r on r.id = f.record_id order by f.rank desc, f.attachment_id",
            [asked, list(among), MOST_FILES],
        )
        return list(cursor.fetchall())


def neighbours(
    records: Iterable[UUID], among: Collection[str], *, each: int = 40
) -> list[Neighbour]:
    """What these records are linked to, as far as the caller may know."""
    ids = list(records)
    if not ids or not among:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from search.neighbours(%s::uuid[], %s::text[], %s)", [ids, list(among), each]
        )
        return [Neighbour(*row) for row in cursor.fetchall()]


def captions(records: Iterable[UUID]) -> dict[UUID, str]:
    """The titles of records that the caller may see."""
    ids = list(records)
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("select id, title from records_record where id = any (%s::uuid[])", [ids])
        return dict(cursor.fetchall())


def kinds(records: Iterable[UUID]) -> dict[UUID, str]:
    """The kinds of records that the caller may see."""
    ids = list(records)
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("select id, kind from records_record where id = any (%s::uuid[])", [ids])
        return dict(cursor.fetchall())
