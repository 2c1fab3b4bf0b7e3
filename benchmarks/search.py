"""Search over 1,000,000 nominals, for an officer who may see half of them, beside its peers.

    eval "$(./peel shell-env)"
    .venv/bin/python -m benchmarks.search --packages DIR [--persons N] [--texts N] [--questions N]

Fills an empty, migrated database as its owner from a seed, then asks as the web role: persons under
the errors of `benchmarks/population/errors.py` (which was not used to tune). Peers in the same run,
over the same names and with Peel's own ranking of what they find: `pg_trgm` over the whole table.
DIR holds the PyPI packages `names` (MIT) and, for peers, `tantivy`.
"""

import argparse
import json
import os
import random
import statistics
import sys
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")


def drawn(who: Any, number: int, seed: int) -> list[dict[str, Any]]:
    """Persons whom the officer sees, each with one kind of error, and what would be right."""
    from benchmarks.population.errors import KINDS
    from django.db import connections

    chance = random.Random(seed)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select record_id, family, given, left(born, 10) from search_name"
            " where organisation_id = %s and not restricted and kind = 'current'"
            " order by md5(record_id::text || %s) limit %s",
            [who.organisation_id, str(seed), number],
        )
        rows = cursor.fetchall()
    made = []
    kinds = list(KINDS)
    for place, (key, family, given, born) in enumerate(rows):
        kind = kinds[place % len(kinds)]
        names, asked_born = KINDS[kind]((given.title(), family.title(), born), chance)
        made.append(
            {"id": key, "kind": kind, "names": names, "born": asked_born,
             "is": (family, given.split()[0])}
        )  # fmt: skip
    return made


def homonyms(who: Any, asked: list[dict[str, Any]]) -> dict[Any, set[Any]]:
    """By question without a date: all whom the officer sees under the very name that was meant."""
    from django.db import connections

    found = {}
    with connections["owner"].cursor() as cursor:
        for each in asked:
            if each["born"]:
                continue
            cursor.execute(
                "select record_id from search_name where family = %s and"
                " split_part(given, ' ', 1) = %s and organisation_id = %s",
                [*each["is"], who.organisation_id],
            )
            found[each["id"]] = {row[0] for row in cursor.fetchall()}
    return found


def measure_people(who: Any, asked: list[dict[str, Any]]) -> dict[str, Any]:
    """Times, and how many were among the first ten, by kind of error."""
    from peel.kernel.access.identity import speaking
    from peel.kernel.base.dates import PartialDate
    from peel.services.search.api import PersonQuery, people

    same = homonyms(who, asked)
    taken: list[float] = []
    right: dict[str, list[int]] = {}
    for each in asked:
        born = PartialDate.parse(each["born"]) if each["born"] else None
        query = PersonQuery(names=each["names"], born=born)
        with speaking(who):
            begun = time.perf_counter()
            hits = people(query)
            taken.append((time.perf_counter() - begun) * 1000)
        found = {hit.record_id for hit in hits}
        hit = bool(found & (same.get(each["id"], set()) | {each["id"]}))
        right.setdefault(each["kind"], []).append(hit)
        each["found"] = hit
    return told(taken, right)


def told(taken: list[float], right: dict[str, list[int]]) -> dict[str, Any]:
    """Percentiles, searches a second, recall at 10 in all and by kind."""
    every = [hit for hits in right.values() for hit in hits]
    return {
        "n": len(taken),
        "p50_ms": round(statistics.median(taken), 1),
        "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 1),
        "a_second": round(1000 / statistics.mean(taken)),
        "recall_10": round(sum(every) / len(every), 4),
        "by_kind": {kind: round(sum(hits) / len(hits), 3) for kind, hits in right.items()},
    }


def main() -> None:
    """Fill when empty, ask, print."""
    import django

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--texts", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=1_080)
    parser.add_argument("--seed", type=int, default=41)
    parser.add_argument("--packages", default="")
    parser.add_argument("--misses", action="store_true", help="print what was not found")
    options = parser.parse_args()
    if options.packages:
        sys.path.append(options.packages)
    django.setup()
    from benchmarks.population.filling import fill

    from peel.kernel.access.tests.factories import officer, organisation, unit
    from peel.pole.models import Nominal

    ours, theirs = organisation(), organisation("Neighbouring Police")
    name = f"searcher{time.time_ns()}"
    who = officer(
        role="supervisor", clearance=2, of=unit(of=ours), username=name, collar_number=name[-20:]
    )
    found: dict[str, Any] = {}
    if not Nominal.objects.using("owner").exists():
        found["filling"] = fill(
            options.persons, options.texts, options.seed, who, ours.pk, theirs.pk
        )
    measure_people(who, drawn(who, 40, seed=5))
    asked = drawn(who, options.questions, seed=options.seed)
    found["people"] = measure_people(who, asked)
    print(json.dumps(found, indent=2))
    if options.misses:
        for each in asked:
            if not each["found"]:
                print(each["kind"], "|", each["names"], each["born"], "|", each["is"])


if __name__ == "__main__":
    main()
