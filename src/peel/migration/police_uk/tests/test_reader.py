"""Bad rows and bad files: each is named with its reason, and spoils nothing but itself."""

import gzip
import io
import lzma
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peel.migration.police_uk import files, reader
from peel.migration.police_uk.reader import (
    LONGEST_LINE,
    OUTCOMES,
    STREET,
    BadRow,
    Kind,
    Reason,
    Row,
)
from peel.migration.police_uk.tests.making import PLACE, crime_id, outcome, street, street_file

GOOD = street("x").encode()


def read(*lines: bytes, kind: Kind = Kind.STREET, ending: bytes = b"\n") -> list[Row | BadRow]:
    data = b"heading\n" + b"\n".join(lines) + ending
    return list(reader.rows(io.BytesIO(data), kind))


def replaced(column: int, value: str, row: str = "") -> bytes:
    cells = (row or street("x")).split(",")
    cells[column] = value
    return ",".join(cells).encode()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (GOOD + b",", Reason.COLUMNS),
        (GOOD[:-1], Reason.COLUMNS),
        (b"x", Reason.COLUMNS),
        (b",,,,,,,,,,,", Reason.MONTH),
        (GOOD.replace(b"Burglary", b"Burgl\xe1ry"), Reason.UNDECODABLE),
        (GOOD.replace(b"Burglary", b"Burg\x00lary"), Reason.CONTROL),
        (GOOD.replace(b"Street", b"Str\x1b[31meet"), Reason.CONTROL),
        (GOOD.replace(b"Street", "\u202estreet".encode()), Reason.CONTROL),
        (GOOD.replace(b"Street", b"Str\ree\rt"), Reason.CONTROL),
        (replaced(6, "S" * 256), Reason.TOO_LONG),
        (GOOD.replace(b"On or", b'"On or'), Reason.QUOTES),
        (GOOD.replace(b"On or near", b'"On or" near'), Reason.QUOTES),
        (replaced(0, "839ba596"), Reason.CRIME_ID),
        (replaced(0, "g" * 64), Reason.CRIME_ID),
        (replaced(1, "2019-13"), Reason.MONTH),
        (replaced(1, "2019-1"), Reason.MONTH),
        (replaced(1, "1999-01"), Reason.MONTH),
        (replaced(1, "२०१९-०१"), Reason.MONTH),
        (replaced(2, ""), Reason.FORCE),
        (replaced(4, ""), Reason.COORDINATES),
        (replaced(5, ""), Reason.COORDINATES),
        (replaced(4, "west"), Reason.COORDINATES),
        (replaced(4, "nan"), Reason.COORDINATES),
        (replaced(4, "1e0"), Reason.COORDINATES),
        (replaced(5, "-51.518207"), Reason.OUT_OF_RANGE),
        (replaced(4, "51.518207"), Reason.OUT_OF_RANGE),
        (replaced(9, "burglary"), Reason.CATEGORY),
        (replaced(9, ""), Reason.CATEGORY),
        (replaced(10, "Escaped"), Reason.OUTCOME),
    ],
)
def test_a_bad_row_is_named_and_its_neighbours_are_read(line: bytes, reason: Reason):
    before, bad, after = read(GOOD, line, GOOD)
    assert isinstance(before, Row)
    assert isinstance(after, Row)
    assert isinstance(bad, BadRow)
    assert (bad.line, bad.reason, bad.raw) == (3, reason, line)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (replaced(0, "", outcome("x")), Reason.CRIME_ID),
        (replaced(9, "", outcome("x")), Reason.OUTCOME),
        (GOOD, Reason.COLUMNS),
    ],
)
def test_bad_outcomes(line: bytes, reason: Reason):
    [bad] = read(line, kind=Kind.OUTCOMES)
    assert isinstance(bad, BadRow)
    assert bad.reason is reason


@pytest.mark.parametrize(
    "line",
    [
        GOOD + b"\r",
        replaced(0, crime_id("x").upper()),
        replaced(6, '"On or near High Road, Ickenham"'),
        replaced(6, "  On or near Caf\N{LATIN SMALL LETTER E WITH ACUTE}\N{NO-BREAK SPACE}Row "),
        replaced(6, "=cmd|' /C calc'!A0"),
        replaced(6, "<script>alert(1)</script>"),
        replaced(10, ""),
    ],
)
def test_good_rows(line: bytes):
    [row] = read(line)
    assert isinstance(row, Row)
    assert row.fields[0] == crime_id("x")
    assert row.fields[6] == row.fields[6].strip()


def test_an_oversized_line_spoils_only_itself():
    first, long, last = read(GOOD, b"x" * (3 * LONGEST_LINE), GOOD)
    assert isinstance(long, BadRow)
    assert (long.line, long.reason, long.size) == (3, Reason.TOO_LONG, 3 * LONGEST_LINE + 1)
    assert len(long.raw) == LONGEST_LINE
    assert (first.line, last.line) == (2, 4)
    assert isinstance(last, Row)


