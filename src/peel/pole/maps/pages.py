"""A list as a map with its table beside it, and what the map shows of a box as JSON."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import (
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse

from peel.kernel.audit import looks
from peel.machine.commands.problems import Invalid, Problem
from peel.machine.pages.lists import changed
from peel.machine.pages.questions import as_query
from peel.machine.pages.reading import reading, require
from peel.machine.queries.asking import Asked, read_question
from peel.machine.queries.facets import Counted, FacetGroup, FacetValue, labels
from peel.machine.queries.telling import tell
from peel.machine.show import field_title
from peel.pole.maps import around, shapes, within
from peel.pole.maps.base import own_style
from peel.pole.maps.seen import Box, Seen, extent, look

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

PERMISSION = "pole.location.view"
# Where a map of nothing stands, and how wide in pixels a map is taken to be before it is drawn.
NOWHERE: Box = (-0.52, 51.28, 0.34, 51.7)
WIDTH = 700


def offer(sheet: "Sheet", identity: "Identity", total: int) -> dict[str, Any]:
    """What the list's page offers: the way to its map."""
    if not shapes.has_places(sheet) or not identity.may(PERMISSION):
        return {}
    return {"list_ways": [("Map", reverse(f"{sheet.url_name}-map"))]}


@reading
def show_map(request: HttpRequest, sheet: "Sheet") -> HttpResponseBase:
    """The map of a list, with the table of what is in view."""
    identity, said = _require(request, sheet), request.GET
    errors: dict[str, list[str]] = {}
    asked, box, seen = _asked(sheet, said, errors), None, Seen(0)
    here, query = reverse(f"{sheet.url_name}-map"), as_query(asked)
    areas: list[tuple[str, str]] = []
    if any(said.get(name) for name in (within.FIELD, *around.FIELDS)) or "set" in said:
        try:
            found = _entered(said.dict(), identity)
            if len(found) == 1:
                return HttpResponseRedirect(f"{here}?{changed(query, **found[0][1])}")
            areas = [(title, f"?{changed(query, **way)}") for title, way in found]
        except Invalid as problem:
            errors |= problem.errors
    try:
        box = _box(said.get("box", "")) or _first(sheet, identity, asked)
        seen = Seen(0) if errors else look(sheet, identity, asked, box, _zoom(said, box))
    except Invalid as problem:
        errors |= problem.errors
    context = {
        **_about(sheet, asked, query),
        "errors": [text for texts in errors.values() for text in texts],
        "given": said,
        "areas": areas,
        "edges": _edges(asked.added.get(shapes.NAME, ""), said),
        "box": json.dumps(box or NOWHERE),
        **_table(sheet, seen, query),
        "data": f"{here}data/?{query.urlencode()}",
        "first": json.dumps(None if errors else _drawn(seen)),
        "kept": [(name, value) for name, values in query.lists() for value in values],
        "own_style": own_style(),
    }
    return TemplateResponse(request, "maps/map.html", context, status=422 if errors else 200)


@reading
def show_data(request: HttpRequest, sheet: "Sheet") -> HttpResponseBase:
    """What a box of the map shows, and the table of it."""
    try:
        identity = _require(request, sheet)
        asked = read_question(sheet, request.GET)
        box = _box(request.GET.get("box", "")) or NOWHERE
        seen = look(sheet, identity, asked, box, _zoom(request.GET, box))
    except Problem as problem:
        told = getattr(problem, "errors", None) or {"": [problem.message]}
        words = " ".join(text for texts in told.values() for text in texts)
        return JsonResponse({"problem": words}, status=problem.status)
    table = render_to_string("maps/table.html", _table(sheet, seen, as_query(asked)))
    return JsonResponse({**_drawn(seen), "table": table})


def _entered(said: Mapping[str, str], identity: "Identity") -> list[tuple[str, dict[str, str]]]:
    """What was entered in place of drawing: a shape, or the areas that a name fits, each with its
    title and its parameter. Raises Invalid.
    """
    if not said.get(within.FIELD, "").strip():
        return [("", {shapes.NAME: around.shape_of(said, identity).text})]
    found = within.named(said[within.FIELD])
    return [(title, {within.NAME: str(number)}) for number, title in found]


def _require(request: HttpRequest, sheet: "Sheet") -> "Identity":
    name = f"{sheet.kind}.map"
    require(request, PERMISSION, name=name, query=request.GET.urlencode())
    return require(request, sheet.may.view, name=name)


