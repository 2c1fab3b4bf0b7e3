"""One file on its way in: batch after batch, each row settled in exactly one way."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError

from peel.kernel.audit.ledger import Act
from peel.kernel.records import bulk
from peel.services.exchange.ledger import RowLedger, Settled, State

BATCH = 5_000
CLASHES = "This clashes with something that is recorded already"
OTHERWISE = "A row with this key was taken before, and it says something else"


class Row(NamedTuple):
    """One row of a file. `fault` says why it cannot be read; `key` is what it speaks of."""

    line: int
    cells: Sequence[str]
    key: bytes
    digest: bytes
    fault: str = ""


class NotTaken(Exception):
    """A row is not taken: the message says why, `state` whether it can be put right."""

    def __init__(self, why: str, state: State = State.QUARANTINED) -> None:
        self.why, self.state = why, state
        super().__init__(why)


Make = Callable[[Row], UUID]
# Begins a batch: given its rows and the door, gives what makes the record of one row (or raises
# NotTaken), and what puts all that was made into the door.
Begin = Callable[[list[Row], bulk.Batch], tuple[Make, Callable[[], None]]]


def run(
    ledger: RowLedger,
    rows: Iterable[Row],
    begin: Begin,
    *,
    through: str,
    act: Act = Act.COLLECTION,
    batch: int = BATCH,
    progress: Callable[[int], None] = lambda rows: None,
) -> int:
    """Settle every row that has not been settled; gives how many rows there are."""
    waiting = (row for row in rows if row.line > ledger.found.done)
    while chunk := list(islice(waiting, batch)):
        _whole(ledger, chunk, begin, (through, act))
        progress(len(chunk))
    return ledger.found.done - 1


def _whole(
    ledger: RowLedger, chunk: list[Row], begin: Begin, named: tuple[str, Act], why: str = ""
) -> None:
    """One batch in one transaction. One that clashes with what is recorded is halved until the
    row that does stands alone, and that one is refused.
    """
    try:
        with ledger.batch():
            door = bulk.Batch(named[0])
            make, fill = begin(chunk, door)
            settled = settle(chunk, ledger, _clashing if why else make)
            fill()
            ledger.write(settled, chunk[-1].line)
            if door:
                door.take_in(act=named[1])
    except IntegrityError:
        ledger.forget()
        if why:
            raise
        middle = len(chunk) // 2
        parts = [chunk[:middle], chunk[middle:]] if middle else [chunk]
        for part in parts:
            _whole(ledger, part, begin, named, "" if middle else CLASHES)


def _clashing(row: Row) -> UUID:
    raise NotTaken(CLASHES, State.REFUSED)


def settle(rows: Sequence[Row], ledger: RowLedger, make: Make) -> list[Settled]:
    """What becomes of each row: `make` is asked for those that nobody has taken before."""
    known = ledger.known([row.key for row in rows])
    found = []
    for row in rows:
        try:
            found.append(_settled(row, known, make))
        except NotTaken as no:
            found.append(Settled(row.line, row.key, row.digest, no.state, None, no.why, row.cells))
    return found


def _settled(row: Row, known: dict[bytes, tuple[bytes, UUID]], make: Make) -> Settled:
    """One row's state. Raises NotTaken."""
    if row.fault:
        raise NotTaken(row.fault)
    if row.key in known:
        said, record = known[row.key]
        if said != row.digest:
            raise NotTaken(OTHERWISE)
        return Settled(row.line, row.key, row.digest, State.THERE, record)
    record = make(row)
    known[row.key] = (row.digest, record)
    return Settled(row.line, row.key, row.digest, State.MADE, record)
