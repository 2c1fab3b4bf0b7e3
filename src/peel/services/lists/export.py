"""One export on its way out: each chunk is accounted for before it leaves, and how it ended."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.text import slugify

from peel.kernel.access.identity import SignedOut, identify
from peel.kernel.access.markings import Marking
from peel.kernel.audit import context as contexts
from peel.kernel.audit import ledger, looks
from peel.kernel.base import clock
from peel.kernel.base.spreadsheets import Writer
from peel.machine.show import plain
from peel.services.lists.chunks import Chunk, Source, ahead

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

_CHANGED = (
    "Each row is as it was when its part of the file was read. A row whose place in the order"
    " changed meanwhile may stand twice or not at all."
)


class Export:
    """One file. It says at its end that it is whole; one that does not was cut off."""

    def __init__(self, source: Source, identity: "Identity", writer: Callable[[], Writer]) -> None:
        self.source, self.identity, self.writer = source, identity, writer()
        self.began = clock.now()
        self.expected, self.size = source.extent()
        self.marking = int(Marking.OFFICIAL)
        self.rows = self.chunks = 0
        self._digest = hashlib.sha256()

    @property
    def file_name(self) -> str:
        """Title, day and time, and the highest marking where it could be told ahead."""
        marking = slugify(Marking(self.expected).label) if self.expected else "see-marking-inside"
        name = slugify(self.source.title)
        return f"{name}-{self.began:%Y%m%d-%H%M}Z-{marking}.{self.writer.suffix}"

    def pieces(self) -> Iterator[bytes]:
        """The file. Raises SignedOut, and LedgerUnavailable where a chunk cannot be accounted for.

        Closing it before its end leaves a line that says how far it went.
        """
        # Lines of its own name all that is shown, so what is read here is not noted once more.
        try:
            with looks.looking(looks.Look()):
                yield self._hashed(self.writer.head(self.source.title, self.source.headings))
                for chunk in ahead(self.source.read):
                    yield self._piece(chunk)
                last = self._hashed(self.writer.tail(self.about(), self.marked))
            self._account([], closing=True, sha256=self._digest.hexdigest())
            yield last
        except GeneratorExit:
            self._break_off("The connection was dropped")
            raise
        except Exception as problem:
            self._break_off(type(problem).__name__)
            raise

    def _piece(self, chunk: Chunk) -> bytes:
        self.chunks += 1
        self.rows += len(chunk.rows)
        self.marking = max(self.marking, chunk.marking)
        piece = self._hashed(self.writer.rows(chunk.rows))
        try:
            self._account(chunk.named)
        except ledger.LedgerUnavailable:
            self.chunks, self.rows = self.chunks - 1, self.rows - len(chunk.rows)
            # It was read ahead, while the session still lived.
            if identify(self.identity.token) is None:
                raise SignedOut("You have been signed out.") from None
            raise
        return piece

    def _hashed(self, piece: bytes) -> bytes:
        self._digest.update(piece)
        return piece

    @property
    def marked(self) -> str:
        """The highest marking of the rows so far."""
        return str(Marking(self.marking).label)

    def about(self) -> list[tuple[str, str]]:
        """What stands at the end of the file: who, when, what was asked, and that it is whole."""
        return [
            ("Highest marking", self.marked),
            *self.source.about(),
            ("Exported by", f"{self.identity.name}, {self.identity.caption}"),
            ("Exported at", f"{plain(self.began)} (London time)"),
            ("Rows", f"{self.rows:,}"),
            ("Rows that changed", _CHANGED),
            ("Whole", "Yes. Without this line the file was cut off."),
        ]

    def _account(
        self, named: list[UUID], outcome: ledger.Outcome = ledger.Outcome.DONE, **more: Any
    ) -> None:
        detail = {"format": self.writer.suffix, "chunk": self.chunks, "rows": self.rows, **more}
        line: dict[str, Any] = {
            "act": ledger.Act.DISCLOSURE, "name": self.source.permission, "outcome": outcome,
            "subjects": named, "detail": detail,
        }  # fmt: skip
        ledger.write_apart(**line, token=self.identity.token)

    def _break_off(self, reason: str) -> None:
        how = {"closing": True, "reason": reason, "appointment": str(self.identity.appointment_id)}
        try:
            self._account([], ledger.Outcome.FAILED, **how)
        except ledger.LedgerUnavailable:
            # Whoever has signed out writes no line any more: this one is nobody's, of his request.
            self.identity = replace(self.identity, token="")
            with contexts.working(replace(contexts.current(), token=None)):
                self._account([], ledger.Outcome.FAILED, **how)
