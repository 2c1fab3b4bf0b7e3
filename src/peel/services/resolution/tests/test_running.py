"""A run from the database to judgements and back: plan, apply, undo, and what no run overrides."""

import dataclasses

import pytest
from django.db import DatabaseError, connections

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, system_appointment
from peel.kernel.records.models import Record
from peel.machine.commands import Refused, run
from peel.machine.commands.registry import commands
from peel.pole.identity import api
from peel.pole.identity.clusters import Said, clusters
from peel.services.resolution import cli, running
from peel.services.resolution import commands as deciding
from peel.services.resolution.engine import model as engine
from peel.services.resolution.engine import training
from peel.services.resolution.engine.comparisons import Shape
from peel.services.resolution.engine.evaluation import score
from peel.services.resolution.models import Proposal, Run
from peel.services.resolution.tests.stage import SMALL, accepted, people, take_in


def rows(sql, *arguments):
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, arguments)
        return cursor.fetchall() if cursor.description else None


def held():
    return {tuple(row) for row in rows(
        "select first_id, second_id, verdict"
            " from identity_judgement where ended_at is null")}  # fmt: skip


def memberships():
    return set(rows("select record_id, cluster from identity_membership where until is null"))


def from_judgements():
    said = [Said(*row) for row in rows(
        "select first_id, second_id, verdict, asserted_at, ended_at"
            " from identity_judgement")]  # fmt: skip
    return {(key, group[0]) for key, group in clusters(said).items()}


@pytest.fixture
def world(database, monkeypatch):
    post = system_appointment()
    who = officer("data office", of=post.unit)
    monkeypatch.setattr(training, "RANDOM_PAIRS", 100_000)
    return post, who, take_in(post, people(600))


def test_from_records_to_judgements_and_back(world, capsys, tmp_path):
    post, who, truth = world
    assert cli.main(["run", "--json"]) == cli.STOPPED
    assert "No model is in use" in capsys.readouterr().err
    model = accepted(post, who)
    with pytest.raises(Refused, match="decided already"):
        run(deciding.decide_model, who, {"number": 1, "accept": False, "reason": "No"})

    planned = running.plan(post, SMALL)
    assert not held()
    counts = planned.counts
    assert counts["records"] == 600
    assert counts["joins"] > 40
    assert counts["new"] > 20
    applied = running.apply(post, planned.pk)
    assert applied.state == Run.State.APPLIED
    assert memberships() == from_judgements()
    groups: dict = {}
    for key, top in memberships():
        groups.setdefault(top, []).append(key)
    assert score(groups.values(), truth).precision == 1.0
    [(stored, fingerprint, of_run)] = rows(
        "select min(score), min(model), min(run::text) from identity_judgement"
    )
    assert stored >= 16
    assert (fingerprint, of_run) == (model.hash, str(planned.pk))
    one = next(iter(groups.values()))
    with speaking(who):
        assert len(api.members(one[0])) == len(one)
    with pytest.raises(running.CannotRun, match="applied"):
        running.apply(post, planned.pk)
    again = running.plan(post, SMALL)
    assert again.counts["joins"] == 0

    running.roll_back(post, planned.pk, "Tried out")
    assert not held()
    assert not memberships()
    assert not Proposal.objects.using("owner").filter(state="open", run=planned).exists()
    file = tmp_path / "model.json"
    assert cli.main(["export", "1", "--to", str(file)]) == cli.DONE
    text = file.read_text()
    assert engine.from_json(text).hash == model.hash
    file.write_text(text.replace('"prior": ', '"prior": 1'))
    assert cli.main(["train", "--file", str(file)]) == cli.STOPPED
    assert "changed after it was written" in capsys.readouterr().err
    other = dataclasses.replace(engine.from_json(text), shape=Shape(texts=("x_suburb",)))
    file.write_text(other.to_json())
    assert cli.main(["train", "--file", str(file)]) == cli.STOPPED
    assert "compares x_suburb" in capsys.readouterr().err


def test_what_people_say_no_run_overrides(world):
    post, who, _ = world
    accepted(post, who)
    planned = running.plan(post, SMALL)
    first, second, _ = (
        planned.edges.using("owner")
        .order_by("-weight")
        .values_list("first_id", "second_id", "weight")
        .first()
    )
    with speaking(who):
        other = Record.objects.get(pk=second)
    run(
        commands["pole.nominal.judge"],
        who,
        {"record_id": first, "other": other, "verdict": "different", "reason": "Met both"},
    )
    before = held()
    with pytest.raises(running.CannotRun, match="have judged"):
        running.apply(post, planned.pk)
    assert held() == before
    anew = running.plan(post, SMALL)
    running.apply(post, anew.pk)
    together = {}
    for key, top in memberships():
        together[key] = top
    assert together.get(first, first) != together.get(second, second)

    pair = Proposal.objects.using("owner").filter(state="open").order_by("-weight").first()
    assert pair is not None
    told = {"proposal_id": pair.pk, "reason": "The same tattoo"}
    run(deciding.decide, who, told | {"verdict": "same"})
    colleague = officer("data office", of=post.unit)
    with pytest.raises(Refused, match="decided these two meanwhile"):
        run(deciding.decide, colleague, told | {"verdict": "different"})
    [(judged, fingerprint)] = rows(
        "select score, model from identity_judgement where run is null and verdict = 'same'"
    )
    assert judged == pair.weight
    assert fingerprint
    running.roll_back(post, anew.pk, "Tried out")
    assert {verdict for _, _, verdict in held()} == {"different", "same"}
    assert memberships() == from_judgements()


def test_a_run_that_is_cut_off_leaves_nothing(world, monkeypatch):
    post, who, _ = world
    accepted(post, who)
    planned = running.plan(post, SMALL)

    def cut_off(*_args, **_options):
        raise DatabaseError("the server went away")

    monkeypatch.setattr(running.identity, "_lines", cut_off)
    with pytest.raises(DatabaseError):
        running.apply(post, planned.pk)
    assert not held()
    assert not memberships()
    assert Run.objects.using("owner").get(pk=planned.pk).state == Run.State.PLANNED
