"""The people on record as the table `raw`: out of PostgreSQL by COPY, into DuckDB.

What decides is what everybody who may see a person may know of her: facts above OFFICIAL, and facts
that were said in a restricted record, take no part, for a score would tell of them.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
from django.db import connections

from peel.kernel.records import bulk
from peel.services.resolution.engine.comparisons import Shape
from peel.services.resolution.engine.duck import number, run
from peel.services.resolution.engine.folders import private

USING = bulk.ALIAS
KIND = "pole.nominal"
# The numbers that other systems know a person by, with the column that each becomes.
NUMBERS = {"PNC": "pnc", "CRO": "cro", "DRIVER": "driver", "NI": "ni", "NHS": "nhs",
           "NOMS": "noms", "PASSPORT": "passport", "HO": "ho"}  # fmt: skip
TEXTS = {"place_of_birth": "birth_place", "occupation": "occupation"}
# A field that fewer records have than this is not worth learning.
WORTH = 50
_OPEN = (
    " ended_at is null and marking = 1 and (asserted_in_id is null or exists (select from"
    " records_record s where s.id = asserted_in_id and not s.restricted and s.marking = 1))"
)
_DAY = """case when split_part({0}, ' ', 2) in ('day', 'about-day') then left({0}, 10)
  when split_part({0}, ' ', 2) in ('month', 'about-month') then left({0}, 7)
  when left({0}, 4) = substr({0}, 12, 4) then left({0}, 4) end"""
COPIES = {
    "nominal": "select record_ptr_id, given_names, family_name, " + _DAY.format("date_of_birth")
    + ", nullif(sex, 'N'), (carried_restricted or carried_marking > 1)::int, r.version"
    " from pole_nominal join records_record r on r.id = record_ptr_id"
    " where carried_organisation_id = {organisation}",
    "name": "select nominal_id, given_names, family_name from pole_nominalname where" + _OPEN,
    "birth": "select nominal_id, " + _DAY.format("date_of_birth")
    + " from pole_nominaldateofbirth where" + _OPEN,
    "number": "select nominal_id, kind, value from pole_nominalidentifier where" + _OPEN,
    "contact": "select nominal_id, value from pole_nominalcontact where"
    " kind in ('mobile', 'home', 'work') and" + _OPEN,
    "fact": "select nominal_id, kind, value from pole_nominalfact where"
    " kind in ('place_of_birth', 'occupation') and" + _OPEN,
    "home": "select l.from_record_id, p.postcode from pole_link l join pole_location p"
    " on p.record_ptr_id = l.to_record_id where l.type_id in ('home', 'previous_home')"
    " and p.postcode <> '' and not p.carried_restricted and p.carried_marking = 1"
    " and l.ended_at is null and l.marking = 1 and (l.asserted_in_id is null or exists (select from"
    " records_record s where s.id = l.asserted_in_id and not s.restricted and s.marking = 1))",
}  # fmt: skip
_COLUMNS = {
    "nominal": ("id", "given", "family", "born", "sex", "apart", "version"),
    "name": ("id", "given", "family"), "birth": ("id", "born"),
    "number": ("id", "kind", "value"), "contact": ("id", "value"),
    "fact": ("id", "kind", "value"), "home": ("id", "value"), "present": ("id", "apart", "version"),
    "judged": ("one", "two", "verdict", "person"),
}  # fmt: skip
_IDS = {"id", "one", "two"}
# Whose row it is, where not everybody is asked for.
_OF = {"nominal": "record_ptr_id", "home": "l.from_record_id"}
_PRESENT = (
    f"select id, (restricted or marking > 1)::int, version from records_record"
    f" where organisation_id = {{organisation}} and kind = '{KIND}'"
)
_JUDGED = (
    "select first_id, second_id, verdict, (run is null)::int from identity_judgement"
    " where ended_at is null"
)


def gather(
    connection: duckdb.DuckDBPyConnection, organisation: UUID,
    only: Collection[UUID] | None = None, after: int = 0,
) -> int:  # fmt: skip
    """Make `raw`, and `known` (number, id, apart, version) beside it. Within `speaking_as_system`.

    `apart` is 1 for a record that the machine may not join by itself. `only` these, if it is given;
    numbers begin behind `after`. Gives how many there are.
    """
    with private() as folder:
        for name, sql in COPIES.items():
            asked = sql.replace("{organisation}", _told(organisation))
            if only is not None:
                ids = ",".join(map(str, only))
                asked += f" and {_OF.get(name, 'nominal_id')} = any('{{{ids}}}')"
            _copied(connection, folder, name, asked)
    run(
        connection,
        f"""create or replace table known as
        select {after} + (row_number() over (order by id))::bigint as number, id, given, family,
          born, sex, apart, version from in_nominal""",
    )
    run(connection, "drop table in_nominal")
    _lists(connection)
    return number(connection, "select count(*) from raw")


def present(connection: duckdb.DuckDBPyConnection, organisation: UUID) -> None:
    """Make `present` (id, apart, version): who is on record now."""
    with private() as folder:
        _copied(connection, folder, "present", _PRESENT.format(organisation=_told(organisation)))
    run(
        connection, "create or replace temp table present as from in_present; drop table in_present"
    )


def judged(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `judged` (one, two, verdict, person): what holds of those in `known`, by number.

    The lower number first; `person` is 1 where a person said so.
    """
    with private() as folder:
        _copied(connection, folder, "judged", _JUDGED)
    run(
        connection,
        """create or replace temp table judged as
        select least(a.number, b.number) as one, greatest(a.number, b.number) as two, verdict,
          person = '1' as person
        from in_judged j join known a on a.id = j.one join known b on b.id = j.two;
        drop table in_judged""",
    )


