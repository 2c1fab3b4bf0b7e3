"""The derived page of one record: sections, panels, moves and history."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from peel.kernel.access.markings import Marking
from peel.kernel.access.models import Officer
from peel.kernel.base import clock
from peel.kernel.records.models import Recent, Restriction
from peel.machine import registry
from peel.machine.commands.registry import Command, commands, commands_on, other_writers
from peel.machine.pages.reading import one_record, reading, require
from peel.machine.queries.history import Version, history
from peel.machine.show import field_title, of_record
from peel.machine.ui import parts

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet


@reading
def show_record(request: HttpRequest, sheet: "Sheet", reference: str) -> HttpResponseBase:
    """The page of a record."""
    identity = require(request, sheet.may.view, name=f"{sheet.kind}.view")
    record = one_record(sheet, identity, reference)
    Recent.objects.update_or_create(
        appointment_id=identity.appointment_id, record_id=record.pk, defaults={"at": clock.now()}
    )
    moves, actions = offered(sheet, record, identity)
    context = {
        "sheet": sheet,
        "record": record,
        "state": sheet.flow.state(record.state) if sheet.flow else None,
        "marking": str(Marking(record.marking).label),
        "sections": sections(sheet, record),
        "panels": panels(sheet, record, identity),
        "moves": [*moves, *actions],
        "entries": with_people(history(sheet, record)),
        "restriction": Restriction.objects.filter(record=record).first()
        if record.restricted
        else None,
        "list_url": reverse(f"{sheet.url_name}-list"),
    }
    return TemplateResponse(request, "machine/record.html", context)


def sections(sheet: "Sheet", record: Any) -> list[parts.SummarySection]:
    """The sheet's sections with what each field shows; a record's own gets a link."""
    return [
        parts.SummarySection(
            section.title,
            [
                parts.SummaryRow(
                    field_title(sheet, name),
                    of_record(sheet, record, name),
                    url_of(getattr(record, name)),
                )
                for name in section.fields
            ],
            hint=section.hint,
        )
        for section in sheet.sections
    ]


def url_of(value: Any) -> str:
    """Where a value's own page is, if it is a record with one."""
    sheet = registry.sheet_of_model(type(value)) if hasattr(value, "reference") else None
    return reverse(f"{sheet.url_name}-page", args=[value.reference]) if sheet else ""


def panels(sheet: "Sheet", record: Any, identity: "Identity") -> list[dict[str, Any]]:
    """Each panel that the identity may see, with its body."""
    return [
        {"name": panel.name, "title": panel.title, "body": panel.body(record, identity)}
        for panel in registry.panels_of(sheet)
        if not panel.permission or identity.may(panel.permission)
    ]


def offered(
    sheet: "Sheet", record: Any, identity: "Identity"
) -> tuple[list[parts.Move], list[parts.Move]]:
    """The moves and the other commands that the identity may do with the record now."""
    moves = {move.name for move in sheet.flow.moves} if sheet.flow else set()
    groups: tuple[list[parts.Move], list[parts.Move]] = ([], [])
    for command in commands_on(sheet.model):
        if identity.may(command.permission) and command.offered(record, identity):
            is_move = command.name.removeprefix(f"{sheet.kind}.") in moves
            where = command_url(sheet, command, record.reference)
            first = is_move and not groups[0]
            groups[0 if is_move else 1].append(parts.Move(command.title, where, primary=first))
    return groups


def command_url(sheet: "Sheet", command: Command, reference: str) -> str:
    """Where the page of a command on a record is."""
    return reverse(f"{sheet.url_name}-command", args=[reference, command.slug])


def with_people(versions: list[Version]) -> list[parts.HistoryEntry]:
    """Versions with the officers' names in place of ids, and the commands' titles."""
    officers = {o.pk: o for o in Officer.objects.filter(pk__in={v.by for v in versions})}
    return [
        parts.HistoryEntry(
            version.number,
            version.at,
            str(officers.get(version.by, "An officer no longer listed")),
            title_of(version.through),
            [parts.Change(d.title, d.before, d.after) for d in version.differences],
        )
        for version in versions
    ]


def title_of(command: str) -> str:
    """What a command is called on pages; one that is gone, by its name."""
    if command in commands:
        return commands[command].title
    return other_writers.get(command, command.replace("_", " "))
