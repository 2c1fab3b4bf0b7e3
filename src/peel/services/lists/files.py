"""A list as a file, with the question that its page was asked."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from peel.kernel.access import step_up
from peel.kernel.base.spreadsheets import CSVWriter, Writer, XLSXWriter
from peel.kernel.base.streaming import streamed
from peel.machine.commands.problems import Problem
from peel.machine.pages.reading import identity_of, problem_page, require, to_sign_in
from peel.machine.queries.asking import read_question
from peel.services.lists.export import Export
from peel.services.lists.rows import Reader, permission

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.machine.sheets import Sheet

FORMS: dict[str, type[Writer]] = {"csv": CSVWriter, "xlsx": XLSXWriter}
# Whoever takes more rows than this has to have proved lately who he is.
LARGE = 10_000


def offer(sheet: "Sheet", identity: "Identity") -> dict[str, Any]:
    """What the list's page offers."""
    return {"list_after": "lists/take.html", "may_export": identity.may(permission(sheet))}


def show_csv(request: HttpRequest, sheet: "Sheet") -> HttpResponseBase:
    """The list as CSV."""
    return _file(request, sheet, "csv")


def show_xlsx(request: HttpRequest, sheet: "Sheet") -> HttpResponseBase:
    """The list as an Excel workbook."""
    return _file(request, sheet, "xlsx")


def _file(request: HttpRequest, sheet: "Sheet", form: str) -> HttpResponseBase:
    if identity_of(request) is None:
        return to_sign_in(request)
    may = permission(sheet)
    try:
        identity = require(request, may, name=may, query=request.GET.urlencode())
        require(request, sheet.may.view, name=may)
        rows = Reader(sheet, identity, read_question(sheet, request.GET))
    except Problem as problem:
        return problem_page(request, problem)
    return sent(Export(rows, identity, FORMS[form]))


def sent(export: Export) -> HttpResponseBase:
    """The file on its way. Raises Unproved where it is large and asks for a fresh proof."""
    if export.size is None or export.size > LARGE:
        step_up.require(export.identity, f"{export.source.permission}_all")
    response = StreamingHttpResponse(
        streamed(export.pieces()), content_type=export.writer.media_type
    )
    response["Content-Disposition"] = f'attachment; filename="{export.file_name}"'
    return response
