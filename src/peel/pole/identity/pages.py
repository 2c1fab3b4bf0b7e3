"""The page about identity: source records, two side by side, judgements, as at a date.

And the redirect: the page of a record leads to that of the oldest which is the same.
"""

import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from peel.kernel.audit import looks
from peel.kernel.base.dates import PartialDate
from peel.machine.forms.base import CommandForm
from peel.machine.forms.lookups import LookUpField
from peel.machine.pages.reading import one_record, reading, require
from peel.machine.pages.records import around
from peel.machine.show import LONDON, plain
from peel.machine.ui import parts
from peel.pole.identity import api, comparing, kinds, panels, queries
from peel.pole.identity.models import Judgement, Verdict

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity
    from peel.kernel.records.models import Record
    from peel.machine.sheets import Sheet

MOST = 50


@reading
def show_identity(request: HttpRequest, sheet: "Sheet", reference: str) -> HttpResponseBase:
    """Which records are the same as this one, now or as at a date, and why; and one beside it."""
    name, query = f"{sheet.kind}.identity", request.GET.urlencode()
    identity = require(request, panels.VIEW, name=name, query=query)
    require(request, sheet.may.view, name=name, query=query)
    record = one_record(sheet, identity, reference)
    typed = request.GET.get("at", "").strip()[:40]
    at, wrong = _moment(typed)
    group = api.members(record.pk, at)
    form, other = _asked(request, sheet, record, identity)
    context = {
        **around(request, sheet, record, identity),
        "noun": kinds.noun(sheet.kind),
        "typed": typed,
        "wrong": wrong,
        "at": at,
        "sources": _sources(record, group, identity),
        "judgements": _judgements(record, group, identity, at),
        "compare": form,
        "other": other,
        **(_beside(sheet, record, other, identity) if other is not None else {}),
    }
    status = 422 if wrong or form.errors else 200
    return TemplateResponse(request, "identity/identity.html", context, status=status)


def _moment(typed: str) -> tuple[datetime.datetime | None, str]:
    """The end of the day that was typed, in London; or why it is none."""
    if not typed:
        return None, ""
    try:
        day = PartialDate.parse(typed).latest + datetime.timedelta(days=1)
        return datetime.datetime.combine(day, datetime.time(), LONDON), ""
    except (ValidationError, OverflowError, TypeError):
        return None, "Enter a date, such as 3 March 2026."


def _asked(
    request: HttpRequest, sheet: "Sheet", record: "Record", identity: "Identity"
) -> tuple[CommandForm, Any]:
    """The form, and the record to put beside this one, if one is named that can be seen."""
    known: dict[str, Any] = {"identity": identity, "record": record}
    if not (request.GET.get("other") or request.GET.get("other-pick")):
        return _form(sheet)(**known), None
    form = _form(sheet)(request.GET, **known)
    other = form.cleaned_data["other"] if form.is_valid() else None
    if other is not None and other.pk == record.pk:
        form.add_error("other", "This is the same record. Choose another one.")
        return form, None
    return form, other


def _form(sheet: "Sheet") -> Any:
    """The form that asks for the record beside, with suggestions for those who may judge."""

    class CompareForm(CommandForm):
        other = LookUpField(
            sheet.model, label="Another record", help_text="A reference, a name or a number"
        )

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            if self.identity is not None and self.identity.may(panels.JUDGE):
                about = urlencode({"for": f"{sheet.kind}.judge"})
                self.suggest_at(f"{reverse(f'{sheet.url_name}-suggest')}?{about}")

    return CompareForm


