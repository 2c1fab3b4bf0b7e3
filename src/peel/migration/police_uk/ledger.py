"""The row ledger in the database, written by the loader's role together with the records."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connections

from peel.kernel.base import clock
from peel.migration.police_uk.keys import Subject, month_number
from peel.migration.police_uk.load import FileState, Held, Step
from peel.migration.police_uk.models import Load, Quarantine, SourceFile
from peel.migration.police_uk.reader import Inspected, Kind, Parser, Reason
from peel.migration.police_uk.reconcile import Arrival, Line, Place, Result, Version
from peel.migration.police_uk.report import Report

# One number for all loaders of a database: only one may run at a time.
LOCK = 0x504F_4C49_4345
LONGEST_DETAIL = 300

_VERSIONS = """
select r.key, r.content, r.month, coalesce(nullif(f.published, 0), r.month), r.file_id, r.line,
       r.record_id, r.raw, r.letter
from police_uk_sourcerow r join police_uk_sourcefile f on f.id = r.file_id
where r.key = any (%s) and r.result in ('l', 'v')"""

_WAITING = """
select r.month, coalesce(nullif(f.published, 0), r.month), r.file_id, r.line, r.letter, r.key,
       r.content, q.raw
from police_uk_quarantine q
join police_uk_sourcerow r on r.file_id = q.file_id and r.line = q.line
join police_uk_sourcefile f on f.id = r.file_id
where q.released_by_id is null and q.reason = %s
  and exists (select from police_uk_sourcerow c where c.key = q.waits_for and c.result = 'l')
