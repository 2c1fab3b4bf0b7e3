"""The engine: FEBRL told apart without labels, the two scorers agreeing, guards, edited models."""

import dataclasses
import json
import random
from pathlib import Path

import pyarrow
import pytest

from peel.services.resolution.engine import (
    blocking,
    duck,
    files,
    guards,
    model,
    planning,
    predicting,
    procedure,
    standard,
    training,
)
from peel.services.resolution.engine.clustering import clusters
from peel.services.resolution.engine.comparisons import Shape, comparisons
from peel.services.resolution.engine.evaluation import score
from peel.services.resolution.engine.scoring import Scorer

DATA = Path(__file__).parent / "data"


def test_febrl_is_told_apart_and_one_pair_weighs_the_same_in_process(monkeypatch):
    monkeypatch.setattr(training, "RANDOM_PAIRS", 150_000)
    columns = files.read_map(DATA / "febrl.toml")
    with duck.opened(duck.Limits(memory="500MB", threads=1)) as connection:
        files.load(connection, DATA / "febrl1.csv", columns, "person")
        found = procedure.resolve(connection, columns.shape)
        truth = dict(duck.run(connection, "select unique_id, person from truth"))
        assert score(found.clusters, truth).f1 >= 0.995
        trained = model.from_json(found.model.to_json())
        assert all(-14 <= model.weight(level) <= 30
                   for each in trained.comparisons for level in each.levels)  # fmt: skip

        duck.run(
            connection,
            """create or replace table pairs as select '0' as match_key,
            a.unique_id as join_key_l, b.unique_id as join_key_r from person a join person b
            on a.unique_id < b.unique_id where hash(a.unique_id, b.unique_id) % 52 = 0
            union select '0', l, r from edges""",
        )
        assert predicting.predict(connection, trained, least=-500.0) >= 10_000
        raw = connection.execute("select * from raw")
        names = [each[0] for each in raw.description]
        common = frozenset(trained.common)
        rows = {row[0]: standard.one(dict(zip(names, row, strict=True)), columns.shape, common)
                for row in raw.fetchall()}  # fmt: skip
        scorer = Scorer(trained)
        for left, right, weight in procedure.fetched(connection):
            mine = scorer.score(rows[left], rows[right]).weight
            assert mine == pytest.approx(weight, abs=0.01)


def test_values_are_written_in_one_form_by_both_sides():
    shape = Shape(postcode=True, sex=True, phone=True, identifiers=("pnc",), texts=("town",))
    draw = random.Random(4)
    letters = "aAéßÇ łøŁÑ'-.,/ 0189\t\u0301王مЖ"

    def text():
        return "".join(draw.choices(letters, k=draw.randrange(12)))

    days = [
        "1980-6-4",
        "19800604",
        "4/6/1980",
        "1980",
        "1980-06",
        "1900-01-01",
        "x",
        "04.06.1980",
        "",
    ]
    raws = [
        {"unique_id": n, "given": [text(), text()][: draw.randrange(3)], "family": [text()],
         "whole": [text()][: draw.randrange(2)], "born": [draw.choice(days)],
         "postcode": ["SW1A 1AA", "n1"][: draw.randrange(3)],
         "sex": draw.choice(["M", "female", ""]), "phone": ["+44 7700 900123"],
         "pnc": [text()], "town": text()}
        for n in range(300)
    ]  # fmt: skip
    with duck.opened(duck.Limits(memory="300MB", threads=1)) as connection:
        connection.register("told", pyarrow.Table.from_pylist(raws))
        duck.run(connection, "create table raw as from told")
        standard.standardise(connection, shape, common=["aa"])
        found = connection.execute("select * from person order by unique_id")
        names = [each[0] for each in found.description]
        for row, raw in zip(found.fetchall(), raws, strict=True):
            theirs = dict(zip(names, row, strict=True))
            mine = standard.one(raw, shape, frozenset(["aa"]))
            for name, value in mine.items():
                one, two = ({*v} if isinstance(v, list) else v for v in (value, theirs[name]))
                assert one == two, (name, raw)


def test_an_edited_model_is_refused_in_words():
    made = model.Model(Shape(), 1e-5, [], [blocking.Key("surname", ("surname",))])
    text = made.to_json()
    assert model.from_json(text) == dataclasses.replace(made)
    edited = json.dumps(json.loads(text) | {"prior": 0.5})
    for wrong in (edited, "{}", "not json", "[]", '{"hash": 1, "format": 1}'):
        with pytest.raises(model.Altered) as refused:
            model.from_json(wrong)
        assert str(refused.value).endswith(".")


def test_two_that_a_third_brings_together_are_asked_about_once():
    everybody = {1: facts(pnc=["1"]), 2: facts(pnc=["2"]), 3: facts(pnc=["1", "2"])}
    edges = [(1, 2, 15.0), (1, 3, 14.0), (2, 3, 13.0)]
    made = planning.plan(edges, guards.Guards(everybody, []), planning.Held(),
                         join=20, review=8, least=-2)  # fmt: skip
    asked = [(each.first, each.second) for each in made.questions]
    assert len(asked) == len(set(asked)) == 2


def test_weights_that_nobody_would_believe_are_told():
    compared = comparisons(Shape())
    for each in compared:
        for level in each.levels:
            level.m, level.u = 0.2, 0.01
        each.levels[-1].m, each.levels[-1].u = 0.1, 0.9
    assert not model.doubts(compared)
    compared[0].levels[-1].m = 0.95
    for level in compared[1].levels:
        level.m, level.u = 0.1, 0.1
    assert model.doubts(compared) == ["Forename", "Surname"]


def facts(sex="m", year=1980, pnc=()):
    none = frozenset()
    return guards.Facts(sex, year, (frozenset(pnc), none, none, none))


@pytest.mark.parametrize(
    ("two", "why"),
    [
        (facts(sex="f"), "sex"),
        (facts(year=1995), "15 years apart"),
        (facts(pnc=["2"]), "PNC"),
        (facts(), ""),
    ],
)
def test_guards_say_why(two, why):
    found = guards.Guards({1: facts(pnc=["1"]), 2: two}, [])([1], [2])
    assert why in found
    assert bool(found) == bool(why)


def test_nothing_is_joined_across_a_different_and_people_come_first():
    everybody = {key: facts() for key in range(8)}
    edges = [(a, b, 25.0) for a in range(6) for b in range(a + 1, 6)] + [(6, 7, 12.0)]
    told = planning.Held(same=[(4, 6)], different=frozenset({(0, 1)}), unsure=frozenset({(2, 3)}),
                         alone=frozenset({5}))  # fmt: skip
    made = planning.plan(edges, guards.Guards(everybody, told.different), told,
                         join=20, review=8, least=-2)  # fmt: skip
    joined = clusters([*made.joins, (4, 6, 30.0)], least=0)
    assert not any({0, 1} <= set(group) for group in joined)
    assert not any(5 in edge[:2] for edge in made.joins)
    assert (2, 3) not in {edge[:2] for edge in made.joins}
    assert (6, 7) in {(each.first, each.second) for each in made.questions}
    assert all(each.why for each in made.questions if 5 in (each.first, each.second))
