"""The forms in which a chart leaves: pure functions of what it shows."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from peel.kernel.base.spreadsheets import CSVWriter

About = Iterable[tuple[str, str]]
Picture = Mapping[str, Any]
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
INK = {
    "grey": "#505a5f", "blue": "#1d70b8", "green": "#00703c", "yellow": "#b58840",
    "red": "#d4351c", "purple": "#4c2c92",
}  # fmt: skip


def xml(text: object) -> str:
    """Text as XML may hold it."""
    return escape(_NOT_XML.sub("\ufffd", str(text)))


def _attribute(text: object) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", str(text)))


def csv(picture: Picture, about: About) -> bytes:
    """One row a link with both ends, as i2 Analyst's Notebook and others take links in; then one
    for each record without any. Text that a sheet would run is defused.
    """
    named = {node["id"]: node for node in picture["nodes"]}
    writer = CSVWriter()
    ends = ("Type", "Identity", "Label")
    headings = [*(f"End 1 {word}" for word in ends), *(f"End 2 {word}" for word in ends)]
    headings += ["Link Type", "Link Label", "Direction", "Links", "From", "To", "Confirmed"]
    rows: list[list[Any]] = []
    linked = set()
    for edge in picture["edges"]:
        one, other = named.get(edge["from"]), named.get(edge["to"])
        if one and other:
            linked |= {edge["from"], edge["to"]}
            rows.append([
                *_end(one), *_end(other), edge["type"], edge["forward"], "1 to 2", edge["n"],
                edge["first"], edge["last"], "Yes" if edge["sure"] else "No",
            ])  # fmt: skip
    for key, node in named.items():
        if key not in linked:
            rows.append([*_end(node), *[""] * (len(headings) - 3)])
    return writer.head("", headings) + writer.rows(rows) + writer.tail(about, "")


def _end(node: Mapping[str, Any]) -> list[str]:
    return [node["noun"], node["reference"], node["title"]]


_KEYS = (
    ("reference", "node", "string"), ("label", "node", "string"), ("kind", "node", "string"),
    ("x", "node", "double"), ("y", "node", "double"), ("stands_for", "node", "int"),
    ("type", "edge", "string"), ("reading", "edge", "string"), ("links", "edge", "int"),
    ("from", "edge", "string"), ("to", "edge", "string"), ("confirmed", "edge", "boolean"),
    ("change", "edge", "string"),
)  # fmt: skip


def graphml(picture: Picture, about: About) -> bytes:
    """GraphML 1.0 (graphml.graphdrawing.org), directed; groups and notes are nodes besides."""
    out = ['<?xml version="1.0" encoding="UTF-8"?>',
           '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">']  # fmt: skip
    remarks = (f"{name}: {value}".replace("-", "\u2010") for name, value in about)
    out += [f"<!-- {xml(remark)} -->" for remark in remarks]
    out += [
        f'<key id="{on[0]}_{name}" for="{on}" attr.name="{name}" attr.type="{kind}"/>'
        for name, on, kind in _KEYS
    ]
    out.append('<graph id="chart" edgedefault="directed">')
    places = _places(picture)
    for node in picture["nodes"]:
        x, y = places[node["id"]]
        values = {"reference": node["reference"], "label": node["title"], "kind": node["kind"],
                  "x": x, "y": y}  # fmt: skip
        out.append(f"<node id={_attribute(node['id'])}>{_data('n', values)}</node>")
    for edge in picture["edges"]:
        if edge["from"] in places and edge["to"] in places:
            values = {
                "type": edge["type"], "reading": edge["forward"], "links": edge["n"],
                "from": edge["first"], "to": edge["last"],
                "confirmed": str(edge["sure"]).lower(), "change": edge["mark"],
            }  # fmt: skip
            ends = f"source={_attribute(edge['from'])} target={_attribute(edge['to'])}"
            out.append(f"<edge id={_attribute(edge['id'])} {ends}>{_data('e', values)}</edge>")
    out += [*_graphml_groups(picture, places), *_graphml_notes(picture, places)]
    return "\n".join([*out, "</graph>", "</graphml>", ""]).encode()


def _graphml_groups(picture: Picture, places: Mapping[str, Any]) -> Iterator[str]:
    """What is folded, as one node that stands for many, hanging on the record that it is of."""
    drawn = {(g["of"], g["type"], g["way"], g["kind"]): g for g in _placed_groups(picture)}
    for number, group in enumerate(picture["groups"], start=1):
        if group["of"] not in places:
            continue
        at = drawn.get((group["of"], group["type"], group["way"], group["kind"]), {})
        values = {"label": group["said"], "kind": "group", "stands_for": group["others"]}
        values |= {axis: at[axis] for axis in ("x", "y") if axis in at}
        yield f'<node id="group-{number}">{_data("n", values)}</node>'
        one, other = _attribute(group["of"]), f'"group-{number}"'
        ends = (one, other) if group["way"] == ">" else (other, one)
        told = _data("e", {"type": group["type"], "links": group["links"]})
        yield f"<edge source={ends[0]} target={ends[1]}>{told}</edge>"


def _graphml_notes(picture: Picture, places: Mapping[str, Any]) -> Iterator[str]:
    """What was written on the chart, tied to the record that it stands at, if at one."""
    for number, note in enumerate(picture.get("body", {}).get("notes", []), start=1):
        values = {"label": note["text"], "kind": "note", "x": note["x"], "y": note["y"]}
        yield f'<node id="note-{number}">{_data("n", values)}</node>'
        if note.get("on") in places:
            told = _data("e", {"type": "note"})
            yield f'<edge source="note-{number}" target={_attribute(note["on"])}>{told}</edge>'


def _data(on: str, values: Mapping[str, Any]) -> str:
    return "".join(f'<data key="{on}_{name}">{xml(value)}</data>' for name, value in values.items())


def _places(picture: Picture) -> dict[str, tuple[float, float]]:
    """Where each node stands; those that the drawer did not place stand on a ring."""
    given = {n["id"]: (n["x"], n["y"]) for n in picture.get("body", {}).get("nodes", [])}
    nodes = picture["nodes"]
    found = {}
    for place, node in enumerate(nodes):
        angle = 2 * math.pi * place / max(len(nodes), 1)
        ring = 120 + 18 * len(nodes)
        found[node["id"]] = given.get(
            node["id"], (round(ring * math.cos(angle), 1), round(ring * math.sin(angle), 1))
        )
    return found


def svg(picture: Picture, about: About) -> bytes:
    """The picture, with its marking and who took it out at the foot."""
    places = _places(picture)
    groups = [(g, (g["x"], g["y"])) for g in _placed_groups(picture)]
    xs = [x for x, _ in (*places.values(), *(at for _, at in groups))] or [0]
    ys = [y for _, y in (*places.values(), *(at for _, at in groups))] or [0]
    left, top, right, bottom = min(xs) - 120, min(ys) - 80, max(xs) + 120, max(ys) + 140
    width, height = right - left, bottom - top
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}"'
        f' width="{width}" height="{height}" font-family="Arial, sans-serif" font-size="13">',
        f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="#ffffff"/>',
        *_boxes(picture, places),
        *(line for edge in picture["edges"] for line in _edge(edge, places)),
        *(line for group, at in groups for line in _group(group, at, places)),
        *(line for node in picture["nodes"] for line in _node(node, *places[node["id"]])),
        *_notes(picture),
    ]
    for place, (name, value) in enumerate(about):
        y = bottom - 58 + 16 * place
        out.append(f'<text x="{left + 10}" y="{y}">{xml(name)}: {xml(value)}</text>')
    return "\n".join([*out, "</svg>", ""]).encode()


def _placed_groups(picture: Picture) -> list[dict[str, Any]]:
    names = ("of", "type", "way", "kind")
    given = {tuple(g[n] for n in names): g for g in picture.get("body", {}).get("groups", [])}
    both = [(group, given.get(tuple(group[n] for n in names))) for group in picture["groups"]]
    return [{**group, "x": at["x"], "y": at["y"]} for group, at in both if at]


def _node(node: Mapping[str, Any], x: float, y: float) -> list[str]:
    return [
        f'<circle cx="{x}" cy="{y}" r="13" fill="#ffffff" stroke="#1d70b8" stroke-width="3"/>',
        f'<text x="{x}" y="{y + 5}" text-anchor="middle" font-size="11" font-weight="bold">'
        f"{xml(node['reference'][:2])}</text>",
        f'<text x="{x}" y="{y + 30}" text-anchor="middle">{xml(node["title"][:40])}</text>',
        f'<text x="{x}" y="{y + 45}" text-anchor="middle" font-size="11" fill="#505a5f">'
        f"{xml(node['reference'])}</text>",
    ]


def _edge(edge: Mapping[str, Any], places: Mapping[str, tuple[float, float]]) -> list[str]:
    if edge["from"] not in places or edge["to"] not in places:
        return []
    (x1, y1), (x2, y2) = places[edge["from"]], places[edge["to"]]
    dash = {"added": "", "ended": ' stroke-dasharray="2 6"'}.get(edge["mark"], "")
    if not dash and not edge["sure"]:
        dash = ' stroke-dasharray="8 5"'
    wide = 3 if edge["mark"] == "added" else 1.5
    words = edge["forward"] + (f" ({edge['n']:,})" if edge["n"] > 1 else "")
    words = f"{edge['mark']}: {words}" if edge["mark"] else words
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    return [
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#505a5f"'
        f' stroke-width="{wide}"{dash}/>',
        f'<text x="{x}" y="{y}" text-anchor="middle" font-size="11" stroke="#ffffff"'
        f' stroke-width="3" paint-order="stroke">{xml(words)}</text>',
    ]


def _group(
    group: Mapping[str, Any], at: tuple[float, float], places: Mapping[str, tuple[float, float]]
) -> list[str]:
    x, y = at
    out = []
    if group["of"] in places:
        x1, y1 = places[group["of"]]
        out.append(f'<line x1="{x1}" y1="{y1}" x2="{x}" y2="{y}" stroke="#505a5f"/>')
    return [
        *out,
        f'<rect x="{x - 24}" y="{y - 14}" width="48" height="28" rx="4" fill="#f3f2f1"'
        ' stroke="#0b0c0c" stroke-width="2"/>',
        f'<text x="{x}" y="{y + 5}" text-anchor="middle" font-weight="bold">'
        f"{group['others']:,}</text>",
        f'<text x="{x}" y="{y + 30}" text-anchor="middle">{xml(group["said"])}</text>',
    ]


def _notes(picture: Picture) -> list[str]:
    return [
        f'<text x="{note["x"]}" y="{note["y"]}" fill="{INK[note["colour"]]}" font-weight="bold">'
        f"{xml(note['text'])}</text>"
        for note in picture.get("body", {}).get("notes", [])
    ]


def _boxes(picture: Picture, places: Mapping[str, tuple[float, float]]) -> list[str]:
    out = []
    for box in picture.get("body", {}).get("boxes", []):
        held = [places[key] for key in box["holds"] if key in places]
        if held:
            left, top = min(x for x, _ in held) - 60, min(y for _, y in held) - 45
            width = max(x for x, _ in held) + 60 - left
            height = max(y for _, y in held) + 60 - top
            ink = INK[box["colour"]]
            out.append(
                f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="{ink}"'
                f' fill-opacity="0.12" stroke="{ink}"/><text x="{left + 6}" y="{top + 16}"'
                f' font-weight="bold" fill="{ink}">{xml(box["text"])}</text>'
            )
    return out
