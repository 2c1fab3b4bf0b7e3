"""The sealer: what it seals and signs, that it is alone, and that it comes back from anywhere."""

import json
import os
import stat

import pytest
from django.db import connections, transaction

from peel.kernel.audit import heads, ledger, sealer, tree
from peel.kernel.audit.sealer import Sealer
from peel.kernel.audit.tests.ledgers import claimed, fill, look, rows, verify

pytestmark = pytest.mark.usefixtures("database")


class Killed(BaseException):
    """Stands for kill -9: nothing catches it, nothing is tidied up."""


def outside() -> list[int]:
    found = []
    for line in heads.outside_paths()[0].read_text().splitlines():
        try:
            found.append(json.loads(line)["head"]["number"])
        except ValueError:
            continue
    return found


def killed_then_restarted(monkeypatch, target, name):
    """Kill the sealer as it enters `name`, drop its connection, and start another."""
    with monkeypatch.context() as patch:
        first = claimed()

        def die(*_, **__):
            raise Killed

        patch.setattr(target, name, die)
        with pytest.raises(Killed):
            first.seal()
    connections["sealer"].close()
    second = claimed()
    second.seal()
    return second


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (Sealer, "_store"),
        (Sealer, "_store_tree"),
        (heads, "sign"),
        (Sealer, "_advance"),
        (transaction, "on_commit"),
        (Sealer, "copy_outside"),
        (heads.OutsideCopy, "append"),
        (os, "fsync"),
    ],
)
def test_a_killed_sealer_comes_back(monkeypatch, target, name):
    fill(rounds=2, lines=10, tail=7)
    connections["sealer"].close()
    killed_then_restarted(monkeypatch, target, name)
    look()
    assert Sealer().seal() == 1
    report = verify()
    assert (report["lines"], report["unsealed"], report["found"]) == (28, 0, [])
    assert sorted(set(outside())) == [
        n for (n,) in rows("select number from audit_head order by 1")
    ]


def test_half_a_line_in_the_outside_copy_is_written_again():
    fill(rounds=3, lines=4, tail=2)
    path = heads.outside_paths()[0]
    path.write_bytes(path.read_bytes()[:-40])
    connections["sealer"].close()
    claimed().seal()
    assert outside() == [0, 1, 2, 3]
    assert verify()["found"] == []


def test_a_copy_that_cannot_be_written_is_completed_later(settings, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("not a directory")
    settings.PEEL_AUDIT_HEADS = f"{settings.PEEL_AUDIT_HEADS}{os.pathsep}{blocked}/heads.jsonl"
    running = fill(rounds=2, lines=3, tail=1)
    blocked.unlink()
    running.seal()
    for path in heads.outside_paths():
        assert [json.loads(x)["head"]["number"] for x in path.read_text().splitlines()] == [0, 1, 2]
    assert verify(copies=heads.outside_paths())["found"] == []


def test_a_database_set_back_is_told(caplog):
    fill(rounds=3, lines=3, tail=0)
    rows("delete from audit_head where number = 2")
    connections["sealer"].close()
    claimed()
    assert "lacks head 2" in caplog.text


def test_only_one_sealer_works():
    lock = "select pg_try_advisory_lock(7018, 0)"
    claimed()
    assert rows(lock) == [(False,)]
    connections["sealer"].close()
    rows("select pg_advisory_lock(7018, 0)")
    assert not Sealer().claim()
    rows("select pg_advisory_unlock(7018, 0)")
    assert Sealer().claim()


def test_the_key_is_made_once_and_ours_alone(settings):
    first = heads.public_key()
    assert heads.public_key() == first
    assert stat.S_IMODE(settings.PEEL_AUDIT_KEY.stat().st_mode) == 0o600


def test_nothing_new_makes_no_head():
    running = fill(rounds=1, lines=3, tail=0)
    assert running.seal() == 0
    assert outside() == [0]


def test_a_hole_stops_its_lane_and_is_told(caplog):
    running = claimed()
    with transaction.atomic():
        made = [ledger.write(act=ledger.Act.COLLECTION, name="x") for _ in range(3)]
    rows("delete from audit_tip where line_id = %s", [made[1]])
    look()
    running.seal()
    assert "run ./peel audit verify" in caplog.text
    assert rows("select count(*) from audit_leaf where line_id = any(%s)", [made[1:]]) == [(0,)]


def test_lines_wait_at_the_tip_only_until_sealed():
    fill(rounds=3, lines=50, tail=0)
    assert rows("select count(*) <= 64 from audit_tip") == [(True,)]


def test_proofs_come_from_the_stored_tree():
    fill(rounds=3, lines=200, tail=0)
    sealed = connections["sealer"]
    line, leaf = rows("select line_id, hash from audit_leaf where index = 431")[0]
    proof = tree.inclusion_proof(sealed, line)
    path = [bytes.fromhex(step) for step in proof["path"]]
    found = sealer.merkle.root_from_inclusion(bytes(leaf), 431, 600, path)
    assert found is not None
    assert found.hex() == proof["head"]["root"]
    assert sealer.merkle.leaf_hash(bytes.fromhex(proof["canonical"])) == bytes(leaf)
    grown = tree.consistency_proof(sealed, 200, 600)
    roots = [bytes.fromhex(grown[name]) for name in ("first_root", "second_root")]
    steps = [bytes.fromhex(step) for step in grown["path"]]
    assert sealer.merkle.consistent(200, 600, *roots, steps)
    with pytest.raises(LookupError):
        tree.inclusion_proof(sealed, look())
    with pytest.raises(LookupError):
        tree.consistency_proof(sealed, 1, 601)


def test_partitions_are_made_ahead():
    assert rows("select audit.ensure_partitions()") == [(0,)]
    names = "select count(*) from pg_inherits where inhparent = 'audit_line'::regclass"
    assert rows(names) == [(5,)]
    look()
    assert rows("select count(*) from audit.line_rest") == [(0,)]
