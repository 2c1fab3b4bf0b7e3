"""One run: what it would do, or did, to groups of records."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from peel.kernel.audit import looks
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.commands.problems import NotFound
from peel.machine.pages.reading import reading, require
from peel.machine.show import plain
from peel.machine.ui import parts
from peel.services.resolution import queries
from peel.services.resolution.engine.changes import JOINED, MERGED, MOVED, NEW, SPLIT
from peel.services.resolution.models import Run
from peel.services.resolution.pages.queue import tabs
from peel.services.resolution.rules import MODEL_VIEW

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

COLOURS = {"planned": "yellow", "applied": "green", "undone": "grey"}
# Of each sort of change what it is called, and its parts; where they are alike, all in one column.
SORTS: dict[str, tuple[str, tuple[str, ...]]] = {
    NEW: ("New groups", ("One and the same",)),
    JOINED: ("Groups that grow", ("Stand together", "Come to them")),
    MERGED: ("Groups that become one", ("Become one (a line between them)",)),
    SPLIT: ("Groups that fall apart", ("Pieces (a line between them)",)),
    MOVED: ("Records that change their group", ("Move", "From", "To")),
}
_COUNTS = (("records", "Records looked at"), ("pairs", "Pairs scored"),
           ("joins", "Judgements that it writes"), ("ends", "Judgements of earlier runs it ends"),
           ("questions", "Pairs for people to look at"),
           ("attention", "Kept apart by a guard"))  # fmt: skip


@require_safe
@reading
def show_run(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """What a run does: its counts, and the largest changes of each sort that one may see."""
    identity = require(request, MODEL_VIEW, name="resolution.changes")
    one = queries.runs(identity).filter(pk=run_id).first()
    if one is None:
        raise NotFound
    sheet = registry.sheet_of(one.model.kind)
    context = {
        "tabs": tabs(identity, "models"), "row": one, "plural": sheet.title_plural,
        "tag": (one.get_state_display(), COLOURS[one.state]), "sections": [_facts(one)],
        "tables": _tables(one, identity) if identity.may(sheet.may.view) else [],
    }  # fmt: skip
    return TemplateResponse(request, "resolution/run.html", context)


def _facts(one: Run) -> parts.SummarySection:
    rows = [parts.SummaryRow("Began", plain(one.began_at)),
            parts.SummaryRow("Model", f"Model {one.model.number}"),
            parts.SummaryRow("Run", str(one.pk))]  # fmt: skip
    rows += [parts.SummaryRow(words, f"{one.counts.get(name, 0):,}") for name, words in _COUNTS]
    if one.reason:
        rows.append(parts.SummaryRow("Rolled back", f"{plain(one.undone_at)}: {one.reason}"))
    return parts.SummarySection("About this run", rows)


def _tables(one: Run, identity: "Identity") -> list[parts.Table]:
    found = queries.changes_of(one)
    ids = {key for changes in found.values() for change in changes for part in change
           for key in part}  # fmt: skip
    seen = queries.records(ids, identity)
    looks.note(seen)
    tables = []
    for sort, (title, headings) in SORTS.items():
        count = one.counts.get(sort, 0)
        rows = [parts.Row(_cells(change, seen, headings)) for change in found.get(sort, ())]
        if count:
            columns = [parts.Column(words) for words in headings]
            empty = "None that you may see."
            tables.append(parts.Table(f"{title}: {count:,}", columns, rows, empty))
    return tables


def _cells(
    change: list[list[UUID]], seen: dict[UUID, Record], headings: tuple[str, ...]
) -> list[str]:
    told = ["; ".join(f"{seen[key].reference} {seen[key].title}" for key in part if key in seen)
            for part in change]  # fmt: skip
    return told if len(headings) == len(told) else [" | ".join(told)]
