"""`./peel up`: serve an installation that has databases of its own; builds no demo."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from ..server import database, preparing, serving
from ..server.progress import Steps
from ..server.supervisor import Service, Supervisor, end_left_behind
from ..server.trouble import Trouble

OPTIONAL = {"owner", "loader"}


def run(arguments: list[str]) -> int:
    """Check the databases, migrate when the owner's address is given, serve until stopped."""
    parser = argparse.ArgumentParser(prog="./peel up", description=__doc__)
    parser.parse_args(arguments)
    steps = Steps()
    addresses = given_addresses()
    with serving.only_one():
        end_left_behind()
        claimed = serving.claim_port()
        check(addresses)
        preparing.assets(steps)
        if "owner" in addresses:
            preparing.migrate(steps, {}, None)
        preparing.static(steps, {})
        return serving.serve(_supervisor, _nothing_more, claimed, _announce)


def _supervisor(kept: list[Service], environment: Callable[[], Mapping[str, str]]) -> Supervisor:
    return Supervisor(kept, environment, lambda text: print(text, file=sys.stderr, flush=True))


def _nothing_more() -> Mapping[str, str]:
    return {}


def _announce(url: str) -> None:
    print(f"\nPeel is at {url}. Stop with Ctrl-C.", flush=True)


def given_addresses() -> dict[str, str]:
    """The addresses in the environment. Raises Trouble that names those which are missing."""
    found = {alias: os.environ.get(name, "") for alias, (name, _) in database.VARIABLES.items()}
    missing = [
        f"{name}=postgres://{role}:PASSWORD@HOST:5432/DATABASE"
        for alias, (name, role) in database.VARIABLES.items()
        if not found[alias] and alias not in OPTIONAL
    ]
    if missing:
        raise Trouble(
            "./peel up serves from databases of your own, and these addresses are not set:",
            "\n  ".join([*missing, "For a Peel with a database of its own: ./peel demo"]),
        )
    return {alias: url for alias, url in found.items() if url}


def check(addresses: Mapping[str, str]) -> None:
    """Connect once with each address. Raises Trouble for the first that fails, saying why."""
    import psycopg

    for alias, url in addresses.items():
        name, role = database.VARIABLES[alias]
        parts = urlsplit(url)
        where = f"{parts.hostname or 'the local socket'}:{parts.port or 5432}"
        try:
            with psycopg.connect(url, connect_timeout=8) as connection:
                _check_role(connection.info.user, connection, name, role)
        except psycopg.OperationalError as error:
            said = " ".join(str(error).split())
            raise Trouble(
                f"The database of {name} at {where} does not answer: {said}", _mend(said)
            ) from None


def _check_role(user: str, connection: object, name: str, role: str) -> None:
    if user != role:
        raise Trouble(f"{name} signs in as {user}; it must be {role}.",
                      "The rights are given by role.")  # fmt: skip
    execute = connection.execute  # type: ignore[attr-defined]
    strong = execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
    if strong.fetchone()[0]:
        raise Trouble(
            f"{role} is a superuser or bypasses row-level security, which would open every record.",
            f"As a superuser of the server: alter role {role} nosuperuser nobypassrls;",
        )


def _mend(said: str) -> str:
    if "does not exist" in said and "role" in said:
        return f"Make the roles, as a superuser of the server: psql -f {database.ROLES_SQL}"
    if "does not exist" in said:
        return "Make it, as a superuser of the server: create database NAME owner peel_owner;"
    if "password" in said:
        return "Set it, as a superuser of the server: alter role NAME password '...';"
    return "Check that the server runs, and the host and port in the address."
