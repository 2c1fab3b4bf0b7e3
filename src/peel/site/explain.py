"""`./peel explain NAME`: prints what a sheet derives, as text or JSON."""

import argparse
import json
from collections.abc import Sequence
from typing import Any


def explanation(kind: str) -> dict[str, Any]:
    """Everything that the machine derives from the sheet of a kind. Raises LookupError."""
    from peel.machine import registry
    from peel.machine.commands.registry import command_creating, commands_on
    from peel.machine.pages.urls import urls_of
    from peel.machine.queries.asking import sortable

    sheet = registry.sheet_of(kind)
    create = command_creating(sheet.model)
    commands = ([create] if create else []) + commands_on(sheet.model)
    return {
        "kind": sheet.kind,
        "table": sheet.model._meta.db_table,
        "reference": f"{sheet.numbers.prefix}YY-NNNN-NNNN-L",
        "permissions": sorted({sheet.may.view, *(c.permission for c in commands)}),
        "pages": {p.name: "/" + str(p.pattern) for p in urls_of(sheet)},
        "commands": {
            c.name: {"title": c.title, "asks": list(c.form.base_fields) if c.form else []}
            for c in commands
        },
        "columns": [column.field for column in sheet.columns],
        "sorts": list(sortable(sheet)),
        "facets": list(sheet.facets),
        "panels": [panel.name for panel in registry.panels_of(sheet)],
        "flow": diagram(sheet).splitlines(),
        "retention": sheet.retention,
    }


def diagram(sheet: Any) -> str:
    """The state diagram of a sheet in Mermaid, for its module's page."""
    if sheet.flow is None:
        return ""
    lines = ["stateDiagram-v2", f"    [*] --> {sheet.flow.start.name}"]
    for move in sheet.flow.moves:
        lines += [f"    {source} --> {move.target}: {move.title}" for source in move.sources]
    lines += [f"    {state.name} --> [*]" for state in sheet.flow.states if state.ends]
    return "\n".join(lines)


def main(argv: Sequence[str]) -> int:
    """Print the explanation of the kind named in `argv`; without a name, list the kinds."""
    from peel.machine import registry

    parser = argparse.ArgumentParser(prog="./peel explain", description=__doc__)
    parser.add_argument("name", nargs="?", help="a kind of record, such as investigation.crime")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(list(argv))
    if not options.name:
        kinds = [sheet.kind for sheet in registry.sheets()]
        print(json.dumps(kinds) if options.json else "\n".join(kinds))
        return 0
    try:
        found = explanation(options.name)
    except LookupError as problem:
        print(str(problem).strip("'\""))
        return 2
    print(json.dumps(found, indent=2) if options.json else _text(found))
    return 0


def _text(found: dict[str, Any]) -> str:
    lines = []
    for key, value in found.items():
        if isinstance(value, dict):
            lines.append(f"{key}:")
            lines += [f"  {name}: {inner}" for name, inner in value.items()]
        elif isinstance(value, list):
            lines.append(f"{key}:")
            lines += [f"  {inner}" for inner in value]
        else:
            lines.append(f"{key}: {value}")
    return "\n".join(lines)
