"""The stored Merkle tree: its nodes, and the proofs taken from it."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper

from peel.kernel.audit import merkle

STORED_LEVEL = 8
"""Full subtrees of 2**8 leaves and more are stored; smaller ones are hashed from their leaves."""


def stored_node(connection: BaseDatabaseWrapper) -> merkle.Node:
    """Gives the hash of any full subtree; reads at most 256 leaves for each.

    Raises LookupError for a subtree that is not there, or not full.
    """

    @lru_cache(maxsize=64)
    def leaves(first: int, count: int) -> list[bytes]:
        rows = _rows(
            connection,
            "select hash from audit_leaf where index >= %s and index < %s order by index",
            [first, first + count],
        )
        if len(rows) != count:
            raise LookupError(f"The tree has no {count} lines from {first} on")
        return [bytes(row[0]) for row in rows]

    def node(level: int, index: int) -> bytes:
        if level >= STORED_LEVEL:
            rows = _rows(
                connection,
                "select hash from audit_node where level = %s and index = %s",
                [level, index],
            )
            if not rows:
                raise LookupError(f"The tree has no node {index} at level {level}")
            return bytes(rows[0][0])
        tree = merkle.Frontier()
        for leaf in leaves(index << level, 1 << level):
            for _ in tree.append(leaf):
                pass
        return tree.root()

    return node


def _rows(connection: BaseDatabaseWrapper, sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def latest_head(connection: BaseDatabaseWrapper) -> tuple[int, str, bytes]:
    """The tree size, exact body and signature of the newest head. Raises LookupError for none."""
    rows = _rows(
        connection,
        "select tree_size, body, signature from audit_head order by number desc limit 1",
        [],
    )
    if not rows:
        raise LookupError("Nothing has been sealed yet")
    return rows[0][0], rows[0][1], bytes(rows[0][2])


def inclusion_proof(connection: BaseDatabaseWrapper, line: UUID) -> dict[str, Any]:
    """Everything that shows one line to be in the signed tree, ready for JSON.

    Raises LookupError for a line that does not exist or is not sealed yet.
    """
    rows = _rows(
        connection,
        "select f.index, f.lane, f.number, f.hash, audit.canonical(l) from audit_line as l"
        " join audit_leaf as f on f.lane = l.lane and f.number = l.number where l.id = %s",
        [line],
    )
    if not rows:
        raise LookupError(f"The ledger has no sealed line {line}")
    index, lane, number, hash_, canonical = rows[0]
    size, body, signature = latest_head(connection)
    path = merkle.inclusion(stored_node(connection), index, size)
    return {
        "kind": "inclusion",
        "line": str(line),
        "lane": lane,
        "number": number,
        "canonical": bytes(canonical).hex(),
        "leaf": bytes(hash_).hex(),
        "index": index,
        "path": [step.hex() for step in path],
        "head": json.loads(body),
        "signature": signature.hex(),
    }


def consistency_proof(connection: BaseDatabaseWrapper, first: int, second: int) -> dict[str, Any]:
    """The proof that the tree of `second` lines extends that of `first`, ready for JSON.

    Raises ValueError for sizes out of order, LookupError for a tree that large.
    """
    node = stored_node(connection)
    path = merkle.consistency(node, first, second)
    return {
        "kind": "consistency",
        "first": first,
        "second": second,
        "first_root": merkle.span(node, 0, first).hex(),
        "second_root": merkle.span(node, 0, second).hex(),
        "path": [step.hex() for step in path],
    }
