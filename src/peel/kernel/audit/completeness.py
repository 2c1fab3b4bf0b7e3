"""Whether every version of every record has its line.

Apps above register a check; `./peel audit verify` runs them all.
"""

from collections.abc import Callable, Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

Check = Callable[[BaseDatabaseWrapper], Iterator[str]]
"""Given the sealer's connection, yields one plain sentence for each thing that is missing."""

_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Add a check under a name; one that stands under the same name is replaced."""
    _checks[name] = check


def versions_of(table: str, record_column: str, version_column: str) -> Check:
    """The check that every (record, version) of a table of versions has a line.

    Give the names as PostgreSQL knows them. At most 1,000 sentences are given.
    """

    def check(connection: BaseDatabaseWrapper) -> Iterator[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "select record, version from audit.missing_versions(%s, %s, %s, 1000)",
                [table, record_column, version_column],
            )
            for record, version in cursor.fetchall():
                yield f"{table}: version {version} of {record} has no line"

    return check


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """What all registered checks find missing."""
    return [f"{name}: {said}" for name, check in _checks.items() for said in check(connection)]
