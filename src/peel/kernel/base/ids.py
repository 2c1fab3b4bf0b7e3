"""Identifiers of everything Peel keeps: UUID version 7, made in Python.

The ids come from the real clock, whatever time a command was given: see `clock`.
Source: RFC 9562, section 5.7 (layout) and 6.2, method 2 (monotonic random).
"""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

_RANDOM_BITS = 74
_VERSION, _VARIANT = 0x7, 0b10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Source:
    """The last id of this process, so that the next is always greater."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.millisecond = 0
        self.tail = 0

    def next(self) -> tuple[int, int]:
        """The next millisecond since 1970 and its 74 bits, greater than any given before."""
        drawn = int.from_bytes(os.urandom(10), "big")
        with self.lock:
            now = time.time_ns() // 1_000_000
            if now > self.millisecond:
                # The highest bit stays clear, so that a busy millisecond has room to count in.
                self.millisecond, self.tail = now, drawn >> (80 - _RANDOM_BITS + 1)
            else:
                # Same millisecond, or the clock was set back: count on by a random step.
                self.tail += 1 + (drawn & 0xFFFF_FFFF)
                if self.tail >> _RANDOM_BITS:
                    self.millisecond, self.tail = self.millisecond + 1, drawn >> 7
            return self.millisecond, self.tail


_source = _Source()


def _forget() -> None:
    """Begin afresh in a forked child, which must neither share a lock nor continue a count."""
    global _source
    _source = _Source()


os.register_at_fork(after_in_child=_forget)


def uuid7() -> UUID:
    """A new id. Ids of one process rise strictly; ids of all processes rise by the millisecond."""
    millisecond, tail = _source.next()
    high = millisecond << 16 | _VERSION << 12 | tail >> 62
    low = _VARIANT << 62 | tail & (1 << 62) - 1
    return UUID(int=high << 64 | low)


def uuid7_moment(identifier: UUID) -> datetime:
    """The UTC moment, to the millisecond, at which `identifier` was made.

    Raises ValueError for an id that is not of version 7.
    """
    if identifier.version != _VERSION:
        raise ValueError(f"{identifier} is not a UUID of version 7")
    return _EPOCH + timedelta(milliseconds=identifier.int >> 80)


def uuid7_floor(moment: datetime) -> UUID:
    """The lowest id that could be made at `moment` (aware): the edge of a range by time.

    Raises ValueError for a moment without a time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone")
    millisecond = (moment - _EPOCH) // timedelta(milliseconds=1)
    return UUID(int=millisecond << 80 | _VERSION << 76 | _VARIANT << 62)
