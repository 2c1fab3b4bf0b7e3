"""Ids rise, never repeat, and say when they were made."""

import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from peel.kernel.base import clock, ids


def test_the_layout_is_that_of_version_7() -> None:
    made = ids.uuid7()
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"


def test_ids_of_one_process_rise_strictly() -> None:
    made = [ids.uuid7() for _ in range(50_000)]
    assert all(a < b for a, b in itertools.pairwise(made))


def test_threads_share_no_id() -> None:
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda _: [ids.uuid7() for _ in range(2_000)], range(8)))
    assert all(batch == sorted(batch) for batch in batches)
    assert len({made for batch in batches for made in batch}) == 16_000


def test_ids_rise_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = ids.uuid7()
    monkeypatch.setattr(ids.time, "time_ns", lambda: 0)
    after = [ids.uuid7() for _ in range(100)]
    assert [before, *after] == sorted([before, *after])


def test_a_full_millisecond_moves_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    source = ids._Source()
    source.millisecond, source.tail = 2**47, 2**74 - 1
    millisecond, tail = source.next()
    assert millisecond == 2**47 + 1
    assert tail < 2**73


def test_a_forked_child_makes_ids_of_its_own() -> None:
    ids.uuid7()
    readers = []
    for _ in range(3):
        reader, writer = os.pipe()
        if os.fork() == 0:
            os.write(writer, b"".join(ids.uuid7().bytes for _ in range(100)))
            os._exit(0)
        os.close(writer)
        readers.append(reader)
    found = [ids.uuid7().bytes for _ in range(100)]
    for reader in readers:
        data = os.read(reader, 1600)
        found += [data[at : at + 16] for at in range(0, 1600, 16)]
        os.close(reader)
        os.wait()
    assert len(set(found)) == 400


def test_the_moment_comes_from_the_real_clock_and_can_be_read_back() -> None:
    with clock.fixed(datetime(1999, 1, 1, tzinfo=UTC)):
        made = ids.uuid7()
    assert abs(datetime.now(UTC) - ids.uuid7_moment(made)) < timedelta(seconds=5)


def test_the_moment_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 7"):
        ids.uuid7_moment(UUID("8a7fbd16-94ae-4f8e-9b39-0a1c3d8f3c3e"))


def test_the_floor_is_the_edge_of_its_moment() -> None:
    made = ids.uuid7()
    moment = ids.uuid7_moment(made)
    assert ids.uuid7_floor(moment) <= made < ids.uuid7_floor(moment + timedelta(milliseconds=1))
    with pytest.raises(ValueError, match="time zone"):
        ids.uuid7_floor(datetime(2026, 1, 1))
