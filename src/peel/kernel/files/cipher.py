"""Content in sealed pieces of a mebibyte, so that any part can be read and any change is located.

AES-256-GCM under a key of the file's own. The nonce is the piece's place, which no other piece
under that key has; file, place and "last" are bound in, so that pieces cannot be swapped between
files, moved, or cut off at the end.
"""

import struct
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE = 1 << 20
TAG = 16
SEALED = PIECE + TAG


class Cipher:
    """Seals and opens the pieces of one file. Opening raises InvalidTag for an altered piece."""

    def __init__(self, key: bytes, file_id: UUID) -> None:
        self._gcm = AESGCM(key)
        self._file = file_id.bytes

    def seal(self, place: int, content: bytes, *, last: bool) -> bytes:
        """A piece as it is stored."""
        return self._gcm.encrypt(_nonce(place), content, self._bound(place, last))

    def open(self, place: int, sealed: bytes, *, last: bool) -> bytes:
        """A stored piece as it was."""
        return self._gcm.decrypt(_nonce(place), sealed, self._bound(place, last))

    def _bound(self, place: int, last: bool) -> bytes:
        return self._file + struct.pack(">Q?", place, last)


def _nonce(place: int) -> bytes:
    return struct.pack(">4xQ", place)


def pieces(size: int) -> int:
    """How many pieces a content of `size` bytes has."""
    return max(1, -(-size // PIECE))


def stored_size(size: int) -> int:
    """How many bytes a content of `size` takes in the store."""
    return size + TAG * pieces(size)
