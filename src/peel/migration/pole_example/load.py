"""Loads the example's folder: nodes first, then links, each file with its own ledger of rows."""

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connections

from peel.kernel.access.models import Appointment
from peel.kernel.audit.ledger import Act
from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7
from peel.kernel.records import bulk
from peel.migration.pole_example.building import THROUGH, Builder, Values
from peel.migration.pole_example.mapping import Bond, Node, Plan, plan
from peel.pole.models import Link, Location
from peel.services.exchange.ledger import USING, RowLedger, State, digest, opened
from peel.services.exchange.running import BATCH, Begin, NotTaken, Row, run

SOURCE = "pole-example"
ID, START, END = ":ID", ":START_ID", ":END_ID"
_NO_END = "The record that it links was not taken: {}"


@dataclass
class Outcome:
    """What became of one file's rows."""

    name: str
    becomes: str
    rows: int
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def balances(self) -> bool:
        """Whether every row stands in one state, and none in two."""
        return self.counts.total() == self.rows


class Loader:
    """One run over a folder; `progress` is told the name of a file and how many rows are done."""

    def __init__(
        self,
        folder: Path,
        post: Appointment,
        progress: Callable[[str, int], None] = lambda name, rows: None,
        batch: int = BATCH,
    ) -> None:
        self._folder, self._post, self._progress, self._batch = folder, post, progress, batch
        self._plan: Plan = plan()
        self._ends: dict[str, dict[str, str]] = {}

    def load(self) -> list[Outcome]:
        """Load every file. Raises LookupError for one that is missing or has other columns."""
        wanted: list[Node | Bond] = [*self._plan.nodes, *self._plan.links]
        for one in wanted:
            if not self._path(one).is_file():
                raise LookupError(f"There is no file {self._path(one).name} in {self._folder}.")
        return [self._file(one) for one in wanted]

    def _path(self, one: Node | Bond) -> Path:
        return self._folder / self._plan.file_of(one)

    def _file(self, one: Node | Bond) -> Outcome:
        path = self._path(one)
        headings = _headings(path)
        what = one.label if isinstance(one, Node) else one.type
        found = opened(
            self._post, source=SOURCE, what=what, name=path.name, mapping={},
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        )  # fmt: skip
        ledger = RowLedger(found, self._post)
        keyed = [ID] if isinstance(one, Node) else [START, END]
        if missing := [name for name in keyed if name not in headings]:
            raise LookupError(f"{path.name} has no column {missing[0]}.")
        rows = _rows(path, headings, lambda row: self._key(what, [row[name] for name in keyed]))
        begin = (
            self._nodes(one, ledger, headings)
            if isinstance(one, Node)
            else self._links(one, headings, ledger)
        )
        count = run(
            ledger, rows, begin, through=THROUGH, batch=self._batch,
            act=Act.COLLECTION if isinstance(one, Node) else Act.COMBINATION,
            progress=lambda done: self._progress(path.name, done),
        )  # fmt: skip
        ledger.finish()
        becomes = one.kind if isinstance(one, Node) else one.becomes or "/".join(one.types.values())
        return Outcome(path.name, becomes, count, ledger.counts)

    def _key(self, what: str, parts: list[str]) -> bytes:
        """The key of a node by its number, of a link by its type and both ends."""
        kind = "node" if len(parts) == 1 else what
        return digest(str(self._post.organisation_id), SOURCE, kind, *parts)

    def _nodes(self, node: Node, ledger: RowLedger, headings: list[str]) -> Begin:
        builder = Builder(node, self._plan.source, self._post)

        def begin(chunk: list[Row], door: bulk.Batch) -> Any:
            made: list[tuple[UUID, Values]] = []
            places = self._places(node, ledger, chunk, headings)

            def make(row: Row) -> UUID:
                values = dict(zip(headings, row.cells, strict=True))
                record = uuid7()
                made.append((record, builder.values(values, places.get(values[ID]))))
                return record

            return make, lambda: builder.put(door, made, clock.now())

        return begin

    def _places(
        self, node: Node, ledger: RowLedger, chunk: list[Row], headings: list[str]
    ) -> dict[str, Location]:
        """The locations of a batch's crimes, by the crimes' own numbers."""
        if not node.place:
            return {}
        ends = self._ends_of(node.place)
        number = headings.index(ID)
        wanted = {row.cells[number]: ends.get(row.cells[number]) for row in chunk if not row.fault}
        keys = {crime: self._key("", [place]) for crime, place in wanted.items() if place}
        known = ledger.known(set(keys.values()))
        titles = _titles([record for _, record in known.values()])
        return {
            crime: Location(
                id=known[key][1], record_ptr_id=known[key][1], title=titles[known[key][1]]
            )
            for crime, key in keys.items()
            if key in known
        }

    def _ends_of(self, type_: str) -> dict[str, str]:
        """The second end of each link of a type, by its first."""
        if type_ not in self._ends:
            path = self._path(Bond(type_))
            with path.open(encoding="utf-8-sig", newline="") as handle:
                self._ends[type_] = {row[START]: row[END] for row in csv.DictReader(handle)}
        return self._ends[type_]

    def _links(self, bond: Bond, headings: list[str], ledger: RowLedger) -> Begin:
        link = Link(
            asserted_by_id=self._post.pk, asserted_at=clock.now(), confirmed=True,
            note=f"From {self._plan.source}, {bond.type}",
        )  # fmt: skip
        fixed = bulk.columns_of(link, Link)
        start, end = headings.index(START), headings.index(END)

        def begin(chunk: list[Row], door: bulk.Batch) -> Any:
            good = [row.cells for row in chunk if not row.fault]
            ends = {number for cells in good for number in (cells[start], cells[end])}
            keys = {number: self._key("", [number]) for number in ends}
            known = ledger.known(keys.values())

            def make(row: Row) -> UUID:
                type_ = bond.type_of(dict(zip(headings, row.cells, strict=True)))
                if type_ is None:
                    raise NotTaken(f"There is no type of link for “{row.cells[-1]}”")
                found = []
                for number in (row.cells[start], row.cells[end]):
                    if keys[number] not in known:
                        raise NotTaken(_NO_END.format(number))
                    found.append(known[keys[number]][1])
                made = uuid7()
                columns = {
                    "id": str(made), "type_id": type_,
                    "from_record_id": str(found[0]), "to_record_id": str(found[1]),
                }  # fmt: skip
                door.add_columns(Link._meta.db_table, columns, fixed)
                door.concerned |= dict.fromkeys(found)
                return made

            return make, lambda: None

        return begin


def _headings(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return next(csv.reader(handle), [])


def _rows(
    path: Path, headings: list[str], key: Callable[[Mapping[str, str]], bytes]
) -> Iterator[Row]:
    """The rows of a file; one that has too few or too many cells bears its fault."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as handle:
        reader = csv.reader(handle)
        next(reader, None)
        for line, cells in enumerate(reader, start=2):
            said = digest(*cells)
            if len(cells) != len(headings):
                fault = f"It has {len(cells)} cells, not {len(headings)}"
                yield Row(line, cells, digest("fault", str(line), str(path.name)), said, fault)
            else:
                yield Row(line, cells, key(dict(zip(headings, cells, strict=True))), said)


def _titles(records: list[UUID]) -> dict[UUID, str]:
    with connections[USING].cursor() as cursor:
        cursor.execute("select id, title from records_record where id = any (%s)", [records])
        return dict(cursor.fetchall())


def totals(outcomes: Sequence[Outcome]) -> Counter[State]:
    """How many rows of all files ended in each state."""
    found: Counter[State] = Counter()
    for outcome in outcomes:
        found.update({State(state): count for state, count in outcome.counts.items()})
    return found
