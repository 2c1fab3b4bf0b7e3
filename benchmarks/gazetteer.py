"""A gazetteer of 1,000,000 invented addresses: loading it, and finding as one types.

    eval "$(./peel shell-env)" && .venv/bin/python -m benchmarks.gazetteer [--rows N] [--asked N]

Writes a CSV, loads it as the loader (into an otherwise empty gazetteer), loads it again, then asks
as the web role: every beginning of postcodes, of numbers with streets, of streets and of UPRNs, as
a person types them. The peer in the same run is the same table asked by ILIKE in any column.
"""

import argparse
import csv
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
FIRST = "Alder Barge Causeway Drovers Eelpie Ferry Gasworks Heron Ivory Lock Mudlark Osier".split()  # noqa: SIM905
SECOND = "gate hill mill side water well field bank brook ford moor wick".split()  # noqa: SIM905
LAST = ["Street", "Road", "Lane", "Avenue", "Close", "Way", "Court", "Gardens", "Terrace", "Drive"]
TOWNS = ["Thamesmarch", "Otherton", "Kingsbridge", "Norwater", "Eastmoor", "Saltby"]
ILIKE = (
    "select uprn from places_gazetteeraddress where street ilike %(t)s or postcode ilike %(t)s"
    " or paon || ' ' || street ilike %(t)s limit 20"
)


def rows(count: int) -> Iterator[list[Any]]:
    """Invented addresses, forty houses to a street and ten to a postcode."""
    chance = random.Random(1)
    for number in range(count):
        if number % 40 == 0:
            street = f"{chance.choice(FIRST)}{chance.choice(SECOND)} {chance.choice(LAST)}"
            town = chance.choice(TOWNS)
        if number % 10 == 0:
            letters = "".join(chance.choice("ABDEFGHJLNPQRSTUWXYZ") for _ in range(2))
            code = f"TM{chance.randint(1, 99)} {chance.randint(1, 9)}{letters}"
        east, north = 530_000 + number % 1000 * 9, 170_000 + number // 1000 * 11
        yield [900_000_000_000 + number, "", number % 40 + 1, street, town, code, east, north]


def typed(count: int) -> Iterator[str]:
    """What people type: an address of the file, letter by letter from the third on."""
    chance = random.Random(2)
    for uprn, _, house, street, town, code, *_ in rows(count):
        if chance.random() < 20 / count:
            for text in (code, f"{house} {street}", f"{street} {town}", f"{house} {code}"):
                yield from (text[:end] for end in range(3, len(text) + 1))
            yield str(uprn)


def asked(texts: list[str], act: Any) -> dict[str, float]:
    """Milliseconds a question."""
    taken = []
    for text in texts:
        begun = time.perf_counter()
        act(text)
        taken.append((time.perf_counter() - begun) * 1000)
    return {
        "n": len(taken),
        "p50_ms": round(statistics.median(taken), 2),
        "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 2),
        "max_ms": round(max(taken), 2),
    }


def main() -> None:
    """Write, load twice, ask, print."""
    import django

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--asked", type=int, default=2000)
    options = parser.parse_args()
    django.setup()
    from django.db import connections

    from peel.kernel.places import gazetteer as finding
    from peel.migration.places import gazetteer

    found: dict[str, Any] = {"rows": options.rows, "load": f"{os.getloadavg()[0]:.1f}"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "addresses.csv"
        with path.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.writer(handle)
            head = ("uprn", "saon", "paon", "street", "town", "postcode", "easting", "northing")
            writer.writerow(head)
            writer.writerows(rows(options.rows))
        for name in ("loaded", "loaded_again"):
            begun = time.perf_counter()
            account = gazetteer.load(path)
            seconds = time.perf_counter() - begun
            found[name] = {
                "added": account.added, "same": account.same, "refused": account.refused,
                "seconds": round(seconds, 1), "rows_a_second": round(options.rows / seconds),
            }  # fmt: skip
    with connections["owner"].cursor() as cursor:
        cursor.execute("vacuum analyze places_gazetteeraddress")
    texts = list(typed(options.rows))[: options.asked]

    def ilike(text: str) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute(ILIKE, {"t": f"{text}%"})
            cursor.fetchall()

    found["found"] = asked(texts, finding.find)
    found["peer_ilike"] = asked(texts[::40], ilike)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
