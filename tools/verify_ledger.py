#!/usr/bin/env python3
"""Checks an exported Peel ledger against the signed tree heads kept outside the database.

Every sealed line that was changed, deleted, reordered, cut off or inserted, and every hole among
lines not yet sealed, is named by lane and number. Exit: 0 nothing found, 1 something, 2 unreadable.
The files are described in docs/modules/audit.md; hashing is that of RFC 9162.
"""

import argparse
import json
import os
import struct
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import reduce
from hashlib import sha256
from itertools import islice
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

LENGTH, LEAF = struct.Struct(">I"), struct.Struct(">hq32s")
HEADER = struct.Struct(">xBhq32s16sq")  # 0x00, version, lane, number, previous, id, time
NEVER = -(1 << 62)  # a time, as all are: microseconds since 1970 UTC
START = (0, bytes(32), NEVER)  # what each lane begins after: number, hash, time
CLOCK = 5_000_000  # microseconds by which a server's clock may be set back
LATE = 300_000_000  # microseconds that a line may wait for its seal


def add(found, kind, lane, first, last=None, *, say, line=b""):
    """Note a finding about the lines `first` to `last` of a lane, places in the tree, or heads."""
    found.append({"kind": kind, "lane": lane, "first": first, "last": last or first, "say": say,
                  "id": str(UUID(bytes=line[44:60])) if line else ""})  # fmt: skip


def join(right, left):
    """The hash of the inner node over two subtrees."""
    return sha256(b"\1" + left + right).digest()


def records(path):
    """The lines in a file, each after its length; an empty one stands for a line that is gone."""
    stored, end = path.read_bytes(), 0
    while end < len(stored):
        start = end + 4
        end = start + LENGTH.unpack_from(stored, end)[0]
        yield stored[start:end]


def check_line(found, line, place, before, *, leaf=None, oldest=NEVER):
    """Check a line at its place (lane, number) after the line `before`; gives its time."""
    if not line:
        add(found, "deleted", *place, say="is gone")
        return NEVER
    _, lane, number, previous, id_, at = HEADER.unpack_from(line)
    if (lane, number) != place:
        add(found, "reordered", *place, say=f"says {lane}/{number}", line=line)
    if leaf and sha256(line).digest() != leaf:
        add(found, "changed", *place, say="is not what was sealed", line=line)
    elif before and previous != before[1] and place[1] == before[0] + 1:
        add(found, "changed", lane, max(1, number - 1), number, say="do not fit", line=line)
    if at < oldest or (before and at < before[2] - CLOCK):
        add(found, "back-dated", *place, say="is older than its place", line=line)
    if not -2 < int.from_bytes(id_[:6], "big") - at // 1000 < 2:
        add(found, "back-dated", *place, say="has an id of another time", line=line)
    return at


def check_lines(job):
    """Check a file of sealed lines against their leaves; gives the ends of lanes, and findings."""
    path, leaves, floors = job
    ends, found, oldest = {}, [], NEVER
    lines = zip(LEAF.iter_unpack(leaves), records(path), strict=True)
    for index, ((lane, number, leaf), line) in enumerate(lines):
        oldest = floors.get(index, oldest)
        at = check_line(found, line, (lane, number), ends.get(lane), leaf=leaf, oldest=oldest)
        ends[lane] = (number, leaf, at)
    return ends, found


def check_tree(leaves, heads, found):
    """Grow the tree from its leaves and compare root and lanes with every head, in order."""
    rest, size, peaks, now, known, intact = LEAF.iter_unpack(leaves), 0, [], {}, {}, 0
    for head in heads.values():
        for lane, number, leaf in islice(rest, head["tree_size"] - size):
            if number != (due := now.get(lane, START)[0] + 1):
                add(found, "hole", lane, due, max(due, number - 1), say="missing")
            now[lane], value, place = (number, leaf.hex()), leaf, size
            while place & 1:
                value, place = join(value, peaks.pop()), place >> 1
            peaks.append(value)
            size += 1
        kind, clean = "altered" if size == head["tree_size"] else "truncated", True
        say = f"not what head {head['number']} signed"
        for lane, end in head["lanes"].items():
            if now.get(lane) != end:
                clean = add(found, kind, lane, known.get(lane, 0) + 1, end[0], say=say)
            known[lane] = end[0]
        good = peaks and reduce(join, reversed(peaks)).hex() == head["root"]
        if not good and clean and intact is not None:
            add(found, kind, None, intact, head["tree_size"] - 1, say=say)
        intact = size if good else None
    if unsigned := sum(1 for _ in rest):
        add(found, "unsigned", None, size, size + unsigned - 1, say="no outside head has them")


