"""The timeline of a record, and two of its versions side by side."""

import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse

from peel.kernel.base.dates import PartialDate
from peel.kernel.records.trail import heads_of
from peel.machine.commands.problems import Invalid
from peel.machine.pages.reading import one_record, reading, require
from peel.machine.pages.records import around, with_people
from peel.machine.queries.history import OWN, readings, versions_of
from peel.machine.queries.timeline import timeline, tracks
from peel.machine.show import LONDON, field_title
from peel.machine.ui import parts

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet


@reading
def show_timeline(request: HttpRequest, sheet: "Sheet", reference: str) -> HttpResponseBase:
    """Every version of a record and of what belongs to it: who, when, through what, and what."""
    name, query = f"{sheet.kind}.history", request.GET.urlencode()
    identity = require(request, sheet.may.view, name=name, query=query)
    record = one_record(sheet, identity, reference)
    choices = [(track.name, f"{track.title} (of its own)") for track in tracks(sheet, identity)]
    choices += [(name, field_title(sheet, name)) for name in dict.fromkeys((*OWN, *sheet.fields))]
    what = request.GET.get("what", "")
    if what and what not in dict(choices):
        raise Invalid({"what": ["Choose one of the fields shown."]})
    place = request.GET.get("from", "")
    versions, then = timeline(sheet, record, identity, what=what, place=place)
    context = {
        **around(request, sheet, record, identity),
        "entries": with_people(versions, seconds=True),
        "choices": sorted(choices, key=lambda choice: choice[1]),
        "what": what,
        "pager": parts.Pager(
            first=f"?{urlencode({'what': what})}" if place else "",
            next=f"?{urlencode({'what': what, 'from': then})}" if then else "",
        ),
    }
    return TemplateResponse(request, "machine/record_timeline.html", context)


@reading
def show_compare(request: HttpRequest, sheet: "Sheet", reference: str) -> HttpResponseBase:
    """Two versions side by side, each by its number or as at a date."""
    name, query = f"{sheet.kind}.compare", request.GET.urlencode()
    identity = require(request, sheet.may.view, name=name, query=query)
    record = one_record(sheet, identity, reference)
    typed = {
        "one": request.GET.get("one", "") or str(max(record.version - 1, 1)),
        "two": request.GET.get("two", "") or str(record.version),
    }
    errors: dict[str, str] = {}
    heads = [_asked(record, label, text, errors) for label, text in typed.items()]
    every = "all" in request.GET
    context = {
        **around(request, sheet, record, identity),
        "typed": typed,
        "errors": errors,
        "every": every,
        "table": None if errors else _table(sheet, heads, every=every),
        "sides": [] if errors else with_people(versions_of(sheet, heads), seconds=True),
    }
    status = 422 if errors else 200
    return TemplateResponse(request, "machine/record_compare.html", context, status=status)


def _asked(record: Any, label: str, text: str, errors: dict[str, str]) -> Any:
    """The version that was meant: a number, or the one that stood at the end of a day."""
    rows = heads_of(record.pk)
    if text.isdecimal():
        found = rows.filter(version=min(int(text), 2**31 - 1)).first()
        said = f"There is no version {text}. The latest is {record.version}."
    else:
        try:
            day = PartialDate.parse(text).latest + datetime.timedelta(days=1)
        except (ValidationError, OverflowError):
            errors[label] = "Enter a version's number, or a date such as 3 March 2026."
            return None
        midnight = datetime.datetime.combine(day, datetime.time(), LONDON)
        found = rows.filter(changed_at__lt=midnight).first()
        said = f"There was no such record yet on {text}."
    if found is None:
        errors[label] = said
    return found


def _table(sheet: "Sheet", heads: list[Any], *, every: bool) -> parts.Table:
    one, two = readings(sheet, heads)
    rows = [
        parts.Row(
            [
                field_title(sheet, name),
                one[name],
                two[name],
                parts.Cell("Differs", tag="yellow") if one[name] != two[name] else "Same",
            ]
        )
        for name in one
        if every or one[name] != two[name]
    ]
    words = [f"Version {head.version}" for head in heads]
    columns = [parts.Column(word) for word in ("Field", *words, "Comparison")]
    return parts.Table("Two versions", columns, rows, "These versions read alike.", True)
