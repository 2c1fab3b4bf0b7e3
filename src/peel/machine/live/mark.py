"""What a page says of itself so that it can be kept live."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from peel.kernel.base import cursor
from peel.kernel.records import feed


@dataclass(frozen=True)
class Mark:
    """The kinds whose lists a page shows, the records, and the place up to which it knows."""

    kinds: tuple[str, ...]
    records: tuple[UUID, ...]
    after: str

    def on(self, record: UUID) -> "Mark":
        """The same mark, about a record that was read since."""
        return replace(self, records=(*self.records, record))


def mark(kinds: Iterable[str] = (), records: Iterable[UUID] = ()) -> Mark:
    """The mark of a page, for its context as `live`.

    Make it before anything is read: what is published in between is then told, and not missed.
    """
    return Mark(tuple(kinds), tuple(records), cursor.seal(feed.position()))
