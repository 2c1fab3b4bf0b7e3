"""Every event that is published: its fields, and who hears it."""

import inspect
from dataclasses import fields
from typing import Any

from peel.kernel.base import events
from peel.site.reference.tables import table

HEAD = """# Events

What modules tell one another, after the commit, in the order of publication. A handler hears each
at least once: [base](../modules/base.md).
"""


def page() -> str:
    """The events by name."""
    parts = [HEAD]
    for name in events.names():
        declared = events.declared(name)
        heard = ", ".join(f"`{handler}`" for handler in events.handlers_of(name)) or "nobody yet"
        held = table(("field", "type"), [(f"`{f.name}`", _type(f.type)) for f in fields(declared)])
        said = " ".join((inspect.getdoc(declared) or "").split())
        parts.append(f"## {name}\n\n{said}\n\nHeard by {heard}.\n\n{held}")
    return "\n".join(parts)


def _type(given: Any) -> str:
    return given if isinstance(given, str) else getattr(given, "__name__", str(given))
