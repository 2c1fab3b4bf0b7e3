"""What a saved chart holds: read from what a browser sent, bounded, and without any title."""

import math
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from peel.machine.commands.problems import Invalid

NODES, GROUPS, WORDS, LONGEST = 2_000, 300, 200, 500
COLOURS = ("grey", "blue", "green", "yellow", "red", "purple")
FAR = 1_000_000
Body = dict[str, list[dict[str, Any]]]
EMPTY: Body = {"nodes": [], "groups": [], "notes": [], "boxes": []}


def cleaned(sent: Any) -> Body:
    """The body as it is kept. Raises Invalid for anything that is not one of ours."""
    if not isinstance(sent, Mapping):
        raise _wrong()
    try:
        return {
            "nodes": [_node(each) for each in _list(sent, "nodes", NODES)],
            "groups": [_group(each) for each in _list(sent, "groups", GROUPS)],
            "notes": [_note(each) for each in _list(sent, "notes", WORDS)],
            "boxes": [_box(each) for each in _list(sent, "boxes", WORDS)],
        }
    except (ValueError, TypeError, KeyError, AttributeError):
        raise _wrong() from None


def _wrong(why: str = "This is not a chart of ours. Open it again.") -> Invalid:
    return Invalid({"body": [why]})


def _list(sent: Mapping[str, Any], name: str, most: int) -> list[Any]:
    found = sent.get(name, [])
    if not isinstance(found, list):
        raise _wrong()
    if len(found) > most:
        raise _wrong(f"A chart holds at most {most:,} {name}; this one has {len(found):,}.")
    return found


def _at(each: Mapping[str, Any]) -> dict[str, float]:
    return {axis: _number(each[axis]) for axis in ("x", "y")}


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number) or abs(number) > FAR:
        raise ValueError(value)
    return round(number, 1)


def _text(each: Mapping[str, Any], name: str = "text", most: int = LONGEST) -> str:
    text = str(each.get(name, "")).replace("\x00", "").strip()
    text = text.encode("utf-8", "replace").decode()
    if len(text) > most:
        raise _wrong(f"A note has at most {most} characters.")
    return text


def _node(each: Mapping[str, Any]) -> dict[str, Any]:
    marks = {name: True for name in ("pinned", "hidden") if each.get(name) is True}
    return {"id": str(UUID(each["id"])), **_at(each), **marks}


def _group(each: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: _text(each, name, 80) for name in ("type", "way", "kind")}
    if named["way"] not in (">", "<"):
        raise ValueError(named["way"])
    return {"of": str(UUID(each["of"])), **named, **_at(each)}


def _colour(each: Mapping[str, Any]) -> str:
    return colour if (colour := each.get("colour")) in COLOURS else "grey"


def _note(each: Mapping[str, Any]) -> dict[str, Any]:
    on = {"on": str(UUID(each["on"]))} if each.get("on") else {}
    return {**on, **_at(each), "text": _text(each), "colour": _colour(each)}


def _box(each: Mapping[str, Any]) -> dict[str, Any]:
    held = [str(UUID(key)) for key in _list(each, "holds", NODES)]
    return {"holds": held, "text": _text(each), "colour": _colour(each)}


def ids_of(body: Mapping[str, Any]) -> set[UUID]:
    """Every record that a body names."""
    found = {UUID(each["id"]) for each in body.get("nodes", [])}
    found |= {UUID(each["of"]) for each in body.get("groups", [])}
    found |= {UUID(each["on"]) for each in body.get("notes", []) if "on" in each}
    return found | {UUID(key) for each in body.get("boxes", []) for key in each["holds"]}


def seen(body: Mapping[str, Any], visible: Collection[UUID]) -> Body:
    """The body without anything that hangs on a record which is not visible: no gap is left."""
    may = {str(key) for key in visible}
    boxes = []
    for each in body.get("boxes", []):
        if held := [key for key in each["holds"] if key in may]:
            boxes.append({**each, "holds": held})
    return {
        "nodes": [each for each in body.get("nodes", []) if each["id"] in may],
        "groups": [each for each in body.get("groups", []) if each["of"] in may],
        "notes": [each for each in body.get("notes", []) if each.get("on", "") in {"", *may}],
        "boxes": boxes,
    }


def kept(old: Mapping[str, Any], new: Body, visible: Collection[UUID]) -> Body:
    """What is saved over `old`: the new, and of the old what its saver could not see.

    Without this whoever sees less than the last drawer would take away what he was not shown.
    """
    shown = seen(old, visible)
    found = {
        name: new[name] + [each for each in old.get(name, []) if each not in shown[name]]
        for name in ("nodes", "groups", "notes")
    }
    return {**found, "boxes": _boxes(old.get("boxes", []), new["boxes"], visible)}


def _boxes(old: list[Any], new: list[Any], visible: Collection[UUID]) -> list[Any]:
    """The new boxes; the unseen of an old one go into the new one of its words, or stay apart."""
    may = {str(key) for key in visible}
    boxes = [dict(box) for box in new]
    for was in old:
        unseen = [key for key in was["holds"] if key not in may]
        if not unseen:
            continue
        alike = [b for b in boxes if (b["text"], b["colour"]) == (was["text"], was["colour"])]
        if alike:
            alike[0]["holds"] = [*alike[0]["holds"], *unseen]
        else:
            boxes.append({**was, "holds": unseen})
    return boxes
