"""Putting the population into an empty, migrated database, as its owner."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks import population

TABLES = (
    "records_record", "pole_nominal", "pole_nominalname", "pole_nominaldateofbirth",
    "pole_nominalidentifier", "pole_nominalcontact", "objects_vehicle", "pole_location",
    "investigation_crime", "pole_link", "records_document",
)  # fmt: skip
STAGES = {
    "person": "n int, given text, family text, alias_given text, alias_family text, born text,"
    " sex text, phone text, pnc text",
    "vehicle": "n int, vrm text, make text, model text, colour text",
    "place": "n int, house text, street text, town text, postcode text",
    "text_": "n int, body text",
}


def _stage(cursor: Any, name: str, rows: Iterable[tuple[Any, ...]]) -> None:
    cursor.execute(f"create temp table {name} ({STAGES[name]}) on commit drop")
    columns = ", ".join(part.split()[0] for part in STAGES[name].split(","))
    with cursor.copy(f"copy {name} ({columns}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(f"alter table {name} add id uuid not null default gen_random_uuid()")
    cursor.execute(f"alter table {name} add unique (n), add unique (id)")


def fill(persons: int, texts: int, seed: int, who: Any, ours: Any, theirs: Any) -> dict[str, float]:
    """The rows, with triggers off, then search's tables by its own refill; seconds of each."""
    from django.db import connections, transaction

    begun = time.perf_counter()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("select setseed(%s)", [seed / 1000])
        _stage(cursor, "person", population.persons(persons, seed))
        _stage(cursor, "vehicle", population.marks(persons // 3, seed))
        _stage(cursor, "place", population.places(persons // 3, seed))
        _stage(cursor, "text_", population.texts(texts, seed))
        for table in ("person", "text_"):
            cursor.execute(f"alter table {table} add organisation uuid")
            cursor.execute(
                f"update {table} set organisation ="
                " case when n %% 2 = 0 then %s::uuid else %s::uuid end",
                [ours, theirs],
            )
            cursor.execute(f"analyze {table}")
        for table in TABLES:
            cursor.execute(f"alter table {table} disable trigger user")
        _run(cursor, {"maker": who.appointment_id, "ours": ours})
        cursor.execute("set constraints all immediate")
        for table in TABLES:
            cursor.execute(f"alter table {table} enable trigger user")
    filled = time.perf_counter()
    with connections["owner"].cursor() as cursor:
        cursor.execute("select search.refill(), search.refill_terms()")
        refilled = time.perf_counter()
        cursor.execute("vacuum analyze")
    return {"fill_s": round(filled - begun, 1), "refill_s": round(refilled - filled, 1)}


def _run(cursor: Any, values: dict[str, Any]) -> None:
    text = (Path(__file__).parent / "fill.sql").read_text()
    for name, value in values.items():
        text = text.replace(f"%({name})s", f"'{value}'::uuid")
    for statement in text.split(";\n"):
        if statement.strip():
            cursor.execute(statement)
