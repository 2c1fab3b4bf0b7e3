"""Whole loads, in memory: every row ends in one column, and order and repetition change nothing."""

import csv
import gzip
import lzma
import zipfile
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peel.migration.police_uk import load as loading
from peel.migration.police_uk.load import Loader
from peel.migration.police_uk.reader import Reason
from peel.migration.police_uk.reconcile import Result
from peel.migration.police_uk.report import Report
from peel.migration.police_uk.tests import making
from peel.migration.police_uk.tests.making import (
    CARRIED,
    NOWHERE,
    nuisance,
    outcome,
    outcome_file,
    street,
    street_file,
)
from peel.migration.police_uk.tests.memory import MemoryLedger, MemorySink


class World:
    """A database and its records, in memory."""

    def __init__(self) -> None:
        self.ledger, self.sink = MemoryLedger(), MemorySink()

    def load(self, *paths: Path, published: str = "") -> Report:
        loader = Loader(self.ledger, self.sink, lambda name, more: None)
        report = loader.load(paths, published)
        assert report.balances
        return report

    def end(self) -> tuple:
        return self.ledger.results(), self.sink.current()


def counted(report: Report) -> tuple[int, int, int, int]:
    results = report.results
    bad = report.quarantined.total()
    return (results[Result.LOADED], results[Result.LATER], results[Result.SAME], bad)


@pytest.fixture
def world() -> World:
    return World()


def plain_count() -> dict:
    """The carried files counted with nothing but csv and Counter."""
    types, lasts, seen = Counter(), Counter(), {}
    loaded = later = same = 0
    crimes, joined, outcomes = set(), set(), 0
    for path in sorted(CARRIED.glob("*street.csv.xz")):
        with lzma.open(path, "rt", newline="") as handle:
            for row in csv.DictReader(handle):
                types[row["Crime type"]] += 1
                lasts[row["Last outcome category"]] += 1
                if not row["Crime ID"]:
                    loaded += 1
                    continue
                known = seen.setdefault(row["Crime ID"], set())
                content = tuple(row.values())
                loaded += not known
                later += bool(known) and content not in known
                same += content in known
                known.add(content)
                crimes.add(row["Crime ID"])
    for path in sorted(CARRIED.glob("*outcomes.csv.xz")):
        with lzma.open(path, "rt", newline="") as handle:
            for row in csv.DictReader(handle):
                assert row["Crime ID"] in crimes
                joined.add(row["Crime ID"])
                outcomes += 1
    return {
        "types": types, "lasts": lasts, "outcomes": outcomes, "joined": len(joined),
        "results": (loaded + outcomes, later, same, 0),
    }  # fmt: skip


def test_the_carried_files_load_as_an_independent_count_says(world: World):
    counts = plain_count()
    report = world.load(CARRIED)
    assert counts["types"].total() == report.street_rows == 30_112
    assert report.by_type == counts["types"]
    assert report.by_last_outcome == counts["lasts"]
    assert report.outcomes_joined == counts["outcomes"] == 2_078
    assert len(report.crimes_joined) == counts["joined"] == 1_898
    assert counted(report) == counts["results"]
    assert report.made["outcomes"] == len(world.sink.outcomes) == 2_078
    assert report.made["incidents"] == 1_414
    assert report.quarantined == {}


def test_a_second_load_changes_nothing(world: World):
    first = world.load(CARRIED)
    before = world.end()
    second = world.load(CARRIED)
    assert world.end() == before
    assert counted(second) == (0, 0, first.rows, 0)
    assert second.by_type == first.by_type
    assert second.outcomes_joined == 2_078
    assert second.made.total() == 0


def test_alike_rows_without_crime_id_stay_as_many_as_they_are(world: World, tmp_path: Path):
    twelve = street_file(tmp_path / "2019-01-a-street.csv", [nuisance()] * 12)
    assert counted(world.load(twelve)) == (12, 0, 0, 0)
    again = tmp_path / "elsewhere"
    again.mkdir()
    assert counted(world.load(street_file(again / "other.csv", [nuisance()] * 12))) == (0, 0, 12, 0)
    more = street_file(again / "2019-01-a-street.csv", [nuisance()] * 14)
    assert counted(world.load(more)) == (2, 0, 12, 0)
    assert len(world.sink.states) == 14


