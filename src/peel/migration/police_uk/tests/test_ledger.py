"""The row ledger in the database: the same end as in memory, one loader at a time, no leaks."""

from collections import Counter
from pathlib import Path

import pytest
from django.db import DatabaseError, connections, transaction

from peel.migration.police_uk import load as loading
from peel.migration.police_uk.ledger import DatabaseLedger, LedgerBusyError
from peel.migration.police_uk.load import Loader
from peel.migration.police_uk.models import Load, MapPoint, Quarantine, SourceFile, SourceRow
from peel.migration.police_uk.reader import Reason
from peel.migration.police_uk.report import Report
from peel.migration.police_uk.tests.making import (
    CARRIED,
    nuisance,
    outcome,
    outcome_file,
    street,
    street_file,
)
from peel.migration.police_uk.tests.memory import MemoryLedger, MemorySink

pytestmark = pytest.mark.usefixtures("database")


def opening() -> transaction.Atomic:
    return transaction.atomic(using="loader", durable=True)


class World:
    """The real row ledger, and records in memory."""

    def __init__(self) -> None:
        self.sink = MemorySink()

    def load(self, *paths: Path, published: str = "") -> Report:
        ledger = DatabaseLedger("loader", opening)
        try:
            report = Loader(ledger, self.sink, lambda name, more: None).load(paths, published)
            ledger.finish(report)
        finally:
            ledger.release_lock()
        assert report.balances
        return report


def stored() -> dict[tuple[str, int], str]:
    rows = SourceRow.objects.using("loader").values_list("file__sha256", "line", "result")
    return {(sha, line): result for sha, line, result in rows}


def everything() -> list[list[tuple]]:
    models = (SourceFile, SourceRow, Quarantine, MapPoint)
    return [list(model.objects.using("loader").order_by("pk").values_list()) for model in models]


@pytest.fixture
def world() -> World:
    return World()


def test_the_database_keeps_what_memory_keeps(world: World, tmp_path: Path):
    january = [street("a"), street("a"), nuisance(), nuisance(), street("b"), "broken", street("c")]
    february = [street("a", "2019-02"), street("b", "2019-02"), street("d", "2019-02")]
    again = [street("a"), street("c", last="Suspect charged"), nuisance(), nuisance(), nuisance()]
    given = [
        (outcome_file(tmp_path / "o.csv", [outcome("a"), outcome("a"), outcome("e"), ",,"]), ""),
        (street_file(tmp_path / "2019-02-a.csv", february), "2019-05"),
        (street_file(tmp_path / "2019-01-b.csv", again), "2019-05"),
        (street_file(tmp_path / "2019-01-a.csv", january), "2019-03"),
    ]
    ledger, sink = MemoryLedger(), MemorySink()
    for _ in range(2):
        for path, published in given:
            world.load(path, published=published)
            Loader(ledger, sink, lambda name, more: None).load([path], published)
    assert stored() == {place: result.value for place, result in ledger.results().items()}
    assert world.sink.current() == sink.current()
    waiting = Quarantine.objects.using("loader").filter(released_by=None)
    assert Counter(waiting.values_list("reason", flat=True)) == {
        "no such crime": 1,
        "wrong number of columns": 2,
    }


@pytest.mark.slow
def test_the_carried_files_balance_and_a_second_load_changes_nothing(world: World):
    world.load(CARRIED)
    rows = SourceRow.objects.using("loader")
    assert Counter(rows.values_list("result", flat=True)) == {"l": 32_006, "v": 70, "s": 114}
    assert MapPoint.objects.using("loader").count() == len(world.sink.points) == 15_777
    before, current = everything(), world.sink.current()
    world.load(CARRIED)
    assert everything() == before
    assert world.sink.current() == current
    loads = Load.objects.using("loader").order_by("pk")
    assert [load.report["same"] for load in loads] == [114, 32_190]
    assert all(load.finished_at for load in loads)


def test_a_batch_that_fails_leaves_nothing_and_the_next_run_goes_on(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(loading, "BATCH", 2)
    path = street_file(tmp_path / "a.csv", [street(n) for n in range(5)])
    real, calls = world.sink.write, iter(range(9))

    def write(batch):
        if next(calls) == 1:
            raise DatabaseError("no space left on device")
        return real(batch)

    monkeypatch.setattr(world.sink, "write", write)
    with pytest.raises(DatabaseError):
        world.load(path)
    assert len(stored()) == 2
    assert not SourceFile.objects.using("loader").get().complete
    report = world.load(path)
    assert (report.made["crimes"], report.rows) == (3, 5)
    assert len(stored()) == len(world.sink.states) == 5
    assert SourceFile.objects.using("loader").get().complete


def test_bad_rows_are_kept_with_their_bytes(world: World, tmp_path: Path):
    path = street_file(tmp_path / "a.csv", [street("x"), "y"])
    path.write_bytes(path.read_bytes() + b"\x00\xff,\xfe\n")
    (tmp_path / "b.csv").write_text("wrong,heading\n1,2\n")
    for _ in range(2):
        report = world.load(tmp_path)
        assert report.quarantined == {Reason.COLUMNS: 1, Reason.UNDECODABLE: 1}
        assert [why for _, why in report.refused] == [
            "its heading lacks the column Crime ID, Month, Reported by, Falls within,"
            " Longitude, Latitude, Location, LSOA code, LSOA name, Outcome type"
        ]
    held = Quarantine.objects.using("loader").order_by("line")
    assert [(row.line, bytes(row.raw)) for row in held] == [
        (0, b""),
        (3, b"y"),
        (4, b"\x00\xff,\xfe"),
    ]


def test_one_loader_at_a_time(database):
    first = DatabaseLedger("loader", opening)
    with database_of_another_loader() as other:
        with pytest.raises(LedgerBusyError):
            DatabaseLedger(other, opening)
        first.release_lock()
        DatabaseLedger(other, opening).release_lock()


class database_of_another_loader:  # noqa: N801
    """A second connection of the loader's role, under an alias of its own."""

    def __enter__(self) -> str:
        connections.settings["loader2"] = connections.settings["loader"]
        return "loader2"

    def __exit__(self, *raised: object) -> None:
        connections["loader2"].close()
        del connections["loader2"], connections.settings["loader2"]


@pytest.mark.parametrize("alias", ["default", "worker", "relay", "door", "sealer"])
def test_nobody_else_may_read_or_write(alias: str):
    for model in (Load, SourceFile, SourceRow, Quarantine, MapPoint):
        table = model._meta.db_table
        for statement in (f"select 1 from {table}", f"delete from {table}"):
            with pytest.raises(DatabaseError, match="permission denied"):
                connections[alias].cursor().execute(statement)


def test_the_loader_itself_may_not_delete():
    with pytest.raises(DatabaseError, match="permission denied"):
        connections["loader"].cursor().execute("delete from police_uk_sourcerow")
