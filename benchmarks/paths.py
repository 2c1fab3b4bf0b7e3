"""Shortest paths over 1,000,000 records and 3,000,000 links with hubs, beside igraph.

    eval "$(./peel shell-env)" && .venv/bin/python -m benchmarks.paths [--nodes N] [--links N]

Fills an empty, migrated database as its owner (PEEL_DATABASE_OWNER_URL), then asks for the shortest
way between pairs as the web role, within the same session and transaction as a page does. Of the
links, three in ten hang on a thousand hubs (an address, a custody suite: the largest has some tens
of thousands of links), half lead to a near neighbour and the rest anywhere. One record in fifty is
of another force, one in a hundred is restricted, one link in fifty is marked too highly, one in
twenty was said in a record that is hidden, and one record in a hundred is judged the same as
another. Half of the pairs are drawn at random, half by a walk of three to nine steps.

The peer in the same run is igraph (GPL; installed by hand into the environment of the benchmark,
no part of Peel), given in memory what the reader may see and nothing else, and merged records
as one. For each pair both must tell the same number of steps.
"""

import argparse
import json
import os
import platform
import random
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
HUBS, STEPS = 1_000, 6
RESULTS = Path(__file__).parent / "results" / "paths.md"
TABLES = ("records_record", "pole_link", "identity_judgement", "identity_membership")
# What triggers keep is measured elsewhere: here the rows are put in past them, and indexes are
# made afterwards. The database is one to throw away: its foreign keys are not looked at again.
LAID_ASIDE = """
select format('alter table %%I drop constraint %%I', t.relname, c.conname),
  format('alter table %%I add constraint %%I %%s not valid', t.relname, c.conname,
    replace(pg_get_constraintdef(c.oid), ' NOT VALID', ''))
from pg_constraint c join pg_class t on t.oid = c.conrelid
where t.relname = any (%s) and c.contype = 'f'
union all
select format('drop index %%I', i.relname), pg_get_indexdef(x.indexrelid)
from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
where t.relname = any (%s)
  and not exists (select from pg_constraint c where c.conindid = x.indexrelid)
"""
RECORDS = """
create temp table fresh (n int, id uuid, ours bool, restricted bool);
"""
FILL = """
insert into records_record (id, kind, reference, title, organisation_id, marking, restricted, state,
  version, created_at, created_by_id, changed_at, changed_by_id, changed_through)
select id, 'pole.nominal', 'NM' || n, 'Nominal ' || n,
  case when ours then %(ours)s::uuid else %(theirs)s::uuid end, 1, restricted, 'live', 1, now(),
  %(by)s, now(), %(by)s, 'benchmark' from fresh;
"""
LINKS = """
insert into pole_link (id, type_id, from_record_id, to_record_id, confirmed, note, source,
  assessment, handling, asserted_by_id, asserted_at, asserted_in_id, marking, end_reason)
select gen_random_uuid(), (array['associate', 'connected', 'relative'])[1 + t.n %% 3], a.id, b.id,
  true, '', '', '', '', %(by)s, now() - t.n * interval '1 second', s.id, t.marking, ''
from ties t join fresh a on a.n = t.one join fresh b on b.n = t.two
left join fresh s on s.n = t.said;
"""
JOINED = """
insert into identity_membership (record_id, cluster, since)
select a.id, a.id, now() from pairs p join fresh a on a.n = p.one
union all
select b.id, a.id, now() from pairs p join fresh a on a.n = p.one join fresh b on b.n = p.two;
"""