def test_a_row_without_crime_id_is_an_incident_even_when_it_is_no_nuisance(
    world: World, tmp_path: Path
):
    old = street(None, "2011-03", "Other crime", "")
    world.load(street_file(tmp_path / "2011-03-a-street.csv", [old]))
    [states] = world.sink.states.values()
    assert (states[0].crime_id, states[0].category) == ("", "Other crime")


def test_a_later_month_is_a_later_version_whatever_comes_first(world: World, tmp_path: Path):
    january = street_file(tmp_path / "2019-01-a-street.csv", [street("x")])
    march = street_file(
        tmp_path / "2019-03-a-street.csv", [street("x", "2019-03", last="Suspect charged")]
    )
    assert counted(world.load(march)) == (1, 0, 0, 0)
    assert counted(world.load(january)) == (1, 0, 0, 0)
    [states] = world.sink.states.values()
    assert [state.month for state in states] == ["2019-03"]
    assert Counter(world.ledger.results().values()) == {Result.LOADED: 1, Result.LATER: 1}


def test_a_newer_publication_of_a_month_is_a_later_version(world: World, tmp_path: Path):
    new = street_file(tmp_path / "2019-01-a-street.csv", [street("x", last="Suspect charged")])
    world.load(new, published="2019-06")
    old = street_file(tmp_path / "2019-01-a-street.csv", [street("x")])
    world.load(old, published="2019-02")
    [states] = world.sink.states.values()
    assert states[-1].last_outcome == "Suspect charged"


def test_of_two_undated_publications_the_one_loaded_last_stands(world: World, tmp_path: Path):
    for last in ("Under investigation", "Suspect charged"):
        path = street_file(tmp_path / "2019-01-a-street.csv", [street("x", last=last)])
        world.load(path)
    [states] = world.sink.states.values()
    assert [s.last_outcome for s in states] == ["Under investigation", "Suspect charged"]


def test_an_archive_is_dated_by_its_name(world: World, tmp_path: Path):
    plain = street_file(tmp_path / "x.csv", [street("x", last="Suspect charged")])
    with zipfile.ZipFile(tmp_path / "2019-06.zip", "w") as archive:
        archive.write(plain, "2019-01/2019-01-a-street.csv")
        archive.writestr("2019-01/notes.txt", "not a file to load")
    world.load(tmp_path / "2019-06.zip")
    world.load(street_file(tmp_path / "2019-01-a-street.csv", [street("x")]))
    [states] = world.sink.states.values()
    assert states[-1].last_outcome == "Suspect charged"


def test_outcomes_wait_for_their_crime_and_alike_ones_are_all_kept(world: World, tmp_path: Path):
    rows = [outcome("x"), outcome("x"), outcome("x", text="Offender fined"), outcome("y")]
    outcomes = outcome_file(tmp_path / "2019-01-a-outcomes.csv", rows)
    report = world.load(outcomes)
    assert report.quarantined == {Reason.NO_SUCH_CRIME: 4}
    assert world.load(outcomes).quarantined == {Reason.NO_SUCH_CRIME: 4}
    report = world.load(street_file(tmp_path / "2019-01-a-street.csv", [street("x")]))
    assert report.taken_up == 3
    assert sorted(o.text for o in world.sink.outcomes) == [
        "Offender fined", "Suspect charged", "Suspect charged",
    ]  # fmt: skip
    report = world.load(outcomes)
    assert counted(report) == (0, 0, 3, 1)


def test_rows_without_coordinates_are_loaded_and_have_no_location(world: World, tmp_path: Path):
    rows = [street("x", place=NOWHERE), nuisance(place=NOWHERE)]
    assert counted(world.load(street_file(tmp_path / "a.csv", rows))) == (2, 0, 0, 0)
    assert all(states[-1].location is None for states in world.sink.states.values())
    assert world.sink.points == {}


def test_one_map_point_is_one_location(world: World, tmp_path: Path):
    text = ("-0.106453", "51.518207", "On or near Nightclub", "E01000916", "Camden 027B")
    rows = [street("x"), street("y"), nuisance(), street("z", place=text)]
    world.load(street_file(tmp_path / "a.csv", rows))
    world.load(street_file(tmp_path / "b.csv", [street("new")]))
    assert len(world.sink.points) == 2