order by q.id limit %s"""

_ROW_COLUMNS = "file_id, line, letter, key, content, month, result, record_id, raw, load_id"
_ROW_TYPES = ("int8", "int4", "text", "bytea", "bytea", "int4", "text", "uuid", "bytea", "int8")
_HELD_COLUMNS = "file_id, line, name, reason, detail, raw, size, waits_for, load_id"
_HELD_TYPES = ("int8", "int4", "text", "text", "text", "bytea", "int8", "bytea", "int8")


class LedgerBusyError(Exception):
    """Another loader is at work on this database."""


class DatabaseLedger:
    """Remembers rows in the loader's tables. Made for one run; call `finish` at its end.

    `opening` opens the transaction of a batch on the connection `using`.
    Raises LedgerBusyError when another loader runs.
    """

    def __init__(self, using: str, opening: Callable[[], AbstractContextManager[object]]) -> None:
        self._using, self._opening = using, opening
        if not self._rows("select pg_try_advisory_lock(%s)", [LOCK])[0][0]:
            raise LedgerBusyError
        self._load = Load.objects.using(using).create()
        self._names: dict[int, str] = {}
        self._parsers = {"o": Parser(Kind.OUTCOMES)}
        self._street = Parser(Kind.STREET)

    def finish(self, report: Report) -> None:
        """Keep the account of the run."""
        self._load.finished_at = clock.now()
        self._load.report = report.as_json()
        self._load.save(using=self._using)

    def release_lock(self) -> None:
        """Let the next loader in."""
        # A connection that broke has released it already.
        with suppress(DatabaseError):
            self._rows("select pg_advisory_unlock(%s)", [LOCK])

    def transaction(self) -> AbstractContextManager[object]:
        """The one transaction of a batch, records included."""
        return self._opening()

    def file(self, found: Inspected) -> FileState:
        """The state of a file, by the fingerprint of its bytes."""
        known, _ = SourceFile.objects.using(self._using).get_or_create(
            sha256=found.sha256,
            defaults={
                "name": found.source.name[:255],
                "kind": found.kind or "",
                "month": month_number(found.month),
                "published": month_number(found.source.published),
                "first_load": self._load,
            },
        )
        self._names[known.pk] = known.name
        held = Quarantine.objects.using(self._using).filter(file=known, released_by=None)
        reasons = {line: Reason(reason) for line, reason in held.values_list("line", "reason")}
        return FileState(known.pk, known.published, known.done, reasons)

    def versions(self, keys: Sequence[bytes]) -> dict[bytes, list[Version]]:
        """The known versions of these subjects."""
        found: dict[bytes, list[Version]] = {}
        for key, content, month, published, file, line, record, raw, letter in self._rows(
            _VERSIONS, [list(set(keys))]
        ):
            place = Place(month, published, file, line)
            fields = self._fields(letter, bytes(raw))
            version = Version(place, bytes(content), record, fields)
            found.setdefault(bytes(key), []).append(version)
        return found

    def _fields(self, letter: str, raw: bytes) -> tuple[str, ...]:
        return self._parsers.get(letter, self._street)(raw)

    def records(self, keys: Sequence[bytes]) -> dict[bytes, UUID]:
        """The records of these subjects, of those that have one."""
        statement = (
            "select key, record_id from police_uk_sourcerow"
            " where key = any (%s) and result in ('l', 'v')"
        )
        return {bytes(key): record for key, record in self._rows(statement, [list(set(keys))])}

    def points(self, keys: Sequence[bytes]) -> dict[bytes, UUID]:
        """The locations of these map points, of those that are known."""
        statement = "select key, location_id from police_uk_mappoint where key = any (%s)"
        return {bytes(key): location for key, location in self._rows(statement, [list(keys)])}

    def waiting(self, most: int) -> list[Arrival]:
        """Quarantined outcomes whose crime has come, `most` at once."""
        return [
            Arrival(
                Place(*place),
                Subject(letter, bytes(key), bytes(content)),
                self._fields(letter, bytes(raw)),
                bytes(raw),
            )
            for *place, letter, key, content, raw in self._rows(
                _WAITING, [Reason.NO_SUCH_CRIME.value, most]
            )
        ]

    def write(self, step: Step) -> None:
        """Remember the lines of a batch, inside its transaction."""
        # A version that hands its content over makes way first: a content has one version.
        for wanted in (Result.SAME, Result.LOADED, Result.LATER):
            self._relabel([place for place, has in step.plan.relabelled if has is wanted], wanted)
        known = {(place.file, place.line) for place in step.released}
        self._update([x for x in step.plan.lines if (x.place.file, x.place.line) in known])
        self._release(step.released)
        fresh = [x for x in step.plan.lines if (x.place.file, x.place.line) not in known]
        self._copy("sourcerow", _ROW_COLUMNS, _ROW_TYPES, map(self._row, fresh))
        self._copy("sourcerow", _ROW_COLUMNS, _ROW_TYPES, map(self._held_row, step.held))
        self._copy("quarantine", _HELD_COLUMNS, _HELD_TYPES, map(self._held, step.held))
        self._copy("mappoint", "key, location_id", ("bytea", "uuid"), step.points.items())
        if step.file is not None:
            SourceFile.objects.using(self._using).filter(pk=step.file).update(done=step.done)

    def _row(self, line: Line) -> tuple[Any, ...]:
        place, subject, result, record, raw = line
        content = (subject.letter, subject.key, subject.content)
        load = self._load.pk
        return (place.file, place.line, *content, place.month, result.value, record, raw, load)

    def _held_row(self, held: Held) -> tuple[Any, ...]:
        return self._row(Line(held.place, held.subject, Result.QUARANTINED, None, None))

    def _held(self, held: Held) -> tuple[Any, ...]:
        place, _, bad, waits_for = held
        name, detail = self._names[place.file], bad.detail[:LONGEST_DETAIL]
        row = (place.file, place.line, name, bad.reason.value, detail, bad.raw, bad.size)
        return (*row, waits_for, self._load.pk)

    def _copy(
        self, table: str, columns: str, types: Sequence[str], rows: Iterable[tuple[Any, ...]]
    ) -> None:
        statement = f"copy police_uk_{table} ({columns}) from stdin (format binary)"
        kept = list(rows)
        if not kept:
            return
        with connections[self._using].cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(types)
            for row in kept:
                copy.write_row(row)

    def _relabel(self, places: list[Place], result: Result) -> None:
        self._each(
            "update police_uk_sourcerow set result = %s,"
            " raw = case when %s = 's' then null else raw end where file_id = %s and line = %s",
            [(result.value, result.value, place.file, place.line) for place in places],
        )

    def _update(self, lines: list[Line]) -> None:
        self._each(
            "update police_uk_sourcerow set letter = %s, key = %s, content = %s, month = %s,"
            " result = %s, record_id = %s, raw = %s, load_id = %s where file_id = %s and line = %s",
            [(*row[2:], row[0], row[1]) for row in map(self._row, lines)],
        )

    def _release(self, places: list[Place]) -> None:
        self._each(
            "update police_uk_quarantine set released_by_id = %s"
            " where file_id = %s and line = %s and released_by_id is null",
            [(self._load.pk, place.file, place.line) for place in places],
        )

    def _each(self, statement: str, values: list[tuple[Any, ...]]) -> None:
        if values:
            with connections[self._using].cursor() as cursor:
                cursor.executemany(statement, values)

    def refuse(self, name: str, why: str) -> None:
        """Remember once that a file could not be taken as a whole."""
        Quarantine.objects.using(self._using).get_or_create(
            file=None,
            line=0,
            name=name[-255:],
            reason=Reason.FILE.value,
            detail=why[:LONGEST_DETAIL],
            defaults={"raw": b"", "size": 0, "load": self._load},
        )

    def complete(self, file: int) -> None:
        """Remember that every row of a file has its result."""
        SourceFile.objects.using(self._using).filter(pk=file, complete=False).update(complete=True)

    def leave(self) -> None:
        """Close the calling thread's connection."""
        connections[self._using].close()

    def _rows(self, statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
        with connections[self._using].cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())
