"""Charts on the server: what is drawn, counted, walked, saved and taken out, and for whom."""

import csv
import io
import json
import uuid
from datetime import timedelta
from typing import Any

import networkx
import pytest

from peel.kernel.access.identity import Identity, speaking
from peel.kernel.access.tests.factories import officer, organisation, signed_in_client, unit
from peel.kernel.base import clock
from peel.kernel.base.dates import PartialDate
from peel.machine.commands import Conflict, Invalid, run
from peel.machine.commands.registry import commands
from peel.pole.charts import bodies, paths, reading
from peel.pole.charts.links import When
from peel.pole.charts.models import Chart
from peel.pole.charts.tests.stage import ledger_subjects, many_links
from peel.pole.identity.models import Judgement

pytestmark = pytest.mark.django_db


def do(who: Identity, name: str, **values: Any) -> Any:
    return run(commands[name], who, values)


def person(who: Identity, family: str, **more: Any) -> Any:
    return do(who, "pole.nominal.create", family_name=family, given_names="Alex", **more)


def tie(who: Identity, one: Any, other: Any, how: str = "associate>", **more: Any) -> None:
    do(who, "pole.link.create", record_id=one.pk, other=other, reading=how, **more)


def hide(who: Identity, record: Any, version: int = 1) -> None:
    do(who, f"{record.kind}.restrict", record_id=record.pk, version=version, reason="A test",
       keep_me=True, admitted=[])  # fmt: skip


@pytest.fixture
def stage(database: None) -> dict[str, Any]:
    """A chain a - b - e - c, a hidden short cut a - h - c, and a link told in a hidden record."""
    owner = officer(role="supervisor", clearance=3)
    made = {
        name: person(owner, name.capitalize()) for name in ("a", "b", "c", "d", "e", "h", "told")
    }
    a, b, c, d, h = (made[name] for name in "abcdh")
    tie(owner, a, b, starts=PartialDate.parse("March 2026"), confirmed=True)
    tie(owner, b, made["e"], "sibling>")
    tie(owner, made["e"], c)
    tie(owner, a, h)
    tie(owner, h, c, "partner>")
    tie(owner, a, d, asserted_in=made["told"])
    many_links(owner, a, ends=22, way=">")
    hide(owner, h)
    hide(owner, made["told"])
    return {"owner": owner, **made}


def callers() -> dict[str, Identity]:
    return {
        "not admitted": officer(role="supervisor", clearance=3),
        "too low": officer(role="supervisor", clearance=1),
        "of another force": officer(
            role="supervisor", clearance=3,
            of=unit("Elsewhere", of=organisation("Northmarch Constabulary")),
        ),
    }  # fmt: skip


def post(client: Any, where: str, /, **sent: Any) -> Any:
    return client.post(f"/charts/{where}/", json.dumps(sent), content_type="application/json")


def test_the_hidden_is_no_node_no_number_and_no_step_of_a_path(stage):
    a, b, c, d, h = (stage[name] for name in "abcdh")
    with speaking(stage["owner"]):
        mine = reading.expand(stage["owner"], a.pk)
        short = paths.shortest(stage["owner"], a.pk, c.pk)
    assert {n["id"] for n in mine["nodes"]} == {str(r.pk) for r in (a, b, d, h)}
    assert short.ids == (a.pk, h.pk, c.pk)
    for name, who in callers().items():
        with speaking(who):
            theirs = reading.expand(who, a.pk)
            way = paths.shortest(who, a.pk, c.pk)
            hidden = paths.shortest(who, a.pk, h.pk)
            absent = paths.shortest(who, a.pk, uuid.uuid4())
            nothing = reading.expand(who, h.pk)
        gone = name == "of another force"
        drawn = set() if gone else {str(a.pk), str(b.pk)}
        assert {n["id"] for n in theirs["nodes"]} == drawn, name
        told = json.dumps(theirs)
        assert not any(str(r.pk) in told or r.title in told for r in (d, h, stage["told"])), name
        assert [g["others"] for g in theirs["groups"]] == ([] if gone else [22]), name
        assert way.ids == (() if gone else (a.pk, b.pk, stage["e"].pk, c.pk)), name
        # No way to the hidden reads as no way to what never was.
        assert (hidden.ids, hidden.ending, hidden.said) == ((), absent.ending, absent.said), name
        assert nothing["nodes"] == nothing["edges"] == nothing["groups"] == [], name


