"""Looks at a file of one kind, and brings its rows in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from peel.kernel.access.models import Appointment, RolePermission
from peel.kernel.access.permissions import allows
from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7
from peel.kernel.records import bulk
from peel.kernel.records.scopes import RecordQuerySet
from peel.services.exchange.files import Table
from peel.services.exchange.ledger import USING, RowLedger, State, loaders_post
from peel.services.exchange.models import Import
from peel.services.exchange.rules import IMPORT
from peel.services.exchange.running import BATCH, Begin, NotTaken, Row, run
from peel.services.exchange.shapes import KEY, Faulty, Shape, shape_of
from peel.services.exchange.twins import Twins

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

SOURCE = "csv"
THROUGH = "exchange.import"
CHECKED, SHOWN = 2_000, 5


@dataclass(frozen=True)
class Preview:
    """What a file would bring: nothing was written. `checked` rows were looked at of `rows`."""

    headings: list[str]
    first: list[list[str]]
    rows: int
    checked: int
    faults: list[tuple[int, str, str]]
    faulty: int


def mapping_of(found: Import) -> dict[int, str]:
    """Which column of the file is what, by place."""
    return {int(place): name for place, name in found.mapping.get("columns", {}).items()}


def texts_of(row: Row, mapping: Mapping[int, str]) -> dict[str, str]:
    """The cells of a row by column."""
    return {name: row.cells[place] for place, name in mapping.items() if name != KEY}


def scope_of(found: Import) -> str:
    """What keys of this import are told by: the organisation and the kind."""
    return f"{found.organisation_id} {SOURCE} {found.what}"


def look(found: Import, shape: Shape, identity: "Identity") -> Preview:
    """Check the first rows of a file by the form's own rules. Raises Unreadable."""
    known: RecordQuerySet = shape.sheet.model.objects.visible_to(identity)
    twins = Twins(shape, known if identity.may(shape.sheet.may.view) else known.none())
    table, mapping = Table(bytes(found.content or b"")), mapping_of(found)
    faults: list[tuple[int, str, str]] = []
    first: list[list[str]] = []
    rows = faulty = 0
    for row in table.rows(mapping, ""):
        rows += 1
        if len(first) < SHOWN:
            first.append(list(row.cells))
        if rows > CHECKED:
            continue
        wrong = _wrong(row, shape, mapping, twins)
        faulty += bool(wrong)
        faults += [(row.line, column, text) for column, text in wrong]
    return Preview(table.headings, first, rows, min(rows, CHECKED), faults, faulty)


def _wrong(
    row: Row, shape: Shape, mapping: Mapping[int, str], twins: Twins
) -> list[tuple[str, str]]:
    if row.fault:
        return [("", row.fault)]
    try:
        why = twins.of(shape.values(texts_of(row, mapping)), row.line)
    except Faulty as problem:
        return [(fault.column, fault.message) for fault in problem.faults]
    return [("", why)] if why else []


class Refused(Exception):
    """An import may not be carried out; the message says why."""


def carry_out(
    import_id: UUID, progress: Callable[[int], None] = lambda rows: None, batch: int = BATCH
) -> Import:
    """Bring in every row that is left. Raises Refused, Unreadable, MovedOn, LookupError."""
    found = Import.objects.using(USING).select_related("appointment").get(pk=import_id)
    loader = loaders_post()
    ledger = RowLedger(found, loader)
    shape = shape_of(found.what)
    require(found.appointment, shape, found.mapping.get("marking"), loader)
    table, mapping = Table(bytes(found.content or b"")), mapping_of(found)
    rows = table.rows(mapping, scope_of(found))
    begin = beginning(found, shape, mapping)
    run(ledger, rows, begin, through=THROUGH, progress=progress, batch=batch)
    ledger.finish()
    return found


def permissions_of(holder: Appointment) -> frozenset[str]:
    """What the role of a post allows now."""
    held = RolePermission.objects.using(USING).filter(role_id=holder.role_id)
    return frozenset(held.values_list("permission", flat=True))


def require(holder: Appointment, shape: Shape, marking: int | None, loader: Appointment) -> None:
    """Refuse unless the one who asked may do it now. Raises Refused."""
    if holder.pk == loader.pk:
        return
    names = permissions_of(holder)
    now = clock.now()
    ended = holder.starts > now or (holder.ends is not None and holder.ends <= now)
    if ended or not all(allows(names, p) for p in (IMPORT, shape.sheet.may.create)):
        raise Refused("The post that began this import may not make these records now.")
    if (marking or 0) > holder.clearance:
        raise Refused("The marking is above the clearance of the post that began this import.")


def beginning(found: Import, shape: Shape, mapping: Mapping[int, str]) -> Begin:
    """How a batch of this import begins."""
    fixed: dict[str, Any] = {}
    if marking := found.mapping.get("marking"):
        fixed["marking"] = marking

    def begin(chunk: list[Row], door: bulk.Batch) -> Any:
        made: list[tuple[UUID, Mapping[str, Any]]] = []
        maker = shape.maker(found.appointment, clock.now(), THROUGH, **fixed)
        twins = Twins(shape, _seen(found, shape))

        def make(row: Row) -> UUID:
            try:
                values = shape.values(texts_of(row, mapping))
            except Faulty as problem:
                raise NotTaken(problem.said, State.REFUSED) from None
            if why := twins.of(values, row.line):
                raise NotTaken(why, State.REFUSED)
            record = uuid7()
            made.append((record, values))
            return record

        def fill() -> None:
            for (record, values), number in zip(made, maker.references(len(made)), strict=True):
                maker.put(door, record, number, values)

        return make, fill

    return begin


def _seen(found: Import, shape: Shape) -> Any:
    """The records of the kind that the one who asked may see: the loader's role sees all."""
    known: RecordQuerySet = shape.sheet.model.objects.using(USING)
    if not allows(permissions_of(found.appointment), shape.sheet.may.view):
        return known.none()
    return known.filter(
        organisation_id=found.organisation_id, marking__lte=found.appointment.clearance,
        restricted=False,
    )  # fmt: skip
