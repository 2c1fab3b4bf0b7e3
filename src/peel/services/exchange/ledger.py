"""The ledger of rows: which rows are known, and what became of each, batch by batch.

Every batch is one transaction with the records that it makes, and begins by locking its import: two
that work on one file take turns, and one that was killed has left whole batches only.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections

from peel.kernel.access.identity import speaking_as_system
from peel.kernel.access.models import Appointment
from peel.kernel.base import clock
from peel.kernel.records import bulk
from peel.services.exchange.models import Import, ImportRow

USING = bulk.ALIAS
SIZE = 16
State = ImportRow.State
_KNOWN = """
select key, digest, record_id from exchange_importrow
where key = any (select decode(k, 'hex') from unnest(string_to_array(%s, ',')) k) and state = 'm'"""
# COPY is refused under row-level security, which keeps each import to whoever brought it. All rows
# are one JSON value: seven arrays cost the driver more than making what they tell of.
_ROWS = """
insert into exchange_importrow (of_id, line, key, digest, state, record_id, reason, cells)
select %s, r.line, decode(r.key, 'hex'), decode(r.digest, 'hex'), r.state, r.record_id, r.reason,
  r.cells
from json_to_recordset(%s::json) as r (
  line integer, key text, digest text, state text, record_id uuid, reason text, cells jsonb)"""
_LONGEST = 500


class MovedOn(Exception):
    """Somebody else has done these rows meanwhile."""


class Settled(NamedTuple):
    """What became of one row."""

    line: int
    key: bytes
    digest: bytes
    state: str
    record: UUID | None = None
    reason: str = ""
    cells: Sequence[str] | None = None


def _plain(row: Settled) -> dict[str, Any]:
    """A row as its columns are kept; what is left out is null."""
    plain: dict[str, Any] = {
        "line": row.line,
        "key": row.key.hex(),
        "digest": row.digest.hex(),
        "state": str(row.state),
        "reason": row.reason[:_LONGEST],
    }
    if row.record is not None:
        plain["record_id"] = str(row.record)
    if row.cells is not None:
        plain["cells"] = list(row.cells)
    return plain


def digest(*parts: str) -> bytes:
    """The fingerprint of some texts, told apart from any others."""
    return blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=SIZE).digest()


class RowLedger:
    """The ledger of one import, written by the loader's role. `loader` speaks for the loader."""

    def __init__(self, found: Import, loader: Appointment) -> None:
        self.found, self.loader = found, loader
        self.counts: Counter[str] = Counter(found.counts)
        self._before: tuple[dict[str, int], int] = (dict(found.counts), found.done)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """The one transaction of a batch. Raises MovedOn when the import stands elsewhere now."""
        self._before = dict(self.counts), self.found.done
        with speaking_as_system(self.loader.pk, USING):
            locked = Import.objects.using(USING).select_for_update().filter(pk=self.found.pk)
            place = locked.values_list("done", flat=True).first()
            if place != self.found.done:
                raise MovedOn
            yield

    def forget(self) -> None:
        """The batch was undone: what was counted of it did not happen."""
        counts, self.found.done = self._before
        self.counts = Counter(counts)
        self.found.counts = counts

    def known(self, keys: Iterable[bytes]) -> dict[bytes, tuple[bytes, UUID]]:
        """The rows that made something, by key: what they said, and what they made."""
        with connections[USING].cursor() as cursor:
            cursor.execute(_KNOWN, [",".join(key.hex() for key in keys)])
            return {bytes(key): (bytes(said), made) for key, said, made in cursor.fetchall()}

    def write(self, rows: Sequence[Settled], done: int) -> None:
        """Write what became of these rows, of which `done` is the last line. Within `batch`."""
        with connections[USING].cursor() as cursor:
            cursor.execute(_ROWS, [self.found.pk, json.dumps([_plain(row) for row in rows])])
        self.counts.update(row.state for row in rows)
        self.note(done=done, counts=dict(self.counts))

    def note(self, **changes: Any) -> None:
        """Change what is known of the import."""
        Import.objects.using(USING).filter(pk=self.found.pk).update(**changes)
        for name, value in changes.items():
            setattr(self.found, name, value)

    def finish(self) -> None:
        """Every row has its state; the content is not needed any more."""
        with speaking_as_system(self.loader.pk, USING):
            self.note(state=Import.State.DONE, finished_at=clock.now(), content=None, why="")


def opened(
    loader: Appointment,
    *,
    source: str,
    what: str,
    name: str,
    sha256: str,
    mapping: Mapping[str, Any],
) -> Import:
    """The import of a file that was begun and not ended; else a new one."""
    with speaking_as_system(loader.pk, USING):
        same = Import.objects.using(USING).filter(
            source=source, what=what, sha256=sha256, organisation_id=loader.organisation_id,
            finished_at=None, appointment=loader, mapping=dict(mapping),
        )  # fmt: skip
        found = same.exclude(state=Import.State.LOOKED_AT).order_by("began_at").first()
        return found or Import.objects.using(USING).create(
            source=source, what=what, name=name[-255:], sha256=sha256, mapping=dict(mapping),
            appointment=loader, organisation_id=loader.organisation_id,
            state=Import.State.RUNNING,
        )  # fmt: skip


def loaders_post(wanted: UUID | None = None) -> Appointment:
    """The appointment that the loader speaks for. Raises LookupError unless there is just one."""
    now = clock.now()
    posts = Appointment.objects.using(USING).filter(starts__lte=now).exclude(ends__lte=now)
    found = list(posts.filter(pk=wanted) if wanted else posts.filter(role_id="loader")[:2])
    if len(found) != 1:
        which = "No post" if not found else "More than one post"
        raise LookupError(f"{which} for the loader: name the appointment with --post.")
    return found[0]


def stop(import_id: UUID, why: str) -> None:
    """Say that an import cannot go on, and why."""
    with speaking_as_system(loaders_post().pk, USING):
        Import.objects.using(USING).filter(pk=import_id, finished_at=None).update(
            state=Import.State.STOPPED, why=why[:300]
        )
