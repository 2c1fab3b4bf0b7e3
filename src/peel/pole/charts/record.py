"""How a saved chart looks and is found, and the page "Link chart" of every record."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from peel.kernel.access.markings import Marking
from peel.machine import registry
from peel.machine.sheets import (
    Column,
    Markings,
    Numbers,
    Panel,
    PanelBody,
    PanelRow,
    RecordPage,
    Search,
    Section,
    Sheet,
)
from peel.pole.charts import bodies, reading
from peel.pole.charts.models import Chart
from peel.pole.charts.pages import show_chart

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

VIEW = "pole.link.view"


def on_it(chart: Chart, identity: "Identity") -> PanelBody:
    """The records on a chart that the reader may see."""
    nodes = reading.nodes(identity, [*map(_id, chart.body.get("nodes", []))])
    rows = tuple(
        PanelRow((f"{n['reference']} {n['title']}", n["noun"]), href=n["href"])
        for n in sorted(nodes, key=lambda n: n["reference"])
    )
    open_it = reverse("charts-chart-chart", args=[chart.reference])
    return PanelBody(
        ("Record", "Kind"), rows, len(rows), (("Open the chart", open_it),), "Nothing yet."
    )


def _id(node: Any) -> Any:
    return next(iter(bodies.ids_of({"nodes": [node]})))


CHART = registry.register(
    Sheet(
        model=Chart,
        caption=lambda chart: chart.name,
        icon="chart",
        numbers=Numbers("LC"),
        sections=(Section("Link chart", ("name", "purpose")),),
        columns=(Column("name"), Column("purpose")),
        search=Search(body=lambda chart: chart.purpose),
        markings=Markings((Marking.OFFICIAL, Marking.OFFICIAL_SENSITIVE, Marking.SECRET)),
        panels=(Panel("on-it", "On the chart", on_it, permission=VIEW),),
        retention="chart",
    )
)

registry.register_page(RecordPage("chart", "Link chart", show_chart, permission=VIEW, order=5))
