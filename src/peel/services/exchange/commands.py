"""What an officer does with an import: begin it, say what its columns are, start it, drop it."""

import hashlib
from typing import TYPE_CHECKING, Any
from uuid import UUID

from peel.kernel.audit.ledger import Act
from peel.machine.commands import NotFound, Refused, Work, command
from peel.services.exchange.events import ImportStarted
from peel.services.exchange.importing import SOURCE
from peel.services.exchange.models import Import
from peel.services.exchange.rules import IMPORT
from peel.services.exchange.shapes import shape_of

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

State = Import.State
_UNCHECKED = ["mapping", "counts", "content", "appointment", "why", "finished_at"]


@command("exchange.import.begin", title="Bring a file to be imported", permission=IMPORT,
         act=Act.COLLECTION)  # fmt: skip
def begin(
    work: Work, *, what: str, name: str, content: bytes, mapping: dict[str, Any], rows: int
) -> Import:
    """Keep a file until somebody says what its columns are. Nothing is made of it yet."""
    _may_make(work.identity, what)
    made = Import(
        source=SOURCE, what=what, name=name[-255:], content=content, mapping=mapping, rows=rows,
        sha256=hashlib.sha256(content).hexdigest(), organisation_id=work.identity.organisation_id,
        appointment_id=work.identity.appointment_id, began_at=work.at,
    )  # fmt: skip
    work.detail |= {"import": str(made.pk), "what": what, "sha256": made.sha256, "rows": rows}
    return work.add(made, but=_UNCHECKED)


@command("exchange.import.map", title="Say what the columns of a file are", permission=IMPORT)
def map_columns(work: Work, *, import_id: UUID, mapping: dict[str, Any]) -> Import:
    """Keep what each column is."""
    found = _mine(work, import_id)
    Import.objects.filter(pk=found.pk).update(mapping=mapping)
    found.mapping = mapping
    work.detail["import"] = str(found.pk)
    return found


@command("exchange.import.start", title="Start an import", permission=IMPORT, act=Act.COLLECTION)
def start(work: Work, *, import_id: UUID) -> Import:
    """Let the worker bring the rows in."""
    found = _mine(work, import_id)
    _may_make(work.identity, found.what)
    if not found.mapping.get("columns"):
        raise Refused("Say first what the columns of the file are.")
    Import.objects.filter(pk=found.pk).update(state=State.WAITING)
    work.publish(ImportStarted(found.pk))
    work.detail |= {"import": str(found.pk), "what": found.what, "rows": found.rows}
    return found


@command("exchange.import.drop", title="Drop a file that was brought", permission=IMPORT,
         act=Act.ERASURE)  # fmt: skip
def drop(work: Work, *, import_id: UUID) -> Import:
    """Drop a file that was never started."""
    found = _mine(work, import_id)
    work.detail["import"] = str(found.pk)
    Import.objects.filter(pk=found.pk).delete()
    return found


def _may_make(identity: "Identity", what: str) -> None:
    if not identity.may(shape_of(what).sheet.may.create):
        raise Refused("You may not make records of this kind.")


def _mine(work: Work, import_id: UUID) -> Import:
    """One's own import, locked. Raises NotFound, and Refused for one that was started."""
    rows = Import.objects.select_for_update().filter(
        pk=import_id, appointment_id=work.identity.appointment_id, source=SOURCE
    )
    found = rows.first()
    if found is None:
        raise NotFound
    if found.state != State.LOOKED_AT:
        raise Refused("This import was started already.")
    return found
