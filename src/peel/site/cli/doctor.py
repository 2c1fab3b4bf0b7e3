"""`./peel doctor`: what is missing, and the one command that mends each."""

import argparse
import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from .. import runtime
from ..server import binaries, chromium, database, node, packages, ports, running
from ..server.account import server_account
from ..server.cluster import Cluster
from ..server.trouble import Trouble

ENOUGH_MEGABYTES = 1_500


@dataclass(frozen=True)
class Answer:
    """One thing looked at. `needed` is False for what only some commands want."""

    name: str
    fine: bool
    detail: str
    mend: str = ""
    needed: bool = True


def run(arguments: list[str]) -> int:
    """Print the answers; 1 when something that every start needs is amiss and not self-mending."""
    parser = argparse.ArgumentParser(prog="./peel doctor", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the answers as JSON")
    chosen = parser.parse_args(arguments)
    answers = list(look())
    bad = [each for each in answers if not each.fine and each.needed]
    if chosen.json:
        print(json.dumps({"fine": not bad, "answers": [asdict(each) for each in answers]}))
        return 1 if bad else 0
    for each in answers:
        mark = "fine" if each.fine else ("MISSING" if each.needed else "absent")
        print(f"  {mark:<8}{each.name:<22}{each.detail}")
        if each.mend and not each.fine:
            print("\n".join(f"{'':>10}{line}" for line in each.mend.splitlines()))
    return 1 if bad else 0


def look() -> Iterator[Answer]:
    """Look at everything, in the order in which a start needs it."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Answer("Python", True, version)
    yield _space()
    yield _writable()
    installed = importlib.util.find_spec("django") is not None
    yield Answer("Python packages", installed, _state(installed), "./peel demo", needed=installed)
    yield _pip()
    ready = node.is_ready()
    yield Answer("npm packages", ready, _state(ready), "./peel assets", needed=False)
    own = node.of_this_machine()
    yield Answer("Node.js", True, "of this machine" if own or ready else "fetched when needed")
    yield from _database()
    yield _port()
    found = chromium.find()
    yield Answer("Chromium", bool(found), found or "for the browser tests only",
                 _chromium_mend(), needed=False)  # fmt: skip
    debian = Path("/usr/lib/postgresql/15/bin/postgres").exists()
    yield Answer("PostgreSQL 15", debian, "for ./peel test --debian only",
                 "apt-get install postgresql-15", needed=False)  # fmt: skip
    reader = shutil.which("tesseract")
    yield Answer("Tesseract", bool(reader), reader or "for the words of pictures and scans only",
                 "apt-get install tesseract-ocr", needed=False)  # fmt: skip


def _state(ready: bool) -> str:
    return "as the lock file says" if ready else "not installed yet (a first start does it)"


def _space() -> Answer:
    free = shutil.disk_usage(runtime.ROOT).free // 1_000_000
    return Answer("Disk space", free >= ENOUGH_MEGABYTES, f"{free} MB free",
                  f"Free {ENOUGH_MEGABYTES - free} MB in {runtime.ROOT}")  # fmt: skip


def _writable() -> Answer:
    place = runtime.VAR if runtime.VAR.exists() else runtime.VAR.parent
    return Answer("Folder for data", os.access(place, os.W_OK), str(runtime.VAR),
                  f"chown -R \"$(id -un)\" {place}   (or set PEEL_VAR)")  # fmt: skip


def _pip() -> Answer:
    try:
        packages.pip()
    except (Trouble, OSError) as error:
        return Answer("pip", False, str(error).splitlines()[0], "git checkout -- tools")
    return Answer("pip", True, packages.PIP.name)


def _database() -> Iterator[Answer]:
    if os.environ.get("PEEL_DATABASE_URL"):
        yield from _own_databases()
        return
    try:
        account = server_account()
    except Trouble as trouble:
        yield Answer("PostgreSQL", False, trouble.message, trouble.mend)
        return
    package = binaries.package_folder()
    have = (package / "native" / "bin" / "postgres").exists()
    detail = f"{package.name}, run as {account.name}" if have else "fetched by a first start"
    yield Answer("PostgreSQL", have, detail, "./peel assets", needed=False)
    cluster = Cluster("demo")
    if cluster.exists():
        state = f"port {cluster.port}" if cluster.running() else "stopped"
        yield Answer("Demo database", True, f"{state}, in {cluster.data}")
    else:
        yield Answer("Demo database", False, "not made yet", "./peel demo", needed=False)


def _own_databases() -> Iterator[Answer]:
    from . import up

    try:
        up.check(up.given_addresses())
    except Trouble as trouble:
        mend = trouble.mend
        if "Make the roles" in mend:
            mend += f"\n{database.ROLES_SQL.read_text()}"
        yield Answer("Your database", False, trouble.message, mend)
    except ImportError:
        yield Answer("Your database", False, "not looked at before a first start", needed=False)
    else:
        yield Answer("Your database", True, "every role can connect")


def _port() -> Answer:
    url = running.state().get("url")
    if url:
        return Answer("Port", True, f"Peel is at {url}")
    named = os.environ.get("PEEL_PORT", "")
    port = int(named) if named.isdigit() else 8000
    if ports.is_free(port):
        return Answer("Port", True, f"{port} is free")
    other = ports.any_free(port + 1)
    return Answer("Port", not named, f"{port} is taken, {other} is free",
                  f"PEEL_PORT={other} ./peel demo")  # fmt: skip


def _chromium_mend() -> str:
    if shutil.which("apt-get"):
        return "apt-get install chromium"
    return "Install Chromium, or name it: PEEL_CHROMIUM=/path/to/chromium"
