"""The pages of units and organisations, and of roles."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from peel.kernel.access.models import Officer, Organisation, Role
from peel.machine.commands.problems import NotFound
from peel.machine.pages.reading import reading, require
from peel.machine.ui import parts
from peel.services.staff import queries, rules
from peel.services.staff.pages import tabs


@require_safe
@reading
def show_units(request: HttpRequest) -> HttpResponseBase:
    """Every organisation within reach, with its units."""
    identity = require(request, rules.UNIT_VIEW, name="staff.unit.list")
    may_rename = identity.may(rules.UNIT_EDIT)
    groups = [
        {
            "organisation": organisation,
            "table": _units(organisation, may_rename),
            "rename": reverse("staff-organisation-rename", args=[organisation.pk])
            if identity.may(rules.ORGANISATION_EDIT)
            else "",
        }
        for organisation in queries.organisations(identity)
    ]
    context = {
        **tabs.around(identity, "staff-units"),
        "groups": groups,
        "create_unit": identity.may(rules.UNIT_CREATE),
        "create_organisation": identity.may(rules.ORGANISATION_CREATE),
    }
    return TemplateResponse(request, "staff/units.html", context)


def _units(organisation: Organisation, may_rename: bool) -> parts.Table:
    held: dict[Any, int] = {}
    for unit_id in Officer.objects.filter(
        organisation_id=organisation.pk, current=True
    ).values_list("unit_id", flat=True):
        held[unit_id] = held.get(unit_id, 0) + 1
    rows = []
    for unit, path in queries.tree(organisation):
        cells: list[Any] = [path, f"{held.get(unit.pk, 0):,}"]
        if may_rename:
            cells.append(parts.Cell("Rename", href=reverse("staff-unit-rename", args=[unit.pk])))
        people = f"{reverse('staff-users')}?unit={unit.pk}"
        rows.append(parts.Row(cells, href=people))
    columns = [parts.Column("Unit"), parts.Column("Posts held", numeric=True)]
    if may_rename:
        columns.append(parts.Column("Change"))
    empty = "No units yet. Create the first one."
    return parts.Table(f"Units of {organisation.name}", columns, rows, empty, True)


@require_safe
@reading
def show_roles(request: HttpRequest) -> HttpResponseBase:
    """Every role, what it is for and how many hold it."""
    identity = require(request, rules.ROLE_VIEW, name="staff.role.list")
    held: dict[str, int] = {}
    posts = Officer.objects.filter(
        current=True, organisation_id__in=[one.pk for one in queries.organisations(identity)]
    )
    for name in posts.values_list("role", flat=True):
        held[name] = held.get(name, 0) + 1
    rows = [
        parts.Row(
            [
                role.name[:1].upper() + role.name[1:],
                role.description,
                "For programs" if role.system else f"{held.get(role.name, 0):,}",
                role.totp_required,
            ],
            href=reverse("staff-role", args=[role.name]),
        )
        for role in Role.objects.order_by("system", "name")
    ]
    headings = ("Role", "What it is for", "Posts held", "Second factor")
    table = parts.Table("Roles", [parts.Column(word) for word in headings], rows,
                        caption_hidden=True)  # fmt: skip
    context = {**tabs.around(identity, "staff-roles"), "table": table}
    return TemplateResponse(request, "staff/roles.html", context)


@require_safe
@reading
def show_role(request: HttpRequest, name: str) -> HttpResponseBase:
    """What one role may do, in words, and the permissions as they are kept."""
    identity = require(request, rules.ROLE_VIEW, name="staff.role.view")
    role = Role.objects.filter(name=name).first() if "\x00" not in name else None
    if role is None:
        raise NotFound("There is no role of that name")
    found = sorted(
        set(queries.abilities(role)), key=lambda one: (one.heading, not one.sees, one.words)
    )
    context = {
        **tabs.around(identity, ""),
        "role": role,
        "groups": [
            (heading, [one.words for one in group])
            for heading, group in groupby(found, key=lambda one: one.heading)
        ],
        "patterns": role.permissions.order_by("permission").values_list("permission", flat=True),
        "list_url": reverse("staff-roles"),
        "people": f"{reverse('staff-users')}?role={role.name}",
    }
    return TemplateResponse(request, "staff/role.html", context)
