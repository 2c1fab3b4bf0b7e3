"""A thousand random tamperings by the owner of the database: each is found, and named."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections, transaction

from peel.kernel.audit import cli, export, heads
from peel.kernel.audit.tests import ledgers
from peel.kernel.audit.tests.tampering import WAYS

pytestmark = pytest.mark.usefixtures("database")
# Debian's server gets a hundred of them: it reads the ledger by the same few statements.
THOUSAND = 100 if "PEEL_TEST_POSTGRESQL" in os.environ else 1_000


class _Undo(Exception):
    """Takes a tampering back."""


def tamper_and_verify(way, rng):
    """What the verifier says of a ledger in which one thing was changed; then it is put back."""
    owner = connections["owner"]
    try:
        with transaction.atomic(using="owner"), owner.cursor() as cursor:
            places = WAYS[way](rng, cursor)
            report = ledgers.verify(owner)
            raise _Undo
    except _Undo:
        return places, report


@pytest.mark.slow
def test_a_thousand_tamperings_are_found_and_named():
    ledgers.fill()
    assert ledgers.verify(connections["owner"])["found"] == []
    for seed in range(THOUSAND):
        rng = random.Random(seed)
        way = rng.choice(list(WAYS))
        places, report = tamper_and_verify(way, rng)
        named = [ledgers.names(report, *place) for place in places]
        assert report["found"], (seed, way)
        assert all(named), (seed, way, places, report["found"][:5])
    assert ledgers.verify(connections["owner"])["found"] == []


def test_the_program_alone_finds_it_too(tmp_path):
    ledgers.fill(rounds=2, lines=20, tail=5)
    (tmp_path / "key.pem").write_bytes(heads.public_key())
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(heads.outside_paths()[0].read_bytes())

    def run(place: Path, *more: str) -> subprocess.CompletedProcess[str]:
        program = Path(cli._VERIFIER)
        command = [sys.executable, "-I", str(program), str(place), "--key",
                   str(tmp_path / "key.pem"), "--heads", str(copy), *more]  # fmt: skip
        return subprocess.run(command, capture_output=True, text=True, check=False)

    export.write(connections["sealer"], tmp_path / "good")
    done = run(tmp_path / "good", "--json")
    assert (done.returncode, json.loads(done.stdout)["found"]) == (0, []), done.stderr
    lane, number = ledgers.rows("select lane, number from audit_leaf where index = 7")[0]
    ledgers.rows("update audit_line set name = 'x' where (lane, number) = (%s, %s)", [lane, number])
    export.write(connections["sealer"], tmp_path / "bad")
    done = run(tmp_path / "bad")
    assert done.returncode == 1
    assert f"changed: lane {lane}, {number} to {number}" in done.stdout
    (tmp_path / "bad" / "tail.bin").unlink()
    assert run(tmp_path / "bad").returncode == 2


def test_a_forged_head_and_a_missing_one_are_named():
    ledgers.fill(rounds=4, lines=5, tail=0)
    path = heads.outside_paths()[0]
    lines = path.read_text().splitlines()
    forged = json.loads(lines[3])
    forged["head"]["root"] = "00" * 32
    path.write_text("\n".join([*lines[:3], json.dumps(forged)]))
    kinds = [(f["kind"], f["first"]) for f in ledgers.verify()["found"]]
    assert ("head", 3) in kinds
    path.write_text("\n".join([lines[0], *lines[2:]]))
    assert ("head", 1) in [(f["kind"], f["first"]) for f in ledgers.verify()["found"]]


def test_another_key_vouches_for_nothing(settings, tmp_path):
    ledgers.fill(rounds=2, lines=5, tail=0)
    settings.PEEL_AUDIT_KEY = tmp_path / "another.pem"
    assert {f["kind"] for f in ledgers.verify()["found"]} >= {"head", "unsigned"}


def test_a_large_ledger_is_checked_in_several_pieces(monkeypatch):
    monkeypatch.setattr(export, "SEGMENT", 32)
    ledgers.fill()
    assert ledgers.verify()["found"] == []
    for seed in range(20):
        rng = random.Random(seed)
        places, report = tamper_and_verify(rng.choice(["change", "rewrite", "delete"]), rng)
        assert all(ledgers.names(report, *place) for place in places), (seed, report["found"])
