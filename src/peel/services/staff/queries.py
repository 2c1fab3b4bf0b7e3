"""Reads for the pages about staff: who there is, the tree of units, what a role may do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet

from peel.kernel.access import permissions
from peel.kernel.access.identity import speaking
from peel.kernel.access.models import Officer, Organisation, Role, RolePermission, Unit, User
from peel.kernel.access.sessions import Session, sessions_in
from peel.machine import registry
from peel.machine.commands.registry import commands
from peel.services.staff import rules

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

PAGE = 50
# What roles may do beyond commands and the lists of records.
OTHERS = {
    rules.USER_VIEW: "See the staff list",
    rules.USER_SESSIONS: "See where a user is signed in",
    rules.DELEGATION_MANAGE: "Lend and take back the posts of others",
    rules.UNIT_VIEW: "See units and organisations",
    rules.ROLE_VIEW: "See what roles may do",
    rules.REVIEW: "Take the access review out as a file",
    "oversight.audit.view": "Read the ledger: who looked at what, when and why",
    "oversight.audit.export": "Take lines of the ledger out as a file",
    "oversight.audit.erase": "Erase typed words from the ledger",
    "pole.link.view": "See how records are linked",
    "pole.marker.view": "See warnings and other markers",
    "records.restrict.manage": "Manage restrictions",
    "records.access.view": "See who can see a record, and why",
    "pole.identity.view": "See which records are judged to be the same, and why",
    "quality.figures.view": "See how much is missing, implausible or there twice, by unit",
    "resolution.review": "Decide whether two records are the same",
    "resolution.model.view": "Read models of who is who and their runs",
    "resolution.model.decide": "Accept or refuse a model of who is who",
    "resolution.policy.decide": "Decide what is said of likely records that somebody cannot see",
    "exchange.import": "Import records from a file",
    "exchange.export": "Take a record out in forms that other systems read",
    "search.export": "Take search results out as a file",
    "lists.view.share": "Share saved views of lists with the unit or the organisation",
}


@dataclass(frozen=True)
class Asked:
    """What the staff list is asked for; `after` is the name and id of the last row before it."""

    text: str = ""
    unit: UUID | None = None
    role: str = ""
    state: str = ""
    after: tuple[str, UUID] | None = None


@dataclass(frozen=True)
class Ability:
    """One thing that a role may do, in words, under a heading."""

    heading: str
    words: str

    def __str__(self) -> str:
        return f"{self.heading}: {self.words}"

    @property
    def sees(self) -> bool:
        """Whether it is a look, which is told first."""
        return self.words.startswith("See")


def organisations(identity: "Identity | None") -> list[Organisation]:
    """Those that the identity keeps the staff of: his own, or all (sql/01_writing.sql)."""
    if identity is None:
        return []
    every = Organisation.objects.order_by("name")
    if identity.may(rules.ORGANISATION_EDIT):
        return list(every)
    return list(every.filter(pk=identity.organisation_id))


def own_organisation(identity: "Identity | None") -> list[Organisation]:
    """The organisation that the identity acts for, where there is one."""
    return list(Organisation.objects.filter(pk=identity.organisation_id)) if identity else []


def tree(organisation: Organisation) -> Iterator[tuple[Unit, str]]:
    """The units of an organisation, each below the one that it is part of, with its path."""
    below: dict[UUID | None, list[Unit]] = {}
    for unit in Unit.objects.filter(organisation=organisation).order_by("name"):
        below.setdefault(unit.parent_id, []).append(unit)

    def walk(parent: UUID | None, path: str) -> Iterator[tuple[Unit, str]]:
        for unit in below.get(parent, []):
            here = f"{path} › {unit.name}" if path else unit.name
            yield unit, here
            yield from walk(unit.pk, here)

    return walk(None, "")


def within_reach(identity: "Identity") -> QuerySet[User]:
    """The people whom the identity may see here: of his organisation, or without any post.

    Read at the door, for the name to sign in with stands beside the password's hash, which is
    never loaded.
    """
    people = User.objects.defer("password")
    if identity.may(rules.ORGANISATION_EDIT):
        return people
    own = Q(appointments__organisation_id=identity.organisation_id)
    return people.filter(own | Q(appointments=None)).distinct()


def staff(identity: "Identity", asked: Asked, size: int = PAGE) -> tuple[list[User], bool]:
    """A page of people by name, and whether there are more."""
    found = within_reach(identity)
    if asked.text:
        text = Q(name__icontains=asked.text) | Q(collar_number__istartswith=asked.text)
        if identity.may(rules.USER_EDIT):
            text |= Q(username__icontains=asked.text)
        found = found.filter(text)
    held: dict[str, Any] = {}
    if asked.unit:
        held["unit_id"] = asked.unit
    if asked.role:
        held["role"] = asked.role
    if held or asked.state in ("in-post", "no-post"):
        posts = Officer.objects.filter(current=True, **held).values_list("user_id", flat=True)
        ids = list(posts)
        found = found.exclude(pk__in=ids) if asked.state == "no-post" else found.filter(pk__in=ids)
    if asked.state == "inactive":
        found = found.filter(is_active=False)
    if asked.after:
        name, pk = asked.after
        found = found.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))
    rows = list(found.order_by("name", "pk")[: size + 1])
    return rows[:size], len(rows) > size


def posts_of(users: list[UUID]) -> dict[UUID, list[Officer]]:
    """The posts that people hold now, by person."""
    found: dict[UUID, list[Officer]] = {}
    for post in Officer.objects.filter(user_id__in=users, current=True).order_by("-starts"):
        found.setdefault(post.user_id, []).append(post)
    return found


def sessions(identity: "Identity", user_id: UUID) -> list[Session]:
    """The live sessions of a user within reach. The database asks once more who may."""
    with speaking(identity, using="door"):
        return list(sessions_in("staff.sessions_of(%s)", user_id))


def powers(role: Role) -> list[tuple[Ability, bool]]:
    """All that can be done in Peel, and whether the role may; by heading, looks first."""
    held = held_by([role.name])[role.name]
    found: dict[Ability, bool] = {}
    for permission, ability in known():
        # What two permissions open may be done with either.
        found[ability] = found.get(ability, False) or permissions.allows(held, permission)
    return sorted(found.items(), key=lambda one: (one[0].heading, not one[0].sees, one[0].words))


def held_by(roles: Iterable[str]) -> dict[str, frozenset[str]]:
    """The permissions of each role, as names and patterns."""
    found: dict[str, set[str]] = {name: set() for name in roles}
    rows = RolePermission.objects.filter(role_id__in=found)
    for name, permission in rows.values_list("role_id", "permission"):
        found[name].add(permission)
    return {name: frozenset(held) for name, held in found.items()}


def in_words(held: frozenset[str]) -> list[str]:
    """What these permissions allow, a line for each heading."""
    found: dict[str, dict[str, None]] = {}
    for permission, ability in known():
        if permissions.allows(held, permission):
            found.setdefault(ability.heading, {})[ability.words] = None
    return [f"{heading}: {', '.join(words)}" for heading, words in sorted(found.items())]


def known() -> Iterator[tuple[str, Ability]]:
    """Every permission that something of Peel asks for, with what it opens."""
    for sheet in registry.sheets():
        yield sheet.may.view, Ability(sheet.title_plural, "See")
        yield f"{sheet.kind}.export", Ability(sheet.title_plural, "Take the list away as a file")
        for panel in registry.panels_of(sheet):
            if panel.permission:
                yield panel.permission, Ability(sheet.title_plural, f"See “{panel.title}”")
    sheets = {sheet.kind: sheet.title_plural for sheet in registry.sheets()}
    for command in commands.values():
        yield command.permission, Ability(_heading(command, sheets), command.title)
    for permission, words in OTHERS.items():
        heading = "Staff" if permission.startswith("staff.") else "Oversight"
        yield permission, Ability(heading, words)


def _heading(command: Any, sheets: dict[str, str]) -> str:
    kind = command.name.rpartition(".")[0]
    if kind in sheets:
        return sheets[kind]
    app, _, name = kind.partition(".")
    words = {"notify": "notice"}.get(app, name or app.rstrip("s")).replace("_", " ")
    return "Staff" if app == "staff" else f"{words.capitalize()}s"
