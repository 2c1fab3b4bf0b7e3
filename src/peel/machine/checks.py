"""Every name in every sheet is checked at start-up, as Django system checks."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import FieldDoesNotExist

from peel.machine import registry
from peel.machine.commands.registry import commands
from peel.machine.sheets import Sheet
from peel.machine.ui.forms import conditions
from peel.machine.ui.forms.groups import Group


@register("peel")
def check_sheets(app_configs: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """The faults of all sheets."""
    return [
        Error(f"{sheet.kind}: {fault}", id="peel.E001", obj=sheet.model)
        for sheet in registry.sheets()
        for fault in faults(sheet)
    ]


@register("peel")
def check_forms(app_configs: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """The faults of all commands' forms, and of the rows in them."""
    return [
        Error(f"{command.name}: {fault}", id="peel.E002")
        for command in commands.values()
        if command.form
        for fault in form_faults(command.form)
    ]


def form_faults(form: Any) -> list[str]:
    """What is wrong with the conditions of a form and of its groups' forms."""
    groups = [field.form for field in form.base_fields.values() if isinstance(field, Group)]
    found = conditions.faults(getattr(form, "asks", ()), form.base_fields)
    return found + [fault for group in groups for fault in form_faults(group)]


def faults(sheet: Sheet) -> list[str]:
    """What is wrong with a sheet: names that its model does not have, a flow that cannot run."""
    named = {
        "sections": sheet.fields,
        "columns": tuple(column.field for column in sheet.columns if column.value is None),
        "facets": sheet.facets,
        "natural_key": sheet.natural_key,
    }
    found = [
        f"{key} names {name!r}, which {sheet.model.__name__} does not have"
        for key, names in named.items()
        for name in names
        if not _has(sheet, name)
    ]
    found += [f"facet {name!r} is not a column of its own table" for name in _far_facets(sheet)]
    if not sheet.numbers.prefix.isalpha() or not sheet.numbers.prefix.isupper():
        found.append(f"numbers: the prefix {sheet.numbers.prefix!r} is not capital letters")
    found += conditions.faults(sheet.asks, sheet.fields)
    if sheet.flow:
        found += [f"flow: {fault}" for fault in sheet.flow.faults()]
    prefixes = [other.kind for other in registry.sheets() if other.numbers == sheet.numbers]
    if len(prefixes) > 1:
        found.append(f"numbers: {', '.join(prefixes)} share the prefix {sheet.numbers.prefix!r}")
    return found


def _has(sheet: Sheet, name: str) -> bool:
    try:
        sheet.model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def _far_facets(sheet: Sheet) -> list[str]:
    own = {field.name for field in sheet.model._meta.local_fields}
    return [name for name in sheet.facets if name not in own]
