"""A small ledger for tests: lines, seals, an export, and what the verifier says of it."""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from peel.kernel.audit import cli, export, heads, ledger
from peel.kernel.audit.sealer import Sealer
from peel.kernel.base.ids import uuid7


def look(name: str = "test.look", **more: Any) -> Any:
    """Write one line about a look at two records."""
    return ledger.write_apart(
        act=ledger.Act.CONSULTATION, name=name, subjects=[uuid7(), uuid7()], **more
    )


def claimed() -> Sealer:
    """A sealer at work; waits for the server to notice that the one before is gone."""
    sealer = Sealer()
    end = time.monotonic() + 120
    while not sealer.claim():
        assert time.monotonic() < end
        time.sleep(0.02)
    return sealer


def fill(rounds: int = 6, lines: int = 40, tail: int = 30) -> Sealer:
    """Write and seal some rounds of lines, then leave some unsealed; gives the sealer."""
    sealer = claimed()
    for _ in range(rounds):
        for each in range(lines):
            look(query="smith, john" if each % 3 else None, detail={"shown": each})
        assert sealer.seal() == lines
    for _ in range(tail):
        look()
    return sealer


def verify(
    connection: BaseDatabaseWrapper | None = None, copies: Sequence[Path] | None = None
) -> dict[str, Any]:
    """Export the ledger as `connection` sees it and run the stand-alone verifier over it."""
    with tempfile.TemporaryDirectory() as place:
        export.write(connection or connections["sealer"], Path(place))
        found: dict[str, Any] = cli.verifier().verify(
            Path(place),
            heads.public_key(),
            copies or [path for path in heads.outside_paths() if path.exists()],
        )
        return found


def names(report: dict[str, Any], lane: int, number: int) -> bool:
    """Whether a finding names this line, by itself or in a span of its lane."""
    return any(
        each["lane"] == lane and each["first"] <= number <= each["last"] for each in report["found"]
    )


def rows(sql: str, values: Sequence[Any] = (), using: str = "owner") -> list[Any]:
    """What a query gives."""
    with connections[using].cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []
