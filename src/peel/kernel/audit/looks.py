"""The look that is going on: which records the answer being made shows.

Pages, lists and searches call `note` with the ids they show; the middleware writes the line.
Outside a request nothing listens and `note` does nothing.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from peel.kernel.audit import ledger


class Look:
    """What one answer has shown so far, and how much of it is in the ledger already."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.query: str | None = None
        self.described = False
        self._seen: dict[UUID, None] = {}
        self._written = 0

    def note(self, ids: Iterable[UUID]) -> None:
        """Add records to those seen, once each and in order."""
        self._seen.update(dict.fromkeys(ids))

    @property
    def unwritten(self) -> list[UUID]:
        """The records seen that no line names yet."""
        return list(self._seen)[self._written :]

    @property
    def owed(self) -> bool:
        """Whether a line has to be written before anything leaves."""
        return self.described or len(self._seen) > self._written

    def write(self, outcome: ledger.Outcome) -> UUID | None:
        """Write the line that is owed; None when none is. Raises LedgerUnavailable."""
        if not self.owed:
            return None
        new = self.unwritten
        line = ledger.write_apart(
            act=ledger.Act.CONSULTATION,
            name=self.name,
            outcome=outcome,
            subjects=new,
            query=self.query,
        )
        self._written += len(new)
        self.described = False
        return line


_current: ContextVar[Look | None] = ContextVar("peel_audit_look", default=None)


def note(ids: Iterable[UUID]) -> None:
    """Say that the answer being made shows (or was made from) these records."""
    if look := _current.get():
        look.note(ids)


def describe(*, name: str | None = None, query: str | None = None) -> None:
    """Say what this look is called and which words were searched for; it then always has a line."""
    if look := _current.get():
        look.described = True
        look.name = name or look.name
        look.query = query if query is not None else look.query


@contextmanager
def looking(look: Look) -> Iterator[Look]:
    """Collect the notes made inside the block in `look`."""
    mark = _current.set(look)
    try:
        yield look
    finally:
        _current.reset(mark)
