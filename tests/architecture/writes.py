"""Finds writes of model rows outside commands: each is a change that nobody permitted or noted."""

import ast
import re
from dataclasses import dataclass
from fnmatch import fnmatch

ALWAYS = {
    "save",
    "delete",
    "create",
    "bulk_create",
    "bulk_update",
    "update_or_create",
    "get_or_create",
}
ALWAYS |= {f"a{name}" for name in ALWAYS}
RAW = re.compile(r"^\s*(insert\s+into|delete\s+from|update\s+[\w.\"]+\s+set|truncate)\b", re.I)

# Where commands are written: these may write, for whatever they write is run by the machine.
COMMANDS = ("*/commands.py", "*/commands/*.py", "*/flow.py", "*/flows.py")

# Elsewhere, each with its reason. A reason that no longer has its write fails the test.
EXCEPTIONS = {
    "machine/pages/records.py": "Recent: what I opened last, mine alone, no fact of a record",
    "kernel/access/models/people.py": "the manager that makes users, on the owner's connection",
    "kernel/access/adapter.py": "a changed password, at the door, audited by the adapter",
    "kernel/access/passkeys.py": "a passkey's name and counter, at the door, under a lock",
    "kernel/access/roles.py": "default roles, seeded by the owner after a migration",
    "kernel/base/events.py": "the outbox, within the command's own transaction",
    "kernel/base/delivery.py": "the note that a handler has done its work for an event",
    "kernel/base/relay.py": "the place in the order of publication, under the relay's own role",
    "kernel/audit/sealer.py": "tree and heads of the ledger, under the sealer's own role",
    "kernel/records/bulk.py": "the outbox of a load, within the load's own transaction",
    "kernel/records/installation.py": "the register of kinds, by the owner after a migration",
    "modules/investigation/offences/load.py": "published offence codes, no record; by the owner",
    "migration/police_uk/ledger.py": "the loader's own ledger of source rows, under its role",
    "services/search/telling.py": "which hits were told, by the worker's role",
    "services/search/asking.py": "what one asked lately, one's own, no fact of a record",
    "services/attachments/texts.py": "the words of files, by the worker's role",
    "services/exchange/ledger.py": "an import's own ledger of rows, under the loader's role",
    "services/exchange/cli.py": "the content of a file to be imported, under the loader's role",
    "services/resolution/running.py": "models, plans and their ledger line, by the loader's role",
    "services/resolution/before.py": "tables of DuckDB, in memory; it knows no database",
    "services/resolution/sources.py": "tables of DuckDB, in memory; it knows no database",
    "services/resolution/kinds/gathering.py": "tables of DuckDB, in memory; it knows no database",
    "services/resolution/engine/procedure.py": "tables of DuckDB, in memory; it knows no database",
    "services/resolution/engine/newcomers.py": "tables of DuckDB, in memory; it knows no database",
    "services/resolution/kept.py": "the DuckDB file that one run leaves for the next",
    "migration/places/areas.py": "published areas, no record; by the loader's role",
    "migration/places/gazetteer.py": "published addresses, no record; by the loader's role",
    "migration/link_types/cli.py": "a force's own types of link, no record; by the owner",
    "kernel/files/extractor.py": "a document of its own saved into memory; it knows no database",
    "kernel/files/sandbox.py": "small pictures saved into memory; it knows no database",
    "kernel/records/previews.py": "small pictures and second scans of files, by the worker's role",
    "machine/pages/drafts.py": "what one has typed and not sent, one's own, no fact of a record",
    "machine/tasks.py": "drafts and idempotency keys that have grown old, by the worker's role",
    "site/demo/force.py": "the fictional force's posts, by the owner before the story begins",
    "site/server/testing.py": "puts the test database back as it was",
}


@dataclass(frozen=True)
class Write:
    """A call that writes rows."""

    line: int
    what: str


def writes(tree: ast.Module) -> list[Write]:
    """The calls of a module that write rows of a model, or write them by SQL."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if _writes(node, node.func):
                found.append(Write(node.lineno, f".{node.func.attr}("))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if RAW.match(node.value):
                found.append(Write(node.lineno, node.value.strip()[:40]))
        elif isinstance(node, ast.JoinedStr) and node.values:
            first = node.values[0]
            if isinstance(first, ast.Constant) and re.match(
                r"\s*(insert\s+into|delete\s+from|update|truncate)\s", str(first.value), re.I
            ):
                found.append(Write(node.lineno, str(first.value).strip()[:40]))
    return found


def _writes(call: ast.Call, function: ast.Attribute) -> bool:
    if isinstance(function.value, ast.Name) and function.value.id == "work":
        return False  # the machine's own door: `work.create(...)`
    if function.attr in ("delete", "adelete") and call.args:
        return False  # a row is deleted without a word; an entry of a cache by its key
    if function.attr in ALWAYS:
        return True
    if function.attr not in ("update", "aupdate"):
        return False
    # A dict or a digest is updated with a value, rows are updated by name of field.
    return bool(call.keywords) and not call.args


def is_command(path: str) -> bool:
    """Whether a file holds commands."""
    return any(fnmatch(path, pattern) for pattern in COMMANDS)
