"""What a search found, as a file: the hits that are listed, best first, with their reasons."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from peel.kernel.access.identity import speaking
from peel.kernel.access.markings import Marking
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.commands.problems import Invalid, Problem
from peel.machine.pages.reading import identity_of, problem_page, require, to_sign_in
from peel.machine.queries.finding import kinds_to_view
from peel.services.lists.api import FORMS, Chunk, Export, sent
from peel.services.search import arms, facets, planner, tokens

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

PERMISSION = "search.export"
CHUNK = 500
HEADINGS = [
    "Reference", "Kind", "Title", "State", "Owned by", "Recorded (London time)", "Marking",
    "Why it fits", "Restricted",
]  # fmt: skip


def typed(given: Mapping[str, str]) -> str:
    """What was typed into the box."""
    return given.get("q", "").replace("\x00", "").strip()[: tokens.LONGEST]


def chosen_kind(given: Mapping[str, str], answer: planner.Answer) -> str:
    """The kind that the address asks for, if there are hits of it."""
    kind = given.get("kind", "")
    return kind if kind in answer.counts else ""


class Found:
    """The rows of the file. Each is read anew when its chunk is, as it may be seen then.

    Only kinds that the caller may take away are searched, so that nothing is said of others.
    """

    title, permission, headings = "Search results", PERMISSION, HEADINGS

    def __init__(self, identity: "Identity", given: Mapping[str, str]) -> None:
        self.identity, self.text = identity, typed(given)
        asked = tokens.read(self.text)
        if not asked:
            raise Invalid({"q": ["Type what is to be searched for."]})
        kinds = {k: s.title_plural for s in registry.sheets() if (k := s.kind)}
        with speaking(identity):
            viewed = kinds_to_view(identity)
            mine = [kind for kind in viewed if identity.may(f"{kind}.export")]
            answer = planner.search(asked, mine)
            kind = chosen_kind(given, answer)
            of_kind = facets.kind_of(answer, kind)
            chosen = facets.chosen_of(of_kind, given)
            left = facets.narrow(answer, identity, of_kind, chosen, lambda _: "").answer
        self.left_out = sorted(kinds[kind].lower() for kind in viewed if kind not in mine)
        self.hits = [hit for hit in left.hits if not kind or hit.kind == kind]
        there = left.counts.get(kind, 0) if kind else sum(left.counts.values())
        self.more = there > len(self.hits) or bool(left.more)
        self.narrowed = [f"{name}: {value}" for name, value in chosen.items()]
        self.narrowed += [f"kind: {kinds[kind]}"] if kind else []

    def _rows(self, ids: list[UUID]) -> dict[UUID, Record]:
        found = Record.objects.visible_to(self.identity).filter(pk__in=ids)
        return {row.pk: row for row in found.select_related("organisation", "owner_unit")}

    def extent(self) -> tuple[int | None, int | None]:
        """The highest marking of the hits, and how many there are."""
        with speaking(self.identity):
            rows = self._rows([hit.record_id for hit in self.hits])
        return max((row.marking for row in rows.values()), default=int(Marking.OFFICIAL)), len(rows)

    def read(self, place: int | None) -> Chunk:
        """The hits from a place on."""
        hits = self.hits[place or 0 : (place or 0) + CHUNK]
        with speaking(self.identity):
            rows = self._rows([hit.record_id for hit in hits])
        seen = [(rows[hit.record_id], hit) for hit in hits if hit.record_id in rows]
        after = (place or 0) + CHUNK
        return Chunk(
            [_cells(row, "; ".join(hit.reasons)) for row, hit in seen],
            [row.pk for row, _ in seen],
            max((row.marking for row, _ in seen), default=0),
            after if after < len(self.hits) else None,
        )

    def about(self) -> list[tuple[str, str]]:
        """What was asked, and where the search's listing ends."""
        listed = (
            f"The {len(self.hits):,} best; there are more. A search lists its best"
            f" {arms.MOST_TEXTS} by words and {planner.MOST_PERSONS} persons by name."
        )
        lines = [
            ("Searched for", self.text),
            ("Narrowed to", "; ".join(self.narrowed) or "Nothing"),
            ("Listed", listed if self.more else "All that fit"),
        ]
        return lines + ([("Not searched", ", ".join(self.left_out))] if self.left_out else [])


def _cells(row: Record, why: str) -> list[Any]:
    sheet = registry.sheet_of(row.kind)
    return [
        row.reference, sheet.title, row.title,
        str(sheet.flow.state(row.state).title) if sheet.flow else "",
        str(row.owner_unit.name if row.owner_unit else row.organisation.name),
        row.created_at, str(Marking(row.marking).label), why, "Yes" if row.restricted else "",
    ]  # fmt: skip


@require_GET
def show_csv(request: HttpRequest) -> HttpResponseBase:
    """The hits as CSV."""
    return _file(request, "csv")


@require_GET
def show_xlsx(request: HttpRequest) -> HttpResponseBase:
    """The hits as an Excel workbook."""
    return _file(request, "xlsx")


def _file(request: HttpRequest, form: str) -> HttpResponseBase:
    if identity_of(request) is None:
        return to_sign_in(request)
    try:
        identity = require(request, PERMISSION, name=PERMISSION, query=typed(request.GET))
        found = Found(identity, request.GET)
    except Problem as problem:
        return problem_page(request, problem)
    return sent(Export(found, identity, FORMS[form]))
