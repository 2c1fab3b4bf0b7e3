"""The state of the ledger: how far it is sealed, by which head, and what stands outside."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from peel.kernel.audit import heads
from peel.kernel.audit import reading as ledger_reading
from peel.machine.pages.reading import reading
from peel.machine.ui import parts
from peel.services.oversight import queries, words
from peel.services.oversight.pages import asking

LATE = 60.0
"""Seconds after which lines that still wait for the sealer are a worry (it seals each second)."""


@dataclass(frozen=True)
class Copy:
    """One copy of the heads outside the database, as far as this machine can read it."""

    path: str
    said: str
    good: bool


@require_safe
@reading
def show_ledger(request: HttpRequest) -> HttpResponseBase:
    """How the ledger stands."""
    identity = asking.auditor(request, "oversight.ledger")
    head = queries.newest_head()
    lanes = queries.lanes()
    waiting = sum(lane.waiting for lane in lanes)
    late = head is not None and waiting > 0 and (head.now - head.at).total_seconds() > LATE
    context = {
        **asking.surroundings(identity, "oversight-ledger"),
        "head": head,
        "late": late or (head is None and waiting > 0),
        "sections": [_lines(lanes, head), _signed(head), _outside(head), _verified()],
        "lanes": _lanes(lanes),
    }
    return TemplateResponse(request, "oversight/ledger.html", context)


def _lines(lanes: list[queries.Lane], head: queries.Head | None) -> parts.SummarySection:
    written = sum(lane.written for lane in lanes)
    waiting = sum(lane.waiting for lane in lanes)
    rows = [
        parts.SummaryRow("Lines", f"{written:,}"),
        parts.SummaryRow("Sealed", f"{head.tree_size if head else 0:,}"),
        parts.SummaryRow("Waiting for the sealer", f"{waiting:,}"),
        parts.SummaryRow("Lanes in use", f"{sum(1 for lane in lanes if lane.written)} of"
                                         f" {len(lanes)}"),
    ]  # fmt: skip
    return parts.SummarySection("Lines", rows)


def _signed(head: queries.Head | None) -> parts.SummarySection:
    if head is None:
        rows = [parts.SummaryRow("Head", "Nothing has been sealed yet")]
        return parts.SummarySection("Last signed head", rows)
    rows = [
        parts.SummaryRow("Head", f"{head.number:,}"),
        parts.SummaryRow("Signed", words.moment(head.at), source=words.utc(head.at)),
        parts.SummaryRow("Age", words.age((head.now - head.at).total_seconds())),
        parts.SummaryRow("Root of the tree", head.root),
        parts.SummaryRow("Hash of the head", head.hash.hex()),
    ]
    return parts.SummarySection("Last signed head", rows)


def _outside(head: queries.Head | None) -> parts.SummarySection:
    # What is wrong stands out as a tag; a path is as long as it is, so it is never one.
    rows = [
        parts.SummaryRow(f"Copy {number}", copy.said, source=copy.path,
                         tag="" if copy.good else "red")
        for number, copy in enumerate(copies(head), start=1)
    ]  # fmt: skip
    return parts.SummarySection("Copies outside the database", rows)


def copies(head: queries.Head | None) -> list[Copy]:
    """What each outside copy says beside the database. Call within `speaking`."""
    return [_copy(path, head) for path in heads.outside_paths()]


def _copy(path: Path, head: queries.Head | None) -> Copy:
    try:
        copy = heads.OutsideCopy(path)
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.exists() else None
    except OSError:
        return Copy(str(path), "Cannot be read from here", good=True)
    if at is None or copy.last < 0:
        return Copy(str(path), "No head has been copied here that can be read", good=head is None)
    held = queries.head_hash(copy.last)
    when = f"head {copy.last:,}, written {words.moment(at)}"
    if held != copy.last_hash:
        return Copy(str(path), f"DIFFERS from the database at {when}", good=False)
    behind = (head.number if head else copy.last) - copy.last
    lag = f"; {behind:,} heads behind" if behind > 0 else ""
    return Copy(str(path), f"Agrees at {when}{lag}", good=True)


def _verified() -> parts.SummarySection:
    found = ledger_reading.read(name="audit.verify", limit=1)
    if not found:
        said = parts.SummaryRow("Last begun", "Never, or longer ago than the ledger reaches")
    else:
        where = reverse("oversight-line", args=[found[0].id])
        said = parts.SummaryRow("Last begun", words.moment(found[0].at), where)
    rows = [said, parts.SummaryRow("Result", "Printed by ./peel audit verify; not kept here")]
    return parts.SummarySection("Verification", rows)


def _lanes(lanes: list[queries.Lane]) -> parts.Table:
    used = [lane for lane in lanes if lane.written]
    rows = [
        parts.Row([f"Lane {lane.number}", f"{lane.written:,}", f"{lane.sealed:,}",
                   f"{lane.waiting:,}"])
        for lane in sorted(used, key=lambda lane: (-lane.waiting, lane.number))
    ]  # fmt: skip
    columns = [parts.Column("Lane"), *(parts.Column(word, numeric=True)
                                       for word in ("Written", "Sealed", "Waiting"))]  # fmt: skip
    return parts.Table("Lanes", columns, rows, "No lane has a line yet.", True)
