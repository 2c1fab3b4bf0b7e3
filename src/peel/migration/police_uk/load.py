"""Loads files: reads, reconciles and writes batch by batch, each batch one transaction.

The next batch is read while one is written (`writing`).
Whatever ends a run, the rows of finished batches stand and the next run goes on from there.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol
from uuid import UUID

from peel.kernel.base.ids import uuid7
from peel.migration.police_uk import files, reader
from peel.migration.police_uk.bulk import CrimeSink
from peel.migration.police_uk.keys import Keys, Subject, crime_key, month_number, row_month
from peel.migration.police_uk.plan import batch_of, points_named
from peel.migration.police_uk.reader import (
    CRIME_ID,
    BadRow,
    Inspected,
    Kind,
    Reason,
    Row,
)
from peel.migration.police_uk.reconcile import (
    Arrival,
    Place,
    Plan,
    Result,
    Version,
    reconcile,
)
from peel.migration.police_uk.report import Report
from peel.migration.police_uk.writing import Flight

BATCH = 5_000
Progress = Callable[[str, int], None]


class FileState(NamedTuple):
    """What is known of a file: lines to `done` have a result; `open_lines` are quarantined."""

    id: int
    published: int
    done: int
    open_lines: dict[int, Reason]


class Held(NamedTuple):
    """A row to be quarantined, with the crime that it waits for where it is an outcome."""

    place: Place
    subject: Subject
    bad: BadRow
    waits_for: bytes | None


@dataclass
class Step:
    """The lines of one batch for the row ledger, written in the transaction of its records."""

    plan: Plan = field(default_factory=Plan)
    points: dict[bytes, UUID] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    released: list[Place] = field(default_factory=list)
    file: int | None = None
    done: int = 0


class RowLedger(Protocol):
    """What is remembered of rows between batches and runs."""

    def transaction(self) -> AbstractContextManager[object]:
        """The one transaction of a batch, records included."""

    def file(self, found: Inspected) -> FileState:
        """The state of a file, which is remembered from now on."""

    def versions(self, keys: Sequence[bytes]) -> dict[bytes, list[Version]]:
        """The known versions of these subjects."""

    def records(self, keys: Sequence[bytes]) -> dict[bytes, UUID]:
        """The records of these subjects, of those that have one."""

    def points(self, keys: Sequence[bytes]) -> dict[bytes, UUID]:
        """The locations of these map points, of those that are known."""

    def waiting(self, most: int) -> list[Arrival]:
        """Quarantined outcomes whose crime has come, `most` at once."""

    def write(self, step: Step) -> None:
        """Remember the lines of a batch."""

    def refuse(self, name: str, why: str) -> None:
        """Remember that a file could not be taken as a whole."""

    def complete(self, file: int) -> None:
        """Remember that every row of a file has its result."""

    def leave(self) -> None:
        """Give back what the calling thread holds."""


class Loader:
    """One run over some paths.

    `report` holds what became of the rows so far; `progress` is told the name of the file and how
    many more bytes of it are done, of `expected` in all.
    """

    def __init__(self, ledger: RowLedger, sink: CrimeSink, progress: Progress) -> None:
        self._ledger, self._sink, self._progress = ledger, sink, progress
        self._flight = Flight(ledger.leave)
        self._given: set[str] = set()
        self.report = Report()
        self.expected = 0

    def load(self, paths: Iterable[Path], published: str = "") -> Report:
        """Load every file under `paths`: street files by month, then outcomes by month."""
        found = self._inspect(paths, published)
        self.expected = sum(one.size for one in found)
        try:
            for kind in (Kind.STREET, Kind.OUTCOMES):
                for one in found:
                    if one.kind is kind:
                        self._file(one, kind)
                self._flight.land()
                if kind is Kind.STREET:
                    self._take_up()
        finally:
            self._flight.close()
        return self.report

    def _inspect(self, paths: Iterable[Path], published: str) -> list[Inspected]:
        found = []
        for given in files.find(paths, published):
            if not isinstance(given, files.Source):
                self._refuse(files.printable(str(given[0])), given[1])
                continue
            try:
                one = reader.inspect(given)
            except files.UnreadableError as error:
                self._refuse(given.shown, str(error))
                continue
            if one.kind is None:
                self.report.passed_over.append(given.shown)
            else:
                found.append(one)
        return sorted(
            found, key=lambda one: (one.month, one.source.published, one.source.name, one.sha256)
        )

    def _refuse(self, name: str, why: str) -> None:
        self.report.refused.append((name, why))
        self._ledger.refuse(name, why)

    def _file(self, found: Inspected, kind: Kind) -> None:
        """Load one file. A file that breaks off while it is read is refused from there on."""
        self.report.files += 1
        if found.sha256 in self._given:
            # Its first reading must have landed before its state is asked for.
            self._flight.land()
        self._given.add(found.sha256)
        state = self._ledger.file(found)
        keys = Keys(kind)
        try:
            with found.source.open() as handle:
                rows = reader.rows(handle, kind)
                while batch := list(islice(rows, BATCH)):
                    self._batch(found, state, keys, batch)
                    self._progress(found.source.name, sum(len(row.raw) + 1 for row in batch))
        except files.UnreadableError as error:
            self._refuse(found.source.shown, str(error))
        else:
            complete = partial(self._ledger.complete, state.id)
            self._flight.start(complete, lambda _: None, {}, {})

    def _batch(
        self, found: Inspected, state: FileState, keys: Keys, rows: list[Row | BadRow]
    ) -> None:
        """Settle one batch of rows and write what they amount to."""
        arrivals: list[Arrival] = []
        step = Step(file=state.id, done=max(rows[-1].line, state.done))
        self.report.rows += len(rows)
        for row in rows:
            if isinstance(row, BadRow):
                subject = keys.of_bad(row.raw)
                self.report.quarantine(row.reason, found.source.shown, row)
                if row.line > state.done:
                    place = Place(month_number(found.month), 0, state.id, row.line)
                    step.held.append(Held(place, subject, row, None))
                continue
            subject = keys.of(row)
            if row.line > state.done or row.line in state.open_lines:
                place = Place(row_month(row), state.published or row_month(row), state.id, row.line)
                arrivals.append(Arrival(place, subject, row.fields, row.raw))
            else:
                self.report.take(found.kind, row.fields, Result.SAME, subject)
        self._settle(found, state, arrivals, step)

    def _settle(
        self, found: Inspected, state: FileState, arrivals: list[Arrival], step: Step
    ) -> None:
        crimes: dict[bytes, UUID] = {}
        if found.kind is Kind.OUTCOMES and arrivals:
            crimes = self._crimes(arrivals)
            arrivals = list(self._joined(found, state, arrivals, crimes, step))
        step.released = [a.place for a in arrivals if a.place.line <= state.done]
        self._write(arrivals, crimes, step)
        fields = {arrival.place: arrival.fields for arrival in arrivals}
        for line in step.plan.lines:
            self.report.take(found.kind, fields[line.place], line.result, line.subject)

    def _joined(
        self,
        found: Inspected,
        state: FileState,
        arrivals: list[Arrival],
        crimes: dict[bytes, UUID],
        step: Step,
    ) -> Iterator[Arrival]:
        """The outcomes whose crime is known; the others are held until it comes."""
        for arrival in arrivals:
            key = crime_key(arrival.fields[CRIME_ID])
            if key in crimes:
                yield arrival
                continue
            crime_id, line = arrival.fields[CRIME_ID], arrival.place.line
            bad = BadRow(line, Reason.NO_SUCH_CRIME, crime_id, arrival.raw, len(arrival.raw))
            self.report.quarantine(bad.reason, found.source.shown, bad)
            if line > state.done:
                step.held.append(Held(arrival.place, arrival.subject, bad, key))

    def _write(self, arrivals: list[Arrival], crimes: dict[bytes, UUID], step: Step) -> None:
        """Reconcile, and let records and row ledger be written in one transaction."""
        if arrivals:
            keys = [arrival.subject.key for arrival in arrivals]
            step.plan = reconcile(arrivals, self._flight.versions(keys, self._versions), uuid7)
        named = points_named(step.plan)
        points = self._flight.points(named.values(), self._ledger.points)
        batch, step.points = batch_of(step.plan, named, points, crimes, uuid7)
        if not (batch or step.plan.lines or step.held):
            return
        work = partial(self._commit, step, self._sink.prepare(batch) if batch else None)
        landed = partial(self.report.wrote, batch)
        self._flight.start(work, landed, step.plan.standing, step.points)

    def _commit(self, step: Step, prepared: object) -> int:
        """Write a batch and its lines of the row ledger; returns what the sink left out."""
        with self._ledger.transaction():
            self._ledger.write(step)
            return self._sink.write(prepared) if prepared is not None else 0

    def _versions(self, keys: list[bytes]) -> dict[bytes, list[Version]]:
        return self._ledger.versions(keys) if keys else {}

    def _crimes(self, arrivals: list[Arrival]) -> dict[bytes, UUID]:
        """The records of the crimes that these outcomes name, of those that are known."""
        keys = {crime_key(arrival.fields[CRIME_ID]) for arrival in arrivals}
        return self._ledger.records(list(keys))

    def _take_up(self) -> None:
        """Join the outcomes of earlier loads whose crimes this load has brought."""
        while arrivals := self._ledger.waiting(BATCH):
            self._write(
                arrivals, self._crimes(arrivals), Step(released=[a.place for a in arrivals])
            )
            self._flight.land()
            self.report.taken_up += len(arrivals)
