"""From what was written to what is compared: for a whole table in SQL, for one record in Python.

The table `raw` has `unique_id`, and as far as the shape says: `given`, `family`, `whole` (lists of
names, the first stands), `born`, `postcode`, `phone` and each identifier (lists), `sex` and each
text. What comes out is the table `person`, one row a record.
"""

from collections.abc import Collection, Mapping
from typing import Any

import duckdb
import pyarrow

from peel.services.resolution.engine import text
from peel.services.resolution.engine.comparisons import Shape
from peel.services.resolution.engine.duck import run

# A further name is rare when at most this share of the records bears it.
RARE = 0.002
MACROS = r"""
create or replace temp macro plain(x) as nullif(trim(regexp_replace(
  strip_accents(lower(x)), '[^\p{L}\p{N}]+', ' ', 'g')), '');
create or replace temp macro packed(x) as replace(plain(x), ' ', '');
create or replace temp macro whole_date(y, m, d) as
  y || '-' || lpad(m, 2, '0') || '-' || lpad(d, 2, '0');
create or replace temp macro dashed(x) as whole_date(
  split_part(x, '-', 1), split_part(x, '-', 2), regexp_extract(split_part(x, '-', 3), '^\d{1,2}'));
create or replace temp macro british(x) as whole_date(
  split_part(x, '/', 3), split_part(x, '/', 2), split_part(x, '/', 1));
create or replace temp macro day_of(x) as case
  when regexp_matches(x, '^\d{4}-\d{1,2}-\d{1,2}') then dashed(x)
  when regexp_full_match(x, '\d{8}') then whole_date(
    substr(x, 1, 4), substr(x, 5, 2), substr(x, 7, 2))
  when regexp_full_match(x, '\d{1,2}[/.]\d{1,2}[/.]\d{4}') then british(replace(x, '.', '/'))
  when regexp_full_match(x, '\d{4}(-\d{2})?') then x end;
create or replace temp macro known_day(x) as case
  when day_of(trim(x)) not in ({placeholders}) then day_of(trim(x)) end;
create or replace temp macro listed(xs) as nullif(
  list_distinct(list_filter(xs, lambda v: v is not null)), []);
"""


def standardise(
    connection: duckdb.DuckDBPyConnection,
    shape: Shape,
    into: str = "person",
    common: Collection[str] | None = None,
) -> None:
    """Make the table of standardised records out of `raw`.

    `common` are the further names that a model holds for common; without, they are counted.
    """
    days = ", ".join(f"'{day}'" for day in sorted(text.PLACEHOLDERS))
    run(connection, MACROS.replace("{placeholders}", days))
    run(connection, f"create or replace temp table cut as {_first_cut(shape)}")
    if not shape.names:
        run(connection, f"create or replace table {into} as select * from cut")
        run(connection, "create or replace table common as select []::varchar[] as common")
        return
    _vocabulary(connection)
    _common(connection, common)
    run(
        connection,
        f"""create or replace table {into} as
        select c.* exclude (rest), f.root as forename_root, f.sound as forename_sound,
          s.sound as surname_sound, nullif(c.rest, []) as rest,
          nullif(list_filter(c.rest, lambda t: not list_contains(q.common, t)), []) as rest_rare
        from cut c cross join frequent q left join word f on f.token = c.forename
        left join word s on s.token = c.surname""",
    )
    run(
        connection,
        "drop table cut; drop table word; create or replace table common as from frequent",
    )


def _vocabulary(connection: duckdb.DuckDBPyConnection) -> None:
    """Roots and sounds, worked out once for each different token; and which tokens are common."""
    tokens = [row[0] for row in run(connection,
        "select distinct t from (select forename as t from cut union all select surname from cut)"
        " where t is not null"
    )]  # fmt: skip
    table = pyarrow.table({
        "token": pyarrow.array(tokens, pyarrow.string()),
        "root": pyarrow.array([text.root(token) for token in tokens], pyarrow.string()),
        "sound": pyarrow.array([text.sound(token) for token in tokens], pyarrow.string()),
    })  # fmt: skip
    connection.register("word_arrow", table)
    run(connection, "create or replace temp table word as select * from word_arrow")
    connection.unregister("word_arrow")


def _common(connection: duckdb.DuckDBPyConnection, known: Collection[str] | None) -> None:
    if known is None:
        run(
            connection,
            f"""create or replace temp table frequent as
            select coalesce(list(t), []) as common from (
              select t, count(*) as n from (select unnest(rest) as t from cut)
              group by t having n > greatest({RARE} * (select count(*) from cut), 3))""",
        )
        return
    connection.execute(
        "create or replace temp table frequent as select ?::varchar[] as common", [sorted(known)]
    ).fetchall()