def test_a_broken_row_is_named_and_the_totals_balance(world: World, tmp_path: Path):
    rows = [street(n) for n in range(5)]
    rows[3] = rows[3].replace("Burglary", "Burglarry")
    path = street_file(tmp_path / "2019-01-a-street.csv", rows)
    report = world.load(path)
    assert counted(report) == (4, 0, 0, 1)
    assert report.bad_rows == [(str(path), 5, "unknown crime type", "“Burglarry”")]
    assert str(path) in report.as_text()
    assert counted(world.load(path)) == (0, 0, 4, 1)


def test_compressed_and_plain_files_are_the_same_file(world: World, tmp_path: Path):
    plain = street_file(tmp_path / "a.csv", [street("x"), nuisance()])
    data = plain.read_bytes()
    (tmp_path / "a.csv.xz").write_bytes(lzma.compress(data))
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(data))
    (tmp_path / "b.csv").write_bytes(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
    assert counted(world.load(tmp_path)) == (2, 0, 6, 0)


def test_a_load_that_breaks_off_goes_on_where_it_was(world: World, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 3)
    rows = [nuisance(), street("a"), nuisance(), street("b"), nuisance(), street("a", last=""), "x"]
    path = street_file(tmp_path / "a.csv", rows)
    whole = World()
    whole.load(path)
    for failing in range(1, 4):
        broken, writes = World(), iter(range(1, 9))
        real = broken.ledger.write

        def write(step, real=real, writes=writes, failing=failing):
            if next(writes) == failing:
                raise OSError("disk full")
            real(step)

        broken.ledger.write = write
        with pytest.raises(OSError, match="disk full"):
            broken.load(path)
        broken.load(path)
        assert broken.end() == whole.end()


crimes = st.builds(
    street,
    st.sampled_from("abc"),
    st.sampled_from(["2019-01", "2019-02"]),
    st.sampled_from(["Burglary", "Drugs"]),
    st.sampled_from(["Under investigation", "Suspect charged"]),
    st.sampled_from([making.PLACE, NOWHERE]),
)
street_rows = st.one_of(crimes, st.builds(nuisance), st.just("broken"))
outcome_rows = st.one_of(
    st.builds(outcome, st.sampled_from("abcd"), st.just("2019-02")), st.just(",,,")
)
contents = st.lists(
    st.tuples(st.booleans(), st.lists(street_rows, max_size=6), st.lists(outcome_rows, max_size=4)),
    min_size=1,
    max_size=5,
)


@settings(deadline=None, max_examples=60)
@given(contents, st.data())
def test_any_order_of_files_any_repetition_any_runs(files: list[tuple], data: st.DataObject):
    with TemporaryDirectory() as folder:
        sources = []
        for number, (is_street, rows, outcomes) in enumerate(files, 1):
            path = Path(folder, f"2019-01-{number}.csv")
            # Empty lines make each file one of its own: its bytes tell a file, not its name.
            blank = [""] * number
            source = (
                street_file(path, [*rows, *blank])
                if is_street
                else outcome_file(path, [*outcomes, *blank])
            )
            sources.append((source, f"2020-{number:02}"))
        whole, pieces = World(), World()
        for source, published in sources:
            whole.load(source, published=published)
        for _ in range(2):
            for source, published in data.draw(st.permutations(sources)):
                pieces.load(source, published=published)
    assert pieces.end() == whole.end()


@settings(deadline=None, max_examples=30)
@given(contents, st.data())
def test_within_one_run_the_order_of_the_paths_is_of_no_account(files, data: st.DataObject):
    with TemporaryDirectory() as folder:
        paths = []
        for number, (is_street, rows, outcomes) in enumerate(files, 1):
            path = Path(folder, f"2019-01-{number}.csv")
            paths.append(street_file(path, rows) if is_street else outcome_file(path, outcomes))
        one, other = World(), World()
        one.load(*paths)
        other.load(*data.draw(st.permutations([*paths, *paths])))
    assert other.end() == one.end()
