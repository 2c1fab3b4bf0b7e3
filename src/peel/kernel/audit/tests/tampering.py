"""Ways in which whoever owns the database may try to change the past.

Each takes a random generator and a cursor of the owner, changes something, and gives the lines
(lane, number) of which the verifier must name at least one, or for `EVERY` all.
"""

import random
from collections.abc import Callable
from hashlib import sha256
from typing import Any

Place = tuple[int, int]
COLUMNS = {
    "at": "at - interval '1 hour'", "act": "'access'", "name": "name || '.'",
    "outcome": "'refused'", "user_id": "gen_random_uuid()", "appointment_id": "gen_random_uuid()",
    "organisation_id": "gen_random_uuid()", "role": "'peel_door'", "subjects": "subjects[2:]",
    "versions": "array[1, 2]", "request_id": "gen_random_uuid()", "source": "'10.1.1.1'",
    "purpose_kind": "'record'", "purpose_record": "gen_random_uuid()",
    "purpose_commitment": "sha256('x')", "query_commitment": "sha256('y')", "detail": "'{}'",
    "previous": "sha256('z')", "lane": "63 - lane", "number": "number + 1000",
    "id": "audit.new_id(at)",
}  # fmt: skip


def pick(rng: random.Random, cursor: Any, sealed: bool = True) -> Place:
    """Any line, sealed or not."""
    cursor.execute(
        "select l.lane, l.number from audit_line l left join audit_leaf f on f.line_id = l.id"
        f" where f.index is {'not' if sealed else ''} null order by l.lane, l.number"
    )
    return rng.choice(cursor.fetchall())


def change(rng: random.Random, cursor: Any) -> list[Place]:
    """Change one column of one line, and perhaps its stored hash to fit."""
    place = pick(rng, cursor, rng.random() < 0.8)
    column = rng.choice(list(COLUMNS))
    cursor.execute(
        f"update audit_line set {column} = {COLUMNS[column]} where (lane, number) = (%s, %s)"
        " returning id",
        place,
    )
    if rng.random() < 0.5:
        cursor.execute(
            "update audit_line l set hash = sha256('\\x00'::bytea || audit.canonical(l))"
            " where id = %s",
            cursor.fetchone(),
        )
    return [place]


def rewrite(rng: random.Random, cursor: Any) -> list[Place]:
    """Change a line and chain its whole lane anew, leaves, tips and nodes included."""
    lane, number = pick(rng, cursor)
    cursor.execute(
        "update audit_line set user_id = gen_random_uuid() where (lane, number) = (%s, %s)",
        [lane, number],
    )
    cursor.execute(
        "select id, number from audit_line where lane = %s and number >= %s order by number",
        [lane, number],
    )
    previous = None
    for line, at in cursor.fetchall():
        if previous:
            cursor.execute("update audit_line set previous = %s where id = %s", [previous, line])
        cursor.execute("select audit.canonical(l) from audit_line l where id = %s", [line])
        previous = sha256(b"\0" + bytes(cursor.fetchone()[0])).digest()
        cursor.execute("update audit_line set hash = %s where id = %s", [previous, line])
        for table in ("audit_leaf", "audit_tip"):
            cursor.execute(
                f"update {table} set hash = %s where lane = %s and number = %s",
                [previous, lane, at],
            )
    return [(lane, number)]


def delete(rng: random.Random, cursor: Any) -> list[Place]:
    """Delete a line, perhaps with its leaf."""
    place = pick(rng, cursor)
    cursor.execute("delete from audit_line where (lane, number) = (%s, %s)", place)
    if rng.random() < 0.4:
        cursor.execute("delete from audit_leaf where (lane, number) = (%s, %s)", place)
    return [place]


