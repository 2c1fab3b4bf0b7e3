"""Search over 1,000,000 nominals, for an officer who may see half of them, beside its peers.

    eval "$(./peel shell-env)"
    .venv/bin/python -m benchmarks.search --packages DIR [--persons N] [--texts N] [--questions N]

Fills an empty, migrated database as its owner from a seed, then asks as the web role: persons under
the errors of `benchmarks/population/errors.py` (which was not used to tune), mixed questions and
suggestions through the views, identifiers in the engine. Peers in the same run, over the same names
and with Peel's own ranking of what they find: `benchmarks/population/peers.py`.
DIR holds the PyPI packages `names` (MIT) and, for the peers, `tantivy`
(`pip install --no-deps --target DIR names tantivy`) and Lucene 9.5 by its jar
(`benchmarks/population/lucene.py` says how). Results: benchmarks/results/search.md.
"""

import argparse
import json
import os
import platform
import random
import statistics
import sys
import time
from pathlib import Path
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


def measure_peer(who: Any, peer: Any, asked: list[dict[str, Any]]) -> dict[str, Any]:
    """The same questions of a peer; Peel ranks what it finds, unless its own order is asked for."""
    from peel.kernel.base.dates import PartialDate
    from peel.services.search import engine
    from peel.services.search.api import PersonQuery

    same = homonyms(who, asked)
    taken: list[float] = []
    right: dict[str, list[int]] = {}
    for each in asked:
        born = PartialDate.parse(each["born"]) if each["born"] else None
        query = PersonQuery(names=each["names"], born=born)
        begun = time.perf_counter()
        rows = [engine.Row(1, *row, None) for row in peer.find(each["names"], each["born"])]
        if not peer.own_order:
            names = engine.names_of(query)
            rows.sort(key=lambda row: -engine.worth_of(query, names, row))
        taken.append((time.perf_counter() - begun) * 1000)
        found = set(list(dict.fromkeys(row.record_id for row in rows))[:10])
        wanted = same.get(each["id"], set()) | {each["id"]}
        right.setdefault(each["kind"], []).append(bool(found & wanted))
    return told(taken, right)


def mixed(who: Any, number: int, seed: int) -> list[str]:
    """Questions as officers mix them: persons, what they are linked to, numbers, words."""
    from benchmarks.population import COLOURS, MAKES, TOWNS
    from django.db import connections

    chance = random.Random(seed)
    persons = drawn(who, number, seed)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select vrm from objects_vehicle order by md5(vrm || %s) limit 200", [str(seed)]
        )
        marks = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "select value from pole_nominalcontact order by md5(value || %s) limit 200", [str(seed)]
        )
        phones = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "select body from records_document where kind = 'investigation.crime'"
            " order by md5(body || %s) limit 200", [str(seed)],
        )  # fmt: skip
        bodies = [row[0].split() for row in cursor.fetchall()]
    made = []
    for person in persons:
        mark, phone, words = chance.choice(marks), chance.choice(phones), chance.choice(bodies)
        make = chance.choice(MAKES)
        made.append(chance.choice([
            f"{person['names']} {person['born']}",
            f"{person['names']} {chance.choice(TOWNS)} {chance.choice(COLOURS)} {make[1]}",
            f"{person['names']} *{mark[-3:]}", mark, f"{mark[:4]}*", phone[-6:],
            f"0{phone[3:]}", " ".join(chance.sample(words, chance.choice([1, 2, 3]))),
            person["names"],
        ]))  # fmt: skip
    return made


