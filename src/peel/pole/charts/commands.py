"""Saving a chart, drawing on a saved one, and writing notes on it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from peel.kernel.access.markings import Marking
from peel.kernel.audit.ledger import Act
from peel.kernel.records.models import Record
from peel.machine.commands import Invalid, Work, command
from peel.pole.charts import bodies
from peel.pole.charts.forms import AddForm, AnnotateForm, ChartForm
from peel.pole.charts.links import visible_records
from peel.pole.charts.models import Chart


def _visible(work: Work, body: Mapping[str, Any]) -> dict[UUID, Any]:
    """The records that a body names and that whoever saves it may see."""
    return visible_records(work.identity).in_bulk(bodies.ids_of(body))


def _marking(records: Mapping[UUID, Any]) -> int:
    """A chart is marked as highly as what it was drawn from."""
    return max((row.marking for row in records.values()), default=int(Marking.OFFICIAL))


@command(
    "charts.chart.create",
    title="Save a link chart",
    permission="charts.chart.create",
    act=Act.COMBINATION,
    form=ChartForm,
    creates=Chart,
)
def create(
    work: Work, *, name: str, purpose: str, body: Any = None, marking: int | None = None
) -> Chart:
    """Save a chart with what stands on it; of that, what the saver may see.

    The ledger names every record on it: they were brought together.
    """
    sent = bodies.cleaned(body or {})
    found = _visible(work, sent)
    made = work.create(
        Chart, prefix="LC", name=name, purpose=purpose, body=bodies.seen(sent, found.keys()),
        marking=max(_marking(found), marking or 0),
    )  # fmt: skip
    for record in found.values():
        work.concern(record)
    return made


@command(
    "charts.chart.keep",
    title="Save the drawing",
    permission="charts.chart.edit",
    act=Act.COMBINATION,
    on=Chart,
)
def keep(work: Work, *, record_id: UUID, version: int, body: Any) -> Chart:
    """Save what stands on a chart now. Raises Conflict when somebody saved it since.

    What was on it that this saver may not see stays on it.
    """
    chart = work.lock(Chart, record_id, version)
    sent = bodies.cleaned(body)
    found = _visible(work, {name: chart.body.get(name, []) + sent[name] for name in sent})
    seen = bodies.seen(sent, found.keys())
    for key in bodies.ids_of(seen):
        work.concern(found[key])
    return work.change(chart, body=bodies.kept(chart.body, seen, found.keys()))


@command(
    "charts.chart.add",
    title="Add a record",
    permission="charts.chart.edit",
    act=Act.COMBINATION,
    form=AddForm,
    on=Chart,
)
def add(work: Work, *, record_id: UUID, version: int, other: Record) -> Chart:
    """Put a record on the chart, below what stands there."""
    chart = work.lock(Chart, record_id, version)
    nodes = list(chart.body.get("nodes", []))
    if any(node["id"] == str(other.pk) for node in nodes):
        raise Invalid({"other": ["This record is on the chart already."]})
    lowest = max((node["y"] for node in nodes), default=-120)
    body = {**bodies.EMPTY, **chart.body}
    body["nodes"] = [*nodes, {"id": str(other.pk), "x": 0, "y": lowest + 120}]
    bodies.cleaned(body)
    work.concern(other)
    return work.change(chart, body=body)


@command(
    "charts.chart.annotate",
    title="Add a note",
    permission="charts.chart.edit",
    form=AnnotateForm,
    on=Chart,
)
def annotate(
    work: Work,
    *,
    record_id: UUID,
    version: int,
    text: str,
    colour: str,
    on: Record | None = None,
) -> Chart:
    """Write a note on the chart, beside a record on it or above everything."""
    chart = work.lock(Chart, record_id, version)
    nodes = chart.body.get("nodes", [])
    place = {"x": 0, "y": min((node["y"] for node in nodes), default=0) - 120}
    note: dict[str, Any] = {"text": text, "colour": colour, **place}
    if on is not None:
        beside = next((node for node in nodes if node["id"] == str(on.pk)), None)
        if beside is None:
            raise Invalid({"on": ["This record is not on the chart."]})
        note |= {"on": str(on.pk), "x": beside["x"] + 30, "y": beside["y"] - 40}
        work.concern(on)
    body = {**bodies.EMPTY, **chart.body}
    body["notes"] = [*body["notes"], note]
    bodies.cleaned(body)
    return work.change(chart, body=body)
