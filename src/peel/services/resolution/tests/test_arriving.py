"""Runs over who is new: they find what a run over everybody would, and forget who has gone."""

import os
import signal
import subprocess
import sys
import tempfile

import pytest

from peel.kernel.access.tests.factories import officer, system_appointment
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.services.resolution import arriving, running
from peel.services.resolution.engine import training
from peel.services.resolution.models import Run, TrainedModel
from peel.services.resolution.tests.stage import PLANTED, SMALL, accepted, people, take_in
from peel.site.server import testing

STEP = """import sys, django
django.setup()
from peel.services.resolution import cli
from peel.services.resolution.engine import training
training.RANDOM_PAIRS = 100_000
sys.exit(cli.main(sys.argv[1:]))"""


@pytest.fixture
def world(database, monkeypatch, settings, tmp_path):
    monkeypatch.setattr(training, "RANDOM_PAIRS", 100_000)
    settings.PEEL_RESOLUTION_KEPT = tmp_path / "kept"
    post = system_appointment()
    return post, officer("data office", of=post.unit)


def fresh(post):
    return arriving.plan(post, SMALL)


def test_new_ones_are_joined_as_a_run_over_everybody_would(world, settings):
    post, who = world
    rows = people(600)
    take_in(post, [PLANTED, *rows[:450]])
    accepted(post, who)
    first = fresh(post)
    assert "fresh" not in first.counts
    [file] = settings.PEEL_RESOLUTION_KEPT.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    # Nothing was applied, so everybody is still to be judged.
    assert fresh(post).counts["fresh"] == 451
    running.apply(post, fresh(post).pk)
    idle = fresh(post).counts
    assert not any(idle[name] for name in idle if name != "records")

    new = take_in(post, rows[450:])
    later = fresh(post)
    assert later.counts["fresh"] == len(new)
    assert later.counts["joined"] > 5
    assert later.counts["new"] > 5
    running.apply(post, later.pk)
    left = running.plan(post, SMALL).counts
    assert (left["joins"], left["records"]) == (0, 601)
    running.roll_back(post, later.pk, "Tried out")
    again = fresh(post)
    assert again.counts["joins"] == later.counts["joins"]
    running.apply(post, again.pk)


def test_what_changes_is_looked_at_again_and_who_goes_is_forgotten(world, settings, database):
    post, who = world
    [planted] = take_in(post, [PLANTED])
    others = list(take_in(post, people(300)))
    accepted(post, who)
    running.apply(post, fresh(post).pk)
    told = {"record_id": others[0], "kind": "alias", "family_name": "Okwuosa",
            "given_names": "Ngozi", "basis": "self"}  # fmt: skip
    run(commands["pole.nominal.add_name"], who, told)
    assert fresh(post).counts["fresh"] == 1

    [file] = settings.PEEL_RESOLUTION_KEPT.iterdir()
    assert b"7700900123" in file.read_bytes()
    for table in ("pole_nominalname", "pole_nominaldateofbirth", "pole_nominalcontact"):
        database.connection.execute(f"delete from {table} where nominal_id = %s", [planted])
    database.connection.execute("delete from pole_nominal where record_ptr_id = %s", [planted])
    database.connection.execute("delete from records_record where id = %s", [planted])
    assert fresh(post).counts["records"] == 300
    assert b"7700900123" not in file.read_bytes()

    file.write_bytes(b"no database")
    assert "fresh" not in fresh(post).counts
    running.apply(post, Run.objects.using("owner").order_by("began_at").last().pk)
    assert fresh(post).counts["fresh"] == 0


def test_a_training_that_is_killed_leaves_nothing(world, database, tmp_path, monkeypatch):
    post, who = world
    take_in(post, people(600))
    place = tmp_path / "working"
    place.mkdir()
    step = subprocess.Popen(
        [sys.executable, "-c", STEP, "train", "--post", str(post.pk)],
        stderr=subprocess.PIPE, text=True,
        env=testing.child_environment({**database.environment, "TMPDIR": str(place)}),
    )  # fmt: skip
    for line in step.stderr:
        if "Expectation maximisation" in line:
            break
    os.kill(step.pid, signal.SIGKILL)
    step.wait()
    assert not TrainedModel.objects.using("owner").exists()
    assert list(place.iterdir())
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    accepted(post, who)
    assert running.plan(post, SMALL).counts["joins"] > 20
    assert not list(place.iterdir())