def reorder(rng: random.Random, cursor: Any) -> list[Place]:
    """Let two lines of one lane, or of two, change places; perhaps their leaves instead."""
    first = pick(rng, cursor)
    second = pick(rng, cursor)
    while second == first:
        second = pick(rng, cursor)
    cursor.execute(
        "select id, hash from audit_line where (lane, number) in ((%s, %s), (%s, %s))",
        [*first, *second],
    )
    (one, one_hash), (two, two_hash) = cursor.fetchall()
    if rng.random() < 0.3:
        for line, hash_ in ((one, two_hash), (two, one_hash)):
            cursor.execute("update audit_leaf set hash = %s where line_id = %s", [hash_, line])
        return [first, second]
    cursor.execute(
        "update audit_line l set lane = o.lane, number = o.number, previous = o.previous"
        " from audit_line o where (l.id, o.id) in ((%s, %s), (%s, %s))",
        [one, two, two, one],
    )
    return [first, second]


def truncate(rng: random.Random, cursor: Any) -> list[Place]:
    """Cut the tree off after some head: lines, leaves, nodes, heads, tips and lanes alike."""
    cursor.execute("select number, tree_size from audit_head order by number")
    number, size = rng.choice(cursor.fetchall()[:-1])
    cursor.execute("select lane, number from audit_leaf where index >= %s", [size])
    gone = cursor.fetchall()
    cursor.execute("delete from audit_head where number > %s", [number])
    cursor.execute(
        "delete from audit_line where id not in (select line_id from audit_leaf where index < %s)",
        [size],
    )
    cursor.execute("delete from audit_leaf where index >= %s", [size])
    cursor.execute("delete from audit_tip where number > 0")
    cursor.execute(
        "insert into audit_tip select distinct on (lane) lane, number, line_id, hash"
        " from audit_leaf order by lane, number desc on conflict do nothing"
    )
    return gone


def insert(rng: random.Random, cursor: Any) -> list[Place]:
    """Put a line into the past: in a place that is taken, or at its lane's end, chained well."""
    lane, number = pick(rng, cursor)
    hours = rng.randint(1, 5000)
    if rng.random() < 0.5:
        previous, cut = "(array_agg(previous))[1]", number
    else:
        cursor.execute(
            "select number, hash from audit_line where lane = %s order by number desc limit 1",
            [lane],
        )
        cut, hash_ = cursor.fetchone()
        cut, previous = cut + 1, f"'\\x{bytes(hash_).hex()}'::bytea"
    cursor.execute(
        f"""insert into audit_line
        select audit.new_id(at - interval '{hours} hours'), {lane}, {cut},
          at - interval '{hours} hours', act, name, outcome, user_id, appointment_id,
          organisation_id, role, subjects, versions, request_id, source, purpose_kind,
          purpose_record, purpose_commitment, query_commitment, detail,
          (select {previous} from audit_line where lane = {lane} and number = {number}), hash
        from audit_line where lane = {lane} and number = {number} returning id""",
    )
    line = cursor.fetchone()[0]
    cursor.execute(
        "update audit_line l set hash = sha256('\\x00'::bytea || audit.canonical(l))"
        " where id = %s returning hash",
        [line],
    )
    hash_ = cursor.fetchone()[0]
    if cut != number:
        cursor.execute("insert into audit_tip values (%s, %s, %s, %s)", [lane, cut, line, hash_])
    return [(lane, cut)]


def hole(rng: random.Random, cursor: Any) -> list[Place]:
    """Take a line out of those that are not sealed yet."""
    place = pick(rng, cursor, sealed=False)
    cursor.execute("delete from audit_line where (lane, number) = (%s, %s)", place)
    if rng.random() < 0.5:
        cursor.execute(
            "delete from audit_tip t where (lane, number) = (%s, %s)"
            " and exists (select from audit_tip o where o.lane = t.lane and o.number > t.number)",
            place,
        )
    return [place]


WAYS: dict[str, Callable[[random.Random, Any], list[Place]]] = {
    way.__name__: way for way in (change, rewrite, delete, reorder, truncate, insert, hole)
}
