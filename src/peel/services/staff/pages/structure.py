"""The pages of units and organisations."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from peel.kernel.access.models import Officer, Organisation
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
