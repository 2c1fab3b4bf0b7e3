"""Makes the small base maps that Peel carries out of larger PMTiles files.

    python tools/trim_map.py SOURCE.pmtiles TARGET.pmtiles LAST_ZOOM LAYER[,LAYER...] "ATTRIBUTION"

Keeps the tiles up to a zoom and, of each, the layers named; what is named nowhere is left out.
Format: PMTiles version 3, https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
"""

import gzip
import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

Entry = tuple[int, int, int, int]  # tile id, offset, length, run
HEADER = struct.Struct("<7sB11Q6B4iB2i")
ROOT_AT, MOST_IN_ROOT, IN_LEAF = 127, 16_384 - 127, 2_000


def varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at a place, and the place behind it."""
    value = shift = 0
    while True:
        byte = data[at]
        value, at, shift = value | (byte & 127) << shift, at + 1, shift + 7
        if byte < 128:
            return value, at


def written(value: int) -> bytes:
    """A number as a varint."""
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def directory(data: bytes) -> list[Entry]:
    """The entries of a directory."""
    number, at = varint(data, 0)
    columns = []
    for _ in range(4):
        column = []
        for _ in range(number):
            value, at = varint(data, at)
            column.append(value)
        columns.append(column)
    found: list[Entry] = []
    tile = before = 0
    for step, run, length, offset in zip(*columns, strict=True):
        tile += step
        place = before if offset == 0 and found else offset - 1
        found.append((tile, place, length, run))
        before = place + length
    return found


def packed(entries: list[Entry]) -> bytes:
    """A directory, compressed."""
    steps = [b[0] - a[0] for a, b in zip([(0, 0, 0, 0), *entries], entries, strict=False)]
    columns = [steps, [e[3] for e in entries], [e[2] for e in entries], [e[1] + 1 for e in entries]]
    words = [written(len(entries)), *(written(v) for column in columns for v in column)]
    return gzip.compress(b"".join(words), mtime=0)


def tiles(data: bytes, header: tuple[int, ...]) -> Iterator[tuple[int, bytes]]:
    """Every tile by its id, still compressed, in order."""
    root, root_length, leaves, start = header[2], header[3], header[6], header[8]

    def walk(entries: list[Entry]) -> Iterator[tuple[int, bytes]]:
        for tile, offset, length, run in entries:
            if run == 0:
                leaf = data[leaves + offset : leaves + offset + length]
                yield from walk(directory(gzip.decompress(leaf)))
            for each in range(run):
                yield tile + each, data[start + offset : start + offset + length]

    return walk(directory(gzip.decompress(data[root : root + root_length])))


def first_of(zoom: int) -> int:
    """The id of a zoom's first tile."""
    return (4**zoom - 1) // 3


def only(tile: bytes, layers: set[str]) -> bytes:
    """A Mapbox vector tile with the named layers alone."""
    kept, at = [], 0
    while at < len(tile):
        begin = at
        key, at = varint(tile, at)
        length, at = varint(tile, at)
        name_key, inner = varint(tile, at)
        while key == 26 and name_key != 10:
            # The name is not the first field of the layer: pass over the field before it.
            size, inner = varint(tile, inner)
            name_key, inner = varint(tile, inner + (size if name_key & 7 == 2 else 0))
        size, inner = varint(tile, inner)
        if tile[inner : inner + size].decode() in layers:
            kept.append(tile[begin : at + length])
        at += length
    return b"".join(kept)


def main(source: str, target: str, last: str, named: str, attribution: str) -> None:
    """Write the trimmed file."""
    data = Path(source).read_bytes()
    header = list(HEADER.unpack(data[:ROOT_AT]))
    layers, end = set(named.split(",")), first_of(int(last) + 1)
    entries, body, places = [], bytearray(), {}
    addressed = 0
    for tile, content in tiles(data, tuple(header)):
        small = only(gzip.decompress(content), layers) if tile < end else b""
        if not small:
            continue
        addressed += 1
        if small not in places:
            places[small] = (len(body), len(gzip.compress(small, mtime=0)))
            body += gzip.compress(small, mtime=0)
        offset, length = places[small]
        if entries and entries[-1][1] == offset and sum(entries[-1][::3]) == tile:
            entries[-1] = (*entries[-1][:3], entries[-1][3] + 1)
        else:
            entries.append((tile, offset, length, 1))
    root, leaves = packed(entries), b""
    if len(root) > MOST_IN_ROOT:
        pointers = []
        for begin in range(0, len(entries), IN_LEAF):
            leaf = packed(entries[begin : begin + IN_LEAF])
            pointers.append((entries[begin][0], len(leaves), len(leaf), 0))
            leaves += leaf
        root = packed(pointers)
    about = json.loads(gzip.decompress(data[header[4] : header[4] + header[5]]))
    fields = [layer for layer in about["vector_layers"] if layer["id"] in layers]
    meta = gzip.compress(
        json.dumps({"vector_layers": fields, "attribution": attribution}).encode(), mtime=0
    )
    at = ROOT_AT + len(root)
    header[2:13] = [ROOT_AT, len(root), at, len(meta), at + len(meta), len(leaves),
                    at + len(meta) + len(leaves), len(body), addressed, len(entries),
                    len(places)]  # fmt: skip
    header[18], header[23] = int(last), min(header[23], int(last))
    Path(target).write_bytes(HEADER.pack(*header) + root + meta + leaves + bytes(body))


if __name__ == "__main__":
    main(*sys.argv[1:])
