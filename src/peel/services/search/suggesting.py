"""Suggestions while one types: names that begin so, and numbers. Call within `speaking`."""

from collections.abc import Collection
from uuid import UUID

import numpy as np
from django.db import connection

from peel.services.search import arms, tokens
from peel.services.search.hits import NOMINAL
from peel.services.search.tokens import Pattern
from peel.services.search.vocabulary import VOCABULARY
from peel.services.search.words import words

MOST, FEWEST, CLOSE = 8, 2, 0.85


def suggestions(text: str, kinds: Collection[str]) -> list[UUID]:
    """The records that may be meant, at most `MOST`, best first."""
    if len(text) < FEWEST:
        return []
    found: dict[UUID, None] = {}
    bare = "".join(c for c in text.upper() if c.isascii() and c.isalnum())
    if len(bare) >= FEWEST and any(c.isdigit() for c in text):
        asked = tokens.Asked(text, patterns=[Pattern(bare, f"{bare}%")])
        if bare.isdigit() and len(bare) >= arms.LEAST_END:
            asked.ends.append(bare.removeprefix("0"))
        found |= dict.fromkeys(hit.record_id for hit in arms.numbers(asked, kinds)[:MOST])
    typed = words(text)
    if NOMINAL in kinds and typed and len(found) < MOST and not any(c.isdigit() for c in text):
        found |= dict.fromkeys(_names(typed))
    if len(found) < MOST and typed:
        among = [kind for kind in kinds if kind != NOMINAL]
        texts = arms.texts_begun(typed, among, MOST)
        found |= dict.fromkeys(hit.record_id for hit in texts)
    return list(found)[:MOST]


def _names(typed: list[str]) -> list[UUID]:
    """Names with the words typed, the last of which may have only begun."""
    *whole, last = typed
    keys = np.array(VOCABULARY.beginning(last), dtype=np.int64)
    if whole and len(keys):
        likes = VOCABULARY.like([word for word in whole if len(word) > 1][:2])
        for like in likes:
            close = like.keys[np.argsort(-like.scores)][: (like.scores >= CLOSE).sum()]
            keys = np.bitwise_xor.outer(close, keys).ravel() if like is likes[0] else keys
    if not len(keys):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from search.beginning(%s::bigint[], %s, %s)", [keys.tolist(), 2, MOST]
        )
        return [row[0] for row in cursor.fetchall()]
