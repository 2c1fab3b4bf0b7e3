"""The end state depends on which rows there are, not on their order, batches or repetition."""

from itertools import count
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from peel.migration.police_uk.keys import Subject
from peel.migration.police_uk.reconcile import (
    Arrival,
    Place,
    Plan,
    Result,
    Version,
    reconcile,
)


class Memory:
    """What the row ledger and the records would hold after the plans that were carried out."""

    def __init__(self) -> None:
        self.results: dict[Place, Result] = {}
        self.rows: dict[Place, Arrival] = {}
        self.records: dict[bytes, UUID] = {}
        self.states: dict[UUID, list[tuple[str, ...]]] = {}
        self._ids = count(1)

    def new_id(self) -> UUID:
        return UUID(int=next(self._ids))

    def known(self) -> dict[bytes, list[Version]]:
        found: dict[bytes, list[Version]] = {}
        for place, result in self.results.items():
            if result is not Result.SAME:
                row = self.rows[place]
                key = row.subject.key
                version = Version(place, row.subject.content, self.records[key], row.fields)
                found.setdefault(key, []).append(version)
        return found

    def take(self, arrivals: list[Arrival]) -> Plan:
        fresh = list({a.place: a for a in arrivals if a.place not in self.results}.values())
        plan = reconcile(fresh, self.known(), self.new_id)
        for arrival in fresh:
            self.rows[arrival.place] = arrival
        for line in plan.lines:
            self.results[line.place] = line.result
            self.records[line.subject.key] = line.record
        self.results.update(plan.relabelled)
        for write in plan.created:
            assert write.record not in self.states
            self.states[write.record] = [write.fields]
        for amendments in plan.amended:
            assert len({write.record for write in amendments}) == len(amendments)
            for write in amendments:
                assert self.states[write.record][-1] != write.fields
                self.states[write.record].append(write.fields)
        return plan

    def end(self) -> tuple[dict, dict]:
        current = {key: self.states[record][-1] for key, record in self.records.items()}
        return self.results, current


def arrival(month: int, file: int, line: int, key: str, words: str) -> Arrival:
    subject = Subject("c", key.encode(), words.encode())
    return Arrival(Place(month, month, file, line), subject, (key, words), b"raw " + words.encode())


rows = st.lists(
    st.builds(
        arrival,
        st.sampled_from([201901, 201902, 201903]),
        st.integers(1, 2),
        st.integers(2, 9),
        st.sampled_from("abc"),
        st.sampled_from("xyz"),
    ),
    unique_by=lambda row: row.place,
    max_size=16,
)


@given(rows, st.data())
def test_any_order_any_batches_any_repetition(given_rows: list[Arrival], data: st.DataObject):
    whole, pieces = Memory(), Memory()
    whole.take(sorted(given_rows, key=lambda row: row.place))
    shuffled = data.draw(st.permutations(given_rows))
    size = data.draw(st.integers(1, 5))
    for _ in range(2):
        for start in range(0, len(shuffled), size):
            pieces.take(shuffled[start : start + size])
    assert pieces.end() == whole.end()


@given(rows)
def test_every_version_is_kept_and_the_last_one_stands(given_rows: list[Arrival]):
    memory = Memory()
    memory.take(given_rows)
    for key in {row.subject.key for row in given_rows}:
        mine = sorted((r for r in given_rows if r.subject.key == key), key=lambda r: r.place)
        contents = list(dict.fromkeys(row.fields for row in mine))
        assert memory.states[memory.records[key]] == contents
        results = [memory.results[row.place] for row in mine]
        assert results.count(Result.LOADED) == 1
        assert results.count(Result.LATER) == len(contents) - 1
        assert results.count(Result.SAME) == len(mine) - len(contents)


def test_a_version_that_arrives_late_takes_its_place_and_leaves_the_record_as_it_is():
    memory = Memory()
    memory.take([arrival(201902, 1, 2, "a", "charged")])
    plan = memory.take([arrival(201901, 2, 2, "a", "under investigation")])
    assert plan.created == []
    assert plan.amended == []
    assert memory.results == {
        Place(201902, 201902, 1, 2): Result.LATER,
        Place(201901, 201901, 2, 2): Result.LOADED,
    }
    assert plan.lines[0].raw == b"raw under investigation"


def test_an_earlier_copy_of_the_last_version_hands_the_record_to_the_other():
    memory = Memory()
    memory.take([arrival(201902, 1, 2, "a", "x"), arrival(201903, 1, 3, "a", "y")])
    memory.take([arrival(201901, 2, 2, "a", "y")])
    assert memory.end()[1] == {b"a": ("a", "x")}


def test_a_crime_with_three_contents_is_amended_in_two_rounds():
    plan = Memory().take([arrival(201901, 1, n, "a", w) for n, w in enumerate("BBACB", 2)])
    assert [line.result.value for line in plan.lines] == ["l", "s", "v", "v", "s"]
    assert [[write.fields[1] for write in part] for part in plan.amended] == [["A"], ["C"]]
