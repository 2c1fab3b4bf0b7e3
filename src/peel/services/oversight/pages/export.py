"""Taking lines out of the ledger: a file in chunks, each accounted for before it leaves."""

import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from peel.kernel.access.identity import speaking
from peel.kernel.audit import ledger, looks
from peel.kernel.audit import reading as ledger_reading
from peel.kernel.audit.reading import Line
from peel.machine.commands.problems import Invalid, NotFound
from peel.machine.pages.reading import reading, require
from peel.services.oversight import people, queries, subjects, writing
from peel.services.oversight.forms import FilterForm
from peel.services.oversight.pages import asking

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

CHUNK = ledger_reading.MOST
NAME = "oversight.export"


@require_GET
@reading
def take_out(request: HttpRequest, form: str) -> HttpResponseBase:
    """The lines that fit the filter, as a file. Raises Invalid for a filter that is wrong."""
    identity = asking.auditor(request, NAME)
    require(request, queries.EXPORT, name=NAME, query=request.GET.urlencode())
    if form not in writing.FORMATS:
        raise NotFound("Lines can be exported as CSV or JSON")
    answers = asking.asked(request, identity)
    if not answers.is_valid():
        raise Invalid({name: list(map(str, texts)) for name, texts in answers.errors.items()})
    export = Export(identity, writing.writer(form), answers)
    response = StreamingHttpResponse(
        _streamed(export.pieces()), content_type=export.writer.media_type
    )
    response["Content-Disposition"] = f'attachment; filename="{export.file_name}"'
    return response


async def _streamed(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces, each made when the one before it has left; never the whole file in memory."""

    @sync_to_async
    def make() -> bytes | None:
        return next(pieces, None)

    while (piece := await make()) is not None:
        yield piece


class Export:
    """One file on its way out. It ends with a closing line; without one it was cut off."""

    def __init__(self, identity: "Identity", writer: writing.Writer, answers: FilterForm) -> None:
        self.identity, self.writer = identity, writer
        self.filters = answers.filters()
        self.said = [words for _, words in answers.said()]
        self.began = datetime.now(UTC)
        self.lines = 0
        self.chunks = 0
        self._digest = hashlib.sha256()

    @property
    def file_name(self) -> str:
        """The name under which a browser keeps the file."""
        return f"ledger-{self.began:%Y%m%d-%H%M%S}Z.{self.writer.suffix}"

    def pieces(self) -> Iterator[bytes]:
        """The file. Raises LedgerUnavailable when a chunk cannot be accounted for."""
        about = {
            "exported_at": self.began.isoformat(),
            "exported_by": f"{self.identity.caption} {self.identity.name}",
            "filters": self.said,
        }
        try:
            yield self._counted(self.writer.head(about))
            before = None
            while lines := self._read(before):
                yield self._counted(self._chunk(lines))
                before = lines[-1].id
                if len(lines) < CHUNK:
                    break
            last = self._counted(self.writer.tail())
            self._account(ledger.Outcome.DONE, [], closing=True, sha256=self._digest.hexdigest())
        except Exception:
            self._account(ledger.Outcome.FAILED, [], closing=True)
            raise
        if last:
            yield last

    def _read(self, before: Any) -> list[Line]:
        return ledger_reading.read(
            **self.filters, before=before, limit=CHUNK, token=self.identity.token
        )

    def _chunk(self, lines: list[Line]) -> str:
        """The text of some lines, accounted for as a disclosure of every record they name."""
        self.chunks += 1
        self.lines += len(lines)
        named = list(dict.fromkeys(each for line in lines for each in line.subjects))
        # The disclosure below names them all, so the titles read here need no line of their own.
        with speaking(self.identity), looks.looking(looks.Look()):
            actors = people.actors(lines)
            known = subjects.named(named, self.identity)
        text = self.writer.chunk(writing.row_of(line, actors[line.id], known) for line in lines)
        self._account(ledger.Outcome.DONE, named, first=str(lines[0].id), last=str(lines[-1].id))
        return text

    def _account(self, outcome: ledger.Outcome, named: list[Any], **more: Any) -> None:
        detail: Mapping[str, Any] = {
            "format": self.writer.suffix,
            "chunk": self.chunks,
            "lines": self.lines,
            **more,
        }
        ledger.write_apart(
            act=ledger.Act.DISCLOSURE,
            name=NAME,
            outcome=outcome,
            subjects=named,
            detail=detail,
            token=self.identity.token,
        )

    def _counted(self, text: str) -> bytes:
        piece = text.encode()
        self._digest.update(piece)
        return piece
