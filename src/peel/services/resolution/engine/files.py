"""A file of any shape as the table `raw`: a map in TOML says which column plays which role."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from peel.services.resolution.engine.comparisons import Shape
from peel.services.resolution.engine.duck import number, run

ROLES = {
    "id", "forename", "surname", "full_name", "aliases", "dob", "postcode", "sex", "phone",
    "identifiers", "text",
}  # fmt: skip


class WrongMap(Exception):
    """The map of columns cannot be used; the message says why."""


@dataclass(frozen=True)
class ColumnMap:
    """Which columns play which role; each role may have several."""

    roles: dict[str, list[str]]
    named: dict[str, str]

    @property
    def shape(self) -> Shape:
        """The shape of the data."""
        has = self.roles.get
        return Shape(
            names=bool(has("forename") or has("surname") or has("full_name")),
            born=bool(has("dob")), postcode=bool(has("postcode")), sex=bool(has("sex")),
            phone=bool(has("phone")),
            identifiers=tuple(n for n, role in self.named.items() if role == "identifiers"),
            texts=tuple(n for n, role in self.named.items() if role == "text"),
        )  # fmt: skip


def read_map(path: Path) -> ColumnMap:
    """The map of a TOML file. Raises WrongMap."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise WrongMap(f"{path} cannot be read: {error}") from None
    unknown = set(told) - ROLES
    if unknown:
        raise WrongMap(
            f"There is no role {', '.join(sorted(unknown))}. There are: {', '.join(sorted(ROLES))}."
        )
    roles = {
        role: [value] if isinstance(value, str) else list(value) for role, value in told.items()
    }
    named = {
        _name(column): role for role in ("identifiers", "text") for column in roles.get(role, ())
    }
    return ColumnMap(roles, named)


def _name(column: str) -> str:
    return "x_" + "".join(each if each.isalnum() else "_" for each in column.strip().lower())


def load(
    connection: duckdb.DuckDBPyConnection, path: Path, columns: ColumnMap, truth: str = ""
) -> int:
    """Make `raw` of a CSV or Parquet file, and `truth` if asked; gives the number of rows."""
    reader = "read_parquet" if path.suffix == ".parquet" else "read_csv"
    options = "" if reader == "read_parquet" else ", all_varchar = true, header = true"
    run(
        connection,
        f"""create or replace table given_file as
        select (row_number() over ())::bigint - 1 as row_number_, *
        from {reader}('{str(path).replace("'", "''")}'{options})""",
    )
    there = {row[0].strip(): row[0] for row in run(connection, "describe given_file")}
    wanted = [each for role in columns.roles.values() for each in role] + ([truth] if truth else [])
    missing = [each for each in wanted if each not in there]
    if missing:
        raise WrongMap(f"The file has no column {', '.join(missing)}. It has: {', '.join(there)}.")
    select = ["row_number_ as unique_id", *_selected(columns, there)]
    run(connection, f"create or replace table raw as select {', '.join(select)} from given_file")
    if truth:
        run(
            connection,
            f"""create or replace table truth as
            select row_number_ as unique_id, "{there[truth]}"::varchar as person from given_file""",
        )
    run(connection, "drop table given_file")
    return number(connection, "select count(*) from raw")


def _selected(columns: ColumnMap, there: dict[str, str]) -> list[str]:
    def text(column: str) -> str:
        return f"nullif(trim(\"{there[column]}\"::varchar), '')"

    def listed(*roles: str) -> str:
        parts = [text(each) for role in roles for each in columns.roles.get(role, ())]
        aliases = [each for each in columns.roles.get("aliases", ()) if "full_name" in roles]
        whole = f"[{', '.join(parts)}]" if parts else "[]::varchar[]"
        for each in aliases:
            whole = f"list_concat({whole}, string_split(coalesce({text(each)}, ''), ';'))"
        return f"list_filter({whole}, lambda v: v is not null and v <> '')"

    found = [
        f"{listed('forename')} as given", f"{listed('surname')} as family",
        f"{listed('full_name')} as whole", f"{listed('dob')} as born",
        f"{listed('postcode')} as postcode", f"{listed('phone')} as phone",
    ]  # fmt: skip
    sex = columns.roles.get("sex")
    found.append(f"{text(sex[0])} as sex" if sex else "null::varchar as sex")
    for role in ("identifiers", "text"):
        for column in columns.roles.get(role, ()):
            value = (
                text(column)
                if role == "text"
                else f"list_filter([{text(column)}], lambda v: v is not null)"
            )
            found.append(f'{value} as "{_name(column)}"')
    return found
