"""Telling officers of new hits of the searches that they keep. For the worker.

A notice asks for more than the list of hits: every part of the question must fit the one record,
by what the officer may know of it in the post in which he asked to be told. `sql/telling.sql`
finds the few questions that a change may concern; only these are judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from uuid import UUID

from django.db import connection

from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7
from peel.services.notify.api import Reason, tell
from peel.services.search import arms, engine, tokens
from peel.services.search.asked import PersonQuery
from peel.services.search.hits import NOMINAL
from peel.services.search.models import Told
from peel.services.search.scoring import best_birth
from peel.services.search.words import nicknames

# How well a name fits that is told of, and a date of birth: no worse than sounding alike, and
# within what was asked.
NAMED, BORN = 0.8, 0.25
BEGINNING, LONGEST_KEY, LONGEST_INSIDE = 6, 16, 8
AT_ONCE = 2_000


@dataclass(frozen=True)
class Known:
    """What the owner of a question may know of a record; `holds`: all the words stand in it."""

    kind: str
    names: Sequence[str]
    numbers: Sequence[str]
    holds: bool


def parts_of(asked: tokens.Asked) -> list[list[str]]:
    """The keys of each part of a question, as `search.clues_of` makes them of a record.

    Nothing where it cannot be told of: a distance, or a date of birth alone.
    """
    if asked.near is not None:
        return []
    patterns = [("e" if p.backwards else "b") + p.start[:LONGEST_KEY] for p in asked.patterns]
    numbers = [
        *(f"k{number}" for number in _whole(asked)), *patterns,
        *(f"e{end[::-1][:LONGEST_KEY]}" for end in asked.ends),
        *(f"b{district}" for district in asked.districts),
        *(f"i{part[:LONGEST_INSIDE]}" for part in asked.inside),
    ]  # fmt: skip
    words = [
        [f"w{word.lower()[:BEGINNING]}", *(f"n{each}" for each in (word, *sorted(nicknames(word))))]
        for word in asked.words if len(word) > 1
    ]  # fmt: skip
    return [part for part in (numbers, *words) if part]


def _whole(asked: tokens.Asked) -> list[str]:
    return [*asked.numbers, *asked.marks, *asked.postcodes]


def fits(asked: tokens.Asked, known: Known) -> bool:
    """Whether a record fits every part of a question."""
    return _numbers_fit(asked, known) and _born_fits(asked, known) and _words_fit(asked, known)


def _numbers_fit(asked: tokens.Asked, known: Known) -> bool:
    whole, values = set(_whole(asked)), [text.partition(":")[2] for text in known.numbers]
    parts = [(p.like.replace("%", "*").replace("_", "?"), p.backwards) for p in asked.patterns]
    parts += [(f"{end[::-1]}*", True) for end in asked.ends]
    parts += [(f"{district}???", False) for district in asked.districts]
    parts += [(f"*{part}*", False) for part in asked.inside]
    if not whole and not parts:
        return True
    return any(
        value in whole or any(fnmatchcase(value[::-1] if back else value, p) for p, back in parts)
        for value in values
    )


def _born_fits(asked: tokens.Asked, known: Known) -> bool:
    if asked.born is None:
        return True
    born = [text.partition(":")[2] for text in known.numbers if text.startswith("born:")]
    return known.kind == NOMINAL and best_birth(asked.born, born)[0] >= BORN


def _words_fit(asked: tokens.Asked, known: Known) -> bool:
    """Whether all words stand in it, or are one of a person's names, as search reads names."""
    if not asked.words or known.holds:
        return True
    if known.kind != NOMINAL:
        return False
    names = engine.names_of(PersonQuery(names=" ".join(asked.words)))
    for text in known.names:
        _, family, given = text.split("|")
        worth, met = names.like(family, given)
        if worth >= NAMED and len(met) == len(names.free):
            return True
    return False


def tell_next() -> int:
    """Look through the next changes and tell whom they concern, once a record; gives how many
    changes there were. Call within a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("select * from search.roused(%s)", [AT_ONCE])
        *found, (looked, *_) = cursor.fetchall()
    for _, question_id, user_id, text, record_id, _ in found:
        if not _is_hit(question_id, text, record_id):
            continue
        said = f"New hit of your search “{text}”"
        if tell([user_id], Reason.SEARCH, said, record_id, event=uuid7()):
            Told.objects.create(question_id=question_id, record_id=record_id, at=clock.now())
    return int(looked)


def _is_hit(question_id: UUID, text: str, record_id: UUID) -> bool:
    asked = tokens.read(text)
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from search.known_to(%s, %s, %s)",
            [question_id, record_id, arms.all_of(asked.words)],
        )
        row = cursor.fetchone()
    return row is not None and fits(asked, Known(*row))
