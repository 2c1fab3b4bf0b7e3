"""Reads everything that is stored and says what is not as it was brought in."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from peel.kernel.files import backends, hashing
from peel.kernel.files.backends import Missing
from peel.kernel.files.cipher import PIECE, pieces, stored_size
from peel.kernel.files.keys import KeyMissing
from peel.kernel.files.models import Blob, Quarantined
from peel.kernel.files.store import Altered, Reader

# An object may lie there a moment before its row is committed.
GRACE = 600.0
USING = "worker"


@dataclass(frozen=True)
class Fault:
    """Something wrong with one object; `spans` are the altered bytes, first and last."""

    id: str
    kind: str
    spans: list[tuple[int, int]] = field(default_factory=list)

    @property
    def words(self) -> str:
        """What is wrong, in a sentence."""
        where = ", ".join(f"bytes {first} to {last}" for first, last in self.spans)
        return {
            "changed": f"its content has changed: {where}",
            "missing": "it is missing from the store",
            "extra": "it lies in the store and nothing knows of it",
            "size": "its size in the store is wrong",
            "hash": "its content is whole but not what its hash says",
            "key": "no key of this installation opens it",
        }[self.kind]


def check(blob: Any) -> Fault | None:
    """Read one blob (or quarantined content) to its end; None when all is well."""
    name = str(blob.id)
    held = backends.backend().size(blob.id)
    if held is None:
        return Fault(name, "missing")
    try:
        reader = Reader(blob)
    except KeyMissing:
        return Fault(name, "key")
    leaves = hashing.split(bytes(blob.leaves)) if "leaves" not in blob.get_deferred_fields() else []
    whole, spans = hashlib.sha256(), []
    for place in range(pieces(blob.size)):
        try:
            piece = reader.piece(place)
        except Missing:
            return Fault(name, "missing")
        except Altered:
            piece = b""
        whole.update(piece)
        if not piece or (leaves and leaves[place : place + 1] != [hashing.leaf(piece)]):
            spans.append((place * PIECE, min(blob.size, (place + 1) * PIECE) - 1))
    if spans:
        return Fault(name, "changed", spans)
    if held != stored_size(blob.size):
        return Fault(name, "size")
    return None if whole.digest() == bytes(blob.sha256) else Fault(name, "hash")


def check_all(seen: Callable[[Any], None] = lambda blob: None) -> Iterator[Fault]:
    """Every fault of the store: what changed, is missing, or is there and known to nobody.

    `seen` is told of each content as it is read.
    """
    # Listed before the rows are read: what is committed meanwhile is then known.
    lying = {name for name, age in backends.backend().listed() if age > GRACE}
    known = set()
    for blob in everything():
        known.add(str(blob.id))
        if fault := check(blob):
            yield fault
        seen(blob)
    for name in sorted(lying - known):
        yield Fault(name, "extra")


def everything() -> Iterator[Any]:
    """Every blob and every quarantined content, with all its columns, under the worker's role."""
    yield from Blob.objects.using(USING).defer(None).order_by("pk").iterator(100)
    yield from Quarantined.objects.using(USING).order_by("pk").iterator(100)
