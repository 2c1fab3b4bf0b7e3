"""Every name in every sheet is checked at start-up, as Django system checks."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import FieldDoesNotExist

from peel.machine import registry
from peel.machine.sheets import Sheet


@register("peel")
def check_sheets(app_configs: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """The faults of all sheets."""
    return [
        Error(f"{sheet.kind}: {fault}", id="peel.E001", obj=sheet.model)
        for sheet in registry.sheets()
        for fault in faults(sheet)
    ]


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