class Graph:
    """The records and links by number; which of them the reader sees."""

    def __init__(self, nodes: int, links: int, seed: int) -> None:
        chance = np.random.default_rng(seed)
        self.nodes = nodes
        count = int(links * 1.03)
        one = chance.integers(0, nodes, count)
        hubs = min(HUBS, nodes // 10)
        weights = 1 / (np.arange(hubs) + 10)
        hub = chance.choice(nodes, hubs, replace=False)
        near = (one + chance.geometric(0.1, count) * chance.choice([-1, 1], count)) % nodes
        two = chance.integers(0, nodes, count)
        which = chance.random(count)
        two = np.where(which < 0.8, near, two)
        at_hub = which < 0.3
        two[at_hub] = chance.choice(hub, int(at_hub.sum()), p=weights / weights.sum())
        ends = np.unique(np.stack([one, two], 1)[one != two], axis=0)
        self.ends = chance.permutation(ends)[:links]
        self.ours = chance.random(nodes) >= 0.02
        self.restricted = chance.random(nodes) < 0.01
        self.marking = np.where(chance.random(len(self.ends)) < 0.02, 3, 1)
        said = chance.integers(0, nodes, len(self.ends))
        self.said = np.where(chance.random(len(self.ends)) < 0.2, said, -1)
        pairs = chance.permutation(nodes)[: nodes // 100 * 2].reshape(-1, 2)
        self.same = np.sort(pairs, axis=1)
        # The lowest id is the oldest, as ids are made: numbers and ids are in one order.
        self.ids = np.sort(chance.integers(0, 2**63, nodes, dtype=np.int64))

    def key(self, number: int) -> UUID:
        """The id of a record."""
        return UUID(int=(0x0192 << 112) | (0x7 << 76) | (0x2 << 62) | int(self.ids[number] >> 2))

    def seen(self) -> tuple[Any, Any]:
        """The visible links with merged records as one, and by which record each is walked."""
        open_ = self.ours & ~self.restricted
        own = np.arange(self.nodes)
        both = open_[self.same].all(axis=1)
        own[self.same[both, 1]] = self.same[both, 0]
        ends = open_[self.ends].all(axis=1) & (self.marking == 1)
        ends &= (self.said < 0) | open_[self.said]
        return own[self.ends[ends]], own


def fill(graph: Graph, who: Any, theirs: Any) -> None:
    """Put the graph into the database as its owner, past the triggers."""
    from django.db import connections, transaction

    from peel.pole.identity.models import Judgement

    values = {"ours": who.organisation_id, "theirs": theirs, "by": who.appointment_id}
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute(LAID_ASIDE, [list(TABLES)] * 2)
        aside = cursor.fetchall()
        for taken, _ in aside:
            cursor.execute(taken)
        cursor.execute(RECORDS)
        with cursor.copy("copy fresh from stdin") as sent:
            for n in range(graph.nodes):
                sent.write_row((n, graph.key(n), bool(graph.ours[n]), bool(graph.restricted[n])))
        cursor.execute(FILL, values)
        cursor.execute("create temp table ties (n int, one int, two int, said int, marking int)")
        with cursor.copy("copy ties from stdin") as sent:
            columns = (graph.ends[:, 0], graph.ends[:, 1], graph.said, graph.marking)
            for n, row in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
                sent.write_row((n, *row))
        cursor.execute("create temp table pairs (one int, two int)")
        with cursor.copy("copy pairs from stdin") as sent:
            for row in graph.same.tolist():
                sent.write_row(row)
        cursor.execute("analyze fresh")
        cursor.execute("analyze ties")
        cursor.execute(LINKS, values)
        Judgement.objects.using("owner").bulk_create(
            [
                Judgement(
                    first_id=graph.key(one), second_id=graph.key(two), verdict="same",
                    reason="benchmark", asserted_by_id=who.appointment_id,
                )
                for one, two in graph.same.tolist()
            ],
            batch_size=2_000,
        )  # fmt: skip
        cursor.execute(JOINED)
        for _, back in aside:
            cursor.execute(back)
        for table in TABLES:
            cursor.execute(f"alter table {table} enable trigger user")
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"vacuum analyze {table}")


def pairs(ends: Any, own: Any, nodes: int, number: int, seed: int) -> list[tuple[int, int]]:
    """Pairs of visible records: half at random, half by a walk."""
    chance = random.Random(seed)
    both = np.concatenate([ends, ends[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    starts = np.searchsorted(both[:, 0], np.arange(nodes + 1))
    linked = np.unique(both[:, 0]).tolist()
    found = []
    while len(found) < number:
        first = second = chance.choice(linked)
        if len(found) % 2:
            for _ in range(chance.randint(3, 9)):
                second = int(both[chance.randrange(starts[second], starts[second + 1]), 1])
        else:
            second = chance.choice(linked)
        if first != second:
            found.append((first, second))
    return found


def peer(ends: Any, nodes: int, asked: list[tuple[int, int]]) -> tuple[list[int], list[float]]:
    """Steps and milliseconds by igraph; 0 for no way of at most six."""
    import igraph

    whole = igraph.Graph(n=nodes, edges=ends, directed=False)
    steps, taken = [], []
    for first, second in asked:
        begun = time.perf_counter()
        way = whole.get_shortest_path(first, second)
        taken.append((time.perf_counter() - begun) * 1000)
        steps.append(len(way) - 1 if 1 < len(way) <= STEPS + 1 else 0)
    return steps, taken


def ours(graph: Graph, who: Any, asked: list[tuple[int, int]]) -> tuple[list[int], list[float]]:
    """Steps and milliseconds by Peel; -1 where it gave up before all was seen."""
    from peel.kernel.access.identity import speaking
    from peel.pole.charts import paths

    steps, taken = [], []
    for first, second in asked:
        one, two = graph.key(first), graph.key(second)
        with speaking(who):
            begun = time.perf_counter()
            found = paths.shortest(who, one, two)
            taken.append((time.perf_counter() - begun) * 1000)
        steps.append(len(found.ids) - 1 if found.ids else -1 if found.ending == "wide" else 0)
    return steps, taken


def neighbours(graph: Graph, who: Any, asked: list[tuple[int, int]]) -> list[float]:
    """Milliseconds of the common neighbours of pairs."""
    from peel.kernel.access.identity import speaking
    from peel.pole.charts import paths

    taken = []
    for first, second in asked:
        with speaking(who):
            begun = time.perf_counter()
            paths.common(who, [graph.key(first), graph.key(second)])
            taken.append((time.perf_counter() - begun) * 1000)
    return taken


def figures(values: list[float]) -> dict[str, float]:
    """Median, 95th percentile and worst."""
    return {
        "n": len(values),
        "p50_ms": round(statistics.median(values), 1),
        "p95_ms": round(statistics.quantiles(values, n=20)[-1], 1),
        "max_ms": round(max(values), 1),
    }


def report(options: Any, found: dict[str, Any]) -> str:
    """The page of results."""
    rows = "\n".join(
        f"| {name} | {f['n']} | {f['p50_ms']} | {f['p95_ms']} | {f['max_ms']} |"
        for name, f in found["times"].items()
    )
    return f"""# Paths over {options.nodes:,} records and {options.links:,} links

`python -m benchmarks.paths`, {time.strftime("%d %B %Y")}: {os.cpu_count()} cores
({platform.machine()}), Python {platform.python_version()}, PostgreSQL {found["server"]}. The
largest hub has {found["hub"]:,} links. The graph, and what of it is hidden, is told in the first
lines of `benchmarks/paths.py`.

| | n | p50 ms | p95 ms | max ms |
|---|---|---|---|---|
{rows}

Of {options.pairs:,} pairs {found["agreed"]:,} have the same number of steps as igraph finds among
what the reader may see; "none within six" (0) counts as an answer. Pairs by number of steps:
{", ".join(f"{steps}: {count}" for steps, count in found["steps"].items())}. igraph has the graph in
memory and no end to its search; Peel asks the database, under its visibility.
"""


def main() -> None:
    """Fill when empty, ask, compare, write."""
    import django

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=1_000_000)
    parser.add_argument("--links", type=int, default=3_000_000)
    parser.add_argument("--pairs", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/paths.md")
    options = parser.parse_args()
    django.setup()
    from django.db import connections

    from peel.kernel.access.tests.factories import officer, organisation, unit
    from peel.kernel.records.models import Record

    us, theirs = organisation(), organisation("Neighbouring Police")
    name = f"walker{time.time_ns()}"
    who = officer(
        role="supervisor", clearance=2, of=unit(of=us), username=name, collar_number=name[-20:]
    )
    if Record.objects.using("owner").filter(kind="pole.nominal").exists():
        raise SystemExit("Begin with an empty, migrated database.")
    graph = Graph(options.nodes, options.links, options.seed)
    fill(graph, who, theirs.pk)
    ends, own = graph.seen()
    ours(graph, who, pairs(ends, own, graph.nodes, 50, seed=1))
    asked = pairs(ends, own, graph.nodes, options.pairs, seed=2)
    mine, taken = ours(graph, who, asked)
    times = {"Peel: shortest path": figures(taken)}
    times["Peel: common neighbours"] = figures(neighbours(graph, who, asked))
    theirs_, peers = peer(ends, graph.nodes, asked)
    times["igraph: shortest path, in memory"] = figures(peers)
    with connections["owner"].cursor() as cursor:
        cursor.execute("show server_version")
        server = cursor.fetchone()[0]
    by_steps: dict[int, list[float]] = {}
    for steps, ms in zip(mine, taken, strict=True):
        by_steps.setdefault(steps, []).append(ms)
    found = {
        "times": times,
        "agreed": sum(a == b for a, b in zip(mine, theirs_, strict=True)),
        "differ": [(a, b) for a, b in zip(mine, theirs_, strict=True) if a != b][:20],
        "steps": dict(sorted(Counter(theirs_).items())),
        "slowest by steps": {k: round(max(v), 1) for k, v in sorted(by_steps.items())},
        "hub": int(np.bincount(ends.ravel()).max()),
        "server": server,
    }
    print(json.dumps(found, indent=2))
    if options.write:
        RESULTS.write_text(report(options, found), encoding="utf-8")


if __name__ == "__main__":
    main()