def test_a_group_tells_its_number_and_unfolds_by_pages_in_the_ledger(stage):
    who, a = stage["owner"], stage["a"]
    client = signed_in_client(who)
    page = client.get(f"/pole/nominal/{a.reference}/chart/")
    assert page.status_code == 200
    assert "connected with 22 nominals" in page.content.decode()
    folded = {"act": "members", "of": str(a.pk), "type": "connected", "way": ">"}
    found = post(client, "draw", **folded, kind="pole.nominal", shown=[str(a.pk)])
    assert found.status_code == 200, found.content
    told = found.json()
    assert len(told["nodes"]) == len(told["edges"]) == 22
    assert told["next"] == ""
    seen = ledger_subjects("charts.members")
    assert {uuid.UUID(n["id"]) for n in told["nodes"]} <= seen
    wrong = [
        {}, {"act": "fly"}, {"act": "expand", "id": "1"}, {"act": "expand", "on": "soon"},
        {**folded, "kind": "pole.nominal", "place": "x_y"}, {"act": "path", "id": str(a.pk)},
        {"act": "again", "shown": [str(uuid.uuid4())] * 2001}, {"act": ["expand"]},
        {**folded, "kind": "a\x00b", "way": 1},
    ]  # fmt: skip
    assert {post(client, "draw", **sent).status_code for sent in wrong} == {422}
    keys = [str(a.pk), str(stage["b"].pk)]
    again = {"act": "again", "shown": keys, "folded": keys[:1], "on": clock.today().isoformat()}
    then = post(client, "draw", **again).json()
    assert {"connected with 22 nominals"} <= {group["said"] for group in then["groups"]}
    assert [edge["dates"] for edge in then["edges"]] == ["from March 2026"]
    long_ago = post(client, "draw", **again | {"on": "2001-01-01"}).json()
    assert (long_ago["groups"], long_ago["edges"]) == ([], [])
    path = post(client, "draw", act="path", id=str(a.pk), to_reference=stage["c"].reference)
    assert path.json()["said"] == "2 steps from one to the other."
    by_form = client.get(f"/pole/nominal/{a.reference}/chart/?to={stage['c'].reference}")
    assert "2 steps from one to the other" in by_form.content.decode()
    assert client.get(f"/pole/nominal/{a.reference}/chart/?to=XX1").status_code == 422


def test_many_links_are_paged_and_cost_the_same_number_of_queries(
    stage, django_assert_max_num_queries
):
    who, a = stage["owner"], stage["a"]
    other = many_links(who, a, ends=120, each=3)
    with speaking(who), django_assert_max_num_queries(14):
        picture = reading.expand(who, a.pk)
    group = next(g for g in picture["groups"] if g["type"] == "connected" and g["way"] == "<")
    assert (group["links"], group["others"]) == (120, 120)
    seen: list[str] = []
    place = ""
    named = reading.Group(a.pk, "connected", "<", "pole.nominal", "", 0, 0)
    for _ in range(3):
        with speaking(who), django_assert_max_num_queries(9):
            page = reading.members(who, named, [], When(), place)
        seen += [n["id"] for n in page["nodes"] if n["id"] != str(a.pk)]
        place = page["next"]
    assert place == ""
    assert sorted(seen) == sorted(str(key) for key in other)
    # Ended and told anew: one other end, several links, and the number says so.
    with speaking(who):
        past = reading.expand(who, a.pk, (), When(clock.today() - timedelta(days=7), compare=True))
    again = next(g for g in past["groups"] if g["type"] == "connected" and g["way"] == "<")
    assert (again["links"], again["others"]) == (360, 120)
    assert again["said"] == "connected with 120 nominals by 360 links"


def test_it_tells_how_it_stood_and_draws_one_person_once(stage):
    who, a, b, c = (stage[name] for name in ("owner", "a", "b", "c"))
    yesterday = (clock.now() - timedelta(days=1)).date()
    with speaking(who):
        before = reading.expand(who, a.pk, (), When(yesterday))
        both = reading.expand(who, a.pk, (), When(yesterday, compare=True))
    assert before["edges"] == []
    assert {edge["mark"] for edge in both["edges"]} == {"added"}
    # Two records of one person: one node, the links of both, and one step of a path.
    first, second = sorted((b.pk, c.pk))
    with speaking(who):
        Judgement.objects.create(
            first_id=first, second_id=second, verdict="same", reason="Prints",
            asserted_by_id=who.appointment_id,
        )  # fmt: skip
    with speaking(who):
        one = reading.expand(who, a.pk)
        way = paths.shortest(who, a.pk, second)
        from_it = reading.expand(who, second)
    drawn = {n["id"]: n["members"] for n in one["nodes"]}
    assert drawn[str(first)] == 2
    assert str(second) not in drawn
    ties = {(e["from"], e["to"], e["type"]) for e in one["edges"]}
    assert {
        (str(a.pk), str(first), "associate"),
        (str(stage["h"].pk), str(first), "partner"),
    } <= ties
    assert way.ids == (a.pk, first)
    assert from_it["centre"] == str(first)
    assert {n["id"] for n in from_it["nodes"]} == {str(stage[n].pk) for n in "aeh"} | {str(first)}


def chart_of(*records: Any, **more: Any) -> dict[str, Any]:
    nodes = [{"id": str(r.pk), "x": 10 * n, "y": 5} for n, r in enumerate(records)]
    return {"nodes": nodes, **more}


