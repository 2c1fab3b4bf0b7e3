"""A chart taken out: SVG (which the browser makes a PNG of), GraphML, and CSV for link analysis.

Every file is made of what its taker may see, read anew, and is in the ledger as a disclosure that
names each record before a byte of it leaves.
"""

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.text import slugify

from peel.kernel.access.identity import speaking
from peel.kernel.access.markings import Marking
from peel.kernel.audit import ledger
from peel.kernel.base import clock
from peel.machine.commands.problems import Invalid, Problem
from peel.machine.pages.reading import identity_of, problem_page, require, to_sign_in
from peel.machine.show import plain
from peel.pole.charts import bodies, files
from peel.pole.charts.asking import when_of
from peel.pole.charts.links import visible_records
from peel.pole.charts.pages import EXPORT, VIEW, _chart_of, opened

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

FORMS = {
    "svg": (files.svg, "image/svg+xml", "svg"),
    "png": (files.svg, "image/svg+xml", "svg"),
    "graphml": (files.graphml, "application/graphml+xml", "graphml"),
    "csv": (files.csv, "text/csv; charset=utf-8", "csv"),
}


def export(request: HttpRequest) -> HttpResponseBase:
    """The file. "png" gives the SVG that the picture is made of, and says so in the ledger."""
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    try:
        require(request, EXPORT, name=EXPORT)
        require(request, VIEW, name=EXPORT)
        form = request.POST.get("form", "")
        if form not in FORMS:
            raise Invalid({"form": [f"Choose one of: {', '.join(FORMS)}."]})
        with speaking(identity):
            picture, name = _picture(request, identity)
            marking = _marking(identity, picture)
    except Problem as problem:
        return problem_page(request, problem)
    make, media_type, suffix = FORMS[form]
    about = _about(identity, name, marking)
    made = make(picture, about)
    _account(identity, picture, form)
    response = HttpResponse(made, content_type=media_type)
    stem = f"link-chart-{clock.now():%Y%m%d-%H%M}Z-{slugify(marking)}"
    response["Content-Disposition"] = f'attachment; filename="{stem}.{suffix}"'
    return response


def _picture(request: HttpRequest, identity: "Identity") -> tuple[dict[str, Any], str]:
    """What is to be taken out: a saved chart by its reference, or what is on the screen."""
    when = when_of({name: request.POST.get(name, "") for name in ("on", "compare")})
    if reference := request.POST.get("reference", ""):
        chart = _chart_of(identity, reference)
        if "body" not in request.POST:
            return opened(identity, chart, when), chart.name
    try:
        sent = json.loads(request.POST.get("body", ""))
    except (ValueError, RecursionError):
        sent = None
    from peel.pole.charts.models import Chart

    unsaved = Chart(body=bodies.cleaned(sent))
    return opened(identity, unsaved, when), request.POST.get("name", "")[:120] or "Link chart"


def _marking(identity: "Identity", picture: dict[str, Any]) -> str:
    keys = [UUID(node["id"]) for node in picture["nodes"]]
    rows = visible_records(identity).filter(pk__in=keys).values_list("marking", flat=True)
    return str(Marking(max(rows, default=int(Marking.OFFICIAL))).label)


def _about(identity: "Identity", name: str, marking: str) -> list[tuple[str, str]]:
    return [
        ("Chart", name),
        ("Highest marking", marking),
        ("Exported by", f"{identity.name}, {identity.caption}"),
        ("Exported at", f"{plain(clock.now())} (London time)"),
    ]


def _account(identity: "Identity", picture: dict[str, Any], form: str) -> None:
    """The line that names every record in the file. No line, no file."""
    named = [UUID(node["id"]) for node in picture["nodes"]]
    ledger.write_apart(
        act=ledger.Act.DISCLOSURE, name=EXPORT, subjects=named, token=identity.token,
        detail={"format": form, "records": len(named), "links": len(picture["edges"])},
    )  # fmt: skip