def _asked(sheet: "Sheet", said: QueryDict, errors: dict[str, list[str]]) -> Asked:
    try:
        return replace(read_question(sheet, said), place=None)
    except Invalid as problem:
        errors |= problem.errors
        return replace(read_question(sheet, said, lenient=True), place=None, gone=())


def _box(text: str) -> Box | None:
    """The part of the world that is looked at: "west,south,east,north". Raises Invalid."""
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text[:120].split(","))
    except ValueError:
        raise Invalid(
            {"box": ["This part of the map cannot be read. Open the map again."]}
        ) from None
    if not (-181 <= west < east <= 181 and -90 <= south < north <= 90):
        raise Invalid({"box": ["This part of the map cannot be read. Open the map again."]})
    return west, south, east, north


def _zoom(said: Mapping[str, str], box: Box) -> float:
    try:
        zoom = float(said.get("zoom", ""))
    except ValueError:
        zoom = math.log2(360 * WIDTH / 512 / (box[2] - box[0]))
    return min(max(zoom, 0.0), 22.0) if math.isfinite(zoom) else 10.0


def _first(sheet: "Sheet", identity: "Identity", asked: Asked) -> Box:
    """Where the map opens: around the shape, else around all that is listed."""
    text = asked.added.get(shapes.NAME, "")
    found = shapes.read(text).bounds if text else extent(sheet, identity, asked)
    if found is None:
        return NOWHERE
    west, south, east, north = found
    more_x, more_y = max((east - west) * 0.05, 0.006), max((north - south) * 0.05, 0.003)
    return west - more_x, south - more_y, east + more_x, north + more_y


def _drawn(seen: Seen) -> dict[str, Any]:
    """What the map draws: [longitude, latitude, number, box] of squares or of spots."""
    squares = [[s.longitude, s.latitude, s.count, s.box] for s in seen.squares]
    spots = [[s.longitude, s.latitude, s.number, len(s.records)] for s in seen.spots]
    return {"total": seen.total, "squares": squares, "spots": spots}


def _about(sheet: "Sheet", asked: Asked, query: QueryDict) -> dict[str, Any]:
    text = asked.added.get(shapes.NAME, "")
    shape = shapes.read(text) if text else None
    told = tell(sheet, asked, Counted(0, False, tuple(_chosen(sheet, asked))))
    looks.describe(query=query.urlencode())
    return {
        "sheet": sheet,
        "told": [(each.words, "?" + as_query(each.without).urlencode()) for each in told],
        "list_url": f"{reverse(f'{sheet.url_name}-list')}?{query.urlencode()}",
        "keep_url": f"{reverse(f'{sheet.url_name}-views')}?{query.urlencode()}",
        "arrange_url": f"{reverse(f'{sheet.url_name}-arrange')}?{query.urlencode()}",
        "shape": json.dumps({"kind": shape.kind, "numbers": shape.numbers}) if shape else "",
    }


def _chosen(sheet: "Sheet", asked: Asked) -> Iterator[FacetGroup]:
    """The facets that were chosen, in words; what is in view is counted elsewhere."""
    for name, values in asked.chosen.items():
        field: Any = sheet.model._meta.get_field(name)
        titles = labels(sheet, field, list(values))
        chosen = tuple(FacetValue(v, titles.get(v, v), 0, True) for v in values)
        title = "State" if name == "carried_state" else field_title(sheet, name)
        yield FacetGroup(name, title, chosen)


def _edges(shape: str, said: QueryDict) -> list[tuple[str, str, str]]:
    """The fields of a box: name, title, what stands in it."""
    held = dict.fromkeys(around.EDGES, "")
    if shape.startswith("box:"):
        held = dict(zip(("west", "south", "east", "north"), shape[4:].split(","), strict=True))
    return [(n, n.capitalize(), said.get(n) or held[n]) for n in around.EDGES]


def _table(sheet: "Sheet", seen: Seen, query: QueryDict) -> dict[str, Any]:
    listed = reverse(f"{sheet.url_name}-list")
    squares = []
    for square in seen.squares:
        edges = ",".join(f"{edge:.5f}" for edge in square.box)
        nearer = changed(query, box=edges)
        corners = tuple(number for corner in square.corners for number in corner)
        inside = changed(query, shape=shapes.Shape("polygon", corners).text)
        squares.append((square, f"?{nearer}", f"{listed}?{inside}"))
    noun = sheet.title if seen.total == 1 else sheet.title_plural
    return {
        "sheet": sheet,
        "seen": seen,
        "squares": squares,
        "side": f"{seen.size / 1000:g} km" if seen.size >= 1000 else f"{seen.size} metres",
        "total": f"{seen.total:,} {noun.lower()} in view",
    }
