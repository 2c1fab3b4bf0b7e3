"""The page where a list's filters, order and columns are put together, without JavaScript too."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from peel.machine.commands.problems import Invalid
from peel.machine.pages.questions import as_query
from peel.machine.pages.reading import reading, require
from peel.machine.queries import columns, filtering
from peel.machine.queries.asking import PAGE_SIZES, Asked, columns_of, read_question

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet

_ROW = ("g", "f", "c", "v")


@reading
def arrange(request: HttpRequest, sheet: "Sheet") -> HttpResponseBase:
    """The form; `do` says what its button was for, "show" leads back to the list."""
    require(request, sheet.may.view, name=f"{sheet.kind}.arrange")
    query, do = _given(request.GET), request.GET.get("do", "")
    errors: list[str] = []
    if do == "show":
        try:
            asked = as_query(read_question(sheet, query))
        except Invalid as problem:
            errors = [text for texts in problem.errors.values() for text in texts]
        else:
            if asked.getlist("col") == [c.field for c in columns_of(sheet, Asked())][1:]:
                asked.pop("col")
            asked["view"] = query.get("view", "all")
            return HttpResponseRedirect(f"{reverse(f'{sheet.url_name}-list')}?{asked.urlencode()}")
    context = {
        "sheet": sheet,
        "back": f"{reverse(f'{sheet.url_name}-list')}?{query.urlencode()}",
        "errors": errors,
        "join": query.get("join", "and"),
        "groups": _groups(sheet, query, do),
        "fields": filtering.filterable(sheet).items(),
        "how": filtering.HOW.items(),
        "columns": _columns(sheet, query, do),
        "choosable": _titles(sheet, [n for n in columns.choosable(sheet) if n != "reference"]),
        "sorts": _sorts(sheet, query),
        "unsorted": [
            (title, why)
            for name, title in _titles(sheet, list(columns.choosable(sheet)))
            if (why := columns.why_not(sheet, name))
        ],
        "sizes": [(size, str(size) == query.get("size", "25")) for size in PAGE_SIZES],
        "kept": [
            (name, value)
            for name, values in query.lists()
            if name not in ("where", "join", "col", "sort", "size")
            for value in values
        ],
    }
    return TemplateResponse(request, "lists/arrange.html", context)


def _given(sent: QueryDict) -> QueryDict:
    """The question in its own parameters: what the form sends by rows becomes `where`."""
    query = sent.copy()
    rows = zip(*(sent.getlist(name) for name in _ROW), strict=False)
    wheres = [f"{g}:{f}:{c}:{v}" for g, f, c, v in rows if f]
    for name in (*_ROW, "do", "at"):
        query.pop(name, None)
    if "f" in sent:
        query.setlist("where", wheres)
    query.setlist("sort", [k for text in query.getlist("sort") for k in text.split(",") if k])
    query.setlist("col", [name for name in query.getlist("col") if name])
    return query


def _groups(sheet: "Sheet", query: QueryDict, do: str) -> list[dict[str, Any]]:
    """The conditions by group, with an empty one where there is none or where one was added."""
    rows = [(*text.split(":", 3), "", "", "", "")[:4] for text in query.getlist("where")]
    groups: dict[str, list[dict[str, Any]]] = {}
    for number, name, how, value in sorted(rows, key=lambda row: row[0].zfill(3)[:9]):
        known = name in filtering.filterable(sheet)
        values = list(filtering.choices_of(sheet, name).values()) if known else []
        row = {"field": name, "how": how, "value": value, "values": values}
        groups.setdefault(number, []).append(row)
    blank = {"field": "", "how": "", "value": "", "values": []}
    if do.startswith("also:") and do[5:] in groups:
        groups[do[5:]].append(blank)
    if do == "group" or not groups:
        last = max((int(number) for number in groups if number.isdecimal()), default=0)
        groups[str(last + 1)] = [blank]
    return [{"number": number, "rows": rows} for number, rows in groups.items()]


def _columns(sheet: "Sheet", query: QueryDict, do: str) -> list[str]:
    """The columns in order, but for the reference, which always leads."""
    names = query.getlist("col") or [c.field for c in columns_of(sheet, Asked())][1:]
    place = int(do[3:]) if do.startswith("up:") and do[3:].isdecimal() else 0
    if 0 < place < len(names):
        names[place - 1], names[place] = names[place], names[place - 1]
    return [*names, ""] if do == "column" else names


def _sorts(sheet: "Sheet", query: QueryDict) -> list[dict[str, Any]]:
    """Three choices of what to sort by: the first among indexed columns, the rest within ties."""
    given = [*query.getlist("sort"), "", "", ""][: columns.MOST_SORTS]
    first, after = columns.sortable(sheet), columns.sortable_after(sheet)
    return [
        {"chosen": chosen, "options": [o for name in names for o in _ways(sheet, name)]}
        for chosen, names in zip(given, (first, after, after), strict=True)
    ]


def _ways(sheet: "Sheet", name: str) -> list[tuple[str, str]]:
    """Both directions of a column, in words that fit its kind."""
    said = columns.public(name)
    field: Any = sheet.model._meta.get_field(name)
    up, down = filtering.directions(field)
    title = filtering.title_of(sheet, said)
    return [(said, f"{title}, {up}"), (f"-{said}", f"{title}, {down}")]


def _titles(sheet: "Sheet", names: list[str]) -> list[tuple[str, str]]:
    every = columns.choosable(sheet)
    return [(name, every[name].heading or filtering.title_of(sheet, name)) for name in names]