@pytest.mark.parametrize("kept", [1, 60, len(GOOD) - 2])
def test_a_file_cut_within_a_row(kept: int):
    first, cut = read(GOOD, GOOD[:kept], ending=b"")
    assert isinstance(first, Row)
    assert isinstance(cut, BadRow)
    assert cut.reason is Reason.TRUNCATED


def test_a_last_row_without_line_end_is_a_row():
    assert [type(row) for row in read(GOOD, GOOD, ending=b"")] == [Row, Row]


def test_empty_lines_are_no_rows_but_count_as_lines():
    assert [row.line for row in read(GOOD, b"", b"\r", GOOD)] == [2, 5]


@given(st.lists(st.binary(max_size=300).map(lambda b: b.replace(b"\n", b"")), max_size=5))
def test_no_bytes_whatever_break_the_reader(lines: list[bytes]):
    found = read(*lines)
    assert len(found) == sum(bool(line.rstrip(b"\r")) for line in lines)
    assert all(isinstance(row, Row | BadRow) for row in found)


@given(st.text(max_size=80))
def test_no_text_whatever_breaks_a_field(text: str):
    for column in range(12):
        read(replaced(column, text.replace("\n", " ")))


def refusal(path: Path) -> str:
    [found] = files.find([path])
    if isinstance(found, tuple):
        return found[1]
    with pytest.raises(files.UnreadableError) as caught:
        reader.inspect(found)
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b"\x00\xff\xfe\n", "not a heading of text"),
        (",".join(STREET).encode("utf-16"), "not a heading of text"),
        (",".join(STREET[:-1]).encode(), "lacks the column Context"),
        (",".join(OUTCOMES[:-2]).encode(), "lacks the column LSOA name, Outcome type"),
        (",".join(reversed(STREET)).encode(), "in another order"),
        (",".join((*STREET, "Extra")).encode(), "has other columns"),
        (b'"Crime ID', "not a heading of text"),
        (b"x" * 200_000, "lacks the column"),
    ],
)
def test_a_wrong_heading_refuses_the_whole_file(tmp_path: Path, data: bytes, why: str):
    path = tmp_path / "2019-01-a-street.csv"
    path.write_bytes(data)
    assert why in refusal(path)


def test_stop_and_search_files_are_known_and_not_taken(tmp_path: Path):
    path = tmp_path / "2019-01-a-stop-and-search.csv"
    path.write_text("Type,Date,Part of a policing operation,Policing operation,Latitude\n")
    [found] = files.find([path])
    assert isinstance(found, files.Source)
    assert reader.inspect(found).kind is None


def test_broken_containers_are_refused(tmp_path: Path):
    data = street_file(tmp_path / "a.csv", [street(n) for n in range(300)]).read_bytes()
    for name, packed in (("a.csv.xz", lzma.compress(data)), ("a.csv.gz", gzip.compress(data))):
        path = tmp_path / name
        path.write_bytes(packed[: len(packed) // 2])
        assert "cut short" in refusal(path)
        path.write_bytes(b"not packed")
        assert "cannot be read" in refusal(path)
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as handle:
        handle.writestr("a.csv", data)
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    assert "cannot be read" in refusal(archive)
    archive.write_bytes(whole.replace(b"Burglary", b"Burglarx", 1))
    assert "Bad CRC-32" in refusal(archive)


def test_what_is_no_file_is_refused(tmp_path: Path):
    assert refusal(tmp_path / "absent.csv") == "there is no such file"
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path / "pipe") == "it is neither a file nor a folder"
    assert "cannot be read" in refusal(Path("a\x00b"))


def test_a_file_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(reader, "LARGEST_FILE", 1 << 24)
    path = tmp_path / "bomb.csv.xz"
    path.write_bytes(lzma.compress(",".join(STREET).encode() + b"\n" + b"0" * (1 << 25)))
    assert "larger than" in refusal(path)


def test_folders_are_searched_without_following_links(tmp_path: Path):
    inner = tmp_path / "2019-01"
    inner.mkdir()
    street_file(inner / "2019-01-a-street.csv", [])
    (inner / "readme.txt").write_text("not a file to load")
    (inner / "loop").symlink_to(tmp_path)
    assert [source.name for source in files.find([tmp_path])] == ["2019-01-a-street.csv"]


def test_a_place_without_text_is_a_place():
    [row] = read(street("x", place=("-0.1", "51.5", "", "", "")).encode())
    assert isinstance(row, Row)
    assert row.fields[4:6] == ("-0.1", "51.5")
    assert PLACE[0] not in row.fields


def test_a_hostile_file_name_is_shown_without_its_teeth(tmp_path: Path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\x1b[2J-street.csv"))
    street_file(path, [])
    [found] = files.find([tmp_path])
    assert isinstance(found, files.Source)
    assert found.name == "\ufffd\ufffd[2J-street.csv"
    found.shown.encode()
