"""Reading what was published, on the one connection that a web worker keeps under `peel_live`."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from django.db import connections
from psycopg.rows import dict_row

from peel.kernel.base import cursor
from peel.kernel.base.relay import CHANNEL
from peel.machine.live.audience import Told, Viewer, sight

ALIAS = "live"
Connection = psycopg.AsyncConnection[dict[str, Any]]


async def connect() -> Connection:
    """A connection that listens. Raises psycopg.OperationalError while there is no database."""
    where = connections.settings[ALIAS]
    made: Connection = await psycopg.AsyncConnection.connect(
        dbname=where["NAME"], user=where["USER"], password=where["PASSWORD"], host=where["HOST"],
        port=where["PORT"], autocommit=True, connect_timeout=5, row_factory=dict_row,
        application_name="peel live", keepalives_idle=10, keepalives_interval=5,
        keepalives_count=3,
    )  # fmt: skip
    await made.execute(f"listen {CHANNEL}")
    return made


async def position(connection: Connection) -> int:
    """The last place given in the order of publication."""
    found = await (await connection.execute("select records.position() as last")).fetchone()
    return int(found["last"]) if found else 0


async def published(connection: Connection, after: int, limit: int) -> list[Told]:
    """What was published past `after`, at most `limit` events, in order."""
    rows = await connection.execute("select * from records.published(%s, %s)", [after, limit])
    return [told(row) for row in await rows.fetchall()]


async def viewers(connection: Connection, tokens: Iterable[str]) -> dict[str, Viewer]:
    """What each token stands for now; tokens that have ended are not among them."""
    hashes = {hashlib.sha256(token.encode()).digest(): token for token in tokens}
    rows = await connection.execute("select * from records.listeners(%s)", [list(hashes)])
    return {
        hashes[bytes(row["token_hash"])]: Viewer(
            str(row["user_id"]), row["clearance"], frozenset(row["organisations"]),
            frozenset(row["permissions"]),
        )
        for row in await rows.fetchall()
    }  # fmt: skip


def told(row: Mapping[str, Any]) -> Told:
    """An event as it is sent: the same bytes for everybody who may have them."""
    payload, place = row["payload"], row["published"]
    if row["name"] == "person.counted":
        body = {"name": payload["name"], "count": payload["count"]}
        message = event("count", body, place)
        return Told(place, "", "", payload["user_id"], None, None, message, b"")
    body = {key: payload[key] for key in ("kind", "version")} | {"record": payload["record_id"]}
    return Told(
        place, payload["kind"], payload["record_id"], "", sight(row), sight(row, "was_"),
        event("changed", body | {"made": bool(payload.get("made"))}, place),
        event("gone", {"record": payload["record_id"]}, place),
    )  # fmt: skip


def event(name: str, body: Mapping[str, Any], place: int) -> bytes:
    """One server-sent event, by whose id the stream is taken up again."""
    packed = json.dumps(body, separators=(",", ":"))
    return f"id: {cursor.seal(place)}\nevent: {name}\ndata: {packed}\n\n".encode()