def test_a_chart_keeps_ids_alone_and_what_its_next_drawer_may_not_see(stage):
    owner, a, b, h = (stage[name] for name in ("owner", "a", "b", "h"))
    body = chart_of(
        a, b, h,
        notes=[{"x": 1, "y": 2, "text": "Quietly", "on": str(h.pk)}, {"x": 0, "y": 0, "text": "!"}],
        boxes=[{"holds": [str(a.pk), str(h.pk)], "text": "Family", "colour": "blue"}],
        groups=[{"of": str(a.pk), "type": "connected", "way": ">", "kind": "pole.nominal",
                 "x": 1, "y": 1}],
    )  # fmt: skip
    client = signed_in_client(owner)
    made = post(client, "save", name="Ring", purpose="Who is near", body=body)
    assert made.status_code == 200, made.content
    reference = made.json()["reference"]
    with speaking(owner):
        kept = Chart.objects.get(reference=reference)
    words = json.dumps(kept.body)
    assert not any(
        word in words for record in (a, b, h) for word in (record.title, record.reference)
    )
    assert {a.pk, b.pk, h.pk} <= ledger_subjects("charts.chart.create")

    reader = officer(role="supervisor", clearance=3)
    theirs = signed_in_client(reader)
    page = theirs.get(f"/charts/chart/{reference}/chart/")
    text = page.content.decode()
    assert page.status_code == 200
    assert str(h.pk) not in text
    assert "Quietly" not in text
    assert "connected with 22 nominals" in text
    assert str(h.pk) not in theirs.get(f"/charts/chart/{reference}/").content.decode()
    # The reader takes b off and saves: what was hidden from him stays for those who see it.
    again = {"nodes": chart_of(a)["nodes"], "boxes": [
        {"holds": [str(a.pk)], "text": "Family", "colour": "blue"}]}  # fmt: skip
    saved = post(theirs, "save", reference=reference, version=1, body=again)
    assert saved.status_code == 200, saved.content
    with speaking(owner):
        kept = Chart.objects.get(reference=reference)
    assert {n["id"] for n in kept.body["nodes"]} == {str(a.pk), str(h.pk)}
    assert [n["text"] for n in kept.body["notes"]] == ["Quietly"]
    assert set(kept.body["boxes"][0]["holds"]) == {str(a.pk), str(h.pk)}
    # A stale save is refused, and shown.
    stale = post(client, "save", reference=reference, version=1, body=chart_of(a, b))
    assert stale.status_code == 409
    assert stale.json()["version"] == 2
    assert stale.json()["only_mine"] == 1
    with pytest.raises(Conflict):
        do(owner, "charts.chart.keep", record_id=kept.pk, version=1, body={})
    do(owner, "charts.chart.annotate", record_id=kept.pk, version=2, text="Look here",
       colour="red", on=a)  # fmt: skip
    with pytest.raises(Invalid):
        do(
            owner,
            "charts.chart.annotate",
            record_id=kept.pk,
            version=3,
            text="x",
            colour="red",
            on=b,
        )
    wrong = (
        [], {"nodes": [{"id": "x"}]}, {"nodes": "all"}, {"boxes": [3]},
        chart_of(a, notes=[{"x": "nan", "y": 1, "text": ""}]),
        chart_of(a, notes=[{"x": 1, "y": 1, "text": "é" * 501}]),
    )  # fmt: skip
    for sent in wrong:
        with pytest.raises(Invalid):
            bodies.cleaned(sent)


def test_it_leaves_as_files_that_others_open_and_the_ledger_names_everyone(stage):
    owner, a, b, c = (stage[name] for name in ("owner", "a", "b", "e"))
    odd = person(owner, "=cmd|' /C calc'!A0 <&>")
    client = signed_in_client(owner)
    body = json.dumps(chart_of(a, b, c, odd, notes=[{"x": 0, "y": 0, "text": "<b>&"}]))
    made = {
        form: client.post("/charts/export/", {"form": form, "body": body, "name": "Ring -- one"})
        for form in ("svg", "png", "graphml", "csv")
    }
    assert {answer.status_code for answer in made.values()} == {200}
    graph = networkx.read_graphml(io.BytesIO(made["graphml"].content))
    assert set(graph) == {*(str(r.pk) for r in (a, b, c, odd)), "note-1"}
    assert graph.nodes["note-1"]["label"] == "<b>&"
    assert graph.edges[str(a.pk), str(b.pk)]["type"] == "associate"
    assert networkx.shortest_path_length(graph.to_undirected(), str(a.pk), str(c.pk)) == 2
    rows = list(csv.reader(io.StringIO(made["csv"].content.decode("utf-8-sig"))))
    assert rows[1][0] == "Nominal"
    assert (
        next(row for row in rows if row and row[1] == odd.reference)[2].lower().startswith("'=cmd")
    )
    assert "&lt;b&gt;&amp;" in made["svg"].content.decode()
    assert made["svg"]["Content-Disposition"].endswith('official.svg"')
    assert {r.pk for r in (a, b, c, odd)} <= ledger_subjects("charts.chart.export")
    assert client.post("/charts/export/", {"form": "exe", "body": "{}"}).status_code == 422
    plain = signed_in_client(officer())
    assert plain.post("/charts/export/", {"form": "csv", "body": body}).status_code == 403
