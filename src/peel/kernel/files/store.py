"""The store: content goes in as a stream and comes out as a stream, whole or in part."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connections

from peel.kernel.files import backends, hashing, keys, media, scanning
from peel.kernel.files.backends import Backend, Sink
from peel.kernel.files.cipher import PIECE, SEALED, Cipher, pieces
from peel.kernel.files.models import Blob
from peel.kernel.files.scanning import Verdict


class TooLarge(Exception):
    """The content has more bytes than the installation takes."""


class Empty(Exception):
    """The content has no bytes."""


class Altered(Exception):
    """A stored piece is not what was sealed; `place` is which."""

    def __init__(self, place: int) -> None:
        self.place = place
        super().__init__(f"Piece {place} is not what was stored")


@dataclass
class Incoming:
    """Content that is in the store but belongs to nothing yet: keep it, or it is removed."""

    id: uuid.UUID
    size: int
    media_type: str
    digest: hashing.Digest
    key_id: str
    wrapped_key: bytes
    verdict: Verdict
    kept: bool = False

    @property
    def sha256(self) -> bytes:
        """The SHA-256 of the content."""
        return self.digest.sha256

    def keep(self, at: datetime, *, source: uuid.UUID | None = None) -> uuid.UUID:
        """Enter it as stored, within the caller's transaction; gives the id of the blob.

        That is another's id when the organisation has this content already. `source` is the blob
        that a program made it from. Call `settle` once the transaction has ended.
        """
        function, first = ("files.keep_derived", [source]) if source else ("files.keep", [])
        found: uuid.UUID = _call(
            function, *first, self.id, self.sha256, self.digest.root,
            b"".join(self.digest.leaves), self.size, self.media_type, self.key_id,
            self.wrapped_key, at,
        )  # fmt: skip
        # Someone else's blob holds it: what was just written is of no use.
        self.kept = found == self.id
        return found

    def set_aside(self, name: str, at: datetime) -> None:
        """Enter it as quarantined, within the caller's transaction."""
        _call(
            "files.set_aside", self.id, self.sha256, b"".join(self.digest.leaves), self.size,
            name, self.verdict.finding, self.key_id, self.wrapped_key, at,
        )  # fmt: skip
        self.kept = True

    def discard(self) -> None:
        """Remove it unless it was kept."""
        if not self.kept:
            backends.backend().remove(self.id)


def _call(function: str, *values: Any) -> Any:
    with connections["default"].cursor() as cursor:
        marks = ", ".join(["%s"] * len(values))
        cursor.execute(f"select {function}({marks})", values)
        return cursor.fetchone()[0]


class Writer:
    """Takes a content in: hashes, scans, seals and stores it piece by piece, a piece in memory."""

    def __init__(self, *, most: int | None = None, scan: bool = True) -> None:
        self.id = uuid.uuid4()
        self.size = 0
        self._most = settings.PEEL_FILES_MOST_BYTES if most is None else most
        self._digest = hashing.Digest()
        self._key = os.urandom(32)
        self._cipher = Cipher(self._key, self.id)
        self._scan = scanning.begin() if scan else scanning._None()
        self._head = b""
        self._waiting = bytearray()
        self._sink: Sink | None = backends.backend().begin(self.id)

    def write(self, data: bytes) -> None:
        """Add bytes. Raises TooLarge, and the content is then given up."""
        self.size += len(data)
        if self.size > self._most:
            self.close()
            raise TooLarge
        self._scan.feed(data)
        self._waiting += data
        # The last piece is sealed as such, so one is always held back.
        while len(self._waiting) > PIECE:
            with memoryview(self._waiting) as waiting:
                piece = bytes(waiting[:PIECE])
            self._seal(piece, last=False)
            del self._waiting[:PIECE]

    def _seal(self, piece: bytes, *, last: bool) -> None:
        place = len(self._digest.leaves)
        if place == 0:
            self._head = piece[: media.HEAD]
        self._digest.add(piece)
        if self._sink:
            self._sink.write(self._cipher.seal(place, piece, last=last))

    def finish(self, media_type: str = "") -> Incoming:
        """Make it durable; what it is, is told by its content. Raises Empty."""
        if self.size == 0 or self._sink is None:
            self.close()
            raise Empty
        self._seal(bytes(self._waiting), last=True)
        self._waiting = bytearray()
        verdict = self._scan.verdict()
        key_id, wrapped = keys.wrap(self._key, self.id.bytes)
        self._sink.commit()
        self._sink = None
        found = media_type or media.detect(self._head)
        return Incoming(self.id, self.size, found, self._digest, key_id, wrapped, verdict)

    def close(self) -> None:
        """Give it up, unless it is finished."""
        if self._sink is not None:
            self._sink.abandon()
            self._sink = None
            self._scan.close()

    def __del__(self) -> None:
        # A caller who went away in the middle leaves nobody to say so.
        if getattr(self, "_sink", None) is not None:
            self.close()


class Reader:
    """Gives a stored content back, each piece proved as it passes. Needs no database."""

    def __init__(self, blob: Any, place: Backend | None = None) -> None:
        self.id, self.size = blob.id, int(blob.size)
        key = keys.unwrap(blob.key_id, blob.wrapped_key, self.id.bytes)
        self._cipher = Cipher(key, self.id)
        self._place = place or backends.backend()
        self._pieces = pieces(self.size)

    def piece(self, place: int) -> bytes:
        """One piece. Raises Altered, and Missing when there is no such object."""
        from cryptography.exceptions import InvalidTag

        sealed = self._place.read(self.id, place * SEALED, SEALED)
        try:
            return self._cipher.open(place, sealed, last=place == self._pieces - 1)
        except (InvalidTag, ValueError) as error:
            raise Altered(place) from error

    def stream(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to (not with) `end`, in order."""
        end = self.size if end is None else min(end, self.size)
        for place in range(start // PIECE, pieces(end) if end > start else 0):
            piece = self.piece(place)
            begins = place * PIECE
            yield piece[max(0, start - begins) : end - begins]


def stored(blob: Blob) -> Reader:
    """A reader of a blob's content."""
    return Reader(blob)
