"""Paths and common neighbours, held against networkx: hubs, merges, what is hidden."""

import random
from itertools import pairwise
from typing import Any

import networkx
import pytest
from django.db import ProgrammingError, connections, transaction

from peel.kernel.access.identity import Identity, speaking
from peel.kernel.access.tests.factories import officer, organisation, signed_in_client, unit
from peel.kernel.base.dates import PartialDate
from peel.kernel.base.ids import uuid7
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.pole.charts import paths
from peel.pole.charts.paths import By
from peel.pole.charts.tests.stage import ledger_subjects
from peel.pole.identity.models import Judgement

pytestmark = pytest.mark.django_db
RECORDS, TIES, HUBS = 700, 560, 3


class Town:
    """A graph as the owner of the database writes it, and what of it a reader ought to see."""

    def __init__(self, who: Identity, seed: int) -> None:
        chance = random.Random(seed)
        self.chance = chance
        self.keys = [uuid7() for _ in range(RECORDS)]
        pairs = {tuple(sorted(chance.sample(range(RECORDS), 2))) for _ in range(TIES)}
        # Three hubs, none linked to another: two with many in common, one with few.
        for hub, rate in enumerate((0.35, 0.4, 0.3)):
            pairs |= {
                (hub, n) for n in range(HUBS, RECORDS) if chance.random() < rate and n % 3 != hub
            }
        self.ties = sorted(pair for pair in pairs if pair[0] != pair[1] and pair[1] >= HUBS)
        self.hidden = set(chance.sample(range(HUBS, RECORDS), RECORDS // 7))
        self.marked = {n for n in range(len(self.ties)) if chance.random() < 0.05}
        self.said = {
            n: chance.randrange(HUBS, RECORDS) for n in range(len(self.ties)) if n % 4 == 0
        }
        some = chance.sample(range(HUBS, RECORDS), 60)
        self.same = [tuple(sorted(some[n : n + 2])) for n in range(0, 60, 2)]
        self.write(who)

    def write(self, who: Identity) -> None:
        by = who.appointment_id
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.executemany(
                "insert into records_record (id, kind, reference, title, organisation_id, marking,"
                " restricted, state, version, created_at, created_by_id, changed_at,"
                " changed_by_id, changed_through)"
                " values (%s, 'pole.nominal', %s, 'T', %s, 1, %s, 'live', 1, now(), %s, now(), %s,"
                " 'test')",
                [(key, f"XT{n}", who.organisation_id, n in self.hidden, by, by)
                 for n, key in enumerate(self.keys)],
            )  # fmt: skip
            cursor.executemany(
                "insert into pole_link (id, type_id, from_record_id, to_record_id, confirmed, note,"
                " source, assessment, handling, asserted_by_id, asserted_at, asserted_in_id,"
                " marking, end_reason)"
                " values (%s, %s, %s, %s, true, '', '', '', '', %s, now(), %s, %s, '')",
                [(uuid7(), self.type_of(n), self.keys[a], self.keys[b], by,
                  self.keys[self.said[n]] if n in self.said else None, 3 if n in self.marked else 1)
                 for n, (a, b) in enumerate(self.ties)],
            )  # fmt: skip
            Judgement.objects.using("owner").bulk_create(
                Judgement(
                    first_id=self.keys[a], second_id=self.keys[b], verdict="same", reason="T",
                    asserted_by_id=by,
                )
                for a, b in self.same
            )  # fmt: skip

    @staticmethod
    def type_of(number: int) -> str:
        return ("associate", "connected")[number % 2]

    def seen(self, types: tuple[str, ...] = ("associate", "connected")) -> Any:
        """The graph of a reader who is not admitted and cleared for OFFICIAL alone."""
        own = {n: n for n in range(RECORDS)}
        own |= {b: a for a, b in self.same if not {a, b} & self.hidden}
        graph = networkx.Graph()
        graph.add_nodes_from(own[n] for n in own if n not in self.hidden)
        graph.add_edges_from(
            (own[a], own[b]) for n, (a, b) in enumerate(self.ties)
            if not {a, b} & self.hidden and n not in self.marked and self.type_of(n) in types
            and self.said.get(n) not in self.hidden and own[a] != own[b]
        )  # fmt: skip
        return graph, own


@pytest.fixture
def town(database: None) -> Town:
    return Town(officer(role="supervisor", clearance=3), seed=5)


def test_steps_and_common_neighbours_are_those_of_the_visible_graph(town: Town) -> None:
    reader = officer(role="supervisor", clearance=1)
    numbers = {key: n for n, key in enumerate(town.keys)}
    ends = [town.chance.sample(range(RECORDS), 2) for _ in range(220)] + [[0, 1], [1, 2], [0, 2]]
    for types in (None, ("associate",)):
        graph, own = town.seen(types or ("associate", "connected"))
        lengths = dict(networkx.all_pairs_shortest_path_length(graph, cutoff=6))
        found = {}
        with speaking(reader):
            for a, b in ends:
                by = By(types)
                found[a, b] = paths.shortest(reader, town.keys[a], town.keys[b], by=by)
        for (a, b), path in found.items():
            steps = lengths.get(own[a], {}).get(own[b]) if a in graph or own[a] in graph else None
            hidden = {a, b} & town.hidden
            assert (len(path.ids) - 1 if path.ids else None) == (None if hidden else steps), (a, b)
            way = [numbers[key] for key in path.ids]
            assert all(graph.has_edge(*step) for step in pairwise(way)), way
            if hidden:
                assert (path.ending, path.looked_at) == ("none", 0)
    graph, own = town.seen()
    with speaking(reader):
        for chosen in [[0, 1], [0, 1, 2], *town.chance.choices(ends, k=25)]:
            common = paths.common(reader, [town.keys[n] for n in chosen])
            keys = {own[n] for n in chosen if n not in town.hidden}
            near = {n: keys & set(graph[n]) for n in graph} if len(keys) > 1 else {}
            wanted = {town.keys[n]: each for n, each in near.items() if len(each) > 1}
            assert common.count == len(wanted)
            for key, each in common.near.items():
                assert {numbers[one] for one in each} == wanted[key]


def test_a_walk_that_would_look_at_too_much_says_so_and_nobody_else_may_walk(town: Town) -> None:
    reader = officer(role="supervisor", clearance=1)
    graph, _ = town.seen()
    far = next(
        (a, b) for a, each in networkx.all_pairs_shortest_path_length(graph)
        for b, steps in each.items() if steps == 5 and a >= HUBS
    )  # fmt: skip
    ends = [town.keys[n] for n in far]
    with speaking(reader):
        assert paths.shortest(reader, *ends, looked_at=20).ending == "wide"
        short = paths.shortest(reader, *ends, steps=4)
        assert (short.ending, short.said) == (
            "far", "No path of 4 steps or fewer. The search stopped there."
        )  # fmt: skip
    away = officer(
        role="supervisor", clearance=3,
        of=unit("Elsewhere", of=organisation("Northmarch Constabulary")),
    )  # fmt: skip
    with speaking(away):
        assert paths.shortest(away, *ends).ending == "none"
        assert paths.common(away, ends).said == "Nothing is linked to two of these."
    # What the functions are made of is closed to the web role.
    with speaking(reader), connections["default"].cursor() as cursor:
        for inner in ("pole.seen_links(null, null, null)", "charts.ones(null, null)"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(f"select * from {inner}")


def test_a_chart_and_a_program_ask_by_types_and_dates(database: None) -> None:
    who = officer(role="supervisor", clearance=3)
    make, tie = commands["pole.nominal.create"], commands["pole.link.create"]
    a, b, c = (
        run(make, who, {"family_name": f, "given_names": "Alex"}) for f in ("Ash", "Bow", "Cole")
    )
    for one, other, how, starts, ends in (
        (a, b, "associate>", "March 2024", "May 2024"), (b, c, "sibling>", "", ""),
        (c, a, "partner>", "2025", ""),
    ):  # fmt: skip
        dates = {
            name: PartialDate.parse(text)
            for name, text in (("starts", starts), ("ends", ends))
            if text
        }
        run(tie, who, {"record_id": one.pk, "other": other, "reading": how, **dates})
    client = signed_in_client(who)

    def asked(where: str, **query: Any) -> Any:
        answer = client.get(f"/api/connections/{where}", query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    ends = {"from": a.reference, "to": c.reference}
    assert asked("path", **ends)["path"] == [a.reference, c.reference]
    told = asked("path", **ends, type=["associate", "sibling"])
    assert told["path"] == [a.reference, b.reference, c.reference]
    assert {link["type"] for link in told["links"]} == {"associate", "sibling"}
    early = asked("path", **ends, since="2024-04-01", until="2024-12-31")
    assert (early["steps"], early["ending"]) == (2, "found")
    assert asked("path", **ends, until="2024-02-01")["ending"] == "none"
    assert asked("path", **ends, on="2020-01-01")["ending"] == "none"
    assert asked("path", **ends, type="associate", steps="1")["ending"] in ("far", "none")
    common = asked("common", of=[a.reference, c.reference])
    assert common["common"] == [{"reference": b.reference, "near": [a.reference, c.reference]}]
    assert {a.pk, b.pk, c.pk} <= ledger_subjects("charts.common") & ledger_subjects("charts.path")
    wrong = ({**ends, "steps": "7"}, {**ends, "since": "x"}, {**ends, "type": "a\x00b"},
             {**ends, "since": "2024-02-01", "until": "2024-01-01"})  # fmt: skip
    assert {client.get("/api/connections/path", each).status_code for each in wrong} == {422}
    assert client.get("/api/connections/path", {"from": a.reference}).status_code == 404
    assert client.get("/api/connections/common", {"of": a.reference}).status_code == 422
    sent = {"act": "common", "chosen": [str(a.pk), str(c.pk)], "without": ["sibling"]}
    post = {"content_type": "application/json"}
    assert client.post("/charts/draw/", sent, **post).json()["common"] == []
    sent["without"] = []
    assert client.post("/charts/draw/", sent, **post).json()["common"] == [str(b.pk)]
    named = client.post(
        "/charts/draw/", {"act": "named", "to_reference": c.reference}, **post
    ).json()
    assert named["centre"] == str(c.pk)
    page = client.get(f"/pole/nominal/{a.reference}/chart/", {"to": c.reference, "show": "common"})
    assert "1 record is linked to at least two of these." in page.content.decode()
    page = client.get(f"/pole/nominal/{a.reference}/chart/", {"to": c.reference, "type": "sibling"})
    assert "No path" in page.content.decode()
