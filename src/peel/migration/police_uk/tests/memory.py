"""A row ledger and a sink in memory, so that the loader's logic can be tried thousands of times."""

from collections.abc import Sequence
from contextlib import nullcontext
from threading import Lock
from uuid import UUID

from peel.migration.police_uk.bulk import Batch, GivenOutcome, Point, Published
from peel.migration.police_uk.keys import month_number
from peel.migration.police_uk.load import FileState, Held, Step
from peel.migration.police_uk.reader import Inspected, Kind, Parser, Reason
from peel.migration.police_uk.reconcile import Arrival, Line, Result, Version


class MemoryLedger:
    """Keeps what `DatabaseLedger` keeps."""

    def __init__(self) -> None:
        self.files: dict[str, list] = {}
        self.lines: dict[tuple[int, int], Line] = {}
        self.held: dict[tuple[int, int], Held] = {}
        self.known_points: dict[bytes, UUID] = {}
        self.refused: list[tuple[str, str]] = []
        self._lock = Lock()

    def transaction(self) -> nullcontext:
        return nullcontext()

    def file(self, found: Inspected) -> FileState:
        published = month_number(found.source.published)
        entry = self.files.setdefault(found.sha256, [len(self.files) + 1, published, 1])
        with self._lock:
            all_held = dict(self.held)
        held = {line: h.bad.reason for (file, line), h in all_held.items() if file == entry[0]}
        return FileState(*entry, held)

    def _version(self, line: Line) -> Version:
        parser = Parser(Kind.OUTCOMES if line.subject.letter == "o" else Kind.STREET)
        assert line.raw is not None
        assert line.record is not None
        return Version(line.place, line.subject.content, line.record, parser(line.raw))

    def leave(self) -> None:
        pass

    def versions(self, keys: Sequence[bytes]) -> dict[bytes, list[Version]]:
        wanted, found = set(keys), {}
        with self._lock:
            lines = list(self.lines.values())
        for line in lines:
            if line.subject.key in wanted and line.result in (Result.LOADED, Result.LATER):
                found.setdefault(line.subject.key, []).append(self._version(line))
        return found

    def records(self, keys: Sequence[bytes]) -> dict[bytes, UUID]:
        return {key: versions[0].record for key, versions in self.versions(keys).items()}

    def points(self, keys: Sequence[bytes]) -> dict[bytes, UUID]:
        known = dict(self.known_points)
        return {key: known[key] for key in keys if key in known}

    def waiting(self, most: int) -> list[Arrival]:
        parser = Parser(Kind.OUTCOMES)
        ready = [
            Arrival(held.place, held.subject, parser(held.bad.raw), held.bad.raw)
            for held in self.held.values()
            if held.bad.reason is Reason.NO_SUCH_CRIME and self.records([held.waits_for])
        ]
        return ready[:most]

    def write(self, step: Step) -> None:
        with self._lock:
            self._write(step)

    def _write(self, step: Step) -> None:
        for place, result in step.plan.relabelled:
            old = self.lines[place.file, place.line]
            raw = None if result is Result.SAME else old.raw
            self.lines[place.file, place.line] = old._replace(result=result, raw=raw)
        for place in step.released:
            del self.held[place.file, place.line]
        for line in step.plan.lines:
            self.lines[line.place.file, line.place.line] = line
        for held in step.held:
            assert (held.place.file, held.place.line) not in self.held
            self.held[held.place.file, held.place.line] = held
        self.known_points.update(step.points)
        for entry in self.files.values():
            if entry[0] == step.file:
                entry[2] = step.done

    def refuse(self, name: str, why: str) -> None:
        self.refused.append((name, why))

    def complete(self, file: int) -> None:
        pass

    def results(self) -> dict[tuple[str, int], Result]:
        """What became of each row, by fingerprint of the file and line."""
        by_id = {entry[0]: sha for sha, entry in self.files.items()}
        taken = {(by_id[f], n): line.result for (f, n), line in self.lines.items()}
        return taken | {(by_id[f], n): Result.QUARANTINED for f, n in self.held}


class MemorySink:
    """Keeps records as the real sink would."""

    def __init__(self) -> None:
        self.points: dict[UUID, Point] = {}
        self.states: dict[UUID, list[Published]] = {}
        self.outcomes: list[GivenOutcome] = []

    def prepare(self, batch: Batch) -> Batch:
        return batch

    def write(self, batch: Batch) -> int:
        self.points |= {point.record: point for point in batch.points}
        for happened in (*batch.crimes, *batch.incidents):
            assert happened.record not in self.states
            self.states[happened.record] = [happened]
        for amendments in batch.amended:
            for happened in amendments:
                self.states[happened.record].append(happened)
        assert all(outcome.crime in self.states for outcome in batch.outcomes)
        self.outcomes += batch.outcomes
        return 0

    def _place(self, location: UUID | None) -> tuple | None:
        return self.points[location][1:] if location else None

    def current(self) -> list[tuple]:
        """Every record as it now stands, and every outcome, without ids: sorted, to compare."""
        now = [(s[-1][1:9], self._place(s[-1].location)) for s in self.states.values()]
        crimes = {record: states[-1].crime_id for record, states in self.states.items()}
        given = [(crimes[o.crime], *o[3:]) for o in self.outcomes]
        return [sorted(now, key=repr), sorted(given), sorted(p[1:] for p in self.points.values())]


__all__ = ["MemoryLedger", "MemorySink"]
