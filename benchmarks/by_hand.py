"""The list of nominals and a nominal's page as one would write them by hand: the peer of `derived`.

Fields, columns, facets, panels and commands are named one by one; nothing is looked up in a sheet.
Templates, parts, visibility, the ledger line and what other apps put on a page are the same.
"""

from functools import partial
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_safe

from peel.kernel.access.identity import Identity
from peel.kernel.access.models import Officer
from peel.kernel.audit import looks
from peel.kernel.base import clock
from peel.kernel.records.models import Recent
from peel.kernel.records.trail import heads_of, versions_model
from peel.machine import registry
from peel.machine.live.mark import mark
from peel.machine.pages import lists
from peel.machine.pages.questions import as_query
from peel.machine.pages.reading import one_record, reading, require
from peel.machine.pages.records import show_record as derived_record
from peel.machine.pages.records import title_of
from peel.machine.queries.asking import Asked, read_question
from peel.machine.queries.listing import just_changed
from peel.machine.ui import parts
from peel.pole.facts.flags import flags
from peel.pole.identity.pages import stand_in
from peel.pole.models import Nominal
from peel.site.urls import urlpatterns as derived

SHEET = registry.sheet_of("pole.nominal")
MARKINGS = {1: "OFFICIAL", 2: "OFFICIAL-SENSITIVE", 3: "SECRET"}
SEXES = {"M": "Male", "F": "Female", "N": "Not known", "NS": "Not specified"}
HISTORY = ("family_name", "given_names", "date_of_birth", "sex", "description")
TITLES = ("Family name", "Given names", "Date of birth", "Sex", "Description")
SUBPAGES = (("Link chart", "chart"), ("Timeline", "timeline"), ("Compare versions", "compare"),
            ("Print", "print"), ("Who can see this", "access"))  # fmt: skip
BUTTONS = (("Edit", "edit"), ("Add a link", "link-create"), ("Add a marker", "marker-add"))
TABS = (
    ("Facts", ("names", "dates-of-birth", "facts", "marks", "contacts", "identifiers")),
    ("Markers", ("markers",)), ("Links", ("links",)), ("Map", ("map",)), ("Files", ("files",)),
    ("Images", ("images",)), ("Identity", ("identity",)),
)  # fmt: skip


@require_safe
@reading
def show_list(request: HttpRequest) -> HttpResponseBase:
    """The newest nominals that the officer may see, and how many of each sex."""
    identity = require(request, "pole.nominal.view", name="pole.nominal.list", query="")
    live = mark(kinds=["pole.nominal"])
    given, _view, bar = lists._opened(SHEET, identity, request.GET)
    asked = read_question(SHEET, given)
    query = as_query(asked)
    looks.describe(name="pole.nominal.list", query=query.urlencode())
    rows, then = newest(identity)
    total, facets = by_sex(identity)
    context = {
        "sheet": SHEET, "live": live, "asked": asked, "given": request.GET, "errors": [],
        "query": "", "density": "comfortable",
        "densities": [("comfortable", "?density=comfortable"), ("compact", "?density=compact")],
        "views": bar(asked, query), "told": [], "without": [],
        "table": table(rows, asked, identity), "facets": facets, "chosen_count": 0, "clear": "",
        "pager": parts.Pager(next=f"?at={then}" if then else "", total=f"{total:,} nominals"),
        "create": registry_command("pole.nominal.create"), "create_url": "/pole/nominal/new/",
        **lists._added(SHEET, identity, total), "kept": [],
    }  # fmt: skip
    return TemplateResponse(request, "machine/list.html", context)


def registry_command(name: str) -> Any:
    """The command itself, for its title on the button."""
    from peel.machine.commands.registry import commands

    return commands[name]


