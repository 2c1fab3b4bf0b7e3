"""What an auditor reads beside the lines: a line's seal, counts, the ledger's state, proofs.

All of it comes from functions of the database that ask for the permission themselves.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, connections

from peel.kernel.audit import context, ledger, merkle, reading
from peel.kernel.audit.tree import STORED_LEVEL

VIEW = "oversight.audit.view"
EXPORT = "oversight.audit.export"
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Seal:
    """A line's place in the signed tree and the first head that covers it. `at` is aware UTC."""

    index: int
    intact: bool
    head: int
    tree_size: int
    at: datetime
    head_hash: str


@dataclass(frozen=True)
class Head:
    """The newest signed head. `now` is the database's clock at the same moment."""

    number: int
    tree_size: int
    at: datetime
    body: str
    hash: bytes
    signature: bytes
    now: datetime

    @property
    def root(self) -> str:
        """The root of the tree that the head signs."""
        return str(json.loads(self.body)["root"])


@dataclass(frozen=True)
class Lane:
    """One of the ledger's lanes: lines written, and how many of them are sealed."""

    number: int
    written: int
    sealed: int

    @property
    def waiting(self) -> int:
        """Lines that the sealer has yet to take."""
        return self.written - self.sealed


def one_line(line: UUID) -> reading.Line | None:
    """The line of that id. Leaves a line of its own, as every reading does."""
    found = reading.read(before=UUID(int=min(line.int + 1, (1 << 128) - 1)), limit=1)
    return found[0] if found and found[0].id == line else None


def seal_of(line: UUID) -> Seal | None:
    """Where a line is sealed; None while it waits. Call within `speaking`."""
    rows = _rows("select * from oversight.seal_of(%s)", [line])
    if not rows:
        return None
    index, intact, head, size, at, hash_ = rows[0]
    return Seal(index, intact, head, size, at, bytes(hash_).hex())


def looks_at(subject: UUID) -> tuple[int, int]:
    """How many lines name a record and how many people wrote them, counted to 10,000 lines."""
    lines, people = _rows("select * from oversight.looks_at(%s, %s)", [subject, MOST_COUNTED])[0]
    return int(lines), int(people)


def newest_head() -> Head | None:
    """The newest signed head; None before the first seal. Call within `speaking`."""
    return _head(_rows)


def lanes() -> list[Lane]:
    """Every lane. Call within `speaking`."""
    return [Lane(*row) for row in _rows("select * from oversight.lanes()")]


def head_hash(number: int) -> bytes | None:
    """The hash that the database holds for a head. Call within `speaking`."""
    found = _rows("select oversight.head_hash(%s)", [number])[0][0]
    return bytes(found) if found is not None else None


def proof(line: reading.Line, token: str) -> dict[str, Any]:
    """The inclusion proof of a line, ready for JSON, in the form that `./peel audit proof` gives.

    Writes the line "oversight.proof" first, a disclosure that names the same records. Raises
    LookupError for a line that is not sealed yet, LedgerUnavailable.
    """
    ticket = ledger.write_apart(
        act=ledger.Act.DISCLOSURE,
        name="oversight.proof",
        subjects=line.subjects,
        detail={"line": str(line.id)},
        token=token,
    )
    with _apart(token) as ask:
        rows = ask("select * from oversight.proved_line(%s, %s)", [ticket, line.id])
        head = _head(ask)
        if not rows or head is None or rows[0][0] >= head.tree_size:
            raise LookupError(f"The ledger has no sealed line {line.id}")
        index, lane, number, hash_, canonical = rows[0]
        path = merkle.inclusion(_node(ask), index, head.tree_size)
    return {
        "kind": "inclusion",
        "line": str(line.id),
        "lane": lane,
        "number": number,
        "canonical": bytes(canonical).hex(),
        "leaf": bytes(hash_).hex(),
        "index": index,
        "path": [step.hex() for step in path],
        "head": json.loads(head.body),
        "signature": head.signature.hex(),
    }


Ask = Callable[[str, Sequence[Any]], list[Any]]


@contextmanager
def _apart(token: str | None) -> Iterator[Ask]:
    """A transaction of its own, begun after the ticket was committed, that speaks for `token`."""
    with connections[ledger.APART].cursor() as cursor:
        cursor.execute("begin")
        try:
            cursor.execute("select access.speak_for(%s)", [token or context.current().token])

            def ask(sql: str, values: Sequence[Any] = ()) -> list[Any]:
                cursor.execute(sql, values)
                return list(cursor.fetchall())

            yield ask
        finally:
            cursor.execute("rollback")


def _node(ask: Ask) -> merkle.Node:
    """Gives the hash of any full subtree, as `audit.tree.stored_node` does for the sealer."""

    @lru_cache(maxsize=64)
    def node(level: int, index: int) -> bytes:
        if level >= STORED_LEVEL:
            return bytes(ask("select oversight.node(%s, %s)", [level, index])[0][0])
        count = 1 << level
        leaves = ask("select oversight.leaves(%s, %s)", [index << level, count])[0][0]
        subtree = merkle.Frontier()
        for leaf in leaves:
            for _ in subtree.append(bytes(leaf)):
                pass
        return subtree.root()

    return node


def _head(ask: Ask) -> Head | None:
    number, size, at, body, hash_, signature, now = ask(
        "select * from oversight.newest_head()", []
    )[0]
    if number is None:
        return None
    return Head(number, size, at, body, bytes(hash_), bytes(signature), now)


def _rows(sql: str, values: Sequence[Any] = ()) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