def _first_cut(shape: Shape) -> str:
    """The query that makes of `raw` all but what needs the vocabulary."""
    columns, source = ["unique_id"], "raw"
    if shape.names:
        columns, source = [*columns, *_NAMES], _SAID
    if shape.born:
        births = "listed(list_transform(born, lambda x: known_day(x)))"
        columns += ["known_day(born[1]) as born", f"{births} as births"]
    if shape.postcode:
        columns += [
            "packed(postcode[1]) as postcode",
            "listed(list_transform(postcode, lambda x: packed(x))) as postcodes",
            *(f"case when length(packed(postcode[1])) >= 5 then packed(postcode[1])[:{end}] end"
              f" as {to}" for end, to in ((-4, "outward"), (-3, "sector"))),
        ]  # fmt: skip
    if shape.phone:
        columns += [
            "listed(list_transform(phone, lambda x: right(packed(x), 10))) as phones",
            "right(packed(phone[1]), 10) as phone",
        ]
    if shape.sex:
        columns.append("left(plain(sex), 1) as sex")
    columns += [column for name in shape.identifiers for column in _number_columns(name)]
    columns += [column for name in shape.texts for column in _text_columns(name)]
    return f"select {', '.join(columns)} from {source}"


def _number_columns(name: str) -> list[str]:
    return [
        f'packed("{name}"[1]) as "{name}"',
        f'listed(list_transform("{name}", lambda x: packed(x))) as "{name}s"',
    ]


def _text_columns(name: str) -> list[str]:
    words = f"list_filter(string_split(plain(\"{name}\"), ' '), lambda t: length(t) >= 4)"
    return [f'plain("{name}") as "{name}"', f'nullif({words}, []) as "{name}_words"']


_NAMES = (
    "forename", "surname", "tokens",
    "list_filter(tokens, lambda t: t is distinct from forename and t is distinct from surname"
    " and not contains(coalesce(f, ''), t)) as rest",
)  # fmt: skip
_SAID = """(
  select *, coalesce(split_part(g, ' ', 1), split_part(w, ' ', 1)) as forename,
    coalesce(replace(f, ' ', ''),
      case when contains(w, ' ') then split_part(w, ' ', -1) end) as surname,
    list_distinct(list_filter(string_split(coalesce(plain(array_to_string(
      list_concat(list_concat(given, family), whole), ' ')), ''), ' '),
      lambda t: length(t) >= 2)) as tokens
  from (select *, plain(given[1]) as g, plain(family[1]) as f, plain(whole[1]) as w from raw))"""


def one(
    raw: Mapping[str, Any], shape: Shape, common: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """One record standardised: what `standardise` makes of the same row."""
    found: dict[str, Any] = {"unique_id": raw.get("unique_id")}
    if shape.names:
        found |= _names(raw, common)
    if shape.born:
        days = [text.date(each) for each in raw.get("born") or ()]
        found |= {"born": days[0] if days else None, "births": _listed(days)}
    if shape.postcode:
        codes = [text.packed(each) for each in raw.get("postcode") or ()]
        first = codes[0] if codes else None
        whole = first if first is not None and len(first) >= 5 else None
        found |= {
            "postcode": first, "postcodes": _listed(codes),
            "outward": whole[:-3] if whole else None, "sector": whole[:-2] if whole else None,
        }  # fmt: skip
    if shape.phone:
        phones = [code and code[-10:] for code in map(text.packed, raw.get("phone") or ())]
        found |= {"phone": phones[0] if phones else None, "phones": _listed(phones)}
    if shape.sex:
        said = text.plain(raw.get("sex"))
        found["sex"] = said[0] if said else None
    for name in shape.identifiers:
        numbers = [text.packed(each) for each in raw.get(name) or ()]
        found |= {name: numbers[0] if numbers else None, f"{name}s": _listed(numbers)}
    for name in shape.texts:
        said = text.plain(raw.get(name))
        words = [word for word in said.split() if len(word) >= 4] if said else []
        found |= {name: said, f"{name}_words": words or None}
    return found


def _names(raw: Mapping[str, Any], common: frozenset[str]) -> dict[str, Any]:
    given, family, whole = ([*(raw.get(name) or ())] for name in ("given", "family", "whole"))
    g, f, w = (text.plain(each[0]) if each else None for each in (given, family, whole))
    forename = (g or w or " ").split(" ")[0] or None
    surname = f.replace(" ", "") if f else (w.rsplit(" ", 1)[1] if w and " " in w else None)
    said = text.plain(" ".join(each for each in (*given, *family, *whole) if each)) or ""
    tokens = list(dict.fromkeys(token for token in said.split(" ") if len(token) >= 2))
    rest = [t for t in tokens if t not in (forename, surname) and t not in (f or "")]
    return {
        "forename": forename, "surname": surname, "tokens": tokens,
        "forename_root": text.root(forename) if forename else None,
        "forename_sound": text.sound(forename) if forename else None,
        "surname_sound": text.sound(surname) if surname else None,
        "rest": rest or None, "rest_rare": [t for t in rest if t not in common] or None,
    }  # fmt: skip


def _listed(values: list[str | None]) -> list[str] | None:
    return list(dict.fromkeys(value for value in values if value)) or None
