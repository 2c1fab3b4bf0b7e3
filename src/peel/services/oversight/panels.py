"""The panel "Who looked at this record" on every record's page, for those who may audit."""

from typing import TYPE_CHECKING

from django.urls import reverse

from peel.kernel.audit import reading
from peel.kernel.records.models import Record
from peel.machine.sheets import Panel, PanelBody, PanelRow
from peel.services.oversight import people, queries, words
from peel.services.oversight.shown import record_url

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

LATEST = 5


def looks_body(record: Record, identity: "Identity") -> PanelBody:
    """The latest lines that name the record. Reading them is itself a line."""
    lines = reading.read(subject=record.pk, limit=LATEST)
    count, _ = queries.looks_at(record.pk)
    actors = people.actors(lines)
    rows = tuple(
        PanelRow(
            cells=(
                words.short_moment(line.at),
                actors[line.id].caption,
                words.operation(line.name),
                line.purpose or words.purpose(line.purpose_kind),
            ),
            href=reverse("oversight-line", args=[line.id]),
            tag="" if line.outcome == "done" else words.outcome(line.outcome),
        )
        for line in lines
    )
    return PanelBody(
        headings=("When", "Who", "What", "Purpose"),
        rows=rows,
        count=count,
        actions=(("Everyone who looked", record_url(record.pk)),),
        empty="Nobody has looked at this record yet.",
    )


LOOKS = Panel("looks", "Who looked at this record", looks_body, permission=queries.VIEW)