def measure_views(who: Any, questions: list[str]) -> dict[str, Any]:
    """Mixed searches and suggestions through the views, as a browser gets them."""
    from peel.kernel.access.tests.factories import signed_in_client

    client = signed_in_client(who)
    taken: dict[str, list[float]] = {"mixed, through the view": [], "as you type, the view": []}
    for text in questions:
        for name, where, typed in (
            ("mixed, through the view", "/search/", text),
            ("as you type, the view", "/search/suggest/", text[: max(3, len(text) // 2)]),
        ):
            begun = time.perf_counter()
            answer = client.get(where, {"q": typed})
            taken[name].append((time.perf_counter() - begun) * 1000)
            assert answer.status_code in (200, 302), (typed, answer.status_code)
    return {name: percentiles(times) for name, times in taken.items()}


def measure_numbers(who: Any, number: int, seed: int) -> dict[str, Any]:
    """Identifiers, whole and in part, in the engine."""
    from peel.kernel.access.identity import speaking
    from peel.machine.queries.finding import kinds_to_view
    from peel.services.search import arms, tokens

    asked = [
        t for t in mixed(who, number * 3, seed) if any(c.isdigit() for c in t) and " " not in t
    ]
    taken = []
    kinds = kinds_to_view(who)
    for text in asked:
        with speaking(who):
            begun = time.perf_counter()
            arms.numbers(tokens.read(text), kinds)
            taken.append((time.perf_counter() - begun) * 1000)
    return percentiles(taken)


def percentiles(taken: list[float]) -> dict[str, Any]:
    """Median and 95th percentile of times in milliseconds."""
    return {
        "n": len(taken),
        "p50_ms": round(statistics.median(taken), 1),
        "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 1),
        "max_ms": round(max(taken), 1),
    }


def write(options: Any, found: dict[str, Any]) -> None:
    """The results as a page, with machine and version."""
    if not options.write:
        return
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("show server_version")
        version = cursor.fetchone()[0].split()[0]
        cursor.execute(
            "select relname, reltuples::bigint, pg_size_pretty(pg_total_relation_size(oid))"
            " from pg_class where relname in ('search_word', 'search_name', 'search_key',"
            " 'search_number') order by 1"
        )
        sizes = [f"| {name} | {rows:,} | {size} |" for name, rows, size in cursor.fetchall()]
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    text = [
        "# Search", "", f"{machine}, PostgreSQL {version}; load average at the end"
        f" {os.getloadavg()[0]:.1f}. {options.persons:,} nominals, {options.texts:,} texts, seed"
        f" {options.seed}; the officer may see half of the persons and texts.", "",
        "| table | rows | size with indexes |", "|---|---|---|", *sizes, "",
        "```json", json.dumps(found, indent=2), "```", "",
    ]  # fmt: skip
    place = Path(__file__).parent / "results" / "search.md"
    place.write_text("\n".join(text))


def main() -> None:
    """Fill when empty, ask, print."""
    import django

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--texts", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=1_080)
    parser.add_argument("--seed", type=int, default=41)
    parser.add_argument("--packages", default="")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--peer-questions", type=int, default=270)
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/search.md")
    parser.add_argument("--misses", action="store_true", help="print what was not found")
    options = parser.parse_args()
    if options.packages:
        sys.path.append(options.packages)
    django.setup()
    from django.conf import settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
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
    # As warm as its peers are below: other questions first.
    warm = drawn(who, 400, seed=5)
    measure_people(who, warm * 5)
    asked = drawn(who, options.questions, seed=options.seed)
    found["people"] = measure_people(who, asked)
    found["identifiers"] = measure_numbers(who, 200, options.seed)
    measure_views(who, mixed(who, 300, 3))
    found["views"] = measure_views(who, mixed(who, 300, options.seed))
    if not options.no_peers:
        from benchmarks.population import peers

        for peer in peers.present(who.organisation_id):
            # A Java machine compiles what is asked often: its first answers are not its speed.
            for each in warm * 5:
                peer.find(each["names"], each["born"])
            found[peer.name] = measure_peer(who, peer, asked[: options.peer_questions])
        theirs_too = [each["found"] for each in asked[: options.peer_questions]]
        found["people"]["recall_10 of what peers were asked"] = statistics.mean(theirs_too)
    write(options, found)
    print(json.dumps(found, indent=2))
    if options.misses:
        for each in asked:
            if not each["found"]:
                print(each["kind"], "|", each["names"], each["born"], "|", each["is"])


if __name__ == "__main__":
    main()
