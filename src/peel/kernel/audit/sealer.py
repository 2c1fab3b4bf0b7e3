"""The sealer: each second it puts the committed lines of all lanes into the Merkle tree.

It takes what each lane has committed past the lane's own sealed number, so a transaction left
open holds up nothing but its own lane. The head is signed, committed, then copied outside; after
a crash the copies are completed from the database.
"""

import argparse
import logging
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import Error, connections, transaction

from peel.kernel.audit import heads, merkle
from peel.kernel.audit.tree import STORED_LEVEL, stored_node

logger = logging.getLogger(__name__)

_LOCK = 7018
_MOST = 4_000  # lines of one lane in one head
_PARTITIONS_EVERY = 3600.0

# A lane whose last line is being written still shows all lines before it.
_NEW_LINES = """
select t.lane, t.number, t.line_id, t.hash
from audit_lane as l
cross join lateral (
  select * from audit_tip as t
  where t.lane = l.lane and t.number > l.number order by t.number limit %s) as t
order by t.lane, t.number
"""
_ADVANCE = """
update audit_lane as l set number = n.number, hash = n.hash
from unnest(%s::smallint[], %s::bigint[], %s::bytea[]) as n (lane, number, hash)
where l.lane = n.lane returning l.lane
"""
_CLEAR = """
delete from audit_tip as t
using unnest(%s::smallint[], %s::bigint[], %s::bigint[]) as n (lane, low, high)
where t.lane = n.lane and t.number >= n.low and t.number < n.high
"""

Line = tuple[int, int, Any, bytes]


@dataclass
class State:
    """Where the tree stands."""

    frontier: merkle.Frontier
    head_number: int
    head_hash: bytes


