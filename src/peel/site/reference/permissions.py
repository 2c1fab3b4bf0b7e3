"""Every permission, what it allows, and which of the default roles have it."""

from peel.kernel.access import permissions, roles, step_up
from peel.machine import registry
from peel.machine.commands.registry import commands
from peel.services.staff.queries import OTHERS
from peel.site.reference.tables import table

HEAD = """# Permissions

What may be allowed, and which roles of a new installation allow it. A force reviews and changes its
roles: [access](../modules/access.md). *Proof*: asks for a fresh password, code or passkey first.

"""


def page() -> str:
    """The permissions by name."""
    held = {role.name: role.permissions for role in roles.default_roles()}
    rows = []
    for name, words in sorted(_named().items()):
        having = [role for role, has in held.items() if permissions.allows(has, name)]
        proof = "yes" if step_up.needs_proof(name) else ""
        rows.append((f"`{name}`", words, proof, ", ".join(having)))
    return HEAD + table(("permission", "allows", "proof", "roles"), rows)


def _named() -> dict[str, str]:
    found = dict(OTHERS)
    for sheet in registry.sheets():
        found[sheet.may.view] = f"See {sheet.title_plural.lower()}"
        found[f"{sheet.kind}.export"] = f"Take lists of {sheet.title_plural.lower()} out as files"
    for command in commands.values():
        found.setdefault(command.permission, command.title)
    return found