def _beside(
    sheet: "Sheet", record: "Record", other: "Record", identity: "Identity"
) -> dict[str, Any]:
    """The two side by side, who would stand together, and what may be judged."""
    together = queries.shown_together(record, other, identity)
    held = queries.holding(queries.judgements_of([record.pk]))
    judged = next((row for row in held if other.pk in (row.first_id, row.second_id)), None)
    joined = other.pk in api.members(record.pk)
    choices = []
    if identity.may(panels.JUDGE) and not joined and (
        judged is None or judged.verdict == Verdict.UNSURE
    ):  # fmt: skip
        choices = [
            (label, panels.address(record, "judge", other=other.reference, verdict=value))
            for value, label in Verdict.choices
            if judged is None or value != judged.verdict
        ]
    return {
        "table": comparing.table(sheet, record, other, identity),
        "together": together,
        "joined": joined,
        "judged": judged,
        "judged_words": panels.said(judged, sheet.kind) if judged else "",
        "choices": choices,
    }


def _sources(record: "Record", group: tuple[Any, ...], identity: "Identity") -> parts.Table:
    """The source records of what the record is one of."""
    rows = []
    for each in queries.records_of(group, identity):
        acts: list[Any] = [
            parts.Cell("Beside this one", panels.address(record, other=each.reference))
        ]
        if each.pk == record.pk:
            may = identity.may(panels.END) and len(group) > 1
            acts = [parts.Cell("Split off", panels.address(record, "split"))] if may else [""]
        cells = [f"{each.reference} {each.title}", plain(each.created_at), *acts]
        note = "this record" if each.pk == record.pk else ""
        rows.append(parts.Row(cells, panels.source_page(each), note=note))
    columns = [parts.Column(words) for words in ("Source record", "Recorded", "")]
    return parts.Table("Source records", columns, rows, caption_hidden=True)


def _judgements(
    record: "Record", group: tuple[Any, ...], identity: "Identity", at: Any
) -> parts.Table:
    """What was judged of these, ended or not; as at a date: what held then."""
    found = queries.judgements_of({*group, record.pk})
    found = queries.holding(found, at) if at else found
    rows = list(found.order_by("-asserted_at", "-pk")[:MOST])
    looks.note(key for row in rows for key in (row.first_id, row.second_id))
    columns = [parts.Column(words) for words in ("Of", "Judged", "Why", "Who and when", "Now")]
    told = [_row(row, record.kind, identity) for row in rows]
    return parts.Table("Judgements", columns, told, "Nothing was judged.", True)


def _row(row: Judgement, kind: str, identity: "Identity") -> parts.Row:
    now: Any = "Holds"
    if row.ended_at:
        now = f"Ended by {row.ended_by}, {plain(row.ended_at)}: {row.end_reason}"
    elif identity.may(panels.END):
        now = parts.Cell(
            "End or undo", panels.address(row.first, "end-judgement", which=str(row.pk))
        )
    two = f"{row.first.reference} and {row.second.reference}"
    return parts.Row([two, row.get_verdict_display(), row.reason, panels.source_of(row), now])


def stand_in(
    request: HttpRequest, sheet: "Sheet", record: Any, identity: "Identity"
) -> HttpResponseBase | None:
    """Lead from a record's page to that of the oldest which is the same, and say so.

    `?source=1` shows the record itself, with a word on where it is shown together.
    """
    if not kinds.takes_part(sheet.kind):
        return None
    first = api.canonical(record.pk)
    if first == record.pk:
        return None
    shown = sheet.model.objects.visible_to(identity).filter(pk=first).first()
    if shown is None:
        return None
    noun = kinds.noun(sheet.kind)
    if "source" in request.GET:
        messages.info(
            request,
            format_html(
                "This is the source record {}. It is the same {} as"
                ' <a class="govuk-notification-banner__link" href="{}">{}</a>,'
                " where all that is known is shown.",
                record.reference, noun, panels.address(shown, "page"), shown.reference,
            ),
        )  # fmt: skip
        return None
    messages.info(
        request,
        format_html(
            "{} is the same {} as {}, which is shown here."
            ' <a class="govuk-notification-banner__link" href="{}">Look at {} itself</a>.',
            record.reference, noun, shown.reference, panels.source_page(record), record.reference,
        ),
    )  # fmt: skip
    return HttpResponseRedirect(panels.address(shown, "page"))