class Sealer:
    """Seals the ledger of one database; only one can hold the lock at a time."""

    def __init__(self, using: str = "sealer", key: Ed25519PrivateKey | None = None) -> None:
        self.using = using
        self.key = key or heads.signing_key()
        self.copies = [heads.OutsideCopy(path) for path in heads.outside_paths()]
        self.syslog = os.environ.get("PEEL_AUDIT_SYSLOG", "")
        self._state: State | None = None
        self._partitions_at = 0.0

    def claim(self) -> bool:
        """Take the sealer's lock for this session; False when another sealer holds it."""
        held: bool = self._query("select pg_try_advisory_lock(%s, 0)", [_LOCK])[0][0]
        if held:
            self._state = None
            self._compare_copies()
            self.copy_outside()
        return held

    def _compare_copies(self) -> None:
        """Say loudly when a copy holds a head that the database does not: it was set back."""
        for copy in self.copies:
            if copy.last >= 0 and not self._query(
                "select 1 from audit_head where number = %s and hash = %s",
                [copy.last, copy.last_hash],
            ):
                logger.critical("The database lacks head %s of %s", copy.last, copy.path)
                newest = self._query("select coalesce(max(number), -1) from audit_head")[0][0]
                copy.last = min(copy.last, newest)

    def seal(self) -> int:
        """Seal what is committed; returns the number of lines. Copies heads outside."""
        self._keep_partitions()
        with transaction.atomic(using=self.using):
            lines: list[Line] = [
                (lane, number, line, bytes(hash_))
                for lane, number, line, hash_ in self._query(_NEW_LINES, [_MOST])
            ]
            before = {lane: number for lane, number in self._lanes()}
            whole = _whole(lines, before)
            head = self._store(whole, before) if whole else None
        if head:
            self.copy_outside([head])
        return len(whole)

    def _store(self, lines: Sequence[Line], before: dict[int, int]) -> heads.Head:
        state = self._state or self._load()
        self._state = None  # known again only when all of this is committed
        ends = {lane: (number, hash_) for lane, number, _, hash_ in lines}
        self._store_tree(state.frontier, lines)
        head = heads.sign(
            self.key,
            number=state.head_number + 1,
            tree_size=state.frontier.size,
            root=state.frontier.root(),
            previous=state.head_hash,
            lanes=ends,
        )
        self._advance(before, ends)
        self._query(
            "insert into audit_head (number, tree_size, at, body, hash, signature)"
            " values (%s, %s, %s, %s, %s, %s) returning number",
            [head.number, head.tree_size, head.at, head.body, head.hash, head.signature],
        )
        after = State(state.frontier, head.number, head.hash)
        transaction.on_commit(lambda: setattr(self, "_state", after), using=self.using)
        return head

    def _store_tree(self, frontier: merkle.Frontier, lines: Sequence[Line]) -> None:
        nodes: list[tuple[int, int, bytes]] = []
        with connections[self.using].cursor() as cursor:
            with cursor.copy(
                "copy audit_leaf (index, lane, number, line_id, hash) from stdin"
            ) as leaves:
                for lane, number, line, hash_ in lines:
                    leaves.write_row((frontier.size, lane, number, line, hash_))
                    nodes += (n for n in frontier.append(hash_) if n[0] >= STORED_LEVEL)
            if nodes:
                with cursor.copy("copy audit_node (level, index, hash) from stdin") as rows:
                    for node in nodes:
                        rows.write_row(node)

    def _advance(self, before: dict[int, int], ends: dict[int, tuple[int, bytes]]) -> None:
        moved = list(ends)
        numbers = [ends[lane][0] for lane in moved]
        self._query(_ADVANCE, [moved, numbers, [ends[lane][1] for lane in moved]])
        with connections[self.using].cursor() as cursor:
            # The last line of a lane stays: the next writer continues from it.
            cursor.execute(_CLEAR, [moved, [before[lane] for lane in moved], numbers])

    def _load(self) -> State:
        size = self._query("select coalesce(max(index) + 1, 0) from audit_leaf")[0][0]
        last = self._query("select number, hash from audit_head order by number desc limit 1")
        number, hash_ = last[0] if last else (-1, heads.GENESIS)
        frontier = merkle.Frontier.load(size, stored_node(connections[self.using]))
        return State(frontier, number, bytes(hash_))

    def _lanes(self) -> list[Any]:
        return self._query("select lane, number from audit_lane")

    def copy_outside(self, fresh: Sequence[heads.Head] = ()) -> None:
        """Write heads to every outside copy; whatever a copy lacks is taken from the database."""
        for copy in self.copies:
            try:
                missing = bool(fresh) and fresh[0].number > copy.last + 1
                copy.append(self._heads_after(copy.last) if missing or not fresh else fresh)
            except OSError:
                # The head is safe in the database; the next round tries this copy again.
                logger.exception("The copy of the tree heads at %s cannot be written", copy.path)
        if self.syslog:
            for head in fresh:
                try:
                    heads.to_syslog(head, self.syslog)
                except OSError:
                    logger.exception("Syslog at %s does not take tree heads", self.syslog)

    def _heads_after(self, number: int) -> list[heads.Head]:
        rows = self._query(
            "select number, tree_size, at, body, signature from audit_head"
            " where number > %s order by number",
            [number],
        )
        return [heads.Head(n, size, at, body, bytes(sign)) for n, size, at, body, sign in rows]

    def _keep_partitions(self) -> None:
        if not self._partitions_at or time.monotonic() - self._partitions_at > _PARTITIONS_EVERY:
            self._partitions_at = time.monotonic()
            self._query("select audit.ensure_partitions()")

    def _query(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        with connections[self.using].cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    def run(self, every: float = 1.0) -> None:
        """Seal for ever, each `every` seconds; waits while another sealer is at work."""
        claimed = False
        while True:
            started = time.monotonic()
            try:
                claimed = claimed or self.claim()
                if claimed:
                    # A full round means that there is more: go on without a pause.
                    while self.seal() >= _MOST:
                        pass
            except Error:
                logger.exception("The sealer lost the database and will try again")
                connections[self.using].close()
                claimed, self._state = False, None
            time.sleep(max(0.0, every - (time.monotonic() - started)))


def _whole(lines: Sequence[Line], before: dict[int, int]) -> list[Line]:
    """The lines that follow on without a hole; a lane with a hole is sealed up to it, loudly."""
    ends = dict(before)
    whole: list[Line] = []
    for line in lines:
        lane, number = line[0], line[1]
        if number == ends[lane] + 1:
            ends[lane] = number
            whole.append(line)
        else:
            logger.critical(
                "Lane %s has line %s where %s should follow; run ./peel audit verify",
                lane,
                number,
                ends[lane] + 1,
            )
    return whole


def main(argv: Sequence[str]) -> int:
    """Run the sealer: for ever, or one round with --once."""
    parser = argparse.ArgumentParser(prog="peel sealer", description="Seals the audit ledger.")
    parser.add_argument("--once", action="store_true", help="seal what there is and stop")
    sealer = Sealer()
    if not parser.parse_args(argv).once:
        sealer.run()
    if not sealer.claim():
        print("Another sealer is at work.")
        return 0
    print(f"{sealer.seal()} lines sealed.")
    return 0