def newest(identity: Identity, size: int = 25) -> tuple[list[Any], str]:
    """A page of nominals, and the place of the next as the derived list writes it."""
    from peel.machine.queries.asking import Place
    from peel.machine.queries.columns import order_of

    found = Nominal.objects.visible_to(identity).order_by("-carried_created_at", "-pk")
    keys = list(found.values_list("pk", "carried_created_at")[: size + 1])
    shown = [key for key, _ in keys[:size]]
    rows = {row.pk: row for row in Nominal.objects.filter(pk__in=shown)}
    then = ""
    if len(keys) > size:
        last = Place((keys[size - 1][1],), keys[size - 1][0], False)
        then = last.text(Nominal, order_of(SHEET, Asked().sorts)[:-1])
    return [rows[key] for key in shown], then


def by_sex(identity: Identity) -> tuple[int, list[parts.Facet]]:
    """How many there are in all, and of each sex."""
    with connection.cursor() as cursor:
        cursor.execute("select facet, value, n from records.facet_counts('pole.nominal', '[null]')")
        counts = {(facet, value): n for facet, value, n in cursor.fetchall()}
    mine = Nominal.objects.visible_to(identity).filter(carried_restricted=True)
    for sex in mine.values_list("sex", flat=True):
        counts[0, ""] = counts.get((0, ""), 0) + 1
        counts[1, sex] = counts.get((1, sex), 0) + 1
    sexes = [(value, n) for (facet, value), n in counts.items() if facet == 1 and value and n]
    sexes.sort(key=lambda one: (-one[1], SEXES[one[0]]))
    options = [parts.FacetOption(SEXES[v], f"{n:,}", f"?sex={v}", False, v) for v, n in sexes]
    return counts.get((0, ""), 0), [parts.Facet("Sex", options, "sex")]


def table(rows: list[Any], asked: Asked, identity: Identity) -> parts.Table:
    """The nominals as rows."""
    marked = flags([n.pk for n in rows], identity)
    notes = just_changed(rows)
    columns = [
        parts.Column("Reference"),
        parts.Column("Family name", "?sort=-family_name"),
        parts.Column("Given names"),
        parts.Column("Date of birth"),
        parts.Column("Sex"),
        parts.Column("Recorded", "?sort=created_at", "descending"),
    ]
    made = [
        parts.Row(
            [n.reference, n.family_name, n.given_names, str(n.date_of_birth or ""), SEXES[n.sex],
             n.created_at],
            f"/pole/nominal/{n.reference}/", n.restricted,
            MARKINGS[n.marking] if n.marking > 1 else "",
            key=str(n.pk), version=n.version, value=n.reference, note=notes.get(n.pk, ""),
            flags=[(flag.word, flag.colour) for flag in marked.get(n.pk, [])],
        )
        for n in rows
    ]  # fmt: skip
    return parts.Table("Nominals", columns, made, "", True, selectable=True)


@require_safe
@reading
def show_record(request: HttpRequest, reference: str) -> HttpResponseBase:
    """A nominal: what is known, what may be done, its panels, and the latest versions."""
    identity = require(request, "pole.nominal.view", name="pole.nominal.view")
    live = mark()
    nominal = one_record(SHEET, identity, reference)
    if (elsewhere := stand_in(request, SHEET, nominal, identity)) is not None:
        return elsewhere
    where = f"/pole/nominal/{nominal.reference}/"
    Recent.objects.update_or_create(
        appointment_id=identity.appointment_id, record_id=nominal.pk, defaults={"at": clock.now()}
    )
    entries = versions(nominal)
    born = str(nominal.date_of_birth or "")
    person = [("Family name", nominal.family_name), ("Given names", nominal.given_names),
              ("Date of birth", born), ("Sex", SEXES[nominal.sex])]  # fmt: skip
    described = [("Description", nominal.description)]
    sections = [("Person", person), ("Description", described)]
    folded = [(t, empty) for t, rows in sections if (empty := [n for n, v in rows if not v])]
    buttons = [parts.Move(t, f"{where}{slug}/", primary=slug == "edit") for t, slug in BUTTONS]
    more = [c for c in others(nominal, identity, where)]
    marked = flags([nominal.pk], identity).get(nominal.pk, [])
    context = {
        "sheet": SHEET, "record": nominal, "state": None, "marking": MARKINGS[nominal.marking],
        "list_url": "/pole/nominal/", "page_url": where, "compare_url": f"{where}compare/",
        "timeline_url": f"{where}timeline/",
        "subpages": [(title, f"{where}{name}/") for title, name in SUBPAGES],
        "flags": marked, "warnings": [flag for flag in marked if flag.text],
        "tags": [(flag.word, flag.colour) for flag in marked],
        "live": live.on(nominal.pk),
        "live_said": f"Changed by {entries[0].by} just now: {entries[0].title}.",
        "sections": [
            parts.SummarySection(t, [parts.SummaryRow(n, v) for n, v in rows if v])
            for t, rows in sections if any(v for _, v in rows)
        ],
        "folded": folded, "folded_count": sum(len(names) for _, names in folded),
        "tabs": tabs(nominal, identity, where),
        "moves": buttons[:3], "others": buttons[3:] + more,
        "entries": entries, "restriction": None, "glass": None,
    }  # fmt: skip
    return TemplateResponse(request, "machine/record.html", context)


