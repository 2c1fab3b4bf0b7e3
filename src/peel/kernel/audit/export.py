"""Writes the ledger out for the stand-alone verifier, and for whoever must keep it.

Nothing is taken on trust: the canonical bytes are computed again from the columns, so that a
changed column is found. The files are described in docs/modules/audit.md.
"""

import json
import struct
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from peel.kernel.audit import heads

FORMAT = 1
SEGMENT = 16_384
"""Leaves in one file of lines; a power of two, so that each file is a full subtree."""

_LEAF = struct.Struct(">hq32s")
_LENGTH = struct.Struct(">I")
_NO_LEAF: list[Any] = [-1, 0, None, bytes(32)]

_LEAVES = """
select index, lane, number, line_id, hash from audit_leaf
where index >= %s and index < %s order by index
"""
_LINES = "select l.id, audit.canonical(l) from audit_line as l where l.id = any(%s)"
_TAIL = """
select audit.canonical(l) from audit_line as l
where not exists (select from audit_leaf as f where f.line_id = l.id)
"""
_TIPS = """
select lane, max(number), (array_agg(hash order by number desc))[1] from audit_tip group by lane
"""


def write(connection: BaseDatabaseWrapper, directory: Path) -> int:
    """Write the whole ledger, as of one moment, into `directory`; returns the number of lines.

    The directory is made if need be. Raises OSError, and FileExistsError where an export stands.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if (directory / "ledger.json").exists():
        raise FileExistsError(f"{directory} holds an export already")
    if connection.in_atomic_block:
        return _write(connection, directory)
    with transaction.atomic(using=connection.alias):
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
        return _write(connection, directory)


def _write(connection: BaseDatabaseWrapper, directory: Path) -> int:
    sealed = _sealed(connection, directory)
    tail = [row[0] for row in _rows(connection, _TAIL, [])]
    (directory / "tail.bin").write_bytes(b"".join(_record(content) for content in tail))
    tips = {lane: [number, bytes(hash_).hex()] for lane, number, hash_ in _rows(connection, _TIPS)}
    (directory / "tips.json").write_text(json.dumps(tips))
    with (directory / "heads.jsonl").open("w") as handle:
        handle.writelines(f"{head.copy_line()}\n" for head in stored_heads(connection))
    about = {
        "format": FORMAT,
        "segment": SEGMENT,
        "sealed": sealed,
        "unsealed": len(tail),
        "exported_at": datetime.now(UTC).isoformat(),
    }
    (directory / "ledger.json").write_text(json.dumps(about, indent=1))
    return sealed + len(tail)


def stored_heads(connection: BaseDatabaseWrapper, after: int = -1) -> Iterable[heads.Head]:
    """The signed heads in the database past number `after`, in order."""
    rows = _rows(
        connection,
        "select number, tree_size, at, body, signature from audit_head"
        " where number > %s order by number",
        [after],
    )
    return (heads.Head(n, size, at, body, bytes(mark)) for n, size, at, body, mark in rows)


def _sealed(connection: BaseDatabaseWrapper, directory: Path) -> int:
    """Write the leaves and their lines, in the order of the tree; returns their number."""
    size: int = _rows(connection, "select coalesce(max(index) + 1, 0) from audit_leaf")[0][0]
    with (directory / "leaves.bin").open("wb") as leaves:
        for start in range(0, size, SEGMENT):
            rows = _rows(connection, _LEAVES, [start, start + SEGMENT])
            found = {index: leaf for index, *leaf in rows}
            lines = dict(_rows(connection, _LINES, [[leaf[2] for leaf in found.values()]]))
            with (directory / f"lines-{start // SEGMENT:08}.bin").open("wb") as handle:
                for place in range(start, min(size, start + SEGMENT)):
                    # A leaf that was taken out leaves its place empty, so the others keep theirs.
                    lane, number, line, hash_ = found.get(place, _NO_LEAF)
                    leaves.write(_LEAF.pack(lane, number, bytes(hash_)))
                    handle.write(_record(lines.get(line)))
    return size


def _record(canonical: Any) -> bytes:
    """One line as it is hashed: 0x00 and the canonical bytes, after their length; 0 for none."""
    if canonical is None:
        return _LENGTH.pack(0)
    content = b"\x00" + bytes(canonical)
    return _LENGTH.pack(len(content)) + content


def _rows(connection: BaseDatabaseWrapper, sql: str, values: Iterable[Any] = ()) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return list(cursor.fetchall())
