"""The page of one line, and its inclusion proof."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from peel.kernel.access.identity import speaking
from peel.kernel.audit import context
from peel.kernel.audit.reading import Line
from peel.machine.commands.problems import NotFound, Problem, Refused
from peel.machine.pages.reading import identity_of, problem_page, reading, to_sign_in
from peel.machine.ui import parts
from peel.services.oversight import people, queries, shown, subjects, words
from peel.services.oversight.fields import as_id
from peel.services.oversight.pages import asking

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

MOST_SHOWN = 200
NOT_YET = "Not yet: the sealer takes new lines about once a second"
ERASED = "None, or erased since"


@require_safe
@reading
def show_line(request: HttpRequest, line_id: UUID) -> HttpResponseBase:
    """Everything that one line says."""
    identity = asking.auditor(request, "oversight.line")
    line = _found(line_id)
    seal = queries.seal_of(line.id)
    posts = people.officers([line.appointment_id])
    shown_context = {
        **asking.surroundings(identity, ""),
        "line": line,
        "title": words.operation(line.name),
        "when": words.moment(line.at),
        "outcome": words.outcome(line.outcome),
        "colour": words.colour(line.outcome),
        "sections": [
            _who(line, people.actors([line])[line.id], posts),
            _why(line, identity),
            _what(line),
            _sealed(line, seal),
        ],
        "records": _records(line, identity),
        "hidden": max(0, len(line.subjects) - MOST_SHOWN),
        "proof": reverse("oversight-proof", args=[line.id]) if seal else "",
        "list_url": reverse("oversight-lines"),
    }
    return TemplateResponse(request, "oversight/line.html", shown_context)


@require_GET
def take_proof(request: HttpRequest, line_id: UUID) -> HttpResponseBase:
    """The proof that a line is in the signed tree, as a file for a court bundle."""
    identity = identity_of(request)
    if identity is None:
        return to_sign_in(request)
    try:
        with speaking(identity):
            asking.auditor(request, "oversight.proof")
        proof = queries.proof(_found(line_id), identity.token)
    except LookupError:
        return problem_page(
            request, Refused("This line is not sealed yet. Try again in a few seconds.")
        )
    except Problem as problem:
        return problem_page(request, problem)
    response = JsonResponse(proof, json_dumps_params={"indent": 1})
    response["Content-Disposition"] = f'attachment; filename="line-{line_id}-proof.json"'
    return response


def _found(line_id: UUID) -> Line:
    line = queries.one_line(line_id)
    if line is None:
        raise NotFound("The ledger has no such line")
    return line


def _who(line: Line, actor: people.Actor, posts: dict[UUID, Any]) -> parts.SummarySection:
    rows = [parts.SummaryRow("Who", actor.caption, shown.officer_url(actor.user_id))]
    if post := posts.get(line.appointment_id) if line.appointment_id else None:
        until = f" to {words.moment(post.ends)}" if post.ends else ""
        rows += [
            parts.SummaryRow("Unit", ", ".join(filter(None, (post.unit_name,
                                                            post.organisation_name)))),
            parts.SummaryRow("Appointment", f"{post.role[:1].upper()}{post.role[1:]},"
                                            f" from {words.moment(post.starts)}{until}"),
        ]  # fmt: skip
    rows += [
        parts.SummaryRow("When", words.moment(line.at), source=words.utc(line.at)),
        parts.SummaryRow("From where", line.source or "No address: not a request of a browser"),
        parts.SummaryRow("Database role", line.role),
    ]
    return parts.SummarySection("Who and when", rows)


def _what(line: Line) -> parts.SummarySection:
    same = asking.address("oversight-lines", {"name": line.name})
    rows = [
        parts.SummaryRow("Operation", words.operation(line.name), same, source=line.name),
        parts.SummaryRow("Act", words.act(line.act)),
        parts.SummaryRow("Outcome", words.outcome(line.outcome), tag=words.colour(line.outcome)),
        parts.SummaryRow("Words searched or asked for", line.query or ERASED),
    ]
    known = people.names(as_id(value) for _, value in words.detail(line.detail))
    for name, value in words.detail(line.detail):
        one = as_id(value)
        said = known.get(one, value) if one else value
        rows.append(parts.SummaryRow(name, said))
    return parts.SummarySection("What", rows)


def _why(line: Line, identity: "Identity") -> parts.SummarySection:
    rows = [parts.SummaryRow("Purpose", words.purpose(line.purpose_kind))]
    if line.purpose or line.purpose_kind == context.TYPED_REASON:
        rows.append(parts.SummaryRow("Reason", line.purpose or ERASED))
    if line.purpose_record:
        record = subjects.one(line.purpose_record, identity)
        rows.append(parts.SummaryRow("Record worked on", record.caption,
                                     shown.record_url(record.id)))  # fmt: skip
    return parts.SummarySection("Why", rows)


def _sealed(line: Line, seal: queries.Seal | None) -> parts.SummarySection:
    rows = [
        parts.SummaryRow("Line", str(line.id)),
        parts.SummaryRow("Request", str(line.request_id or "None")),
        parts.SummaryRow("Lane and number", f"{line.lane}, {line.number:,}"),
        parts.SummaryRow("Hash", line.hash.hex()),
    ]
    if seal is None:
        return parts.SummarySection("Seal", [*rows, parts.SummaryRow("Sealed", NOT_YET)])
    checked = (
        "As it was sealed: its hash was computed again just now"
        if seal.intact
        else "CHANGED since it was sealed: run ./peel audit verify"
    )
    rows += [
        parts.SummaryRow("Sealed", words.moment(seal.at), source=words.utc(seal.at)),
        parts.SummaryRow(
            "Place in the tree", f"Leaf {seal.index:,} of a tree of {seal.tree_size:,}"
        ),
        parts.SummaryRow("Signed head", f"{seal.head:,}", source=seal.head_hash),
        parts.SummaryRow("The line now", checked),
    ]
    return parts.SummarySection("Seal", rows)


def _records(line: Line, identity: "Identity") -> parts.Table:
    """Each record that the line names, with the version it was given if it was written."""
    listed = line.subjects[:MOST_SHOWN]
    known = subjects.named(listed, identity)
    versions = list(line.versions) + [None] * len(line.subjects)
    rows = [
        parts.Row(
            [
                known[each].caption,
                known[each].kind or "Not visible to you, or not a record",
                versions[place] or "",
                parts.Cell("Open", href=known[each].page) if known[each].page else "",
            ],
            href=shown.record_url(each),
        )
        for place, each in enumerate(listed)
    ]
    columns = [parts.Column(word) for word in ("Record", "Kind", "Version made", "Its page")]
    if not any(known[each].page for each in listed):
        columns, rows = _without(columns, rows, 3)
    if not any(versions[: len(listed)]):
        columns, rows = _without(columns, rows, 2)
    return parts.Table("Records", columns, rows, "This line names no record.", True)


def _without(
    columns: list[parts.Column], rows: list[parts.Row], place: int
) -> tuple[list[parts.Column], list[parts.Row]]:
    """A table without one of its columns."""
    short = [
        parts.Row([cell for at, cell in enumerate(row.cells) if at != place], href=row.href)
        for row in rows
    ]
    return [column for at, column in enumerate(columns) if at != place], short
