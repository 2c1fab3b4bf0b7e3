"""The Merkle tree over the ledger's lines: hashing, growth, and proofs as in RFC 9162, section 2.1.

A node is named by its level (0 is a leaf) and its index within the level, counted from 0.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

Node = Callable[[int, int], bytes]
"""Gives the hash of the full subtree at (level, index)."""

EMPTY = sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf (RFC 9162, 2.1.1)."""
    return sha256(b"\x00" + content).digest()


def join(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (RFC 9162, 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def _split(count: int) -> int:
    """The largest power of two below `count`: where a tree of that many leaves divides."""
    return 1 << (count - 1).bit_length() - 1


class Frontier:
    """A growing tree of which only the roots of its full subtrees are kept, largest first."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)

    @classmethod
    def load(cls, size: int, node: Node) -> "Frontier":
        """The frontier of a tree of `size` leaves whose nodes are stored."""
        return cls(size, (node(level, index) for level, index in peaks_of(size)))

    def append(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Add a leaf hash; gives each inner node that it completes as (level, index, hash)."""
        index, level, value = self.size, 0, leaf
        self.size += 1
        while index & 1:
            value = join(self.peaks.pop(), value)
            index, level = index >> 1, level + 1
            yield level, index, value
        self.peaks.append(value)

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        if not self.peaks:
            return EMPTY
        value = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            value = join(peak, value)
        return value


def peaks_of(size: int) -> Iterator[tuple[int, int]]:
    """The (level, index) of each full subtree of a tree of `size` leaves, largest first."""
    start = 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            yield level, start >> level
            start += 1 << level


def span(node: Node, start: int, end: int) -> bytes:
    """The root over the leaves from `start` up to but not including `end`."""
    count = end - start
    if count == 0:
        return EMPTY
    if count & (count - 1) == 0:
        return node(count.bit_length() - 1, start // count)
    middle = start + _split(count)
    return join(span(node, start, middle), span(node, middle, end))


def inclusion(node: Node, index: int, size: int) -> list[bytes]:
    """The inclusion path of leaf `index` in the tree of `size` leaves (RFC 9162, 2.1.3.1).

    Raises ValueError when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} lines has no line at {index}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(span(node, middle, end))
            end = middle
        else:
            path.append(span(node, start, middle))
            start = middle
    return path[::-1]


def consistency(node: Node, first: int, second: int) -> list[bytes]:
    """The proof that the tree of `second` leaves extends that of `first` (RFC 9162, 2.1.4.1).

    Raises ValueError unless 0 < first <= second.
    """
    if not 0 < first <= second:
        raise ValueError("A consistency proof runs from a smaller tree, not empty, to a larger one")
    path: list[bytes] = []
    start, end, whole = 0, second, True
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(span(node, middle, end))
            end = middle
        else:
            path.append(span(node, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(span(node, start, end))
    return path[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that an inclusion path leads to, or None for a path of the wrong length.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return None
    position, last, value = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if position & 1 or position == last:
            value = join(sibling, value)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            value = join(value, sibling)
        position, last = position >> 1, last >> 1
    return value if last == 0 else None


def consistent(
    first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether `path` proves that the second tree extends the first (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    steps = list(path)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    if not steps:
        return False
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = join(step, old), join(step, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = join(new, step)
        position, last = position >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
