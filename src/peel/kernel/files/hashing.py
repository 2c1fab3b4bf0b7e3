"""The hashes of a content: one over the whole, one for each piece, and the tree over those."""

import hashlib
from collections.abc import Sequence


class Digest:
    """Hashes a content as its pieces pass by."""

    def __init__(self) -> None:
        self._whole = hashlib.sha256()
        self.leaves: list[bytes] = []

    def add(self, piece: bytes) -> None:
        """Take in the next piece."""
        self._whole.update(piece)
        self.leaves.append(leaf(piece))

    @property
    def sha256(self) -> bytes:
        """The SHA-256 of all that was taken in."""
        return self._whole.digest()

    @property
    def root(self) -> bytes:
        """The top of the hash tree."""
        return root(self.leaves)


def leaf(piece: bytes) -> bytes:
    """The hash of one piece, told apart from the hash of an inner node (RFC 9162, 2.1.1)."""
    found = hashlib.sha256(b"\0")
    found.update(piece)
    return found.digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash over the leaves (RFC 9162, 2.1.1)."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()


def split(leaves: bytes) -> list[bytes]:
    """The leaves as the database keeps them, one after the other."""
    return [leaves[at : at + 32] for at in range(0, len(leaves), 32)]
