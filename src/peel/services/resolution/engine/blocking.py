"""Which pairs are looked at: many rules, each with the size of its blocks kept in bounds.

A rule is a key made of parts of a record; two records that share a key are a candidate pair. All
rules that the data allows are counted, the ones that make few pairs for what they cover come first,
and they are taken until the budget of pairs is spent. A single key that is borne by too many (no
postcode but "unknown") makes no pairs at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from peel.services.resolution.engine.comparisons import Shape
from peel.services.resolution.engine.duck import number, run

# Candidate pairs a record, and never fewer than a small file can easily bear.
PAIRS_A_RECORD, LEAST_BUDGET = 8, 3_000_000
LARGEST_BLOCK = 300
# Of those, how many are scored; what another shared key counts for; and how few rules a large file
# makes do with.
SCORED_A_RECORD, LEAST_SCORED, A_KEY_MORE = 2.5, 1_500_000, 0.25
# As many of each record that is new: twice what a record of a large run has part in.
SCORED_A_NEW = 10
FEWEST, TWICE, LARGE = 12, 2, 100_000


@dataclass(frozen=True)
class Key:
    """A rule: a name for people, the SQL of its parts, and a list each of which is a key."""

    name: str
    parts: tuple[str, ...]
    each: str = ""

    @property
    def sql(self) -> str:
        """The keys of a record as a query over `person`; the first column is the record."""
        parts = [f"({part})" for part in self.parts]
        told = [*parts, "e.value"] if self.each else parts
        source = "person p"
        if self.each:
            source += f", unnest(p.{self.each}) as e(value)"
        missing = " and ".join(f"{part} is not null" for part in told)
        return f"select p.unique_id, hash('{self.name}', {', '.join(told)}) as k from {source} where {missing}"  # noqa: E501


def keys(shape: Shape) -> list[Key]:
    """Every rule that the shape allows."""
    found = [Key(f"{name}", (), f"{name}s") for name in shape.identifiers]
    if shape.phone:
        found.append(Key("phone", (), "phones"))
    names = {"root": "forename_root", "sound": "surname_sound"} if shape.names else {}
    if shape.names:
        found += [
            Key("both names", ("least(forename, surname)", "greatest(forename, surname)")),
            Key("root and sound", ("forename_root", "surname_sound")),
            Key("surname and beginning", ("surname", "left(forename, 2)")),
            Key("forename and beginning", ("forename", "left(surname, 3)")),
            Key("forename and further name", ("forename_root",), "rest_rare"),
            Key("surname and further name", ("surname",), "rest_rare"),
            Key("surname", ("surname",)),
        ]  # fmt: skip
    if shape.born:
        found += [Key("born", ("born",))]
        found += [Key(f"born and {word}", ("born", part)) for word, part in names.items()]
        found += [
            Key(f"day, month and {word}", ("substr(born, 6)", part)) for word, part in names.items()
        ]
        if shape.names:
            year = "substr(born, 1, 4)"
            found += [
                Key("year and sound", (year, "surname_sound")),
                Key("year, root and initial", (year, "forename_root", "left(surname, 1)")),
                Key("year, sound and initial", (year, "surname_sound", "left(forename, 1)")),
                Key(
                    "month and initials",
                    (
                        "substr(born, 1, 7)",
                        "least(left(forename, 1), left(surname, 1))",
                        "greatest(left(forename, 1), left(surname, 1))",
                    ),
                ),
            ]
    if shape.postcode:
        found += _places(shape, names)
    return found + _texts(shape, names)


def _places(shape: Shape, names: Mapping[str, str]) -> list[Key]:
    found = [Key("postcode", (), "postcodes")]
    found += [Key(f"postcode and {word}", (part,), "postcodes") for word, part in names.items()]
    found += [Key(f"outward code and {word}", ("outward", part)) for word, part in names.items()]
    if shape.born:
        found += [
            Key("postcode and year", ("substr(born, 1, 4)",), "postcodes"),
            Key("outward code and born", ("outward", "born")),
            Key("outward code, day and month", ("outward", "substr(born, 6)")),
        ]
        if names:
            found.append(
                Key(
                    "outward code, year and initial",
                    ("outward", "substr(born, 1, 4)", "left(forename, 1)"),
                )
            )
    return found


def _texts(shape: Shape, names: Mapping[str, str]) -> list[Key]:
    found = []
    for place, name in enumerate(shape.texts):
        quoted = f'"{name}"'
        found += [Key(f"{name} and {word}", (quoted, part)) for word, part in names.items()]
        if shape.born:
            found.append(Key(f"{name} and born", (quoted, "born")))
            found.append(Key(f"{name}, day and month", (quoted, "substr(born, 6)")))
        if shape.postcode:
            found.append(Key(f"{name} and postcode", (quoted,), "postcodes"))
        found += [Key(f"{name} and {other}", (quoted, f'"{other}"'))
                  for other in shape.texts[place + 1 :]]  # fmt: skip
    return found


@dataclass(frozen=True)
class Counted:
    """A rule with the pairs that it makes, blocks that are too large left out."""

    key: Key
    pairs: int
    covered: int


def counted(
    connection: duckdb.DuckDBPyConnection, rules: Iterable[Key], largest: int = LARGEST_BLOCK
) -> list[Counted]:
    """How many pairs each rule makes, and how many records it can join to another."""
    found = []
    for key in rules:
        [row] = run(
            connection,
            f"""select coalesce(sum(n * (n - 1) // 2), 0), coalesce(sum(n), 0)
            from (select count(*) as n from ({key.sql}) group by k having n between 2 and {largest})
            """,
        )
        found.append(Counted(key, int(row[0]), int(row[1])))
    return found


def chosen(found: Iterable[Counted], records: int) -> list[Key]:
    """The rules to use: those with the fewest pairs first, until the budget is spent."""
    budget = max(LEAST_BUDGET, PAIRS_A_RECORD * records)
    taken, spent = [], 0
    for each in sorted(found, key=lambda one: (one.pairs, one.key.name)):
        if each.pairs and spent + each.pairs <= budget:
            taken.append(each.key)
            spent += each.pairs
    return taken


def pairs(
    connection: duckdb.DuckDBPyConnection,
    rules: Sequence[Key],
    into: str = "pairs",
    largest: int = LARGEST_BLOCK,
) -> int:
    """Make the table of candidate pairs, each once, and give how many there are.

    Where they would be too many, those that share least go first: a pair counts for each key that
    it shares, the more the fewer records bear that key.
    """
    run(connection, f"create or replace temp table keyed as {every_key(rules)}")
    records = number(connection, "select count(*) from person")
    most = max(LEAST_SCORED, SCORED_A_RECORD * records)
    return _met(connection, into, largest, most)


def pairs_of_new(
    connection: duckdb.DuckDBPyConnection,
    rules: Sequence[Key],
    others: str,
    into: str = "pairs",
    largest: int = LARGEST_BLOCK,
) -> int:
    """The candidate pairs of which at least one is in `person`, which holds the new records.

    `others` is a table of the keys of all others (k, unique_id), whose numbers are lower. The keys
    of the new ones are left in `keyed_new`.
    """
    run(connection, f"create or replace temp table keyed_new as {every_key(rules)}")
    run(
        connection,
        f"""create or replace temp table keyed as from keyed_new
        union all select k, unique_id from {others} semi join keyed_new using (k)""",
    )
    [(records, first)] = run(connection, "select count(*), coalesce(min(unique_id), 0) from person")
    return _met(connection, into, largest, SCORED_A_NEW * records, f"and b.unique_id >= {first}")


def every_key(rules: Sequence[Key]) -> str:
    """All keys of `person` as a query (k, unique_id)."""
    union = " union all ".join(f"({key.sql})" for key in rules)
    return f"select k, unique_id from ({union})"


def _met(
    connection: duckdb.DuckDBPyConnection, into: str, largest: int, most: float, only: str = ""
) -> int:
    """The pairs of records that meet under a key of `keyed`, no more than `most`."""
    run(
        connection,
        f"""create or replace temp table shared as
        with fit as (select k, count(*) as size from keyed group by k
                     having count(*) between 2 and {largest}),
        kept as (select k, unique_id, size from keyed join fit using (k)),
        met as (select a.unique_id, b.unique_id as other, a.size
                from kept a join kept b on a.k = b.k and a.unique_id < b.unique_id {only})
        select unique_id, other, (sum(1 / (size - 1)) + {A_KEY_MORE} * (count(*) - 1))::float as tie
        from met group by all""",
    )
    run(connection, "drop table keyed")
    least = _least_tie(connection, most)
    run(
        connection,
        f"""create or replace table {into} as
        select '0' as match_key, unique_id as join_key_l, other as join_key_r
        from shared where tie >= {least}""",
    )
    run(connection, "drop table shared")
    return number(connection, f"select count(*) from {into}")


def _least_tie(connection: duckdb.DuckDBPyConnection, most: float) -> float:
    """From which tie on pairs are looked at, so that they are no more than can be scored."""
    for least in (0.0, 0.02, 0.05, 0.1, 0.2, 0.3):
        if number(connection, f"select count(*) from shared where tie >= {least}") <= most:
            return least
    return 0.5


def fewest(
    connection: duckdb.DuckDBPyConnection, rules: Sequence[Counted], matches: str
) -> list[Key]:
    """Of many rules those few that find the matches twice each: a large file pays for each rule.

    `matches` is a query for pairs (l, r) that the model holds for matches; a sample is enough.
    """
    run(connection, f"create or replace temp table sampled as {matches}")
    found: dict[int, set[int]] = {}
    for place, each in enumerate(rules):
        hit = run(
            connection,
            f"""with keyed as ({each.key.sql})
            select distinct s.number from sampled s join keyed a on a.unique_id = s.l
            join keyed b on b.unique_id = s.r and a.k = b.k""",
        )
        found[place] = {row[0] for row in hit}
    run(connection, "drop table sampled")
    taken: list[int] = []
    times: dict[int, int] = {}
    while len(taken) < FEWEST:
        gain, best = max(
            (sum(times.get(each, 0) < TWICE for each in found[place]), -place)
            for place in found if place not in taken
        )  # fmt: skip
        if gain == 0:
            break
        taken.append(-best)
        for match in found[-best]:
            times[match] = times.get(match, 0) + 1
    return [rules[place].key for place in sorted(taken)]
