"""The reviewed default roles, and how they come into the database after a migration."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction

from peel.kernel.access import permissions as names

SOURCE = Path(__file__).with_name("default_roles.toml")


@dataclass(frozen=True)
class DefaultRole:
    """One role of the default file."""

    name: str
    description: str
    permissions: frozenset[str]
    system: bool
    totp_required: bool
    reviewed_on: date
    reviewed_by: str


@lru_cache(maxsize=1)
def default_roles() -> tuple[DefaultRole, ...]:
    """The roles in `default_roles.toml`. Raises ValueError for a permission of the wrong form."""
    read = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return tuple(_role(name, entry, read) for name, entry in read["roles"].items())


def _role(name: str, entry: dict[str, Any], read: dict[str, Any]) -> DefaultRole:
    groups: Iterable[str] = entry.get("groups", ())
    held = frozenset(entry["permissions"]).union(*(read["groups"][group] for group in groups))
    if wrong := names.malformed(held):
        raise ValueError(f"Role {name}: not the form of a permission: {', '.join(wrong)}")
    return DefaultRole(
        name, entry["description"], held, entry.get("system", False),
        entry.get("totp_required", True), read["reviewed_on"], read["reviewed_by"],
    )  # fmt: skip


def seed(using: str) -> list[str]:
    """Make each default role that is absent, with its permissions; gives the names made.

    A role that exists is left as it is: a force reviews its roles and changes them.
    """
    from peel.kernel.access.models import Role, RolePermission

    made = []
    with transaction.atomic(using=using):
        for entry in default_roles():
            role, is_new = Role.objects.using(using).get_or_create(
                name=entry.name,
                defaults={
                    "description": entry.description,
                    "system": entry.system,
                    "totp_required": entry.totp_required,
                    "reviewed_on": entry.reviewed_on,
                    "reviewed_by": entry.reviewed_by,
                },
            )
            if is_new:
                RolePermission.objects.using(using).bulk_create(
                    RolePermission(role=role, permission=name) for name in sorted(entry.permissions)
                )
                made.append(entry.name)
    return made
