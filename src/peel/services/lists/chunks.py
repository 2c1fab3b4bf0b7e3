"""What an export is made of: a source that is read chunk by chunk, each as it may be seen then."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.db import connections

from peel.kernel.base.spreadsheets import Cell


@dataclass(frozen=True)
class Chunk:
    """Some rows, every record that they name, and where the next begin (None: nowhere)."""

    rows: list[list[Cell]]
    named: list[UUID]
    marking: int
    next: Any


class Source(Protocol):
    """Where the rows of an export come from. `permission` names its lines in the ledger."""

    @property
    def title(self) -> str:
        """What the rows are, for the file's name and its sheet."""
        ...

    @property
    def permission(self) -> str:
        """The permission to take them away."""
        ...

    @property
    def headings(self) -> list[str]:
        """What stands over each column."""
        ...

    def extent(self) -> tuple[int | None, int | None]:
        """The highest marking of the rows now, and how many; None where that takes too long."""
        ...

    def read(self, place: Any) -> Chunk:
        """The rows behind a place (None: the first), in one short transaction."""
        ...

    def about(self) -> list[tuple[str, str]]:
        """What was asked for, for the end of the file."""
        ...


def ahead(read: Callable[[Any], Chunk]) -> Iterator[Chunk]:
    """The chunks one after another, the next being read while the last is written and sent.

    What was read and never asked for has been shown to nobody. Raises what `read` raises.
    """
    with ThreadPoolExecutor(1, "export") as beside:

        def begin(place: Any) -> Future[Chunk]:
            return beside.submit(copy_context().run, read, place)

        try:
            coming: Future[Chunk] | None = begin(None)
            while coming is not None:
                chunk = coming.result()
                coming = begin(chunk.next) if chunk.next is not None else None
                yield chunk
        finally:
            beside.submit(connections.close_all)
