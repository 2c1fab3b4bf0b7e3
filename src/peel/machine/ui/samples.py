"""Made-up values for the style guide: enough to see each part with little, much and nothing."""

import datetime
from dataclasses import dataclass
from typing import Any

from peel.machine.ui import parts

HEADINGS = ("Reference", "Offence", "State", "Committed", "Officer in case", "Loss")


@dataclass(frozen=True)
class SampleRow:
    """A row as a panel has it."""

    cells: tuple[Any, ...]
    href: str = ""
    tag: str = ""
    actions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class SampleBody:
    """The body of a panel."""

    headings: tuple[str, ...]
    rows: tuple[SampleRow, ...]
    count: int
    actions: tuple[tuple[str, str], ...] = ()
    empty: str = "None recorded."


def samples(now: datetime.datetime) -> dict[str, Any]:
    """The context of the style guide."""
    return {
        "table": _table(now),
        "nothing": parts.Table("Crimes", (), (), "No crime fits these filters.", True),
        "facets": _facets(),
        "chosen_count": 1,
        "clear": "?",
        "pager": parts.Pager("?first", "?before", "?after", "more than 10,000 crimes"),
        "sections": _sections(now),
        "entries": _history(now),
        "panel": _panel(),
        "panel_empty": SampleBody(("Name",), (), 0, (("Link a vehicle", "#"),)),
        "moves": (
            parts.Move("Assign an officer", "#", primary=True),
            parts.Move("Edit", "#"),
            parts.Move("Restrict", "#"),
            parts.Move("File with no further action", "#", warning=True),
        ),
        "conflict": _conflict(now),
        "crumbs": [{"text": "Home", "href": "/"}, {"text": "Crimes", "href": "#"}],
        "tabs": (
            {"label": "Overview", "href": "#", "current": True},
            {"label": "People", "href": "#"},
            {"label": "History", "href": "#"},
        ),
        "filter_tags": ({"label": "Burglary", "href": "?"}, {"label": "Recorded", "href": "?"}),
        "more_tags": (("Domestic abuse", "purple"), ("Hate crime", "orange")),
    }


def _table(now: datetime.datetime) -> parts.Table:
    columns = [
        parts.Column(HEADINGS[0], "?sort=reference", nowrap=True),
        parts.Column(HEADINGS[1]),
        parts.Column(HEADINGS[2]),
        parts.Column(HEADINGS[3], "?sort=-committed", "descending", nowrap=True),
        parts.Column(HEADINGS[4]),
        parts.Column(HEADINGS[5], numeric=True),
    ]
    states = (("Under investigation", "blue"), ("Recorded", "grey"), ("Outcome given", "green"))
    offences = (
        "Burglary in a dwelling: house entered by the rear kitchen window overnight",
        "Theft from the person",
        "Criminal damage to a vehicle",
    )
    rows = [
        parts.Row(
            (
                f"CR26-{1234 + 611 * n}-{5678 - 97 * n}-K",
                offences[n % 3],
                parts.Cell(states[n % 3][0], tag=states[n % 3][1]),
                now - datetime.timedelta(hours=31 * n),
                parts.Cell("DC Amara Okafor", hint="North CID") if n % 2 else None,
                f"£{(n * 317) % 950}",
            ),
            href="#",
            restricted=n == 1,
            marking="OFFICIAL-SENSITIVE" if n in (1, 3) else "",
        )
        for n in range(6)
    ]
    return parts.Table("Crimes", columns, rows, caption_hidden=True)


def _facets() -> tuple[parts.Facet, ...]:
    return (
        parts.Facet(
            "State",
            (
                parts.FacetOption("Under investigation", "1,204", "?state=u", chosen=True),
                parts.FacetOption("Recorded", "412", "?state=r"),
                parts.FacetOption("Outcome given", "more than 10,000", "?state=o"),
            ),
        ),
        parts.Facet(
            "Category",
            (
                parts.FacetOption("Burglary", "318", "?c=b"),
                parts.FacetOption("Violence and sexual offences", "97", "?c=v"),
            ),
        ),
    )


def _sections(now: datetime.datetime) -> tuple[parts.SummarySection, ...]:
    return (
        parts.SummarySection(
            "Offence",
            (
                parts.SummaryRow("Category", "Burglary"),
                parts.SummaryRow("State", "Under investigation", tag="blue"),
                parts.SummaryRow("Committed", now),
                parts.SummaryRow("Location", "12 Quay Street, Thamesmarch", "#"),
                parts.SummaryRow("Weapon seen", None),
            ),
            ("Edit", "#"),
        ),
        parts.SummarySection(
            "Person reporting",
            (
                parts.SummaryRow("Name", "Joan Ferris", "#", "Statement of 3 November 2026", "#"),
                parts.SummaryRow("Date of birth", "June 1980", source="Said by the person"),
                parts.SummaryRow("Interpreter needed", False),
            ),
        ),
    )


def _history(now: datetime.datetime) -> tuple[parts.HistoryEntry, ...]:
    changes = (
        parts.Change("State", "Recorded", "Under investigation"),
        parts.Change("Officer in case", "", "DC Amara Okafor"),
    )
    earlier = now - datetime.timedelta(days=1)
    return (
        parts.HistoryEntry(2, now, "Sgt Priya Nair, North CID", "Assigned", changes),
        parts.HistoryEntry(1, earlier, "PC Tom Hale, Response", "Recorded"),
    )


def _panel() -> SampleBody:
    rows = (
        SampleRow(("Joan Ferris", "Victim", "3 November 2026"), "#", "", (("End", "#"),)),
        SampleRow(("Ray Dunmore", "Suspect", "4 November 2026"), "#", "Unverified"),
    )
    return SampleBody(("Name", "Role", "Since"), rows, 2, (("Link a person", "#"),))


def _conflict(now: datetime.datetime) -> parts.Conflict:
    fields = (
        parts.Disputed("title", "Title", "Burglary, Quay Street", "Burglary", "a", "b"),
        parts.Disputed("note", "What happened", "Door forced.\nTV taken.", "Window broken."),
        parts.Disputed("category", "Category", "Burglary", "Burglary", "1", "1", differs=False),
    )
    return parts.Conflict("Sgt Priya Nair", now, 4, fields, cancel="#")
