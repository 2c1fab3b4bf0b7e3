"""The operations of one sheet: list, read, history, create, and each command on a record."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from ninja import Body, Router, Schema, Status
from pydantic import create_model

from peel.kernel.access.identity import speaking
from peel.machine.api.shapes import record_json, version_json
from peel.machine.commands.problems import Invalid, NotPermitted
from peel.machine.commands.registry import Command, command_creating, commands_on
from peel.machine.commands.runner import run
from peel.machine.forms.base import CommandForm, storable
from peel.machine.pages.reading import one_record, require
from peel.machine.queries.asking import read_question
from peel.machine.queries.facets import count
from peel.machine.queries.history import history
from peel.machine.queries.listing import list_page

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet


def router_of(sheet: "Sheet") -> Router:
    """All operations of a sheet, under its kind's path."""
    router = Router(tags=[sheet.title_plural])
    _reads(router, sheet)
    creating = command_creating(sheet.model)
    if creating is not None:
        _write(router, sheet, creating, "/", on_record=False)
    for command in commands_on(sheet.model):
        _write(router, sheet, command, "/{reference}/" + command.slug, on_record=True)
    return router


def _reads(router: Router, sheet: "Sheet") -> None:
    def listing(request: HttpRequest) -> dict[str, Any]:
        name = f"{sheet.kind}.list"
        identity = _speaker(request)
        with speaking(identity):
            require(request, sheet.may.view, name=name, query=request.GET.urlencode())
            asked = read_question(sheet, request.GET)
            listed = list_page(sheet, identity, asked)
            counted = count(sheet, identity, asked)
            return {
                "items": [record_json(sheet, record) for record in listed.rows],
                "next": listed.next,
                "previous": listed.previous,
                "total": counted.total,
                "total_is_more": counted.more,
                "facets": {g.name: {v.value: v.count for v in g.values} for g in counted.groups},
            }

    def one(request: HttpRequest, reference: str) -> dict[str, Any]:
        identity = _speaker(request)
        with speaking(identity):
            require(request, sheet.may.view, name=f"{sheet.kind}.view")
            return record_json(sheet, one_record(sheet, identity, reference))

    def versions(request: HttpRequest, reference: str) -> list[dict[str, Any]]:
        identity = _speaker(request)
        with speaking(identity):
            require(request, sheet.may.view, name=f"{sheet.kind}.history")
            record = one_record(sheet, identity, reference)
            return [version_json(version) for version in history(sheet, record)]

    stem = sheet.url_name
    router.add_api_operation("/", ["GET"], listing, operation_id=f"{stem}-list")
    router.add_api_operation("/{reference}", ["GET"], one, operation_id=f"{stem}-read")
    router.add_api_operation(
        "/{reference}/history", ["GET"], versions, operation_id=f"{stem}-history"
    )


def _write(router: Router, sheet: "Sheet", command: Command, path: str, *, on_record: bool) -> None:
    shape = _shape(sheet, command, on_record=on_record)

    def create(request: HttpRequest, body: Any = Body(...)) -> Any:  # noqa: B008
        return _do(request, sheet, command, None, body)

    def change(request: HttpRequest, reference: str, body: Any = Body(...)) -> Any:  # noqa: B008
        return _do(request, sheet, command, reference, body)

    operation = change if on_record else create
    operation.__annotations__["body"] = shape
    router.add_api_operation(
        path,
        ["POST"],
        operation,
        operation_id=f"{sheet.url_name}-{command.name.replace('.', '-')}",
        summary=command.title,
        response={200: dict, 201: dict},
    )


def _shape(sheet: "Sheet", command: Command, *, on_record: bool) -> Any:
    """The body that a command takes: its form's fields, and the version it was decided on."""
    asked = (command.form or CommandForm).base_fields
    fields: dict[str, Any] = {
        name: (
            (str | int | float | bool) if field.required else (str | int | float | bool | None),
            ... if field.required else None,
        )
        for name, field in asked.items()
    }
    if on_record:
        fields["version"] = (int, ...)
    title = f"{sheet.url_name}-{command.name}".replace(".", "_").replace("-", "_")
    return create_model(title, __base__=Schema, **fields)


def _speaker(request: HttpRequest) -> "Identity":
    identity: Identity | None = getattr(request, "identity", None)
    if identity is None:
        raise NotPermitted
    return identity


def _do(
    request: HttpRequest, sheet: "Sheet", command: Command, reference: str | None, body: Any
) -> Any:
    given = body.dict(exclude_none=True)
    version = given.pop("version", None)
    identity = _speaker(request)
    with speaking(identity):
        require(request, command.permission, name=command.name)
        record = one_record(sheet, identity, reference) if reference else None
        values = _cleaned(command, identity, record, given)
    subject = None
    if record is not None:
        values |= {"record_id": record.pk, "version": version}
        subject = record.pk
    made = run(command, identity, values, subject=subject)
    with speaking(identity):
        # A write may leave the record out of the writer's sight: then only its key is told.
        seen = sheet.model.objects.visible_to(identity).filter(pk=made.pk).first()
        answer = record_json(sheet, seen) if seen else {"reference": made.reference}
    return Status(201 if reference is None else 200, answer)


def _cleaned(
    command: Command, identity: "Identity", record: Any, given: dict[str, Any]
) -> dict[str, Any]:
    data = {name: _as_typed(value) for name, value in given.items() if value is not False}
    if wrong := [name for name, value in data.items() if not storable(value)]:
        raise Invalid({name: ["Take out the characters that cannot be shown."] for name in wrong})
    form = (command.form or CommandForm)(data, identity=identity, record=record)
    if not form.is_valid():
        raise Invalid(
            {("" if k == "__all__" else k): [str(m) for m in v] for k, v in form.errors.items()}
        )
    return dict(form.cleaned_data)


def _as_typed(value: Any) -> str:
    return "on" if value is True else str(value)