def check_tail(directory, ends, oldest, found):
    """Check that the lines not yet sealed follow on, without a hole, to the tip of their lane."""
    lines = [(HEADER.unpack_from(line)[1:3], line) for line in records(directory / "tail.bin")]
    for (lane, number), line in sorted(lines):
        before = ends.get(lane, START)
        if number <= before[0]:
            add(found, "inserted", lane, number, say="stands in a taken place", line=line)
            continue
        if number != before[0] + 1:
            add(found, "hole", lane, before[0] + 1, number - 1, say="missing")
        at = check_line(found, line, (lane, number), before, oldest=oldest)
        ends[lane] = (number, sha256(line).digest(), at)
    for lane, (number, hash_) in json.loads((directory / "tips.json").read_bytes()).items():
        end = ends.get(int(lane), START)
        if number > end[0]:
            add(found, "hole", int(lane), end[0] + 1, number, say="missing")
        elif (number, hash_) != (end[0], end[1].hex()):
            add(found, "changed", int(lane), end[0], say="not what its lane ends in")
    return len(lines)


def trusted_heads(paths, key, found):
    """The heads the key vouches for, by number: signed, or named by the trusted head after."""
    offered, heads, wanted = {}, {}, ""
    for text in (text for path in paths for text in path.read_bytes().splitlines()):
        try:
            kept = json.loads(text)
            body = json.dumps(kept["head"], sort_keys=True, separators=(",", ":")).encode()
            offered.setdefault(kept["head"]["number"], {})[body] = kept["signature"]
        except (ValueError, KeyError, TypeError):
            continue  # half a line of a sealer that was killed: it wrote that head again
    for number in sorted(offered, reverse=True):
        for body, signature in offered[number].items():
            try:
                if sha256(body).hexdigest() != wanted:
                    key.verify(bytes.fromhex(signature), body)
                heads[number] = json.loads(body)
            except (InvalidSignature, ValueError):
                add(found, "head", None, number, say="is not signed by this key")
        wanted = heads[number]["previous"] if number in heads else ""
    for number in sorted(set(range(max(heads, default=0))) - set(heads)):
        add(found, "head", None, number, say="is missing")
    for head in heads.values():
        head["oldest"] = round(datetime.fromisoformat(head["at"]).timestamp() * 1_000_000) - LATE
        head["lanes"] = {int(lane): tuple(end) for lane, end in head["lanes"].items()}
    return dict(sorted(heads.items()))


def verify(directory, key, copies):
    """All that is wrong with an export. Raises OSError, ValueError, KeyError when unreadable."""
    key, found = load_pem_public_key(key), []
    heads, inside = (trusted_heads(f, key, found) for f in (copies, [directory / "heads.jsonl"]))
    for number in (number for number in heads if heads[number] != inside.get(number)):
        add(found, "head", None, number, say="is not in the database as it is outside")
    leaves, ends, jobs = (directory / "leaves.bin").read_bytes(), {}, []
    size = json.loads((directory / "ledger.json").read_bytes())["segment"]
    oldest = [(head["tree_size"], head["oldest"]) for head in heads.values()]
    for start in range(0, len(leaves) // LEAF.size, size):
        piece = leaves[start * LEAF.size : (start + size) * LEAF.size]
        floors = {max(0, end - start): floor for end, floor in oldest if end < start + size}
        jobs.append((directory / f"lines-{start // size:08}.bin", piece, floors))
    pool = ProcessPoolExecutor(os.cpu_count()) if len(jobs) > 1 else None
    checked = (pool.map if pool else map)(check_lines, jobs)
    check_tree(leaves, heads, found)
    for part, wrong in checked:
        ends |= part
        found += wrong
    tail = check_tail(directory, ends, oldest[-1][1] if oldest else NEVER, found)
    return {"lines": len(leaves) // LEAF.size, "unsealed": tail, "found": found}


def main(argv=None):
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export", type=Path)
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument("--heads", type=Path, action="append", required=True)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    try:
        report = verify(options.export, options.key.read_bytes(), options.heads)
    except (OSError, ValueError, KeyError, struct.error) as error:
        parser.exit(2, f"The export cannot be read: {error}\n")
    for each in [] if options.json else report["found"]:
        print("{kind}: lane {lane}, {first} to {last} {id} {say}".format(**each))
    print(json.dumps(report if options.json else report | {"found": len(report["found"])}))
    return 1 if report["found"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