def _told(key: UUID) -> str:
    return f"'{key}'::uuid"


def _copied(connection: duckdb.DuckDBPyConnection, folder: Path, name: str, sql: str) -> None:
    path = folder / f"{name}.csv"
    _copy_out(sql, path)
    _read(connection, name, path)
    path.unlink()


def _copy_out(sql: str, path: Path) -> None:
    with (
        connections[USING].cursor() as cursor,
        path.open("wb") as file,
        cursor.copy(f"copy ({sql}) to stdout (format csv)") as copy,
    ):
        for block in copy:
            file.write(block)


def _read(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    columns = _COLUMNS[name]
    types = ", ".join(f"'{each}': '{'uuid' if each in _IDS else 'varchar'}'" for each in columns)
    run(
        connection,
        f"""create or replace table in_{name} as select * from read_csv('{path}',
        header = false, columns = {{{types}}}, nullstr = '', quote = '"', escape = '"',
        auto_detect = false, delim = ',', new_line = '\\n')""",
    )


def _lists(connection: duckdb.DuckDBPyConnection) -> None:
    """Everything said of a record beside it; what its golden view says stands first."""
    listed = "list_filter(list_prepend({first}, coalesce({further}, [])), lambda v: v <> '')"
    parts = {
        "given": listed.format(first="k.given", further="n.given"),
        "family": listed.format(first="k.family", further="n.family"),
        "whole": "[]::varchar[]",
        "born": listed.format(first="k.born", further="b.born"),
        "sex": "k.sex",
        "phone": "coalesce(c.value, [])",
        "postcode": "coalesce(h.value, [])",
    }
    parts |= {column: f"coalesce(i.{column}, [])" for column in NUMBERS.values()}
    parts |= {column: f"f.{column}" for column in TEXTS.values()}
    select = ", ".join(f"{sql} as {name}" for name, sql in parts.items())
    numbers = ", ".join(
        f"list(value) filter (kind = '{kind}') as {column}" for kind, column in NUMBERS.items()
    )
    texts = ", ".join(
        f"min(value) filter (kind = '{kind}') as {column}" for kind, column in TEXTS.items()
    )
    run(
        connection,
        f"""create or replace table raw as select k.number as unique_id, {select}
        from known k
        left join (select id, list(given) as given, list(family) as family from in_name group by id)
          n using (id)
        left join (select id, list(born) as born from in_birth where born is not null group by id)
          b using (id)
        left join (select id, {numbers} from in_number group by id) i using (id)
        left join (select id, list(value) as value from in_contact group by id) c using (id)
        left join (select id, list(value order by value) as value from in_home group by id)
          h using (id)
        left join (select id, {texts} from in_fact group by id) f using (id)""",
    )
    run(connection, "; ".join(f"drop table in_{name}" for name in COPIES if name != "nominal"))
    run(connection, "alter table known drop given; alter table known drop family;"
                    " alter table known drop born; alter table known drop sex")  # fmt: skip


def lacking(shape: Shape) -> list[str]:
    """Which columns a model compares that people on record do not have."""
    wanted = {*shape.identifiers, *shape.texts}
    return sorted(wanted - {*NUMBERS.values(), *TEXTS.values()})


def shape_of_raw(connection: duckdb.DuckDBPyConnection) -> Shape:
    """The shape of what is on record: a field that hardly anybody has is left out."""
    lists = ("postcode", "phone", *NUMBERS.values())
    asked = [f"count(*) filter (len({name}) > 0)" for name in lists]
    asked += [f"count({name})" for name in ("sex", *TEXTS.values())]
    [row] = run(connection, f"select {', '.join(asked)} from raw")
    has: Mapping[str, Any] = dict(zip((*lists, "sex", *TEXTS.values()), row, strict=True))
    return Shape(
        names=True, born=True, postcode=has["postcode"] >= WORTH, sex=has["sex"] >= WORTH,
        phone=has["phone"] >= WORTH,
        identifiers=tuple(name for name in NUMBERS.values() if has[name] >= WORTH),
        texts=tuple(name for name in TEXTS.values() if has[name] >= WORTH),
    )  # fmt: skip
