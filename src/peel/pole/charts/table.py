"""A picture as rows: what stands on a chart, in words, for keyboard, screen reader and paper."""

from collections.abc import Mapping
from typing import Any


def as_table(picture: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row a node: the node, its links in words, and the groups that are folded at it."""
    named = {node["id"]: node for node in picture["nodes"]}
    rows: dict[str, dict[str, Any]] = {
        key: {"node": node, "links": [], "groups": []} for key, node in named.items()
    }
    for edge in picture["edges"]:
        if edge["from"] in rows and edge["to"] in rows:
            rows[edge["from"]]["links"].append(said(edge, edge["forward"], named[edge["to"]]))
            rows[edge["to"]]["links"].append(said(edge, edge["backward"], named[edge["from"]]))
    for group in picture["groups"]:
        if group["of"] in rows:
            rows[group["of"]]["groups"].append(group)
    order = {key: place for place, key in enumerate(_order(picture))}
    return sorted(rows.values(), key=lambda row: order[row["node"]["id"]])


def _order(picture: Mapping[str, Any]) -> list[str]:
    """The node that the chart starts from, then by kind and title."""
    nodes = sorted(
        picture["nodes"],
        key=lambda n: (n["id"] != picture.get("centre"), n["noun"], n["title"], n["reference"]),
    )
    return [node["id"] for node in nodes]


def said(edge: Mapping[str, Any], reading: str, other: Mapping[str, Any]) -> str:
    """A link read from one side: "suspect in CR… Burglary, from March 2026 (3 links)"."""
    words = f"{reading} {other['reference']} {other['title']}"
    if edge["dates"]:
        words += f", {edge['dates']}"
    notes = [f"{edge['n']:,} links"] if edge["n"] > 1 else []
    notes += [] if edge["sure"] else ["unconfirmed"]
    notes += [edge["mark"]] if edge["mark"] else []
    return f"{words} ({', '.join(notes)})" if notes else words
