"""The words of all names, in the memory of the process that compares them.

They are read under a role of their own (`peel_live` in a web process), for a word may stand in
hidden names only: a statement of the web role never learns of it, and what comes of a comparison
are keys, by which the database gives visible names alone.
"""

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import psycopg
from django.db import connections
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from peel.services.search.words import NICKNAME, SAME_SOUND, likeness, nicknames

_ASK = "select what, key, word, sound, other_sound from search.words_since(%s, %s)"
# Below this likeness in spelling, words that sound alike are not taken for one another.
_SOUNDS_ONLY = 0.45


@dataclass
class Words:
    """Distinct words with what finds the like of one quickly: letters, length and sound."""

    after: int = 0
    count: int = 0
    texts: Any = field(default_factory=lambda: np.empty(1024, object))
    place: dict[str, int] = field(default_factory=dict)
    sounds: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    keys: Any = field(default_factory=lambda: np.zeros(1024, np.int64))
    letters: Any = field(default_factory=lambda: np.zeros(1024, np.uint32))
    lengths: Any = field(default_factory=lambda: np.zeros(1024, np.int16))

    def add(self, key: int, word: str, sound: str, other: str) -> None:
        """Take in a word, once."""
        if word in self.place:
            return
        here = self.count
        if here == len(self.keys):
            self.texts = np.concatenate([self.texts, np.empty_like(self.texts)])
            self.keys = np.concatenate([self.keys, np.zeros_like(self.keys)])
            self.letters = np.concatenate([self.letters, np.zeros_like(self.letters)])
            self.lengths = np.concatenate([self.lengths, np.zeros_like(self.lengths)])
        self.keys[here], self.letters[here], self.lengths[here] = key, _letters(word), len(word)
        for code in {sound, other} - {""}:
            self.sounds[code].append(here)
        self.texts[here], self.place[word] = word, here
        self.count += 1

    def near(self, word: str) -> list[int]:
        """The words within two edits (one for a short word): by letters and length first."""
        count, most = self.count, 2 if len(word) > 4 else 1
        if len(word) < 3 or not count:
            return []
        apart = np.bitwise_count(self.letters[:count] ^ np.uint32(_letters(word)))
        close = np.abs(self.lengths[:count] - len(word)) <= most
        places = np.flatnonzero((apart <= 2 * most) & close)
        if not len(places):
            return []
        edits = process.cdist(
            [word],
            self.texts[places].tolist(),
            scorer=OSA.distance,
            score_cutoff=most,
            dtype=np.uint8,
        )
        return [int(i) for i in places[edits[0] <= most]]


@dataclass(frozen=True)
class Like:
    """The words that one word of a question may stand for, with how alike each is."""

    word: str
    keys: Any
    scores: Any
    by_text: dict[str, float]


def _letters(word: str) -> int:
    mask = 0
    for letter in word:
        mask |= 1 << ((ord(letter) - 65) % 32)
    return mask


class Vocabulary:
    """The words of one database, brought up to date at each question."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._where: tuple[Any, ...] = ()
        self._connection: psycopg.Connection[Any] | None = None
        self._words = Words()

    def like(self, tokens: list[str]) -> list[Like]:
        """What each of these words may stand for. One question to the database for all."""
        with self._lock:
            sounds = self._refresh(tokens)
            return [self._expand(token, sounds.get(token, set())) for token in tokens]

    def beginning(self, start: str) -> list[int]:
        """Keys of all words that begin so, the shortest first."""
        with self._lock:
            self._refresh([])
            held = self._words
            found = [(len(w), w, i) for w, i in held.place.items() if w.startswith(start)]
            return [int(held.keys[i]) for _, _, i in sorted(found)]

    def _refresh(self, tokens: list[str]) -> dict[str, set[str]]:
        sounds: dict[str, set[str]] = {}
        for what, key, word, sound, other in self._ask(tokens):
            if what == "word":
                self._words.add(key, word, sound, other)
            elif what == "token":
                sounds[word] = {sound, other} - {""}
            else:
                self._words.after = key
        return sounds

    def _ask(self, tokens: list[str]) -> list[Any]:
        where = _where()
        if where != self._where:
            self._close()
            self._where, self._words = where, Words()
        try:
            return self._run(tokens)
        except psycopg.OperationalError:
            # The server was started anew, or ended an idle connection: once more on a new one.
            self._close()
            return self._run(tokens)

    def _run(self, tokens: list[str]) -> list[Any]:
        if self._connection is None:
            name, user, password, host, port = self._where
            self._connection = psycopg.connect(
                dbname=name, user=user, password=password, host=host, port=port, autocommit=True,
                connect_timeout=5, application_name="peel words",
            )  # fmt: skip
        return self._connection.execute(_ASK, [self._words.after, tokens]).fetchall()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _expand(self, token: str, sounds: set[str]) -> Like:
        held = self._words
        found = {i: likeness(token, held.texts[i]) for i in held.near(token)}
        for code in sounds:
            if len(code) > 1:
                for i, score in _alike(token, held, held.sounds.get(code, [])):
                    found[i] = max(found.get(i, 0.0), score)
        for other in nicknames(token):
            if other in held.place:
                i = held.place[other]
                found[i] = max(found.get(i, 0.0), NICKNAME)
        if token in held.place:
            found[held.place[token]] = 1.0
        places = list(found)
        return Like(
            token, held.keys[places] if places else np.zeros(0, np.int64),
            np.array([found[i] for i in places]), {held.texts[i]: found[i] for i in places},
        )  # fmt: skip


def _alike(token: str, held: Words, places: list[int]) -> list[tuple[int, float]]:
    """Words that sound as the token does, unless they are spelt altogether differently."""
    if not places:
        return []
    texts = [held.texts[i] for i in places]
    spelt = process.cdist([token], texts, scorer=JaroWinkler.similarity, dtype=np.float32)[0]
    close = [(i, text) for i, text, s in zip(places, texts, spelt, strict=True) if s >= 0.7]
    scored = ((i, likeness(token, text)) for i, text in close)
    return [(i, 0.5 * s + SAME_SOUND) for i, s in scored if s >= _SOUNDS_ONLY]


def _where() -> tuple[Any, ...]:
    """Where the words are read: as the live role, or, in a worker, as the worker."""
    for alias in ("live", "worker"):
        found = connections.settings[alias]
        if found["PORT"] != "1":
            break
    return tuple(found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT"))


VOCABULARY = Vocabulary()
