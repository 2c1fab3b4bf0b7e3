"""Each kind of record: its fields, commands, columns, and the diagram of its states."""

from typing import Any

from django.db import models

from peel.machine import registry
from peel.machine.commands.registry import command_creating, commands_on
from peel.machine.queries.asking import sortable
from peel.machine.sheets import Sheet
from peel.machine.show import field_title
from peel.site.explain import diagram
from peel.site.reference.tables import table


def page() -> str:
    """Every sheet with what it derives."""
    parts = ["# Records\n\nEvery kind of record, as its sheet declares it. What the keys of a sheet"
             " mean: [the sheet](sheet.md). States: [states](states.md).\n"]  # fmt: skip
    for sheet in registry.sheets():
        parts += ["\n".join(_head(sheet)), _fields(sheet), _commands(sheet)]
    return "\n".join(parts)


def _head(sheet: Sheet) -> list[str]:
    model: Any = sheet.model
    said = (model.__doc__ or "").strip().splitlines()[0]
    columns = ", ".join(column.field for column in sheet.columns)
    return [
        f"## {sheet.kind}\n", f"{said}\n",
        f"References `{sheet.numbers.prefix}YY-NNNN-NNNN-L`. Columns: {columns}. Sorts by:"
        f" {', '.join(sortable(sheet))}. Facets: {', '.join(sheet.facets) or 'none'}. Markings:"
        f" {', '.join(str(m.label) for m in sheet.markings.allowed)}.\n",
    ]  # fmt: skip


def _fields(sheet: Sheet) -> str:
    rows = []
    for section in sheet.sections:
        for name in section.fields:
            rows.append((section.title, f"`{name}`", field_title(sheet, name), *_of(sheet, name)))
    return table(("section", "field", "reads", "type", "needed", "help"), rows)


def _of(sheet: Sheet, name: str) -> tuple[str, str, str]:
    field: Any = sheet.model._meta.get_field(name)
    kind = type(field).__name__
    if isinstance(field, models.ForeignKey):
        kind = f"a {field.related_model._meta.verbose_name}"
    if not field.editable:
        return kind, "set by a move", str(field.help_text)
    return kind, "" if field.blank else "yes", str(field.help_text)


def _commands(sheet: Sheet) -> str:
    creating = command_creating(sheet.model)
    found = [*([creating] if creating else []), *commands_on(sheet.model)]
    rows = [
        (f"`{c.name}`", c.title, ", ".join(c.form.base_fields if c.form else ()), c.permission)
        for c in found
    ]
    return table(("command", "reads", "asks", "permission"), rows)


def states() -> str:
    """The state diagram of every kind that has a flow."""
    parts = ["# States\n\nThe life of each kind of record, as `./peel explain` prints it.\n"]
    for sheet in registry.sheets():
        if sheet.flow is not None:
            parts.append(f"## {sheet.kind}\n\n```mermaid\n{diagram(sheet)}\n```\n")
    return "\n".join(parts)