def others(nominal: Nominal, identity: Identity, where: str) -> list[parts.Move]:
    """Watching or not, and the restriction: whether each is offered is asked of the command."""
    from peel.machine.commands.registry import commands

    names = ("notify.watch", "notify.unwatch", "pole.nominal.restrict",
             "pole.nominal.lift_restriction")  # fmt: skip
    found = [commands[name] for name in names]
    return [
        parts.Move(one.title, f"{where}{one.slug}/")
        for one in found
        if identity.may(one.permission) and one.offered(nominal, identity)
    ]


def tabs(nominal: Nominal, identity: Identity, where: str) -> list[dict[str, Any]]:
    """The panels of a nominal, which pole, its neighbours and the files fill."""
    bodies = {panel.name: panel for panel in registry.panels_of(SHEET)}
    found = []
    for title, names in TABS:
        shown = [(bodies[name], bodies[name].body(nominal, identity)) for name in names]
        found.append({
            "title": title, "name": names[0], "count": sum(body.count or 0 for _, body in shown),
            "parts": [{"name": p.name, "title": p.title, "body": body,
                       "all": f"{where}panels/{p.name}/" if body.next else ""}
                      for p, body in shown],
        })  # fmt: skip
    return found


def versions(nominal: Nominal, most: int = 5) -> list[parts.HistoryEntry]:
    """The latest versions, with what differed in the fields of a nominal."""
    heads = list(heads_of(nominal.pk)[: most + 1])
    rows = versions_model(Nominal).objects.filter(pgh_obj_id=nominal.pk).order_by("-pgh_id")
    bodies = list(rows[: 4 * most])
    makers = Officer.objects.in_bulk([head.changed_by_id for head in heads])
    states = []
    for head in heads:
        body = next((b for b in bodies if b.carried_version <= head.version), None)
        words = [str(getattr(body, name) or "") for name in HISTORY]
        words[3] = SEXES.get(words[3], "")
        states.append(words)
    return [
        parts.HistoryEntry(
            head.version, head.changed_at, str(makers.get(head.changed_by_id, "")),
            title_of(head.changed_through),
            [parts.Change(title, before, now)
             for title, before, now in zip(TITLES, states[n + 1], states[n], strict=True)
             if before != now] if n + 1 < len(states) else [],
        )
        for n, head in enumerate(heads[:most])
    ]  # fmt: skip


urlpatterns = [
    path("by-hand/pole/nominal/", show_list),
    path("by-hand/pole/nominal/<str:reference>/", show_record),
    # A nominal has a page of its own; the machine derives this one of the same sheet.
    path("derived/pole/nominal/<str:reference>/", partial(derived_record, sheet=SHEET)),
    *derived,
]
